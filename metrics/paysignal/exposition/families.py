"""Which indicator is shown as which metric. A new indicator is shown by one line of `INDICATORS`.

Names tell what a value is in base units: ratios (1 is +100 %), seconds, money in the currency named; `unit` is a label
where a metric has the unit of what it measures. A label is a field of the reading, or set by the indicator's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: Labels of every metric about a series, before those of its own.
SERIES_LABELS = ("provider", "market", "measure", "segment", "grain", "currency", "prices")

LOW = "_low"
HIGH = "_high"

_SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Family:
    """One metric over readings.

    `labels` are its own behind those of the series, `interval` whether it has `_low` and `_high`; values are the
    readings' times `scale`, which makes base units of them.
    """

    name: str
    help: str
    labels: tuple[str, ...] = ()
    interval: bool = True
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Shown:
    """How an indicator is shown: its metric, the one origin of its readings, and their one baseline if it is fixed.

    `named` are labels that its name sets, besides the fields of the reading.
    """

    family: Family
    origin: str
    fixed_baseline: str | None = None
    named: tuple[tuple[str, str], ...] = ()


def help_of_bound(family: Family, bound: str) -> str:
    """The help of a family's `_low` or `_high`."""
    return f"{'Lower' if bound == LOW else 'Upper'} bound. {family.help}"


_WINDOW, _BASELINE, _BOTH = ("window",), ("baseline",), ("baseline", "window")

GROWTH = Family(
    "paysignal_growth_ratio",
    "Relative growth against the baseline: 0.43 is +43 %, 50 is +5,000 %.",
    ("origin", "baseline"),
)
LEVEL = Family("paysignal_level", "The latest level, in the unit of the label.", ("unit",))
GAIN = Family(
    "paysignal_gain", "Absolute gain against the baseline, in the unit of the label.", ("unit", "origin", "baseline")
)
LEVEL_USD, LEVEL_EUR = (
    Family(
        f"paysignal_level_{currency.lower()}",
        f"The latest level of money in {currency}, at the rate published for its period.",
    )
    for currency in ("USD", "EUR")
)
GROWTH_USD, GROWTH_EUR = (
    Family(
        f"paysignal_growth_{currency.lower()}_ratio",
        f"Relative growth of money in {currency}, each period at its own rate.",
        _BASELINE,
    )
    for currency in ("USD", "EUR")
)
GROWTH_CONSTANT = Family(
    "paysignal_growth_usd_constant_rates_ratio",
    "Relative growth of money in USD, both periods at the rate of the base period.",
    _BOTH,
)
DIFFERENCE = Family(
    "paysignal_growth_stated_minus_derived_ratio",
    "Growth as stated less the growth of the levels, in points of growth: 0.01 is one per cent more as stated.",
    _BOTH,
)
AVERAGE_SPEND = Family(
    "paysignal_average_spend",
    "Money a payment, in units of the currency: value over count of the latest period for which both are published.",
)
_CLAIMS = {
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
    "previous_period_growth_in_usd_at_constant_rates": Shown(GROWTH_CONSTANT, "derived", "previous"),
    "year_on_year_growth_in_usd_at_constant_rates": Shown(GROWTH_CONSTANT, "derived", "year_ago"),
    "stated_minus_derived": Shown(DIFFERENCE, "derived"),
}

WINDOW_SUM = Family(
    "paysignal_window_sum_value",
    "Sum of the increments in the window of event time.",
    ("unit", "window"),
    interval=False,
)
WINDOW_COUNT = Family(
    "paysignal_window_count_value", "Number of increments in the window of event time.", _WINDOW, interval=False
)
WINDOW_RATE = Family(
    "paysignal_window_rate_per_second_value",
    "Sum of the increments for each second of the window of event time.",
    ("unit", "window"),
    interval=False,
    scale=1 / _SECONDS_A_DAY,
)
#: Those of windows that are there where they are asked for.
_OF_WINDOWS = {
    f"rolling_{name}": Family(
        f"paysignal_window_{name}_value", f"{told} in the window of event time.", ("unit", "window"), interval=False
    )
    for name, told in (
        ("mean", "Mean of the increments"),
        ("min", "Least increment"),
        ("max", "Greatest increment"),
        ("first", "Earliest increment"),
        ("last", "Latest increment"),
        ("stdev", "Standard deviation of the increments"),
        ("p50", "Median of the increments, within 1 %,"),
        ("p95", "95th percentile of the increments, within 1 %,"),
    )
}
_WINDOWS = {"rolling_sum": WINDOW_SUM, "rolling_count": WINDOW_COUNT, "rolling_rate": WINDOW_RATE, **_OF_WINDOWS}

