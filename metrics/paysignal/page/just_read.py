"""The table *Just read*: every statement that was read from an article. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from paysignal.board.intervals import interval_matters, shows_interval
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Bound, Comparison, Kind
from paysignal.facts.markets import market_name
from paysignal.facts.measures import Unit
from paysignal.facts.moments import microseconds
from paysignal.facts.periods import Grain
from paysignal.facts.readings import Flag, Reading
from paysignal.facts.series import Series
from paysignal.history.store import Held
from paysignal.page import words
from paysignal.page.rows import SYNTHETIC_PUBLISHER, JustRead

_US_A_SECOND = 1_000_000

#: The indicator that shows a claim of the kind as it was stated.
_STATED = {Kind.LEVEL: "level", Kind.CHANGE: "stated_gain", Kind.GROWTH: "stated_growth"}
_COMPUTED_GROWTH = {
    Comparison.PREVIOUS.value: "previous_period_growth",
    Comparison.YEAR_AGO.value: "year_on_year_growth",
}

_Index = dict[tuple[Series, str, str], list[Reading]]


#: What was found against claims, by id: sentences.
Notes = Mapping[str, Sequence[str]]

_DOUBTS = frozenset({Flag.CONFLICT, Flag.CONTRADICTED})


def just_read(
    held: Iterable[Held], readings: Iterable[Reading], now: dt.datetime, notes: Notes = MappingProxyType({})
) -> tuple[JustRead, ...]:
    """One row for each claim that has a place in a text: the newest article first, each in its own order.

    A claim that is another's equivalent (the same amount in other money) is merged into that one's row, and with it
    what was found against it.
    """
    read = [one for one in held if one.claim.source.span is not None and one.claim.period is not None]
    ids = {one.claim.id for one in read}
    equivalents: dict[str, list[Claim]] = {}
    for one in read:
        if one.claim.equivalent_of is not None and one.claim.equivalent_of in ids - {one.claim.id}:
            equivalents.setdefault(one.claim.equivalent_of, []).append(one.claim)
    merged = {claim.id for claims in equivalents.values() for claim in claims}
    own = sorted((one for one in read if one.claim.id not in merged), key=_order)
    index = _index(readings, {_moneyless(one.claim.series) for one in own})
    return tuple(_row(one, equivalents.get(one.claim.id or "", ()), index, now, notes) for one in own)


def _order(held: Held) -> tuple[int, str, tuple[int, int]]:
    source = held.claim.source
    return -held.claim.known_us, source.sha256 or source.publisher, source.span or (0, 0)


def _moneyless(series: Series) -> Series:
    """The series without its currency: a growth may be told without one, and still be that of the one line there is."""
    return msgspec.structs.replace(series, currency="")


def _index(readings: Iterable[Reading], wanted: set[Series]) -> _Index:
    index: _Index = {}
    providers = {series.provider for series in wanted}
    for reading in readings:
        if reading.series.provider in providers and (series := _moneyless(reading.series)) in wanted:
            index.setdefault((series, reading.indicator, reading.baseline), []).append(reading)
    return index


def _found(index: _Index, claim: Claim, indicator: str, baseline: str) -> Reading | None:
    """The reading of the claim's series and period; a claim without currency takes the only one there is."""
    period = claim.dated
    stock = claim.series.grain is Grain.INSTANT
    found = [
        reading
        for reading in index.get((_moneyless(claim.series), indicator, baseline), ())
        if reading.event_time == period.end and (stock or reading.start == period.start)
    ]
    exact = [reading for reading in found if reading.series.currency == claim.currency]
    if exact:
        return exact[0]
    return found[0] if len(found) == 1 and not claim.currency else None


def _derived(index: _Index, claim: Claim) -> Reading | None:
    """What was computed for the same series and period: a gain beside a gain, a growth beside the rest."""
    if claim.series.grain is Grain.OPEN:
        return None
    if claim.kind is Kind.CHANGE:
        return _found(index, claim, "derived_gain", claim.baseline_text)
    baseline = claim.baseline_text if claim.kind is Kind.GROWTH else Comparison.YEAR_AGO.value
    indicator = _COMPUTED_GROWTH.get(baseline)
    return None if indicator is None else _found(index, claim, indicator, baseline)


def _row(held: Held, equivalents: Sequence[Claim], index: _Index, now: dt.datetime, notes: Notes) -> JustRead:
    claim = held.claim
    stated = _found(index, claim, _STATED[claim.kind], claim.baseline_text)
    derived = _derived(index, claim)
    sources = _sources(claim, stated)
    seconds = (microseconds(now) - claim.known_us) // _US_A_SECOND
    found = tuple(note for one in (claim, *equivalents) for note in notes.get(one.id or "", ()))
    return JustRead(
        id=claim.id or "",
        provider=claim.provider,
        provider_name=words.provider(claim.provider),
        synthetic=SYNTHETIC_PUBLISHER in sources,
        market=claim.market,
        market_name=market_name(claim.market),
        measure=claim.measure,
        segment=claim.segment,
        measure_words=words.measure(claim.measure, claim.segment),
        kind=claim.kind,
        value=claim.value,
        bound=claim.bound,
        unit=claim.unit,
        currency=claim.currency,
        statement=_statement(claim, equivalents),
        interval=_interval(claim),
        period=words.period(claim.dated.start, claim.dated.end, claim.series.grain, claim.dated.length),
        baseline=words.baseline(claim.baseline_text),
        derived=_reading_words(derived),
        derived_interval=_derived_interval(derived),
        sources=sources,
        known_at=claim.known_at,
        age_seconds=max(0, seconds),
        age=words.age(max(0, seconds)),
        retracted=held.retracted,
        flags=_flags(stated, found),
        notes=found,
    )


def _flags(stated: Reading | None, found: Sequence[str]) -> tuple[str, ...]:
    """Why to doubt the figure: its reading's reasons, and that something was found against it."""
    raised = _DOUBTS.intersection(stated.flags if stated is not None else ())
    return tuple(sorted(raised | {Flag.CONTRADICTED} if found else raised))


def _statement(claim: Claim, equivalents: Sequence[Claim]) -> str:
    stated = words.statement(claim.value, claim.bound, claim.kind, claim.unit, claim.currency)
    others = [words.amount(abs(one.value), one.unit, one.currency) for one in equivalents]
    return f"{stated} ({', '.join(others)})" if others else stated


def _interval(claim: Claim) -> str:
    span = claim.interval
    if not interval_matters(claim.value, span.low, span.high):
        return ""
    return words.interval(span.low, span.high, claim.unit)


def _reading_words(reading: Reading | None) -> str:
    if reading is None:
        return ""
    kind = Kind.GROWTH if reading.indicator in _COMPUTED_GROWTH.values() else Kind.CHANGE
    return words.statement(reading.value, Bound(reading.bound), kind, reading.unit, reading.series.currency)


def _derived_interval(reading: Reading | None) -> str:
    if reading is None or not shows_interval(reading):
        return ""
    return words.interval(reading.low, reading.high, Unit(reading.unit))


def _sources(claim: Claim, stated: Reading | None) -> tuple[str, ...]:
    """The publishers behind the figure, the article's own first: the row is about what that article states."""
    named = stated.sources if stated is not None else ()
    shown = dict.fromkeys((claim.source.publisher, *named))
    return tuple(words.name(publisher) for publisher in shown)
