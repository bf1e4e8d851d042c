"""Readings of trends: indicators that read the history of the books a batch touched, or what was said of them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from paysignal.engine.books import Book
from paysignal.engine.emission.figures import Figure, bound_of, estimate_of, figures_of, told_estimate
from paysignal.engine.emission.pasts import attention_of, history_of, past_of, said_of
from paysignal.engine.money.converting import at_rate
from paysignal.engine.money.rates import RateTable, rate_of
from paysignal.engine.pairs import Level, Pair, pairs
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Basis, Kind
from paysignal.facts.measures import MEASURES, Unit
from paysignal.facts.readings import NAMED_INPUTS, Flag, Reading, reading_key
from paysignal.indicators.estimates import Estimate
from paysignal.indicators.trends import (
    AT_CONSTANT_RATES,
    ATTENTION,
    DIFFERENCES,
    HISTORIES,
    TRENDS,
    ConstantRateIndicator,
    DifferenceIndicator,
    TrendIndicator,
)

#: Nothing shrinks by more than all of it; a difference of growths has no such floor.
_GROWTH_FLOOR: Final = -1.0


@dataclass(frozen=True, slots=True)
class _Basis:
    """What readings of one book rest on: the levels or claims used, the latest first, told once for all indicators."""

    book: Book
    latest: Level | Claim
    claims: tuple[Claim, ...]
    conflict: bool
    gap_days: int | None = None


def of_trends(books: Sequence[Book], rates: RateTable, names: Collection[str]) -> Iterator[Reading]:
    """The readings of the trends called `names` that the books' claims give now. Called by the step."""
    if not names or not books:
        return
    histories = [each for each in HISTORIES if each.name in names]
    past = [one for book in books if (one := past_of(book)) is not None] if histories else []
    if past:
        bases = [_of_levels(each.book, each.levels[::-1]) for each in past]
        history = history_of(past)
        for indicator in histories:
            yield from _readings(indicator, indicator.compute(history), bases)
    attentive = [each for each in ATTENTION if each.name in names]
    said = [found for book in books if (found := said_of(book)) is not None] if attentive else []
    if said:
        bases = [_of_claims(each.book, each.latest, each.claims[::-1]) for each in said]
        told = attention_of(said)
        for each in attentive:
            yield from _readings(each, each.compute(told), bases)
    for difference in DIFFERENCES:
        if difference.name in names:
            yield from _differences(difference, books)
    for constant in AT_CONSTANT_RATES:
        if constant.name in names:
            yield from _at_constant_rates(constant, books, rates)


def possible_trends(series_key: str, names: Collection[str]) -> Iterator[str]:
    """Every key of these trends that claims of a series can have given a reading."""
    for each in TRENDS:
        if each.name in names:
            yield reading_key(series_key, each.name, each.window, each.baseline)


def _readings(indicator: TrendIndicator, estimate: Estimate, bases: Sequence[_Basis]) -> Iterator[Reading]:
    for basis, figure in zip(bases, figures_of(estimate), strict=True):
        if figure is not None:
            yield _reading(indicator, basis, figure)


def _differences(indicator: DifferenceIndicator, books: Sequence[Book]) -> Iterator[Reading]:
    found = [(book, *case) for book in books if (case := _stated_pair(book, indicator)) is not None]
    if found:
        parts = [estimate_of(levels) for levels in zip(*(levels for _, *levels in found), strict=True)]
        bases = [_of_levels(book, (stated, current, base)) for book, stated, current, base in found]
        yield from _readings(indicator, indicator.compute(*parts), bases)


def _stated_pair(book: Book, indicator: DifferenceIndicator) -> tuple[Level, Level, Level] | None:
    """The latest stated growth whose own levels are known, with these."""
    stated = {
        (period.start, period.end): Level(period, choice)
        for period, baseline, choice in book.choices(Kind.GROWTH)
        if baseline == indicator.baseline
    }
    for pair in pairs(book, indicator.baseline) if stated else ():
        growth = stated.get((pair.current.period.start, pair.current.period.end))
        if growth is not None and pair.base.choice.shown.value > 0:
            return growth, pair.current, pair.base
    return None


def _at_constant_rates(indicator: ConstantRateIndicator, books: Sequence[Book], rates: RateTable) -> Iterator[Reading]:
    money = [book for book in books if book.series.currency not in {"", indicator.currency}]
    found = [(book, *case) for book in money if (case := _rated_pair(book, indicator, rates)) is not None]
    if found:
        current = told_estimate([at_rate(pair.current, rate) for _, pair, rate in found])
        base = told_estimate([at_rate(pair.base, rate) for _, pair, rate in found])
        bases = [_of_levels(book, (pair.current, pair.base), pair.gap_days) for book, pair, _ in found]
        yield from _readings(indicator, indicator.compute(current, base), bases)


def _rated_pair(book: Book, indicator: ConstantRateIndicator, rates: RateTable) -> tuple[Pair, float] | None:
    """The latest pair with a base above zero for whose base period a rate was published."""
    nature = MEASURES[book.series.measure].nature
    for pair in pairs(book, indicator.baseline):
        rate = rate_of(rates, pair.base.period, nature, book.series.currency, indicator.currency)
        if rate is not None and pair.base.choice.shown.value > 0:
            return pair, rate
    return None


def _of_levels(book: Book, levels: Sequence[Level], gap_days: int | None = None) -> _Basis:
    claims = tuple(claim for level in levels for claim in level.choice.supporting)
    conflict = any(level.choice.conflicting for level in levels)
    return _Basis(book, levels[0], claims, conflict, gap_days)


def _of_claims(book: Book, latest: Level | None, claims: tuple[Claim, ...]) -> _Basis:
    return _Basis(book, latest or claims[0], claims, latest is not None and bool(latest.choice.conflicting))


def _reading(indicator: TrendIndicator, basis: _Basis, figure: Figure) -> Reading:
    period = basis.latest.period if isinstance(basis.latest, Level) else basis.latest.dated
    unit = indicator.unit or MEASURES[basis.book.series.measure].unit
    floor = _GROWTH_FLOOR if unit is Unit.RATIO else None
    return Reading(
        series=basis.book.series,
        indicator=indicator.name,
        window=indicator.window,
        baseline=str(indicator.baseline),
        origin=indicator.origin,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        bound=bound_of(figure, floor),
        unit=unit,
        start=period.start,
        event_time=period.end,
        known_at=_latest_known(basis.claims),
        gap_days=basis.gap_days,
        facts=len(basis.claims),
        sources=tuple(islice(dict.fromkeys(claim.source.publisher for claim in basis.claims), NAMED_INPUTS)),
        inputs=_latest_ids(basis.claims),
        flags=_flags(basis),
        final=False,
        version=basis.book.version,
        definition=f"{indicator.name}/{indicator.revision}",
    )


def _flags(basis: _Basis) -> tuple[str, ...]:
    estimated = any(claim.known_at_basis is Basis.ESTIMATED for claim in basis.claims)
    return tuple(flag for flag, raised in ((Flag.CONFLICT, basis.conflict), (Flag.ESTIMATED, estimated)) if raised)


def _latest_known(claims: Iterable[Claim]) -> str:
    return str(max(claims, key=lambda claim: (claim.known_us, str(claim.known_at))).known_at)


def _latest_ids(claims: Iterable[Claim]) -> tuple[str, ...]:
    ranked = sorted(((claim.dated.event_us, claim.known_us, str(claim.id)) for claim in claims), reverse=True)
    return tuple(identity for _, _, identity in ranked[:NAMED_INPUTS])