#: Of the indicators that read a series' history: name of the metric, what it says, its own labels.
_HISTORIES = {
    "three_on_three_growth": (
        "growth_three_on_three_ratio", "Three latest periods together against the three before, relative.", _BOTH),
    "trailing_year": ("level_trailing_year", "Sum of the latest twelve months.", ("unit", "window")),
    "compound_growth": ("growth_compound_ratio", "Compound growth a period over the window's periods.", _WINDOW),
    "log_growth": ("growth_log_ratio", "Natural logarithm of the level over the one before.", _BOTH),
    "annualised_growth": ("growth_annualised_ratio", "Growth on the previous period, as if for a whole year.", _BOTH),
    "acceleration": (
        "growth_acceleration_ratio", "Growth on the previous period less the growth before it, in points of growth.",
        _BOTH),
    "ewma_level": ("level_smoothed", "Mean level, older ones weighing less by the window's half-life.",
                   ("unit", "window")),
    "ewma_growth": ("growth_smoothed_ratio", "Mean growth, older ones weighing less by the window's half-life.", _BOTH),
    "momentum": ("level_momentum_ratio", "The level over its smoothed one, less 1.", _WINDOW),
    "volatility": ("growth_volatility_ratio", "Standard deviation of the logarithmic growths in the window.", _WINDOW),
    "robust_z": (
        "anomaly_robust_z_deviations", "Latest logarithmic growth, in robust standard deviations from its median.",
        _WINDOW),
    "cusum": ("anomaly_cusum_deviations",
              "Cumulative sum of robust deviations beyond half of one, up or down, whichever is larger.", _WINDOW),
    "suspected_break": (
        "anomaly_break_deviations", "Largest robust deviation in the window that no neighbour undoes.", _WINDOW),
    "record_high": ("level_record", "The greatest level in the window.", ("unit", "window")),
    "drawdown": ("level_drawdown_ratio", "The level against the greatest in the window: -0.1 is 10 % below.", _WINDOW),
}  # fmt: skip
_HISTORY_FAMILIES = {
    indicator: Family(f"paysignal_{name}", told, labels) for indicator, (name, told, labels) in _HISTORIES.items()
}

#: Of what was said of a series.
_ATTENTION = {
    "facts_in_window": Family(
        "paysignal_attention_facts", "Facts about the series known in the window before the latest.", _WINDOW),
    "corroboration": Family(
        "paysignal_attention_publishers", "Publishers that agree with the figure shown of the latest period.", _WINDOW),
    "intensity": Family(
        "paysignal_attention_intensity_facts",
        "Facts, weighing less by the window's half-life and by how often they were told before.", _WINDOW),
    "conflict_spread": Family(
        "paysignal_attention_conflict_spread_ratio",
        "Greatest less least figure of the latest period, over the one shown.", _WINDOW),
    "staleness": Family(
        "paysignal_attention_staleness_seconds", "From the latest period's end to when its figure was published.",
        _WINDOW, scale=_SECONDS_A_DAY),
}  # fmt: skip

#: What a cross-section is over, or a member is among: countries or states, or the providers of one type.
CROSS_AXES = ("markets", "firms", "apps", "rails", "nationals")
_SECTIONS = {
    "breadth": ("breadth_ratio", "Share of the members whose level grew."),
    "diffusion": ("diffusion_ratio", "Growing less shrinking members, over all: -1 to 1."),
    "dispersion": ("dispersion_ratio", "Robust standard deviation of the members' growths."),
    "concentration": ("concentration_ratio", "Herfindahl-Hirschman index of the members' levels: 1 is one alone."),
    "members": ("members", "Members of the cross-section."),
}
_MEMBERS = {
    "share": ("share_ratio", "The member's level over the sum of all members."),
    "contribution": ("contribution_ratio", "The member's gain over the sum of all bases, in points of growth."),
    "rank": ("rank", "The member's place by level, 1 the greatest."),
    "rank_change": ("rank_change", "Places won against the baseline."),
}


def _cross(names: Mapping[str, tuple[str, str]], label: str) -> dict[str, Shown]:
    families = {
        indicator: Family(f"paysignal_cross_{name}", told, (label, "baseline"))
        for indicator, (name, told) in names.items()
    }
    return {
        f"{indicator}_{label}_{axis}": Shown(family, "derived", named=((label, axis),))
        for indicator, family in families.items()
        for axis in CROSS_AXES
    }


INDICATORS: Mapping[str, Shown] = MappingProxyType(
    {
        **_CLAIMS,
        **{
            name: Shown(family, "derived", "previous" if "baseline" in family.labels else None)
            for name, family in _HISTORY_FAMILIES.items()
        },
        **{name: Shown(family, "derived") for name, family in {**_WINDOWS, **_ATTENTION}.items()},
        **_cross(_SECTIONS, "over"),
        **_cross(_MEMBERS, "among"),
    }
)

#: Every metric over readings, once, in the order of `INDICATORS`.
FAMILIES = tuple(dict.fromkeys(shown.family for shown in INDICATORS.values()))

EVENT_TIME = Family(
    "paysignal_reading_event_timestamp_seconds",
    "Event time of the reading: the end of the period or window it is about.",
    ("indicator", "window", "baseline", "origin"),
    interval=False,
)
#: Besides these labels `flag`; the value is always 1.
FLAGGED = Family(
    "paysignal_reading_flagged",
    "A reason to look twice at the reading: conflict, contradicted, suspected_break, small_base or undecided.",
    EVENT_TIME.labels,
    interval=False,
)
#: Besides the labels of a series `rule`.
FINDINGS = Family(
    "paysignal_findings",
    "Figures of the series that can not be right if others are, and suspected breaks, by the rule that found them.",
    ("rule",),
    interval=False,
)
