"""The catalogue's longer half: indicators that read a series' history, or what was said of it.

They are computed where `Parameters.trends` asks for them. Each has a window, which is part of its readings' key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from paysignal.facts.kinds import Comparison
from paysignal.facts.measures import Unit
from paysignal.facts.readings import Origin
from paysignal.indicators import anomaly, attention, growth, spans, trend
from paysignal.indicators.attention import Attention
from paysignal.indicators.estimates import Estimate, outward, where
from paysignal.indicators.growth import growth as relative
from paysignal.indicators.histories import History


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the contract tests hold an indicator to.

    All levels times c: its value times c to the power of `scale`. All levels plus c: its value plus `shift` times c;
    None where it does something else. `ordered` is whether the order of the earlier observations matters.
    """

    scale: int
    shift: int | None
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class HistoryIndicator:
    """Reads the observations of a series up to the latest: `compute(history)`. In `formula` x is the latest level."""

    name: str
    window: str
    compute: Callable[[History], Estimate]
    formula: str
    unit: Unit | None  #: None: that of the measure
    behaviour: Behaviour
    baseline: str = ""
    revision: int = 1
    origin: Origin = "derived"


@dataclass(frozen=True, slots=True)
class AttentionIndicator:
    """Reads what was said of a series: `compute(attention)`."""

    name: str
    window: str
    compute: Callable[[Attention], Estimate]
    formula: str
    unit: Unit
    baseline: str = ""
    revision: int = 1
    origin: Origin = "derived"


@dataclass(frozen=True, slots=True)
class DifferenceIndicator:
    """Reads a growth as stated and the levels that it is of: `compute(stated, current, base)`."""

    name: str
    baseline: Comparison
    compute: Callable[[Estimate, Estimate, Estimate], Estimate]
    formula: str
    unit: Unit = Unit.RATIO
    window: str = "1p"
    revision: int = 1
    origin: Origin = "derived"


@dataclass(frozen=True, slots=True)
class ConstantRateIndicator:
    """Reads two levels told in `currency` at the base period's rate: `compute(current, base)`."""

    name: str
    currency: str
    baseline: Comparison
    compute: Callable[[Estimate, Estimate], Estimate]
    formula: str
    unit: Unit = Unit.RATIO
    window: str = "1p"
    revision: int = 1
    origin: Origin = "derived"


TrendIndicator = HistoryIndicator | AttentionIndicator | DifferenceIndicator | ConstantRateIndicator


def stated_minus_derived(stated: Estimate, current: Estimate, base: Estimate) -> Estimate:
    """The growth as stated less the growth of the levels, g - (x - b) / b, a ratio (points of growth).

    Where 0 is outside its ends the publisher means something else: another currency, another base, another users.
    Undefined unless the shown base is above zero.
    """
    derived = relative(current, base)
    ends = outward(stated.value - derived.value, stated.low - derived.high, stated.high - derived.low)
    return where(base.value > 0, ends)


def _compound(periods: int) -> Callable[[History], Estimate]:
    made = partial(spans.compound, periods=periods)
    made.__doc__ = spans.compound.__doc__
    return made


_PREVIOUS: Final = Comparison.PREVIOUS.value
_FREE, _LIKE, _FIXED = Behaviour(0, None), Behaviour(1, 1), Behaviour(1, 0)

