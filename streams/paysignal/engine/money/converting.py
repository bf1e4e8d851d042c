"""Converting levels of money: the interval goes with the value, and without a rate there is no figure."""

import math
from dataclasses import dataclass

from paysignal.engine.money.rates import RateTable, rate_of
from paysignal.engine.pairs import Level
from paysignal.facts.intervals import Interval
from paysignal.facts.measures import MEASURES
from paysignal.facts.series import Series


@dataclass(frozen=True, slots=True)
class Converted:
    """A figure in another currency, and the rate (units of it for one of the original) that made it."""

    value: float
    interval: Interval
    rate: float


def converted(level: Level, series: Series, target: str, rates: RateTable) -> Converted | None:
    """A level of `series` in the currency `target`; None where no rate was published for its period.

    The rates' own digits are far finer than any published figure, so they do not widen the interval.
    """
    rate = rate_of(rates, level.period, MEASURES[series.measure].nature, series.currency, target)
    return None if rate is None else at_rate(level, rate)


def at_rate(level: Level, rate: float) -> Converted:
    """The level at one rate: with the base period's rate for both periods growth is at constant rates."""
    interval = level.choice.interval
    low, high = _moved_out(interval.low, rate, -math.inf), _moved_out(interval.high, rate, math.inf)
    return Converted(level.choice.shown.value * rate, Interval(low, high), rate)


def _moved_out(end: float | None, rate: float, towards: float) -> float | None:
    """An end at the rate, moved out by a float so that rounding can not cut the truth off; nothing is below zero.

    None where it is larger than any float.
    """
    if end is None:
        return None
    if not end or rate == 1.0:
        return end
    moved = max(math.nextafter(end * rate, towards), 0.0)
    return moved if math.isfinite(moved) else None
