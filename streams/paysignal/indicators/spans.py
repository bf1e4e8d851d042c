"""Growth over more than one period: of sums, of the whole span, of its own pace. All read a `History`."""

from typing import Final

import numpy as np

from paysignal.indicators.estimates import Estimate, Floats, where
from paysignal.indicators.histories import History, nothing, roomy

#: Mean length of a Gregorian year, in days.
_YEAR_DAYS: Final = 365.2425

_MOST_PERIODS: Final = 12
_THREE: Final = 3


@np.errstate(all="ignore")
def three_on_three(history: History) -> Estimate:
    """Growth of the latest three periods' sum on that of the three before, S / B - 1, a ratio: no mean of growths.

    Undefined unless all six follow each other, for stocks, whose sums mean nothing, and on a sum of zero.
    """
    if history.rows < 2 * _THREE:
        return nothing(history)
    now, before = _sum(history, 0, _THREE), _sum(history, _THREE, _THREE)
    flows = ~np.isnan(history.periods_a_year)
    return where(history.chained(2 * _THREE - 1) & flows & (before.value > 0), _growth(now, before, 8))


@np.errstate(all="ignore")
def trailing_year(history: History) -> Estimate:
    """The sum of the latest twelve months, Σx over 12 months, 4 quarters, 2 halves or 1 year. Unit: the measure's.

    Undefined unless every period is there, and for stocks and other grains.
    """
    total = Estimate(*(np.zeros(history.values.shape[1]) for _ in range(3)))
    whole = ~np.isnan(history.periods_a_year)
    for back in range(_MOST_PERIODS):
        within = back < np.nan_to_num(history.periods_a_year)
        at = history.at(back)
        total = Estimate(*(so_far + np.where(within, part, 0.0) for so_far, part in zip(total, at, strict=True)))
        if back:
            whole = whole & (~within | history.chained(back))
    return where(whole, roomy(*total, operations=_MOST_PERIODS, floor=0.0))


@np.errstate(all="ignore")
def compound(history: History, periods: int) -> Estimate:
    """Compound growth a period over so many periods, (x / b)^(1/n) - 1, a ratio.

    Undefined unless all periods follow each other, for stocks, and unless the base is above zero.
    """
    base = history.at(periods)
    flows = ~np.isnan(history.periods_a_year)
    return where(history.chained(periods) & flows & (base.value > 0), _rooted(history.latest, base, 1.0 / periods))


@np.errstate(all="ignore")
def log_growth(history: History) -> Estimate:
    """Logarithmic growth ln(x / b) on the previous period or observation, a ratio: up and down by it cancel out.

    Undefined unless both are above zero and compare.
    """
    current, base = history.at(0), history.at(1)
    with np.errstate(all="ignore"):
        value = np.log(current.value / base.value)
        low = np.where(current.low > 0, np.log(current.low / base.high), -np.inf)
        high = np.where(base.low > 0, np.log(current.high / base.low), np.inf)
    defined = history.chained(1) & (base.value > 0) & (current.value > 0)
    return where(defined, _absolute(value, low, high))


@np.errstate(all="ignore")
def annualised(history: History) -> Estimate:
    """Growth on the previous period or observation as if it lasted a year, (x / b)^(365.2425 / days) - 1, a ratio.

    `days` lie between the two event times. Undefined unless the base is above zero and compares, and where the year's
    growth is larger than any float.
    """
    current, base = history.at(0), history.at(1)
    days = history.ages[-2] if history.rows > 1 else np.full(history.values.shape[1], np.nan)
    with np.errstate(all="ignore"):
        power = _YEAR_DAYS / days
    found = _rooted(current, base, power)
    return where(history.chained(1) & (base.value > 0) & (days > 0) & np.isfinite(found.value), found)


@np.errstate(all="ignore")
def acceleration(history: History) -> Estimate:
    """How much faster it grows than a period before: (x - b) / b - (b - a) / a, a ratio (points of growth).

    Undefined unless three periods or observations follow each other and the first two are above zero.
    """
    current, base, first = history.at(0), history.at(1), history.at(2)
    now, before = _growth(current, base, 2), _growth(base, first, 2)
    defined = history.chained(2) & (base.value > 0) & (first.value > 0)
    with np.errstate(all="ignore"):
        ends = now.value - before.value, now.low - before.high, now.high - before.low
    return where(defined, _absolute(*ends))


def _sum(history: History, back: int, count: int) -> Estimate:
    """The sum of `count` observations, the latest of them so many rows back."""
    total = history.at(back)
    for each in range(back + 1, back + count):
        total = Estimate(*(so_far + part for so_far, part in zip(total, history.at(each), strict=True)))
    return total


def _growth(current: Estimate, base: Estimate, operations: int) -> Estimate:
    with np.errstate(all="ignore"):
        value = (current.value - base.value) / base.value
        low = np.where(np.isinf(base.high), -1.0, (current.low - base.high) / base.high)
        high = np.where(base.low > 0, (current.high - base.low) / base.low, np.inf)
    return _near_one(value, low, high, operations)


def _rooted(current: Estimate, base: Estimate, power: float | Floats) -> Estimate:
    """(current / base) ^ power - 1 with its ends; it rises with current and falls with base."""
    with np.errstate(all="ignore"):
        value = np.power(current.value / base.value, power) - 1.0
        low = np.where(np.isinf(base.high), -1.0, np.power(current.low / base.high, power) - 1.0)
        high = np.where(base.low > 0, np.power(current.high / base.low, power) - 1.0, np.inf)
        # The power multiplies the relative error of the quotient by itself.
        operations = np.maximum(np.abs(power), 1.0) * 4
    return _near_one(value, low, high, operations)


def _near_one(value: Floats, low: Floats, high: Floats, operations: float | Floats) -> Estimate:
    """Ends moved out by roundings of ratios, which are as large as one and the growth."""
    eps = float(np.finfo(np.float64).eps)
    with np.errstate(all="ignore"):
        lower, upper = low - operations * eps * (2 + np.abs(low)), high + operations * eps * (2 + np.abs(high))
    lower = np.where(np.isnan(lower), -1.0, lower)
    upper = np.where(np.isnan(upper), np.inf, upper)
    return Estimate(value, np.maximum(np.minimum(lower, value), -1.0), np.maximum(upper, value))


def _absolute(value: Floats, low: Floats, high: Floats) -> Estimate:
    """Ends moved out by some roundings of numbers as large as one and the result; no floor."""
    eps = float(np.finfo(np.float64).eps)
    with np.errstate(all="ignore"):
        lower, upper = low - 8 * eps * (2 + np.abs(low)), high + 8 * eps * (2 + np.abs(high))
    lower = np.where(np.isnan(lower), -np.inf, lower)
    upper = np.where(np.isnan(upper), np.inf, upper)
    return Estimate(value, np.minimum(lower, value), np.maximum(upper, value))
