"""Breakdowns: a whole and its parts along one axis for one period, with what they leave over."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from paysignal.engine.books import Book
from paysignal.engine.pairs import Level, levels_of
from paysignal.engine.parts.addable import Refusal, outermost, refusal_of
from paysignal.engine.parts.axes import Axis, is_part, is_part_along, type_of
from paysignal.engine.parts.totals import Amount, added, difference, quotient, summed
from paysignal.facts.intervals import Interval
from paysignal.facts.periods import Period, previous_of
from paysignal.facts.providers import ProviderType
from paysignal.facts.series import Series

#: The base of shares where the whole is not published.
SUM_OF_PARTS: Final = "sum of parts"

#: An observation of a stock farther away than this is no neighbour: a part last seen years ago has ended, not gone
#: missing.
_NEIGHBOUR_US: Final = 366 * 86_400_000_000

_Levels = Mapping[Period, Level]


@dataclass(frozen=True, slots=True)
class Share:
    """A part's share, a ratio, of `base`: the key of the whole's series, or `SUM_OF_PARTS`."""

    value: float
    interval: Interval
    base: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part's level; `share` is None where its base is zero."""

    series: Series
    level: Level
    share: Share | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A whole over one axis in one period.

    `published` is the whole's own level, None when nobody told it; `missing` are parts that were told in a neighbouring
    period and not in this one; `residual` is the whole less its parts, which missing ones are in; None without a whole.
    """

    axis: Axis
    whole: Series
    period: Period
    published: Level | None
    parts: tuple[Part, ...]
    missing: tuple[Series, ...]
    total: Amount
    residual: Amount | None

    @property
    def overlap(self) -> bool:
        """Whether the parts are certainly more than the whole: something is counted twice."""
        return self.residual is not None and self.residual.interval.high is not None and self.residual.interval.high < 0


def breakdown(
    whole: Series, books: Iterable[Book], axis: Axis, period: Period, provider_type: ProviderType | None = None
) -> Breakdown | Refusal:
    """The whole over one axis for one period, from the books that are parts of it; other books are passed over.

    Called by history, the page and the tests. Along the provider axis parts of `provider_type` are taken, or all, which
    is refused where types mix. Where a part and a part of it are both told, the larger one is taken.
    """
    held = list(books)
    levels = {book.series: _by_period(book) for book in held if is_candidate(book.series, whole, axis, provider_type)}
    own = next((_by_period(book) for book in held if book.series == whole), {})
    present = sorted(outermost([series for series, told in levels.items() if period in told]))
    refusal = refusal_of(present or [whole])
    if refusal is not None:
        return refusal
    published = own.get(period)
    shown = {series: levels[series][period] for series in present}
    return Breakdown(
        axis=axis,
        whole=whole,
        period=period,
        published=published,
        parts=tuple(_parts(shown, whole, published)),
        missing=tuple(_missing(levels, own, period, present)),
        total=summed(shown.values()),
        residual=None if published is None else difference(published, shown.values()),
    )


def is_candidate(series: Series, whole: Series, axis: Axis, provider_type: ProviderType | None = None) -> bool:
    """Whether a series is a part of the whole along the axis and, where one is named, of the provider type."""
    return is_part_along(series, whole, axis) and (provider_type is None or type_of(series.provider) is provider_type)


def _by_period(book: Book) -> _Levels:
    return {level.period: level for level in levels_of(book)}


def _parts(shown: Mapping[Series, Level], whole: Series, published: Level | None) -> Iterator[Part]:
    for series, level in shown.items():
        others = [other for name, other in shown.items() if name != series] if published is None else []
        share = _share_of_sum(level, others) if published is None else _share(level, published, whole.key)
        yield Part(series, level, share)


def _share(level: Level, whole: Level, base: str) -> Share | None:
    if whole.choice.shown.value <= 0:
        return None
    value = level.choice.shown.value / whole.choice.shown.value
    return Share(value, quotient(level.choice.interval, whole.choice.interval), base)


def _share_of_sum(level: Level, others: Sequence[Level]) -> Share | None:
    """The part is in its own base: its share is least when it is small and the others are large."""
    base = summed([level, *others]).value
    if base <= 0:
        return None
    own, rest = level.choice.interval, added(other.choice.interval for other in others)
    low = quotient(_point(own.low), added([_point(own.low), _point(rest.high)])).low
    high = quotient(_point(own.high), added([_point(own.high), _point(rest.low)])).high
    value = level.choice.shown.value / base
    # The value's base is rounded, the ends' bases outward: the value may stand a last bit outside of them.
    ends = Interval(min(low or 0.0, value), max(1.0 if high is None else min(high, 1.0), value))
    return Share(value, ends, SUM_OF_PARTS)


def _point(end: float | None) -> Interval:
    return Interval(end, end)


def _missing(
    levels: Mapping[Series, _Levels], own: _Levels, period: Period, present: Sequence[Series]
) -> Iterator[Series]:
    near = _neighbours(period, [*levels.values(), own])
    absent = [series for series, told in levels.items() if period not in told and not near.isdisjoint(told)]
    for series in sorted(outermost(absent)):
        if not any(is_part(series, other) for other in present):
            yield series


def _neighbours(period: Period, told: Sequence[_Levels]) -> set[Period]:
    """The periods next to this one: of flows exactly those that touch it, of stocks the observations nearest to it."""
    known = {each for levels in told for each in levels}
    if period.start is not None:
        return {each for each in known if each == previous_of(period) or previous_of(each) == period}
    at = period.event_us
    near = [each for each in known if 0 < abs(each.event_us - at) <= _NEIGHBOUR_US]
    earlier = max((each.event_us for each in near if each.event_us < at), default=None)
    later = min((each.event_us for each in near if each.event_us > at), default=None)
    return {each for each in near if each.event_us in {earlier, later}}
