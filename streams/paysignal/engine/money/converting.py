"""Converting levels of money: the interval goes with the value, and without a rate there is no figure."""

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
    low = None if interval.low is None else interval.low * rate
    high = None if interval.high is None else interval.high * rate
    return Converted(level.choice.shown.value * rate, Interval(low, high), rate)
