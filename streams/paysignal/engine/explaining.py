"""Explaining: why a reading is what it is, from the facts, recomputed to the last bit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from paysignal.engine.asof import state_of
from paysignal.engine.averages import FORMULA, Averages
from paysignal.engine.books import Book
from paysignal.engine.choice import Choice, latest_revisions
from paysignal.engine.emission.trends import of_trends
from paysignal.engine.money.converting import converted
from paysignal.engine.money.rates import NO_RATES, RateTable
from paysignal.engine.pairs import Level, levels_of, pairs
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.errors import PaySignalError
from paysignal.facts.kinds import Kind
from paysignal.facts.periods import Period
from paysignal.facts.readings import NAMED_INPUTS, Reading
from paysignal.facts.series import SEPARATOR
from paysignal.indicators.catalogue import (
    COMPARED,
    CONVERTED,
    ROLLING,
    STATED,
    ComparedIndicator,
    ConvertedIndicator,
    StatedIndicator,
)
from paysignal.indicators.trends import EVERY_TREND, TRENDS

_OfClaims = StatedIndicator | ComparedIndicator | ConvertedIndicator

_SUBSCRIPTS = ("", "₁", "₂", "₃", "₄", "₅", "₆", "₇")
#: A trend's formula names what it reads; there may be a hundred figures, and no place to fill in one.
_UNBRACED = str.maketrans("", "", "{}")
_KEY_PARTS = 10
_SERIES_PARTS = 7


class UnknownKeyError(PaySignalError):
    """A key that no reading has; says why, and what to write instead."""


class Why(StrEnum):
    """Why a claim about the same period was left out."""

    REVISED = "revised"  #: the same publisher said otherwise later
    RETRACTED = "retracted"  #: its publisher withdrew it
    CONFLICT = "conflict"  #: it excludes the figure of a more authoritative source


@dataclass(frozen=True, slots=True)
class Evidence:
    """One level, change or growth that a reading was computed from, with the claims behind it, the shown one first.

    `rate` is what it was converted at, None where it was not.
    """

    part: str
    period: Period
    value: float
    low: float | None
    high: float | None
    rate: float | None
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A claim about one of the periods that was not used."""

    claim: Claim
    why: Why


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reading, its formula with the numbers put in, what it was computed from and what was left out.

    `passed_over` are later periods at which the indicator is undefined, with the reason.
    """

    reading: Reading
    formula: str
    evidence: tuple[Evidence, ...]
    left_out: tuple[LeftOut, ...]
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyParts:
    """A reading's key taken apart."""

    series_key: str
    indicator: str
    window: str
    baseline: str


def parts_of(key: str) -> KeyParts:
    """Takes a reading's key apart; raises `UnknownKeyError` unless it has ten parts."""
    parts = key.split(SEPARATOR)
    if len(parts) != _KEY_PARTS:
        raise UnknownKeyError(
            f"key {key[:200]!r}: has {len(parts)} parts of {_KEY_PARTS}; copy one from the page or `paysignal tail`"
        )
    return KeyParts(SEPARATOR.join(parts[:_SERIES_PARTS]), *parts[_SERIES_PARTS:])


def explain(
    key: str, facts: Iterable[Claim | Retraction], as_of_us: int | None = None, rates: RateTable = NO_RATES
) -> Explanation:
    """Explains the reading with this key from the claims and retractions of its series, as of a known time or now.

    Raises `UnknownKeyError` when these facts give no such reading, and for windows of increments, which are not kept.
    """
    parts = parts_of(key)
    if parts.indicator in {indicator.name for indicator in ROLLING}:
        raise UnknownKeyError(f"key {key}: its increments are no claims; the reading names the latest of them (inputs)")
    state = state_of(facts, as_of_us, rates)
    reading, book = state.readings.get(key), state.statements.books.get(parts.series_key)
    if parts.indicator in EVERY_TREND:
        return _of_trend(key, parts, book, rates)
    indicator = _indicator(parts)
    if reading is None or book is None:
        raise UnknownKeyError(f"key {key}: {_missing(indicator, book)}; ask for the series' history")
    evidence = tuple(_evidence(indicator, book, reading, rates))
    numbers = {each.part: f"{each.value!r}" for each in evidence}
    numbers |= {f"{each.part}_rate": f"{each.rate!r}" for each in evidence}
    return Explanation(
        reading=reading,
        formula=indicator.formula.format(**numbers),
        evidence=evidence,
        left_out=tuple(_left_out(_kind_of(indicator), book, evidence)),
        passed_over=tuple(_passed_over(indicator, book, reading)),
    )


def _of_trend(key: str, parts: KeyParts, book: Book | None, rates: RateTable) -> Explanation:
    """A trend reads the whole series: its evidence are the latest levels, x the last of them and x₁ the one before."""
    found = {each.key: each for each in of_trends([book], rates, {parts.indicator})} if book is not None else {}
    if book is None or key not in found:
        raise UnknownKeyError(f"key {key}: no claim known then gives this reading; ask for the series' history")
    (formula, *_) = [each.formula for each in TRENDS if (each.name, each.window) == (parts.indicator, parts.window)]
    latest = levels_of(book)[:NAMED_INPUTS]
    evidence = tuple(_figure(f"x{_SUBSCRIPTS[back]}", level, None) for back, level in enumerate(latest))
    return Explanation(
        reading=found[key],
        formula=formula.translate(_UNBRACED),
        evidence=evidence,
        left_out=tuple(_left_out(Kind.LEVEL, book, evidence)),
        passed_over=(),
    )


