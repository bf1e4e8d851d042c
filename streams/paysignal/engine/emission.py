"""Emission: readings of what a batch touched, each indicator computed for all touched series in one call."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from paysignal.engine.books import Book
from paysignal.engine.choice import Choice
from paysignal.engine.pairs import Pair, pairs
from paysignal.engine.tallies import Row, Tallies
from paysignal.facts.claims import Claim
from paysignal.facts.intervals import Interval
from paysignal.facts.kinds import Basis, Bound, Kind
from paysignal.facts.measures import MEASURES, Unit, unit_of
from paysignal.facts.moments import moment_at
from paysignal.facts.periods import Period
from paysignal.facts.readings import NAMED_INPUTS, Flag, Reading
from paysignal.facts.series import Series
from paysignal.indicators.catalogue import (
    COMPARED,
    ROLLING,
    STATED,
    ComparedIndicator,
    RollingIndicator,
    StatedIndicator,
    definition_of,
)
from paysignal.indicators.estimates import Estimate
from paysignal.windows.exact import total
from paysignal.windows.spans import WINDOWS, Window

#: Nothing shrinks by more than all of it.
_GROWTH_FLOOR: Final = -1.0


@dataclass(frozen=True, slots=True)
class _Figure:
    """One defined element of an estimate, its unbounded sides as None."""

    value: float
    low: float | None
    high: float | None


def of_books(books: Sequence[Book]) -> Iterator[Reading]:
    """Every reading that the books' claims give now."""
    for stated in STATED:
        yield from _stated(stated, books)
    for compared in COMPARED:
        yield from _compared(compared, books)


def of_rows(tallies: Tallies, touched: Sequence[int]) -> Iterator[Reading]:
    """Every reading that the touched rows' newest windows give now."""
    for window in WINDOWS:
        held = [tallies.window(row, window) for row in touched]
        counts = np.array([count for count, _ in held])
        sums = np.array([total(limbs) for _, limbs in held])
        for indicator in ROLLING:
            figures = _figures(indicator.compute(counts, sums))
            for row, figure, count in zip(touched, figures, counts.tolist(), strict=True):
                if figure is not None:
                    yield _of_window(indicator, window, tallies.rows[row], figure, count)


def _stated(indicator: StatedIndicator, books: Iterable[Book]) -> Iterator[Reading]:
    found = [(book, *latest) for book in books for latest in _latest_of_each_baseline(book, indicator.kind)]
    figures = _figures(indicator.compute(_estimate([choice for _, _, _, choice in found])))
    for (book, period, baseline, choice), figure in zip(found, figures, strict=True):
        if figure is not None:
            unit = unit_of(book.series.measure, indicator.kind)
            yield _of_claims(indicator, book, baseline, unit, figure, period, [choice], choice.shown.bound, None)


def _latest_of_each_baseline(book: Book, kind: Kind) -> Iterator[tuple[Period, str, Choice]]:
    done: set[str] = set()
    for period, baseline, choice in book.choices(kind):
        if baseline not in done:
            done.add(baseline)
            yield period, baseline, choice


def _compared(indicator: ComparedIndicator, books: Iterable[Book]) -> Iterator[Reading]:
    """Tries the latest pair of every book at once, then the next pair of those where it was undefined, and so on."""
    waiting = [(book, pairs(book, indicator.baseline)) for book in books]
    while waiting:
        tried = [(book, rest, pair) for book, rest in waiting if (pair := next(rest, None)) is not None]
        current = _estimate([pair.current.choice for _, _, pair in tried])
        base = _estimate([pair.base.choice for _, _, pair in tried])
        figures = _figures(indicator.compute(current, base))
        waiting = []
        for (book, rest, pair), figure in zip(tried, figures, strict=True):
            if figure is None:
                waiting.append((book, rest))
            else:
                yield _of_pair(indicator, book, pair, figure)


def _of_pair(indicator: ComparedIndicator, book: Book, pair: Pair, figure: _Figure) -> Reading:
    unit = indicator.unit if isinstance(indicator.unit, Unit) else MEASURES[book.series.measure].unit
    chosen = [pair.current.choice, pair.base.choice]
    bound = _bound_of(figure, _GROWTH_FLOOR if indicator.unit is Unit.RATIO else None)
    return _of_claims(
        indicator, book, indicator.baseline, unit, figure, pair.current.period, chosen, bound, pair.gap_days
    )


