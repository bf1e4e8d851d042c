"""Changes: how a series moves from one observation to the next, and how far a move is from its usual ones."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from paysignal.engine.books import Book
from paysignal.engine.pairs import Pair, pairs
from paysignal.facts.errors import Refused
from paysignal.facts.intervals import Interval
from paysignal.facts.kinds import Comparison
from paysignal.facts.moments import Moment, months_later

#: From fewer changes nobody knows what is usual.
FEWEST_EARLIER: Final = 4

#: What is usual is taken from the latest changes: a payment system's first months, which double and halve, would hide
#: every later break. Two years of months hold each season twice.
MOST_EARLIER: Final = 24

#: A median absolute deviation times this is the standard deviation of a normal distribution.
_NORMAL: Final = 1.4826


@dataclass(frozen=True, slots=True)
class Change:
    """One move between neighbouring observations: of logarithms, or of shares; `low` to `high` are open (maybe ±∞).

    `span` is its length in the series' own unit: 1 for flows, days between two observations of a stock.
    """

    after: Moment
    before: Moment
    value: float
    low: float
    high: float
    span: float


@dataclass(frozen=True, slots=True)
class Deviation:
    """A change beside the series' usual one: the median of earlier changes, and their spread around it."""

    change: Change
    usual: float
    spread: float
    earlier: int

    @property
    def shift(self) -> float:
        """How far the change is from the usual one."""
        return self.change.value - self.usual

    @property
    def certain(self) -> float:
        """The least that it is away from it whatever the digits leave open; 0 when it may be the usual one."""
        return max(self.change.low - self.usual, 0.0) + min(self.change.high - self.usual, 0.0)

    @property
    def score(self) -> float:
        """The same in spreads; its sign is that of the shift."""
        return self.certain / self.spread


def changes_of(book: Book) -> list[Change]:
    """The changes of a series' logarithm, earliest first; none across a declared break, from or to zero."""
    changes = (change_of(pair) for pair in reversed(list(pairs(book, Comparison.PREVIOUS))))
    return [change for change in changes if change is not None]


def change_of(pair: Pair) -> Change | None:
    """The change of the logarithm between two levels; None from or to zero."""
    current, base = pair.current.choice, pair.base.choice
    if current.shown.value <= 0 or base.shown.value <= 0:
        return None
    value = _log(current.shown.value, base.shown.value)
    low, high = _log_ends(current.interval, base.interval)
    return Change(pair.base.period.end, pair.current.period.end, value, low, high, span_of(pair))


def span_of(pair: Pair) -> float:
    """How long a step is: 1 between two periods of a flow, days between two observations of a stock."""
    return max(pair.gap_days or 1, 1)


def _log_ends(current: Interval, base: Interval) -> tuple[float, float]:
    low = -math.inf if not current.low or base.high is None else _log(current.low, base.high)
    high = math.inf if current.high is None or not base.low else _log(current.high, base.low)
    return low, high


def _log(end: float, start: float) -> float:
    ratio = end / start
    return math.log(ratio) if ratio > 0 else -math.inf


def deviations(changes: Sequence[Change], least_spread: float) -> Iterator[Deviation]:
    """Every change that has enough earlier ones, beside what those make usual; spreads are at least `least_spread`.

    Called by the rules with the changes of one series, earliest first.
    """
    for index in range(FEWEST_EARLIER, len(changes)):
        yield deviation_from(changes[index], changes[max(0, index - MOST_EARLIER) : index], least_spread)


def deviation_from(change: Change, earlier: Sequence[Change], least_spread: float) -> Deviation:
    """A change beside what the latest of at least one earlier change make usual over its span."""
    paces = [each.value / each.span for each in earlier[-MOST_EARLIER:]]
    usual = median(paces)
    spread = _NORMAL * median(abs(pace - usual) for pace in paces)
    return Deviation(change, usual * change.span, max(spread * change.span, least_spread), len(paces))


def level_shifts(changes: Sequence[Change], least_spread: float) -> list[Deviation]:
    """The deviations that the next change does not undo, that undo none before them, and that are of no season.

    A misprint, a strike or a record day moves a series and gives it back; that is an outlier, not a new level. And what
    jumped alike a year before jumps every year. The latest change has no next one: it counts until that comes.
    """
    following = {earlier.before: later for earlier, later in pairwise(changes)}
    by_end = {change.before: change for change in changes}
    preceding = {later.before: earlier for earlier, later in pairwise(changes)}
    return [
        each
        for each in deviations(changes, least_spread)
        if not _opposes(each, following.get(each.change.before))
        and not _opposes(each, preceding.get(each.change.before))
        and not _seasonal(each, by_end)
    ]


def _opposes(deviation: Deviation, neighbour: Change | None) -> bool:
    """Whether the neighbouring change goes half as far or farther, the other way."""
    return neighbour is not None and _repeats(-deviation.shift, neighbour.value - deviation.usual)


def _seasonal(deviation: Deviation, by_end: dict[Moment, Change]) -> bool:
    """Whether the same series moved half as far or more, the same way, at the same time of the year before."""
    try:
        year_ago = by_end.get(months_later(deviation.change.before, -12))
    except Refused:
        return False
    return year_ago is not None and _repeats(deviation.shift, year_ago.value - deviation.usual)


def _repeats(shift: float, other: float) -> bool:
    return shift * other > 0 and abs(other) >= abs(shift) / 2
