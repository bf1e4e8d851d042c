"""Pairs: which level compares with which.

Flows compare with exactly the previous period or exactly the year before; stocks with the latest earlier observation or
the one nearest to a year earlier; nothing compares across a declared break, and open periods not at all.
"""

from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

import msgspec

from paysignal.engine.books import Book
from paysignal.engine.choice import Choice
from paysignal.facts.claims import Break
from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Comparison, Kind
from paysignal.facts.moments import event_us, months_later
from paysignal.facts.periods import Grain, Period, previous_of, year_ago_of

_DAY_US: Final = 86_400_000_000

#: An observation of a stock counts as a year old within half a month: month ends and publication days move that much.
YEAR_AGO_TOLERANCE_US: Final = 15 * _DAY_US


class Level(msgspec.Struct, frozen=True, gc=False):
    """A chosen level of one period."""

    period: Period
    choice: Choice


class Pair(msgspec.Struct, frozen=True, gc=False):
    """A level and the one it is compared with; `gap_days` between two observations of a stock, None for flows."""

    current: Level
    base: Level
    gap_days: int | None


def levels_of(book: Book) -> list[Level]:
    """The chosen levels of a series, the latest event time first, then the latest known time."""
    return list(latest_levels(book))


def latest_levels(book: Book) -> Iterator[Level]:
    """The same one after the other: only what is asked for is unpacked."""
    return (Level(period, choice) for period, _, choice in book.latest(Kind.LEVEL))


def pairs(book: Book, comparison: Comparison) -> Iterator[Pair]:
    """The pairs of a series that compare, the latest event time first. Called by `emission`."""
    if book.series.grain is Grain.OPEN:
        return
    breaks = book.breaks()
    candidates = _stock_pairs if book.series.grain is Grain.INSTANT else _flow_pairs
    for pair in candidates(book, comparison):
        if not any(_crosses(pair, declared) for declared in breaks):
            yield pair


def _flow_pairs(book: Book, comparison: Comparison) -> Iterator[Pair]:
    for level in latest_levels(book):
        ends = _base_ends(comparison, level.period)
        base = book.level_of(*ends) if ends is not None else None
        if base is not None:
            yield Pair(level, Level(*base), None)


@lru_cache(maxsize=16_384)
def _base_ends(comparison: Comparison, period: Period) -> tuple[str | None, str] | None:
    """Start and end of the period that one compares with; every monthly series asks for the same."""
    base = (previous_of if comparison is Comparison.PREVIOUS else year_ago_of)(period)
    return None if base is None else (base.start, base.end)


def _stock_pairs(book: Book, comparison: Comparison) -> Iterator[Pair]:
    levels = latest_levels(book)
    read = deque[Level]()  # levels that a search has read ahead, the latest first
    while (level := read.popleft() if read else next(levels, None)) is not None:
        base = _previous(levels, read) if comparison is Comparison.PREVIOUS else _year_ago(level, levels, read)
        if base is not None:
            yield Pair(level, base, (level.period.event_us - base.period.event_us) // _DAY_US)


def _previous(levels: Iterator[Level], read: deque[Level]) -> Level | None:
    if not read:
        read.extend(islice(levels, 1))
    return read[0] if read else None


def _year_ago(level: Level, levels: Iterator[Level], read: deque[Level]) -> Level | None:
    try:
        wanted = event_us(months_later(level.period.end, -12))
    except Refused:  # nothing is a year older than the first year of the calendar
        return None
    while (not read or read[-1].period.event_us >= wanted - YEAR_AGO_TOLERANCE_US) and (more := next(levels, None)):
        read.append(more)
    near = [base for base in read if abs(base.period.event_us - wanted) <= YEAR_AGO_TOLERANCE_US]
    return min(near, key=lambda base: (abs(base.period.event_us - wanted), -base.period.event_us), default=None)


def _crosses(pair: Pair, declared: Break) -> bool:
    """Whether the break falls behind the start of the base's evidence and before the end of the current one's."""
    at = event_us(declared.date)
    base, current = pair.base.period, pair.current.period
    base_from = event_us(base.start) if base.start is not None else base.event_us - 1
    return base_from < at < current.event_us
