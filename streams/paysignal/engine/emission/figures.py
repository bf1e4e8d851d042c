"""Between claims and indicators: chosen figures as arrays, and arrays as figures that may leave the engine."""

from collections.abc import Sequence

import msgspec
import numpy as np

from paysignal.engine.money.converting import Converted, converted
from paysignal.engine.money.rates import RateTable
from paysignal.engine.pairs import Level
from paysignal.facts.kinds import Bound
from paysignal.facts.series import Series
from paysignal.indicators.estimates import Estimate


class Figure(msgspec.Struct, frozen=True, gc=False):
    """One defined element of an estimate, its unbounded sides as None."""

    value: float
    low: float | None
    high: float | None


def estimate_of(levels: Sequence[Level]) -> Estimate:
    """The chosen figures as arrays, unbounded sides as infinities."""
    choices = [level.choice for level in levels]
    lows = [-np.inf if choice.interval.low is None else choice.interval.low for choice in choices]
    highs = [np.inf if choice.interval.high is None else choice.interval.high for choice in choices]
    return Estimate(np.array([choice.shown.value for choice in choices]), np.array(lows), np.array(highs))


def converted_estimate(levels: Sequence[tuple[Series, Level]], currency: str, rates: RateTable) -> Estimate:
    """The chosen figures in another currency; NaN where no rate was published for the figure's period."""
    return told_estimate([converted(level, series, currency, rates) for series, level in levels])


def told_estimate(told: Sequence[Converted | None]) -> Estimate:
    """Converted figures as arrays; NaN where there is none."""
    values = [np.nan if each is None else each.value for each in told]
    lows = [np.nan if each is None else _or(each.interval.low, -np.inf) for each in told]
    highs = [np.nan if each is None else _or(each.interval.high, np.inf) for each in told]
    return Estimate(np.array(values), np.array(lows), np.array(highs))


def figures_of(estimate: Estimate) -> list[Figure | None]:
    """The elements of an estimate: undefined or overflown ones None, unbounded sides None; no NaN or ∞ gets out."""
    return [
        Figure(value, _bounded(low), _bounded(high)) if np.isfinite(value) else None
        for value, low, high in zip(*(part.tolist() for part in estimate), strict=True)
    ]


def bound_of(figure: Figure, floor: float | None = None) -> Bound:
    """How a derived figure is limited: by its one closed end; open at both it is no more than "about".

    An end at `floor`, which no truth can be under, says nothing and so is open: a base of "over 3" leaves its growth
    anything from -1 up to the shown one.
    """
    below = figure.low is None or (floor is not None and figure.low <= floor < figure.value)
    above = figure.high is None
    if below and above:
        return Bound.ABOUT
    if above:
        return Bound.AT_LEAST
    return Bound.AT_MOST if below else Bound.EXACT


def _bounded(end: float) -> float | None:
    return end if np.isfinite(end) else None


def _or(end: float | None, unbounded: float) -> float:
    return unbounded if end is None else end
