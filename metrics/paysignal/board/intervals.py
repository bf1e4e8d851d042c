"""When a reading's interval is worth showing. Pure; metrics and page agree by it."""

from paysignal.facts.readings import Reading

#: An interval as narrow as this share of the value says no more than the value's digits do.
NARROW = 0.01


def interval_matters(value: float, low: float | None, high: float | None) -> bool:
    """Whether the interval is one-sided, or wider than 1 % of the value."""
    if low is None or high is None:
        return True
    return high - low > NARROW * abs(value)


def shows_interval(reading: Reading) -> bool:
    """Whether the reading is shown with its interval."""
    return interval_matters(reading.value, reading.low, reading.high)