def _of_claims(  # noqa: PLR0913, PLR0917 -- the one place where the parts of a claims' reading come together
    indicator: StatedIndicator | ComparedIndicator,
    book: Book,
    baseline: str,
    unit: Unit,
    figure: _Figure,
    period: Period,
    chosen: list[Choice],
    bound: Bound,
    gap_days: int | None,
) -> Reading:
    supporting = [claim for choice in chosen for claim in choice.supporting]
    return Reading(
        series=book.series,
        indicator=indicator.name,
        window="",
        baseline=str(baseline),
        origin=indicator.origin,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        bound=bound,
        unit=unit,
        start=period.start,
        event_time=period.end,
        known_at=_latest_known(supporting),
        gap_days=gap_days,
        facts=len(supporting),
        sources=_first_distinct(claim.source.publisher for claim in supporting),
        inputs=_latest_ids(supporting),
        flags=_flags(figure, unit, chosen, supporting, book.series),
        final=False,
        version=book.facts,
        definition=definition_of(indicator),
    )


def _of_window(indicator: RollingIndicator, window: Window, row: Row, figure: _Figure, count: int) -> Reading:
    start, end = window.bounds(row.newest_us)
    unit = indicator.unit if isinstance(indicator.unit, Unit) else MEASURES[row.series.measure].unit
    return Reading(
        series=row.series,
        indicator=indicator.name,
        window=window.name,
        baseline="",
        origin=indicator.origin,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        bound=_bound_of(figure),
        unit=unit,
        start=moment_at(start),
        event_time=moment_at(end),
        known_at=moment_at(row.newest_us),
        gap_days=None,
        facts=count,
        sources=tuple(sorted(name for name, at in row.publishers.items() if at >= start))[:NAMED_INPUTS],
        inputs=tuple(identity for at, identity in sorted(row.recent, reverse=True) if at >= start),
        flags=(),
        final=False,
        version=row.facts,
        definition=definition_of(indicator),
    )


def _estimate(choices: Sequence[Choice]) -> Estimate:
    """The chosen figures as arrays, unbounded sides as infinities."""
    lows = [-np.inf if choice.interval.low is None else choice.interval.low for choice in choices]
    highs = [np.inf if choice.interval.high is None else choice.interval.high for choice in choices]
    return Estimate(np.array([choice.shown.value for choice in choices]), np.array(lows), np.array(highs))


def _figures(estimate: Estimate) -> list[_Figure | None]:
    """The elements of an estimate: undefined or overflown ones None, unbounded sides None; no NaN or ∞ gets out."""
    return [
        _Figure(value, _bounded(low), _bounded(high)) if np.isfinite(value) else None
        for value, low, high in zip(*(part.tolist() for part in estimate), strict=True)
    ]


def _bounded(end: float) -> float | None:
    return end if np.isfinite(end) else None


def _bound_of(figure: _Figure, floor: float | None = None) -> Bound:
    """How a derived figure is limited: by its one closed end; open at both it is no more than "about".

    An end at `floor`, which no truth can be under, says nothing and so is open: a base of "over 3" leaves its growth
    anything from -1 up to the shown one.
    """
    below = figure.low is None or (floor is not None and figure.low <= floor < figure.value)
    above = figure.high is None
    if below and above:
        return Bound.ABOUT
    if above:
        return Bound.AT_LEAST
    return Bound.AT_MOST if below else Bound.EXACT


def _flags(
    figure: _Figure, unit: Unit, chosen: list[Choice], supporting: list[Claim], series: Series
) -> tuple[str, ...]:
    compared = len(chosen) > 1
    floor = MEASURES[series.measure].floor
    raised = {
        Flag.CONFLICT: any(choice.conflicting for choice in chosen),
        Flag.ESTIMATED: any(claim.known_at_basis is Basis.ESTIMATED for claim in supporting),
        Flag.SMALL_BASE: compared and unit is Unit.RATIO and chosen[-1].shown.value < floor,
        Flag.UNDECIDED: compared and Interval(figure.low, figure.high).holds(0.0),
    }
    return tuple(sorted(flag for flag, is_raised in raised.items() if is_raised))


def _latest_known(claims: Iterable[Claim]) -> str:
    latest = max(claims, key=lambda claim: (claim.known_us, str(claim.known_at)))
    return str(latest.known_at)


def _latest_ids(claims: Iterable[Claim]) -> tuple[str, ...]:
    ranked = sorted(((claim.dated.event_us, claim.known_us, str(claim.id)) for claim in claims), reverse=True)
    return tuple(identity for _, _, identity in ranked[:NAMED_INPUTS])


def _first_distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[:NAMED_INPUTS]
