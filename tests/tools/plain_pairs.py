"""The plain pairs: the definition, over all levels at once, of what `paysignal.engine.pairs` tells one by one.

Flows compare with exactly the previous period or exactly the year before; stocks with the latest earlier observation or
the one nearest to a year earlier; nothing compares across a declared break, and open periods not at all.
"""

from collections.abc import Iterator
from typing import Final

from paysignal.engine.books import Book
from paysignal.engine.pairs import Level, Pair
from paysignal.facts.claims import Break
from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Comparison, Kind
from paysignal.facts.moments import event_us, months_later
from paysignal.facts.periods import Grain, previous_of, year_ago_of

_DAY_US: Final = 86_400_000_000

#: An observation of a stock counts as a year old within half a month: month ends and publication days move that much.
YEAR_AGO_TOLERANCE_US: Final = 15 * _DAY_US


def levels_of(book: Book) -> list[Level]:
    """The chosen levels of a series, the latest event time first, then the latest known time."""
    return [Level(period, choice) for period, _, choice in book.choices(Kind.LEVEL)]


def plain_pairs(book: Book, comparison: Comparison) -> Iterator[Pair]:
    """The pairs of a series that compare, the latest event time first. Called by `emission`."""
    levels = levels_of(book)
    breaks = book.breaks()
    candidates = _stock_pairs if book.series.grain is Grain.INSTANT else _flow_pairs
    if book.series.grain is Grain.OPEN:
        return
    for pair in candidates(levels, comparison):
        if not any(_crosses(pair, declared) for declared in breaks):
            yield pair


def _flow_pairs(levels: list[Level], comparison: Comparison) -> Iterator[Pair]:
    by_period = {(level.period.start, level.period.end): level for level in levels}
    base_of = previous_of if comparison is Comparison.PREVIOUS else year_ago_of
    for level in levels:
        period = base_of(level.period)
        base = by_period.get((period.start, period.end)) if period is not None else None
        if base is not None:
            yield Pair(level, base, None)


def _stock_pairs(levels: list[Level], comparison: Comparison) -> Iterator[Pair]:
    for index, level in enumerate(levels):
        earlier = levels[index + 1 :]
        base = _previous(earlier) if comparison is Comparison.PREVIOUS else _year_ago(level, earlier)
        if base is not None:
            yield Pair(level, base, (level.period.event_us - base.period.event_us) // _DAY_US)


def _previous(earlier: list[Level]) -> Level | None:
    return earlier[0] if earlier else None


def _year_ago(level: Level, earlier: list[Level]) -> Level | None:
    try:
        wanted = event_us(months_later(level.period.end, -12))
    except Refused:  # nothing is a year older than the first year of the calendar
        return None
    near = [base for base in earlier if abs(base.period.event_us - wanted) <= YEAR_AGO_TOLERANCE_US]
    return min(near, key=lambda base: (abs(base.period.event_us - wanted), -base.period.event_us), default=None)


def _crosses(pair: Pair, declared: Break) -> bool:
    """Whether the break falls behind the start of the base's evidence and before the end of the current one's."""
    at = event_us(declared.date)
    base, current = pair.base.period, pair.current.period
    base_from = event_us(base.start) if base.start is not None else base.event_us - 1
    return base_from < at < current.event_us
