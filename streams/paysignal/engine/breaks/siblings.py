"""A flow jumps and its sibling does not: the average payment falls by a third at once, since payments are counted anew.

The count and the value of payments of one provider in one market go together: what changes between them is the average
payment, and people do not halve that from one month to the next.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from paysignal.engine.books import Book
from paysignal.engine.breaks.changes import Change, Deviation, changes_of, deviations, level_shifts
from paysignal.engine.breaks.suspicion import BreakRule, Measured, Suspicion
from paysignal.facts.kinds import Prices
from paysignal.facts.moments import Moment
from paysignal.facts.series import Series

VALUE: Final = "transaction_value"
COUNT: Final = "transactions"
AVERAGE: Final = "average_spend"

#: The average payment has to move by a quarter beyond its usual course, up or down.
LEAST_SHIFT: Final = math.log(1.25)

#: And by this many of its usual spreads. One average alone decides here: with four earlier changes one move in 17 gets
#: this far by chance, with eight one in 110.
LEAST_SCORE: Final = 6.0

#: The accused flow left its own usual course, and its sibling did not.
ACCUSED_SCORE: Final = 3.0
INNOCENT_SCORE: Final = 2.0

LEAST_SPREAD: Final = 0.02

_Key = tuple[str, str, str, str]


def parted(books: Iterable[Book]) -> Iterator[Suspicion]:
    """Every jump of a count against its value, or of a value against its count, told at prices of its own time."""
    held = [book for book in books if book.series.prices is Prices.CURRENT]
    counts = {_key(book.series): book for book in held if book.series.measure == COUNT}
    averages = {(*_key(book.series), book.series.currency): book for book in held if book.series.measure == AVERAGE}
    for book in held:
        count = counts.get(_key(book.series)) if book.series.measure == VALUE else None
        if count is not None:
            yield from _between(book, count, averages.get((*_key(book.series), book.series.currency)))


def _key(series: Series) -> _Key:
    return series.provider, series.market, series.segment, series.grain


def _between(value: Book, count: Book, average: Book | None) -> Iterator[Suspicion]:
    values, counts = changes_of(value), changes_of(count)
    jumps = level_shifts(_of_average(values, counts), LEAST_SPREAD)
    usual = tuple(
        {each.change.before: each for each in deviations(changes, LEAST_SPREAD)} for changes in (values, counts)
    )
    for jump in jumps:
        if abs(jump.score) >= LEAST_SCORE and abs(jump.certain) >= LEAST_SHIFT:
            accused = _accused(jump.change.before, *usual)
            if accused is not None:
                book, deviation = (value, accused) if accused is usual[0].get(jump.change.before) else (count, accused)
                yield _suspicion(book, average, jump, deviation)


def _of_average(values: Iterable[Change], counts: Iterable[Change]) -> list[Change]:
    """The changes of value over count, where both have one between the same two moments."""
    by_ends = {(change.after, change.before): change for change in counts}
    return [
        Change(
            change.after, change.before, change.value - other.value, change.low - other.high, change.high - other.low,
            change.span,
        )
        for change in values
        if (other := by_ends.get((change.after, change.before))) is not None
    ]  # fmt: skip


def _accused(end: Moment, values: Mapping[Moment, Deviation], counts: Mapping[Moment, Deviation]) -> Deviation | None:
    """The one that left its course while the other kept its own; None where both moved, or neither did."""
    value, count = values.get(end), counts.get(end)
    if value is None or count is None:
        return None
    for accused, innocent in ((value, count), (count, value)):
        if abs(accused.score) >= ACCUSED_SCORE and abs(innocent.shift) <= INNOCENT_SCORE * innocent.spread:
            return accused
    return None


def _suspicion(book: Book, average: Book | None, jump: Deviation, own: Deviation) -> Suspicion:
    keys = [book.series.key] if average is None else [book.series.key, average.series.key]
    moved, price = math.expm1(own.change.value), math.expm1(jump.change.value)
    sibling = VALUE if book.series.measure == COUNT else COUNT
    note = (
        f"{book.series.measure} of {book.series.provider} moved by {moved:+.0%} between {jump.change.after} and "
        f"{jump.change.before} while its {sibling} kept its course: the average payment moved by {price:+.0%}"
    )
    return Suspicion(
        BreakRule.SIBLINGS_PARTED, tuple(keys), jump.change.after, jump.change.before, note,
        (Measured("change", moved), Measured("average_change", price), Measured("score", abs(jump.score))),
    )  # fmt: skip
