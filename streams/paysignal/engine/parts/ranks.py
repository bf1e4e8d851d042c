"""Ranks: parts in the order of their values, and where their digits leave the order undecided."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from paysignal.engine.parts.breakdowns import Part
from paysignal.facts.series import Series


@dataclass(frozen=True, slots=True)
class Rank:
    """A part's place among the parts by its shown value, 1 the largest; its true place is from `best` to `worst`."""

    series: Series
    place: int
    best: int
    worst: int

    @property
    def undecided(self) -> bool:
        """Whether some other part may stand before or behind it."""
        return self.best != self.worst


def ranked(parts: Iterable[Part]) -> tuple[Rank, ...]:
    """The parts of a breakdown, largest first; equal values in the order of their keys.

    Only a part whose interval lies wholly above another's is certainly before it. Parts that overlap or differ in
    definition are in no breakdown, so they meet in no ranking either.
    """
    ordered = sorted(parts, key=lambda part: (-part.level.choice.shown.value, part.series.key))
    intervals = [part.level.choice.interval for part in ordered]
    lows = sorted(_low(interval.low) for interval in intervals)
    highs = sorted(_high(interval.high) for interval in intervals)
    return tuple(
        Rank(
            part.series,
            place,
            best=1 + len(lows) - bisect_right(lows, _high(interval.high)),
            worst=len(highs) - bisect_left(highs, _low(interval.low)),
        )
        for place, (part, interval) in enumerate(zip(ordered, intervals, strict=True), 1)
    )


def undecided(parts: Iterable[Part]) -> Iterator[tuple[Series, Series]]:
    """Every two parts whose order is open because their intervals meet, the larger shown value first."""
    ordered = sorted(parts, key=lambda part: (-part.level.choice.shown.value, part.series.key))
    for one, other in combinations(ordered, 2):
        if one.level.choice.interval.meets(other.level.choice.interval):
            yield one.series, other.series


def _low(end: float | None) -> float:
    return float("-inf") if end is None else end


def _high(end: float | None) -> float:
    return float("inf") if end is None else end