HISTORIES: Final = (
    HistoryIndicator("three_on_three_growth", "3p", spans.three_on_three, "(x + x₁ + x₂) / (x₃ + x₄ + x₅) - 1",
                     Unit.RATIO, _FREE, _PREVIOUS),
    HistoryIndicator("trailing_year", "12m", spans.trailing_year, "Σ x over twelve months", None, Behaviour(1, None)),
    HistoryIndicator("compound_growth", "4p", _compound(4), "(x / x₄)^(1/4) - 1", Unit.RATIO, _FREE),
    HistoryIndicator("compound_growth", "12p", _compound(12), "(x / x₁₂)^(1/12) - 1", Unit.RATIO, _FREE),
    HistoryIndicator("log_growth", "1p", spans.log_growth, "ln(x / x₁)", Unit.RATIO, _FREE, _PREVIOUS),
    HistoryIndicator("annualised_growth", "1p", spans.annualised, "(x / x₁)^(365.2425 / days) - 1", Unit.RATIO, _FREE,
                     _PREVIOUS),
    HistoryIndicator("acceleration", "2p", spans.acceleration, "(x - x₁) / x₁ - (x₁ - x₂) / x₂", Unit.RATIO, _FREE,
                     _PREVIOUS),
    HistoryIndicator("ewma_level", "half-life-183d", trend.ewma_level, "Σ w x / Σ w, w = 2^(-age / 182.6 d)", None,
                     _LIKE),
    HistoryIndicator("ewma_growth", "half-life-183d", trend.ewma_growth, "Σ w g / Σ w, w = 2^(-age / 182.6 d)",
                     Unit.RATIO, _FREE, _PREVIOUS),
    HistoryIndicator("momentum", "half-life-183d", trend.momentum, "x / ewma - 1", Unit.RATIO, _FREE),
    HistoryIndicator("volatility", "12p", trend.volatility, "√(Σ (r - r̄)² / (n - 1)), r = ln(x / x₁)", Unit.RATIO,
                     _FREE),
    HistoryIndicator("robust_z", "24p", anomaly.robust_z, "(r - median r) / (1.4826 MAD)", Unit.DEVIATIONS, _FREE),
    HistoryIndicator("cusum", "24p", anomaly.cusum, "max(0, S + z - 0.5), up or down", Unit.DEVIATIONS, _FREE),
    HistoryIndicator("record_high", "128p", trend.record_high, "max x", None, Behaviour(1, 1, ordered=False)),
    HistoryIndicator("drawdown", "128p", trend.drawdown, "x / max x - 1", Unit.RATIO,
                     Behaviour(0, None, ordered=False)),
    HistoryIndicator("suspected_break", "12p", anomaly.suspected_break, "the largest z that no neighbour undoes",
                     Unit.DEVIATIONS, _FREE),
)  # fmt: skip
ATTENTION: Final = (
    AttentionIndicator("facts_in_window", "365d", attention.facts_in_window, "Σ 1", Unit.FACTS),
    AttentionIndicator("corroboration", "latest", attention.corroboration, "publishers that agree", Unit.PUBLISHERS),
    AttentionIndicator("intensity", "half-life-30d", attention.intensity, "Σ 2^(-age / 30 d) / k", Unit.FACTS),
    AttentionIndicator("conflict_spread", "latest", attention.conflict_spread, "(greatest - least) / shown",
                       Unit.RATIO),
    AttentionIndicator("staleness", "latest", attention.staleness, "days from event to latest known time", Unit.DAYS),
)  # fmt: skip
DIFFERENCES: Final = tuple(
    DifferenceIndicator(
        "stated_minus_derived", baseline, stated_minus_derived, "{stated} - ({current} - {base}) / {base}"
    )
    for baseline in (Comparison.PREVIOUS, Comparison.YEAR_AGO)
)
AT_CONSTANT_RATES: Final = tuple(
    ConstantRateIndicator(
        f"{name}_in_usd_at_constant_rates", "USD", baseline, growth.growth,
        "({current} * {base_rate} - {base} * {base_rate}) / ({base} * {base_rate})",
    )
    for name, baseline in (
        ("previous_period_growth", Comparison.PREVIOUS), ("year_on_year_growth", Comparison.YEAR_AGO)
    )
)  # fmt: skip

#: All of them by name; several may share one.
TRENDS: Final[tuple[TrendIndicator, ...]] = (*HISTORIES, *ATTENTION, *DIFFERENCES, *AT_CONSTANT_RATES)
EVERY_TREND: Final = frozenset(indicator.name for indicator in TRENDS)
