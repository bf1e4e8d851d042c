"""Parts change hands while the whole moves as before: what was counted here is counted there from now on."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from paysignal.engine.books import Book
from paysignal.engine.breaks.changes import Change, Deviation, changes_of, deviations, level_shifts, span_of
from paysignal.engine.breaks.suspicion import BreakRule, Measured, Suspicion
from paysignal.engine.pairs import Level, Pair, levels_of, pairs
from paysignal.engine.parts.addable import outermost
from paysignal.engine.parts.axes import Axis, is_part_along, place, type_of
from paysignal.engine.parts.totals import quotient
from paysignal.facts.kinds import Comparison
from paysignal.facts.moments import Moment, event_us
from paysignal.facts.periods import Period
from paysignal.facts.series import Series

#: A twentieth of the whole changes hands at once; campaigns and entries move less from one period to the next.
LEAST_MOVED: Final = 0.05

#: Spreads that a part's share moves beyond its usual course.
LEAST_SCORE: Final = 6.0

#: A fifth of a point: shares printed to a tenth of a point move by that much through rounding alone.
LEAST_SPREAD: Final = 0.002

#: What some parts gain others lose, but for half of the larger side: not every part is published.
BALANCE: Final = 0.5

#: The whole keeps its course: within this many of its own spreads (2 % at least) of its usual change.
WHOLE_SCORE: Final = 3.0
_WHOLE_SPREAD: Final = 0.02


@dataclass(frozen=True, slots=True)
class _Family:
    """A whole and its parts along one axis, of one provider type."""

    whole: Book
    parts: tuple[Book, ...]


def reattributed(books: Iterable[Book]) -> Iterator[Suspicion]:
    """Every period in which parts of a published whole trade places beyond their usual, and the whole does not move."""
    for family in _families(list(books)):
        yield from _check(family)


def _families(books: Sequence[Book]) -> Iterator[_Family]:
    for axis in Axis:
        grouped: dict[tuple[str, ...], list[Book]] = defaultdict(list)
        for book in books:
            grouped[_rest(book.series, axis)].append(book)
        for group in grouped.values():
            by_series = {book.series: book for book in group}
            for whole in group:
                yield from _of_whole(whole, by_series, axis)


def _rest(series: Series, axis: Axis) -> tuple[str, ...]:
    """What all members of a family have alike."""
    others = tuple(place(series, other) for other in Axis if other is not axis)
    return (*others, series.measure, series.grain, series.currency, series.prices)


def _of_whole(whole: Book, group: Mapping[Series, Book], axis: Axis) -> Iterator[_Family]:
    by_type: dict[str, list[Series]] = defaultdict(list)
    for series in group:
        if is_part_along(series, whole.series, axis):
            by_type[type_of(series.provider) or ""].append(series)
    for parts in by_type.values():
        outer = sorted(outermost(parts))
        if len(outer) > 1:
            yield _Family(whole, tuple(group[series] for series in outer))


def _check(family: _Family) -> Iterator[Suspicion]:
    steps = list(reversed(list(pairs(family.whole, Comparison.PREVIOUS))))
    calm = {
        each.change.before
        for each in deviations(changes_of(family.whole), _WHOLE_SPREAD)
        if abs(each.shift) <= WHOLE_SCORE * each.spread
    }
    moved: dict[Moment, list[tuple[Book, Deviation]]] = defaultdict(list)
    for part in family.parts:
        for deviation in level_shifts(_share_changes(part, steps), LEAST_SPREAD):
            if deviation.change.before in calm and abs(deviation.score) >= LEAST_SCORE:
                moved[deviation.change.before].append((part, deviation))
    for end in sorted(moved, key=event_us):
        gained = sum(max(each.shift, 0.0) for _, each in moved[end])
        lost = sum(max(-each.shift, 0.0) for _, each in moved[end])
        if min(gained, lost) >= LEAST_MOVED and abs(gained - lost) <= BALANCE * max(gained, lost):
            yield _suspicion(family, moved[end], gained, lost)


def _share_changes(part: Book, steps: Sequence[Pair]) -> list[Change]:
    """How the part's share of the whole moved over each of the whole's steps that it was told at both ends of."""
    levels = {level.period: level for level in levels_of(part)}
    return [change for step in steps for change in _share_change(levels, step)]


def _share_change(levels: Mapping[Period, Level], step: Pair) -> Iterator[Change]:
    ends = []
    for whole in (step.base, step.current):
        part = levels.get(whole.period)
        if part is None or whole.choice.shown.value <= 0:
            return
        open_ = quotient(part.choice.interval, whole.choice.interval)
        high = math.inf if open_.high is None else open_.high
        ends.append((part.choice.shown.value / whole.choice.shown.value, open_.low or 0.0, high))
    (base, base_low, base_high), (now, now_low, now_high) = ends
    after, before = step.base.period.end, step.current.period.end
    yield Change(after, before, now - base, now_low - base_high, now_high - base_low, span_of(step))


def _suspicion(family: _Family, moved: list[tuple[Book, Deviation]], gained: float, lost: float) -> Suspicion:
    change = moved[0][1].change
    keys = sorted(part.series.key for part, _ in moved)
    note = (
        f"between {change.after} and {change.before} {lost:.1%} of {family.whole.series.key} left some of its parts "
        f"and {gained:.1%} came to others, while the whole kept its course"
    )
    return Suspicion(
        BreakRule.PARTS_REATTRIBUTED, tuple(keys), change.after, change.before, note,
        (Measured("gained_share", gained), Measured("lost_share", lost), Measured("parts", len(keys))),
    )  # fmt: skip
