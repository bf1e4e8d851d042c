"""Totals: sums of levels over parts and periods, as intervals that hold the true sum."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from paysignal.engine.pairs import Level
from paysignal.engine.parts.addable import Refusal, Why, refusal_of
from paysignal.facts.intervals import Interval
from paysignal.facts.measures import Nature, measure_named
from paysignal.facts.moments import event_us
from paysignal.facts.series import Series


@dataclass(frozen=True, slots=True)
class Amount:
    """A computed figure: `interval` holds the truth, and the value."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Entry:
    """One level of one series, to be added."""

    series: Series
    level: Level


def total(entries: Sequence[Entry]) -> Amount | Refusal:
    """Σ of levels over parts, and for flows over periods; a refusal when some would count twice or are missing.

    Every series has to have the same periods: January of one part and February of another are no total of anything.
    Nothing at all adds up to zero.
    """
    refusal = refusal_of(entry.series for entry in entries) or _periods_refused(entries)
    return refusal or summed(entry.level for entry in entries)


def summed(levels: Iterable[Level]) -> Amount:
    """Σ of levels that may be added; the caller has seen to that."""
    choices = [level.choice for level in levels]
    return Amount(_sum(choice.shown.value for choice in choices), added(choice.interval for choice in choices))


def difference(whole: Level, parts: Iterable[Level]) -> Amount:
    """A whole less its parts; negative where they are more than the whole."""
    choices = [level.choice for level in parts]
    open_ = whole.choice.interval
    return Amount(
        _sum([whole.choice.shown.value, *(-choice.shown.value for choice in choices)]),
        added([open_, *(_negative(choice.interval) for choice in choices)]),
    )


def added(intervals: Iterable[Interval]) -> Interval:
    """The sum of intervals: its ends are exact, or the next float outside; an end larger than any float is open."""
    held = list(intervals)
    lows = [interval.low for interval in held if interval.low is not None]
    highs = [interval.high for interval in held if interval.high is not None]
    return Interval(
        _directed(lows, _down) if len(lows) == len(held) else None,
        _directed(highs, _up) if len(highs) == len(held) else None,
    )


def quotient(top: Interval, bottom: Interval) -> Interval:
    """What a ratio of two figures that are not negative leaves open, rounded outward; unbounded where bottom may be 0.

    A division errs by at most half the distance of two floats, so the next float outside holds the truth.
    """
    low = 0.0 if bottom.high is None or not bottom.high or top.low is None else _down(top.low / bottom.high)
    high = math.inf if top.high is None or not bottom.low else _up(top.high / bottom.low)
    return Interval(max(low, 0.0), high if math.isfinite(high) else None)


def _negative(interval: Interval) -> Interval:
    low, high = interval.low, interval.high
    return Interval(None if high is None else -high, None if low is None else -low)


def _sum(values: Iterable[float]) -> float:
    """The sum correctly rounded; the largest float where it is larger than any."""
    held = list(values)
    try:
        return math.fsum(held)
    except OverflowError:
        return math.copysign(math.nextafter(math.inf, 0.0), sum(held))


def _directed(terms: list[float], outward: Callable[[float], float]) -> float | None:
    """The exact sum, or the float next to it outside; fsum rounds correctly, so the remainder has its true sign."""
    try:
        nearest = math.fsum(terms)
        remainder = math.fsum((*terms, -nearest))
    except OverflowError:
        return None
    beyond = outward(nearest)
    inexact = (remainder < 0) if beyond < nearest else (remainder > 0)
    end = beyond if inexact else nearest
    return end if math.isfinite(end) else None


def _down(end: float) -> float:
    return math.nextafter(end, -math.inf)


def _up(end: float) -> float:
    return math.nextafter(end, math.inf)


def _periods_refused(entries: Sequence[Entry]) -> Refusal | None:
    by_series: dict[Series, list[Level]] = {}
    for entry in entries:
        by_series.setdefault(entry.series, []).append(entry.level)
    expected: list[str] | None = None
    for series, levels in by_series.items():
        levels.sort(key=lambda level: level.period.event_us)
        if len(levels) > 1 and measure_named(series.measure).nature is Nature.STOCK:
            return Refusal(Why.INSTANT, series)
        if any(_overlap(earlier, later) for earlier, later in pairwise(levels)):
            return Refusal(Why.PERIODS, series)
        periods = [level.period.text for level in levels]
        if expected is not None and periods != expected:
            stock = measure_named(series.measure).nature is Nature.STOCK
            return Refusal(Why.INSTANT if stock else Why.PERIODS, entries[0].series, series)
        expected = periods
    return None


def _overlap(earlier: Level, later: Level) -> bool:
    return event_us(later.period.start or later.period.end) < earlier.period.event_us
