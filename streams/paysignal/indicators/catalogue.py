"""The catalogue of indicators: one line each.

The engine asks an indicator what it reads, gathers that for all touched series at once, calls `compute`, and makes a
reading of every defined element. A new indicator is one function and one line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from paysignal.facts.kinds import Comparison, Kind
from paysignal.facts.measures import Unit
from paysignal.facts.readings import Origin
from paysignal.indicators import growth, rolling
from paysignal.indicators.estimates import Estimate


class Measured(StrEnum):
    """The unit of an indicator that has the unit of what it measures."""

    OWN = "own"


IndicatorUnit = Unit | Measured


@dataclass(frozen=True, slots=True)
class StatedIndicator:
    """Reads the shown claim of one kind at the latest period: `compute(shown)`."""

    name: str
    kind: Kind
    compute: Callable[[Estimate], Estimate]
    revision: int = 1
    origin: Origin = "stated"


@dataclass(frozen=True, slots=True)
class ComparedIndicator:
    """Reads a level and its base: `compute(current, base)`, at the latest period where it is defined."""

    name: str
    baseline: Comparison
    compute: Callable[[Estimate, Estimate], Estimate]
    unit: IndicatorUnit
    revision: int = 1
    origin: Origin = "derived"


@dataclass(frozen=True, slots=True)
class RollingIndicator:
    """Reads the newest window of increments, once for each length: `compute(counts, sums)`."""

    name: str
    compute: Callable[..., Estimate]
    unit: IndicatorUnit
    revision: int = 1
    origin: Origin = "derived"


Indicator = StatedIndicator | ComparedIndicator | RollingIndicator

STATED: Final = (
    StatedIndicator("level", Kind.LEVEL, growth.level),
    StatedIndicator("stated_gain", Kind.CHANGE, growth.stated),
    StatedIndicator("stated_growth", Kind.GROWTH, growth.stated),
)
COMPARED: Final = (
    ComparedIndicator("derived_gain", Comparison.PREVIOUS, growth.gain, Measured.OWN),
    ComparedIndicator("derived_gain", Comparison.YEAR_AGO, growth.gain, Measured.OWN),
    ComparedIndicator("previous_period_growth", Comparison.PREVIOUS, growth.growth, Unit.RATIO),
    ComparedIndicator("year_on_year_growth", Comparison.YEAR_AGO, growth.growth, Unit.RATIO),
)
ROLLING: Final = (
    RollingIndicator("rolling_count", rolling.count, Unit.INCREMENTS),
    RollingIndicator("rolling_sum", rolling.total, Measured.OWN),
)


def definition_of(indicator: Indicator) -> str:
    """Which wording of which indicator a reading comes from: it changes when the formula does."""
    return f"{indicator.name}/{indicator.revision}"
