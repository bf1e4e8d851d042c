"""Members: what the books a batch touched bring to cross-sections, each at its latest pair."""

from collections.abc import Iterator, Sequence
from typing import Final

from paysignal.engine.books import Book
from paysignal.engine.cross.places import can_stand
from paysignal.engine.emission.cases import Case, Told
from paysignal.engine.pairs import Level
from paysignal.facts.kinds import Comparison
from paysignal.facts.members import Compared, Member

BASELINES: Final = (Comparison.PREVIOUS, Comparison.YEAR_AGO)


def of_members(books: Sequence[Book], told: Told) -> Iterator[Member]:
    """The members that the books are now, by each baseline; `told` are their cases. Called by the step.

    A book without a pair is one all the same where it may have had one and lost it: which of its facts came first
    decides nothing.
    """
    standing = [(at, book) for at, book in enumerate(books) if can_stand(book.series)]
    for baseline in BASELINES:
        cases = told[baseline]
        for at, book in standing:
            case = next(iter(cases[at]), None)
            if case is not None or book.can_lose_readings or book.evicted:
                yield Member(
                    series=book.series,
                    baseline=baseline,
                    version=book.version,
                    pair=None if case is None else _compared(case),
                )


def _compared(case: Case) -> Compared:
    (level, base), support = case.levels, case.support
    return Compared(
        start=level.period.start,
        end=level.period.end,
        level=_value(level),
        level_low=level.choice.interval.low,
        level_high=level.choice.interval.high,
        base=_value(base),
        base_low=base.choice.interval.low,
        base_high=base.choice.interval.high,
        gap_days=case.gap_days,
        known_at=support.known_at,
        facts=support.facts,
        sources=support.sources,
        inputs=support.inputs,
        flags=support.flags,
    )


def _value(level: Level) -> float:
    return level.choice.shown.value
