"""The catalogue of indicators: one line each.

The engine asks an indicator what it reads, gathers that for all touched series at once, calls `compute`, and makes a
reading of every defined element. A new indicator is one function and one line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from paysignal.facts.kinds import Comparison, Kind
from paysignal.facts.measures import Unit
from paysignal.facts.readings import Origin
from paysignal.indicators import growth, rolling
from paysignal.indicators.estimates import Estimate
from paysignal.indicators.rolling import Held
from paysignal.indicators.trends import TRENDS, TrendIndicator


class Measured(StrEnum):
    """The unit of an indicator that has the unit of what it measures."""

    OWN = "own"


IndicatorUnit = Unit | Measured


@dataclass(frozen=True, slots=True)
class StatedIndicator:
    """Reads the shown claim of one kind at the latest period: `compute(shown)`; `formula` tells it with `{shown}`."""

    name: str
    kind: Kind
    compute: Callable[[Estimate], Estimate]
    formula: str
    revision: int = 1
    origin: Origin = "stated"


@dataclass(frozen=True, slots=True)
class ComparedIndicator:
    """Reads a level and its base: `compute(current, base)`, at the latest period where it is defined.

    `formula` tells it with `{current}` and `{base}`.
    """

    name: str
    baseline: Comparison
    compute: Callable[[Estimate, Estimate], Estimate]
    formula: str
    unit: IndicatorUnit
    revision: int = 1
    origin: Origin = "derived"


@dataclass(frozen=True, slots=True)
class ConvertedIndicator:
    """Reads levels of money told in `currency` at dated rates: `compute(level)`, or with a baseline `(current, base)`.

    Each period at its own rate, so a growth is at current rates; at constant rates it is that of the local currency.
    Undefined where no rate was published. In `formula` `{current_rate}` and `{base_rate}` are units of `currency` for
    one of the original.
    """

    name: str
    currency: str
    baseline: Comparison | None
    compute: Callable[..., Estimate]
    formula: str
    unit: IndicatorUnit
    revision: int = 1
    origin: Origin = "derived"


@dataclass(frozen=True, slots=True)
class RollingIndicator:
    """Reads what the panes of a window of increments hold together: `compute` with one array for each of `reads`.

    In `formula` x is an increment's value, n their number.
    """

    name: str
    compute: Callable[..., Estimate]
    formula: str
    unit: IndicatorUnit
    reads: tuple[rolling.Held, ...]
    revision: int = 1
    origin: Origin = "derived"


Indicator = StatedIndicator | ComparedIndicator | ConvertedIndicator | RollingIndicator | TrendIndicator

STATED: Final = (
    StatedIndicator("level", Kind.LEVEL, growth.level, "{shown}"),
    StatedIndicator("stated_gain", Kind.CHANGE, growth.stated, "{shown}"),
    StatedIndicator("stated_growth", Kind.GROWTH, growth.stated, "{shown}"),
)
COMPARED: Final = (
    ComparedIndicator("derived_gain", Comparison.PREVIOUS, growth.gain, "{current} - {base}", Measured.OWN),
    ComparedIndicator("derived_gain", Comparison.YEAR_AGO, growth.gain, "{current} - {base}", Measured.OWN),
    ComparedIndicator(
        "previous_period_growth", Comparison.PREVIOUS, growth.growth, "({current} - {base}) / {base}", Unit.RATIO
    ),
    ComparedIndicator(
        "year_on_year_growth", Comparison.YEAR_AGO, growth.growth, "({current} - {base}) / {base}", Unit.RATIO
    ),
)
_LEVEL_AT_RATE: Final = "{current} * {current_rate}"
_GROWTH_AT_RATES: Final = (
    "({current} * {current_rate} - {base} * {base_rate}) / ({base} * {base_rate})"  # each period at its own rate
)
CONVERTED: Final = tuple(
    ConvertedIndicator(f"{name}_in_{currency.lower()}", currency, baseline, compute, formula, unit)
    for currency in ("USD", "EUR")
    for name, baseline, compute, formula, unit in (
        ("level", None, growth.level, _LEVEL_AT_RATE, Measured.OWN),
        ("previous_period_growth", Comparison.PREVIOUS, growth.growth, _GROWTH_AT_RATES, Unit.RATIO),
        ("year_on_year_growth", Comparison.YEAR_AGO, growth.growth, _GROWTH_AT_RATES, Unit.RATIO),
    )
)
ROLLING: Final = (
    RollingIndicator("rolling_count", rolling.count, "Σ 1", Unit.INCREMENTS, (Held.COUNT,)),
    RollingIndicator("rolling_sum", rolling.held, "Σ x", Measured.OWN, (Held.SUM,)),
    RollingIndicator("rolling_mean", rolling.mean, "Σ x / n", Measured.OWN, (Held.COUNT, Held.SUM)),
    RollingIndicator("rolling_min", rolling.held, "min x", Measured.OWN, (Held.MIN,)),
    RollingIndicator("rolling_max", rolling.held, "max x", Measured.OWN, (Held.MAX,)),
    RollingIndicator("rolling_first", rolling.held, "x of the earliest", Measured.OWN, (Held.FIRST,)),
    RollingIndicator("rolling_last", rolling.held, "x of the latest", Measured.OWN, (Held.LAST,)),
    RollingIndicator("rolling_rate", rolling.rate, "Σ x / days", Measured.OWN, (Held.SUM, Held.DAYS)),
    RollingIndicator("rolling_stdev", rolling.stdev, "√(Σ (x - Σx/n)² / n)", Measured.OWN, (Held.COUNT, Held.SPREAD)),
    RollingIndicator("rolling_p50", rolling.quantile, "x that half are up to", Measured.OWN, (Held.P50,)),
    RollingIndicator("rolling_p95", rolling.quantile, "x that 95 % are up to", Measured.OWN, (Held.P95,)),
)


#: The names of what is computed of every claim's series unless fewer are asked for.
EVERY_FIGURE: Final = frozenset(
    [each.name for each in STATED] + [each.name for each in COMPARED] + [each.name for each in CONVERTED]
)

#: Everything that a reading can be of; the longer half is in `trends`.
EVERY: Final[tuple[Indicator, ...]] = (*STATED, *COMPARED, *CONVERTED, *ROLLING, *TRENDS)


def definition_of(indicator: Indicator) -> str:
    """Which wording of which indicator a reading comes from: it changes when the formula does."""
    return _definition(indicator.name, indicator.revision)


@lru_cache(maxsize=1_024)
def _definition(name: str, revision: int) -> str:
    """One text for the many readings that name it."""
    return f"{name}/{revision}"
