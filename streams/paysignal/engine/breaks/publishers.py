"""Nearly all series of one publisher jump at one date: it counts otherwise from then on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from paysignal.engine.books import Book
from paysignal.engine.breaks.changes import Deviation, changes_of, level_shifts
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
class Told:
    """What a publisher told of one series, boiled down: small enough to keep for every series there is.

    `steps` are the changes of which it told both ends, the moment each begins at by the one it ends at; `shifts` how
    far those moved that left the series' usual course (of logarithms).
    """

    publisher: str
    key: str
    steps: Mapping[Moment, Moment]
    shifts: Mapping[Moment, float]


def shifted(books: Iterable[Book]) -> Iterator[Suspicion]:
    """Every date at which nearly all of a publisher's series that have a change there shift, and at least three."""
    return shifted_of(each for book in books for each in told_in(book))


def shifted_of(told: Iterable[Told]) -> Iterator[Suspicion]:
    """The same, of what was told in all books, whatever their order; called by who can not hold all books at once."""
    by_publisher: dict[str, list[Told]] = defaultdict(list)
    for each in told:
        by_publisher[each.publisher].append(each)
    for publisher, series in sorted(by_publisher.items()):
        if len(series) >= FEWEST_SERIES:
            yield from _dates(publisher, sorted(series, key=lambda each: each.key))


def told_in(book: Book) -> Iterator[Told]:
    """One for every publisher that told both ends of some change of the series."""
    changes = changes_of(book)
    shifts = {each.change.before: each.shift for each in level_shifts(changes, LEAST_SPREAD) if _is_shift(each)}
    tellers = {
        level.period.end: {claim.source.publisher for claim in level.choice.supporting} for level in levels_of(book)
    }
    by_publisher: dict[str, dict[Moment, Moment]] = defaultdict(dict)
    for change in changes:
        for publisher in tellers[change.after] & tellers[change.before]:
            by_publisher[publisher][change.before] = change.after
    for publisher, steps in by_publisher.items():
        own = {end: shift for end, shift in shifts.items() if end in steps}
        yield Told(publisher, book.series.key, steps, own)


def _is_shift(deviation: Deviation) -> bool:
    return abs(deviation.score) >= LEAST_SCORE and abs(deviation.certain) >= LEAST_SHIFT


def _dates(publisher: str, series: list[Told]) -> Iterator[Suspicion]:
    ends = {end for each in series for end in each.shifts}
    for end in sorted(ends, key=event_us):
        moved = [each for each in series if end in each.shifts]
        comparable = sum(end in each.steps for each in series)
        if len(moved) >= FEWEST_SERIES and len(moved) >= NEARLY_ALL * comparable:
            yield _suspicion(publisher, end, moved, comparable)


def _suspicion(publisher: str, end: Moment, moved: list[Told], comparable: int) -> Suspicion:
    size = median(abs(each.shifts[end]) for each in moved)
    after = max((each.steps[end] for each in moved), key=event_us)
    note = (
        f"{len(moved)} of {comparable} series of {publisher} left their usual course between {after} and {end}, "
        f"half of them by {size:.2f} or more (natural logarithm)"
    )
    return Suspicion(
        BreakRule.PUBLISHER_SHIFTED, tuple(sorted(each.key for each in moved)), after, end, note,
        (Measured("series", len(moved)), Measured("comparable_series", comparable), Measured("median_shift", size)),
    )  # fmt: skip
