"""Stated growths and gains against the levels they are about: from, to and percent must agree within their digits."""

from collections.abc import Iterable, Iterator

import numpy as np

from paysignal.engine.audit.findings import Finding, Rule
from paysignal.engine.audit.kin import Kin, ids_of
from paysignal.engine.books import Book
from paysignal.engine.choice import Choice
from paysignal.engine.pairs import Pair, pairs
from paysignal.facts.intervals import Interval
from paysignal.facts.kinds import Comparison, Kind
from paysignal.facts.periods import Grain, Period
from paysignal.indicators.estimates import Estimate
from paysignal.indicators.growth import gain, growth

_FORMULAS = {
    Kind.GROWTH: (growth, Rule.GROWTH_CONTRADICTS_LEVELS),
    Kind.CHANGE: (gain, Rule.GAIN_CONTRADICTS_LEVELS),
}
_COMPARED = frozenset({Comparison.PREVIOUS, Comparison.YEAR_AGO})


def check_levels(families: Iterable[Kin]) -> Iterator[Finding]:
    """Every stated change or growth that its own levels contradict; an unstated baseline can not be checked."""
    for kin in families:
        for book in kin.books:
            for kind in _FORMULAS:
                for period, baseline, choice in book.choices(kind):
                    if baseline in _COMPARED:
                        yield from _check(kin, book, kind, period, Comparison(baseline), choice)


def contradicted(book: Book, kind: Kind, period: Period, baseline: str, choice: Choice) -> bool:
    """Whether levels of the series itself contradict its stated change or growth; called by emission for each of them.

    What levels in other money say of it is not to be seen from one partition.
    """
    if kind not in _FORMULAS or baseline not in _COMPARED:
        return False
    return any(True for _ in _contradictions(book, kind, period, Comparison(baseline), choice))


def _check(  # noqa: PLR0913, PLR0917 -- one statement, told whole
    kin: Kin, book: Book, kind: Kind, period: Period, baseline: Comparison, choice: Choice
) -> Iterator[Finding]:
    rule = _FORMULAS[kind][1]
    for levels in kin.with_levels:
        for pair, value, follows in _contradictions(levels, kind, period, baseline, choice):
            note = f"{kind} {choice.shown.value:g} is stated, {value:.4g} follows from {_told(pair)}"
            yield Finding(rule, ids_of(choice), book.series.key, period.text, choice.shown.value, value, follows, note)


def _contradictions(
    levels: Book, kind: Kind, period: Period, baseline: Comparison, choice: Choice
) -> Iterator[tuple[Pair, float, Interval]]:
    """The pairs of levels that a statement is about and can not be right with, and what follows from them."""
    formula = _FORMULAS[kind][0]
    for pair in pairs(levels, baseline):
        if not _about(pair, period, levels.series.grain):
            continue
        value, low, high = (part.item() for part in formula(_one(pair.current.choice), _one(pair.base.choice)))
        if not np.isfinite(value):
            continue
        follows = Interval(_bounded(low), _bounded(high))
        if not follows.meets(choice.interval):
            yield pair, value, follows


def _about(pair: Pair, period: Period, grain: Grain) -> bool:
    """Whether the pair is what a statement about `period` compares."""
    if grain is Grain.INSTANT:
        same_base = period.start is None or pair.base.period.end == period.start
        return pair.current.period.end == period.end and same_base
    return (pair.current.period.start, pair.current.period.end) == (period.start, period.end)


def _told(pair: Pair) -> str:
    current, base = pair.current, pair.base
    return (
        f"{base.choice.shown.value:g} ({base.period.text}, {base.choice.shown.source.publisher}) to "
        f"{current.choice.shown.value:g} ({current.period.text}, {current.choice.shown.source.publisher})"
    )


def _one(choice: Choice) -> Estimate:
    low = -np.inf if choice.interval.low is None else choice.interval.low
    high = np.inf if choice.interval.high is None else choice.interval.high
    return Estimate(np.array([choice.shown.value]), np.array([low]), np.array([high]))


def _bounded(end: float) -> float | None:
    return end if np.isfinite(end) else None
