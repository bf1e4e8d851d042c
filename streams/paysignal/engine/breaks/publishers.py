"""Nearly all series of one publisher jump at one date: it counts otherwise from then on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from paysignal.engine.books import Book
from paysignal.engine.breaks.changes import Change, Deviation, changes_of, level_shifts
from paysignal.engine.breaks.suspicion import BreakRule, Measured, Suspicion
from paysignal.engine.pairs import levels_of
from paysignal.facts.moments import Moment, event_us

#: Two series move together by chance, or because one is a part of the other.
FEWEST_SERIES: Final = 3

#: "Nearly all": four of five. In April 2020 61 % of the Reserve Bank of India's 122 series moved this far from their
#: usual: a pandemic spares some rails, a new definition none.
NEARLY_ALL: Final = 0.8

#: Spreads from the usual change. With four earlier changes one move in nine gets this far by chance (40,000 simulated
#: series of normal changes), three series at once on one date in 700.
LEAST_SCORE: Final = 4.0

#: And a tenth at least: smaller moves of every series are the economy's.
LEAST_SHIFT: Final = 0.1

#: Spreads under this are rounding or luck: nobody's payments grow by the same percent month after month.
LEAST_SPREAD: Final = 0.02


@dataclass(frozen=True, slots=True)
class _Told:
    """What a publisher told of one series: its changes by the moment they end at, and which of them are shifts."""

    key: str
    changes: Mapping[Moment, Change]
    shifts: Mapping[Moment, Deviation]


def shifted(books: Iterable[Book]) -> Iterator[Suspicion]:
    """Every date at which nearly all of a publisher's series that have a change there shift, and at least three."""
    told: dict[str, list[_Told]] = defaultdict(list)
    for book in books:
        for publisher, each in _told_by(book):
            told[publisher].append(each)
    for publisher, series in sorted(told.items()):
        if len(series) >= FEWEST_SERIES:
            yield from _dates(publisher, series)


def _told_by(book: Book) -> Iterator[tuple[str, _Told]]:
    """A book once for every publisher that told both ends of some change."""
    changes = changes_of(book)
    shifts = {each.change.before: each for each in level_shifts(changes, LEAST_SPREAD) if _is_shift(each)}
    tellers = {
        level.period.end: {claim.source.publisher for claim in level.choice.supporting} for level in levels_of(book)
    }
    by_publisher: dict[str, dict[Moment, Change]] = defaultdict(dict)
    for change in changes:
        for publisher in tellers[change.after] & tellers[change.before]:
            by_publisher[publisher][change.before] = change
    for publisher, own in by_publisher.items():
        yield publisher, _Told(book.series.key, own, {end: each for end, each in shifts.items() if end in own})


def _is_shift(deviation: Deviation) -> bool:
    return abs(deviation.score) >= LEAST_SCORE and abs(deviation.certain) >= LEAST_SHIFT


def _dates(publisher: str, series: list[_Told]) -> Iterator[Suspicion]:
    ends = {end for each in series for end in each.shifts}
    for end in sorted(ends, key=event_us):
        moved = [each for each in series if end in each.shifts]
        comparable = sum(end in each.changes for each in series)
        if len(moved) >= FEWEST_SERIES and len(moved) >= NEARLY_ALL * comparable:
            yield _suspicion(publisher, end, moved, comparable)


def _suspicion(publisher: str, end: Moment, moved: list[_Told], comparable: int) -> Suspicion:
    size = median(abs(each.shifts[end].shift) for each in moved)
    after = max((each.changes[end].after for each in moved), key=event_us)
    note = (
        f"{len(moved)} of {comparable} series of {publisher} left their usual course between {after} and {end}, "
        f"half of them by {size:.2f} or more (natural logarithm)"
    )
    return Suspicion(
        BreakRule.PUBLISHER_SHIFTED, tuple(sorted(each.key for each in moved)), after, end, note,
        (Measured("series", len(moved)), Measured("comparable_series", comparable), Measured("median_shift", size)),
    )  # fmt: skip
