"""A whole and its parts as rows: shares with their base, what is left over, the order and where it is open."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from paysignal.engine.asof import state_of
from paysignal.engine.books import Book
from paysignal.engine.pairs import Level, levels_of
from paysignal.engine.parts.addable import Refusal
from paysignal.engine.parts.axes import Axis, type_of
from paysignal.engine.parts.breakdowns import Breakdown, Part, breakdown, is_candidate
from paysignal.engine.parts.ranks import Rank, ranked
from paysignal.engine.parts.totals import Amount
from paysignal.facts.errors import quoted
from paysignal.facts.intervals import Interval
from paysignal.facts.periods import Period
from paysignal.facts.providers import ProviderType
from paysignal.facts.series import Series
from paysignal.history.answers import Answers
from paysignal.history.held import told
from paysignal.history.questions import BadQuestion, Unknown, as_of_us, series_of
from paysignal.history.rows import BreakdownRow, FigureRow, PartRow, PartsRow

#: Rows of one answer; a whole of more parts is told by its largest.
MOST_PARTS: Final = 1_000


def parts_row(answers: Answers, series: str, axis: str | None, as_of: str | None) -> PartsRow:
    """The latest period of the whole over an axis for which parts are known; raises `BadQuestion` or `Unknown`.

    Without an axis it is divided along every axis that has parts. Providers are compared within one type, so along that
    axis there is a breakdown for each. A series that was never told as a whole may be asked for: its parts are then
    shares of their sum.
    """
    whole, us = series_of(series), as_of_us(as_of)
    axes = list(Axis) if not axis else [_axis(axis)]
    found = [row for each in axes for row in _along(answers, whole, each, us)]
    if not found:
        raise Unknown(f"series {quoted(whole.key)}: no part of it is known along {', '.join(axes)}; ask for a whole")
    return PartsRow(series=whole.key, as_of=as_of or None, breakdowns=tuple(found))


def _axis(text: str) -> Axis:
    try:
        return Axis(text)
    except ValueError:
        raise BadQuestion(f"axis {quoted(text)}: is none; write {', '.join(Axis)}") from None


def _along(answers: Answers, whole: Series, axis: Axis, us: int | None) -> Iterator[BreakdownRow]:
    parts = list(_candidates(answers, whole, axis))
    held = (one for each in (whole, *parts) for one in answers.store.facts_of(each.key, us))
    books = list(state_of(told(held)).statements.books.values())
    for of_type in _types(parts, axis):
        period = _latest(books, whole, axis, of_type)
        if period is not None:
            yield _row(axis, of_type, period, breakdown(whole, books, axis, period, of_type))


def _candidates(answers: Answers, whole: Series, axis: Axis) -> Iterator[Series]:
    store = answers.store
    names = store.providers() if axis is Axis.PROVIDER else (whole.provider,)
    for name in names:
        for key in store.series_keys(name):
            series = series_of(key)
            if is_candidate(series, whole, axis):
                yield series


def _types(parts: Iterable[Series], axis: Axis) -> Sequence[ProviderType | None]:
    """Along other axes all parts are of the whole's provider."""
    if axis is not Axis.PROVIDER:
        return [None]
    return sorted({known for part in parts if (known := type_of(part.provider)) is not None})


def _latest(books: Iterable[Book], whole: Series, axis: Axis, of_type: ProviderType | None) -> Period | None:
    """The latest period that some part was told for."""
    told_for = (
        level.period
        for book in books
        if is_candidate(book.series, whole, axis, of_type)
        for level in levels_of(book)[:1]
    )
    return max(told_for, key=lambda period: (period.event_us, period.text), default=None)


def _row(axis: Axis, of_type: ProviderType | None, period: Period, found: Breakdown | Refusal) -> BreakdownRow:
    if isinstance(found, Refusal):
        return BreakdownRow(axis=axis, provider_type=of_type, period=period, refused=found.sentence)
    parts = {part.series: part for part in found.parts}
    return BreakdownRow(
        axis=axis,
        provider_type=of_type,
        period=period,
        whole=None if found.published is None else _level(found.published),
        parts=tuple(_part(parts[rank.series], rank) for rank in ranked(found.parts)[:MOST_PARTS]),
        missing=tuple(series.key for series in found.missing[:MOST_PARTS]),
        total=_amount(found.total),
        residual=None if found.residual is None else _amount(found.residual),
        overlap=found.overlap,
    )


def _part(part: Part, rank: Rank) -> PartRow:
    share = part.share
    return PartRow(
        series=part.series.key,
        level=_level(part.level),
        share=None if share is None else _figure(share.value, share.interval),
        base=None if share is None else share.base,
        place=rank.place,
        best=rank.best,
        worst=rank.worst,
    )


def _level(level: Level) -> FigureRow:
    return _figure(level.choice.shown.value, level.choice.interval)


def _amount(amount: Amount) -> FigureRow:
    return _figure(amount.value, amount.interval)


def _figure(value: float, interval: Interval) -> FigureRow:
    return FigureRow(value=value, low=interval.low, high=interval.high)