def explain_average(averages: Averages) -> Explanation:
    """Explains the reading of value over count; raises `UnknownKeyError` where no period has both."""
    reading = averages.reading
    if reading is None:
        raise UnknownKeyError(f"key {averages.key}: no period has both value and count; ask for the series' history")
    latest = averages.found[0]
    parts = (("value", averages.values, latest.value), ("count", averages.counts, latest.count))
    evidence = tuple(_figure(part, level, None) for part, _, level in parts)
    return Explanation(
        reading=reading,
        formula=FORMULA.format(**{each.part: f"{each.value!r}" for each in evidence}),
        evidence=evidence,
        left_out=tuple(
            left
            for (_, book, _), each in zip(parts, evidence, strict=True)
            for left in _left_out(Kind.LEVEL, book, [each])
        ),
        passed_over=(),
    )


def _missing(indicator: _OfClaims, book: Book | None) -> str:
    """Why a key of the catalogue has no reading."""
    if book is not None and isinstance(indicator, ConvertedIndicator) and book.series.currency:
        comparable = levels_of(book) if indicator.baseline is None else list(pairs(book, indicator.baseline))
        if comparable and book.series.currency == indicator.currency:
            return f"its figures are in {indicator.currency} already"
        if comparable:
            return f"no rate of {book.series.currency} in {indicator.currency} was published for its periods"
    return "no claim known then gives this reading"


def _indicator(parts: KeyParts) -> _OfClaims:
    catalogue: tuple[_OfClaims, ...] = (*STATED, *COMPARED, *CONVERTED)
    for indicator in catalogue:
        baseline = parts.baseline if isinstance(indicator, StatedIndicator) else indicator.baseline or ""
        if (indicator.name, baseline) == (parts.indicator, parts.baseline):
            return indicator
    raise UnknownKeyError(f"indicator {parts.indicator!r}: the catalogue has none of this name and baseline")


def _kind_of(indicator: _OfClaims) -> Kind:
    return indicator.kind if isinstance(indicator, StatedIndicator) else Kind.LEVEL


def _evidence(indicator: _OfClaims, book: Book, reading: Reading, rates: RateTable) -> Iterator[Evidence]:
    currency = indicator.currency if isinstance(indicator, ConvertedIndicator) else None
    for part, level in _levels(indicator, book, reading):
        told = None if currency is None else converted(level, book.series, currency, rates)
        yield _figure(part, level, None if told is None else told.rate)


def _figure(part: str, level: Level, rate: float | None) -> Evidence:
    choice = level.choice
    return Evidence(
        part, level.period, choice.shown.value, choice.interval.low, choice.interval.high, rate, choice.supporting
    )


def levels_behind(reading: Reading, book: Book) -> list[Level]:
    """What a reading of claims was computed from, the current level first.

    Nothing for windows of increments, and for trends: a figure among a hundred does not put a median in question.
    Called with a reading that the engine made of this book as it is.
    """
    if reading.window or reading.indicator in EVERY_TREND:
        return []
    indicator = _indicator(KeyParts(reading.series.key, reading.indicator, reading.window, reading.baseline))
    return [level for _, level in _levels(indicator, book, reading)]


def _levels(indicator: _OfClaims, book: Book, reading: Reading) -> list[tuple[str, Level]]:
    """What the reading was computed from, by the part it has in the formula."""
    covered = (reading.start, reading.event_time)
    if isinstance(indicator, StatedIndicator):
        stated = [
            Level(period, choice)
            for period, baseline, choice in book.choices(indicator.kind)
            if baseline == reading.baseline and (period.start, period.end) == covered
        ]
        return [("shown", stated[0])] if stated else []
    if indicator.baseline is None:
        levels = [level for level in levels_of(book) if (level.period.start, level.period.end) == covered]
        return [("current", levels[0])] if levels else []
    for pair in pairs(book, indicator.baseline):
        if (pair.current.period.start, pair.current.period.end) == covered:
            return [("current", pair.current), ("base", pair.base)]
    return []


def _left_out(kind: Kind, book: Book, evidence: Iterable[Evidence]) -> Iterator[LeftOut]:
    for each in evidence:
        used = {claim.id for claim in each.claims}
        about = book.statements_about(each.period, kind, each.claims[0].baseline_text)
        standing = {claim.id for claim in latest_revisions(claim for claim, retracted in about if not retracted)}
        for claim, retracted in about:
            if claim.id not in used:
                replaced = Why.CONFLICT if claim.id in standing else Why.REVISED
                yield LeftOut(claim, Why.RETRACTED if retracted else replaced)


def _passed_over(indicator: _OfClaims, book: Book, reading: Reading) -> Iterator[str]:
    """Later levels at which the indicator is undefined, newest first."""
    if isinstance(indicator, StatedIndicator):
        return
    baseline = indicator.baseline
    compared = {pair.current.period: pair.base.choice for pair in pairs(book, baseline)} if baseline else {}
    for level in levels_of(book):
        if (level.period.start, level.period.end) == (reading.start, reading.event_time):
            return
        yield f"{level.period.text}: {_undefined(indicator, compared.get(level.period))}"


def _undefined(indicator: ComparedIndicator | ConvertedIndicator, base: Choice | None) -> str:
    if indicator.baseline is not None and base is None:
        return f"no level of the {indicator.baseline.replace('_', ' ')} period to compare with, or a break between"
    if base is not None and base.shown.value <= 0:
        return f"the base is {base.shown.value:g}: growth from nothing is undefined"
    if isinstance(indicator, ConvertedIndicator):
        return "no rate was published for the period"
    return "the figure would be larger than any number"
