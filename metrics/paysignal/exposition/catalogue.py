"""The one list of metric names: which indicator is shown as which metric, and what the exporter says of itself.

A new indicator is shown by one line of `INDICATORS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: Labels of every metric about a series, before those of its own.
SERIES_LABELS = ("provider", "market", "measure", "segment", "grain", "currency", "prices")

LOW = "_low"
HIGH = "_high"


@dataclass(frozen=True, slots=True)
class Family:
    """One metric over readings; `labels` are fields of a reading, `interval` whether it has `_low` and `_high`."""

    name: str
    help: str
    labels: tuple[str, ...]
    interval: bool = False


def help_of_bound(family: Family, bound: str) -> str:
    """The help of a family's `_low` or `_high`."""
    return f"{'Lower' if bound == LOW else 'Upper'} bound. {family.help}"


GROWTH = Family(
    "paysignal_growth_ratio",
    "Relative growth against the baseline: 0.43 is +43 %, 50 is +5,000 %.",
    ("origin", "baseline"),
    interval=True,
)
LEVEL = Family("paysignal_level", "The latest level, in the unit of the label.", ("unit",), interval=True)
GAIN = Family(
    "paysignal_gain",
    "Absolute gain against the baseline, in the unit of the label.",
    ("unit", "origin", "baseline"),
    interval=True,
)
LEVEL_USD, LEVEL_EUR = (
    Family(
        f"paysignal_level_{currency.lower()}",
        f"The latest level of money in {currency}, at the rate published for its period.",
        (),
        interval=True,
    )
    for currency in ("USD", "EUR")
)
GROWTH_USD, GROWTH_EUR = (
    Family(
        f"paysignal_growth_{currency.lower()}_ratio",
        f"Relative growth of money in {currency}, each period at its own rate.",
        ("baseline",),
        interval=True,
    )
    for currency in ("USD", "EUR")
)
AVERAGE_SPEND = Family(
    "paysignal_average_spend",
    "Money a payment, in units of the currency: value over count of the latest period for which both are published.",
    (),
    interval=True,
)
WINDOW_SUM = Family(
    "paysignal_window_sum_value", "Sum of the increments in the window of event time.", ("unit", "window")
)
WINDOW_COUNT = Family("paysignal_window_count_value", "Number of increments in the window of event time.", ("window",))
#: Of the other indicators of windows, which are there where they are asked for.
_OF_WINDOWS = {
    f"rolling_{name}": Family(
        f"paysignal_window_{name}_value", f"{told} in the window of event time.", ("unit", "window")
    )
    for name, told in (
        ("mean", "Mean of the increments"),
        ("min", "Least increment"),
        ("max", "Greatest increment"),
        ("first", "Earliest increment"),
        ("last", "Latest increment"),
        ("rate", "Sum of the increments for each day"),
        ("stdev", "Standard deviation of the increments"),
        ("p50", "Median of the increments"),
        ("p95", "95th percentile of the increments"),
    )
}
FAMILIES = (
    GROWTH,
    LEVEL,
    GAIN,
    AVERAGE_SPEND,
    LEVEL_USD,
    LEVEL_EUR,
    GROWTH_USD,
    GROWTH_EUR,
    WINDOW_SUM,
    WINDOW_COUNT,
    *_OF_WINDOWS.values(),
)

EVENT_TIME = Family(
    "paysignal_reading_event_timestamp_seconds",
    "Event time of the reading: the end of the period or window it is about.",
    ("indicator", "window", "baseline", "origin"),
)
#: Besides these labels `flag`; the value is always 1.
FLAGGED = Family(
    "paysignal_reading_flagged",
    "A reason to look twice at the reading: conflict, contradicted, suspected_break, small_base or undecided.",
    EVENT_TIME.labels,
)
#: Besides the labels of a series `rule`.
FINDINGS = Family(
    "paysignal_findings",
    "Figures of the series that can not be right if others are, and suspected breaks, by the rule that found them.",
    ("rule",),
)
EXAMINING = (
    "paysignal_exporter_examining",
    "1 while facts are held that were not yet held against the others, so that findings may be missing.",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """How an indicator is shown: its metric, the one origin of its readings, and their one baseline if it is fixed."""

    family: Family
    origin: str
    fixed_baseline: str | None = None


INDICATORS: Mapping[str, Shown] = MappingProxyType(
    {
        "level": Shown(LEVEL, "stated"),
        "stated_gain": Shown(GAIN, "stated"),
        "derived_gain": Shown(GAIN, "derived"),
        "stated_growth": Shown(GROWTH, "stated"),
        "previous_period_growth": Shown(GROWTH, "derived", "previous"),
        "year_on_year_growth": Shown(GROWTH, "derived", "year_ago"),
        "derived_average": Shown(AVERAGE_SPEND, "derived"),
        "level_in_usd": Shown(LEVEL_USD, "derived"),
        "level_in_eur": Shown(LEVEL_EUR, "derived"),
        "previous_period_growth_in_usd": Shown(GROWTH_USD, "derived", "previous"),
        "previous_period_growth_in_eur": Shown(GROWTH_EUR, "derived", "previous"),
        "year_on_year_growth_in_usd": Shown(GROWTH_USD, "derived", "year_ago"),
        "year_on_year_growth_in_eur": Shown(GROWTH_EUR, "derived", "year_ago"),
        "rolling_sum": Shown(WINDOW_SUM, "derived"),
        "rolling_count": Shown(WINDOW_COUNT, "derived"),
        **{indicator: Shown(family, "derived") for indicator, family in _OF_WINDOWS.items()},
    }
)

SERIES = ("paysignal_exporter_series", "Series (keys of readings) held on the board.")
SERIES_LIMIT = ("paysignal_exporter_series_limit", "Series the board holds at most.")
SERIES_UNSHOWN = (
    "paysignal_exporter_series_unshown",
    "Series held whose indicator this exporter has no metric for; a newer exporter may have.",
)
SERIES_DROPPED = ("paysignal_exporter_series_dropped", "Readings of new series refused because the board was full.")
SERIES_EXPIRED = ("paysignal_exporter_series_expired", "Series removed as nothing newer came in their lifetime.")
READINGS = ("paysignal_exporter_readings", "Records of the readings topic, by what became of them.")
POSITION = ("paysignal_exporter_position_records", "Offset that is read next; everything before it has been taken in.")
LAG = ("paysignal_exporter_lag_records", "Records between the position and the last stable offset.")
CLAIMS = ("paysignal_exporter_claims", "Claims held in the history.")
CLAIMS_EVICTED = ("paysignal_exporter_claims_evicted", "Claims dropped from the history to stay within its limit.")
FACTS_MALFORMED = ("paysignal_exporter_facts_malformed", "Records of the facts topic that the history could not read.")
THRESHOLD = ("paysignal_threshold", "Threshold of a rule, for alert expressions to join.")
ALERTS = ("paysignal_alerts", "Series that a rule of the thresholds file fires for, or possibly, by the alerts topic.")
THRESHOLDS_REFUSED = (
    "paysignal_exporter_thresholds_refused",
    "1 while the thresholds file is wrong or gone; the rules that were read before stay in use.",
)
ALERT_RECORDS = ("paysignal_exporter_alerts", "Records of the alerts topic, by what became of them.")
BUILD = ("paysignal_build", "The version that runs; the value is always 1.")
