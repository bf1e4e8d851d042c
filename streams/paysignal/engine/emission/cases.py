"""Cases: what the indicators of claims are tried on, a level or a level and its base, the latest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from paysignal.engine.books import Book
from paysignal.engine.breaks.falls import fell
from paysignal.engine.breaks.suspicion import Suspicion, crossed
from paysignal.engine.pairs import Level, latest_levels, pairs
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Basis, Comparison
from paysignal.facts.readings import NAMED_INPUTS, Flag


class Support(msgspec.Struct, frozen=True, gc=False):
    """What all readings of one case share: the claims behind it, counted and named."""

    facts: int
    known_at: str
    sources: tuple[str, ...]
    inputs: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(slots=True)
class Case:
    """What an indicator is tried on: a level, or a level and its base."""

    book: Book
    levels: tuple[Level, ...]
    gap_days: int | None = None
    breaks: bool = False  # reaches over a suspected break
    contradicted: bool = False  # a stated change or growth that the series' own levels contradict
    _support: Support | None = None

    @property
    def support(self) -> Support:
        """Told once: a gain and a growth of one pair rest on the same claims."""
        if self._support is None:
            self._support = _support(self)
        return self._support


@dataclass(slots=True)
class Cases:
    """The cases of one book, the latest first, made when the first indicator asks for them and kept for the others."""

    rest: Iterator[Case]
    made: list[Case] = field(default_factory=list)

    def __iter__(self) -> Iterator[Case]:
        at = 0
        while at < len(self.made) or self._make():
            yield self.made[at]
            at += 1

    def _make(self) -> bool:
        case = next(self.rest, None)
        if case is not None:
            self.made.append(case)
        return case is not None


#: The cases of each book of a batch, by what they are compared with.
Told = Mapping[Comparison | None, Sequence[Cases]]


def told_of(books: Sequence[Book]) -> Told:
    """The cases of each book, alone and by what they are compared with. Called once for all that reads them."""
    suspected = [fell(book) for book in books]
    compared: dict[Comparison | None, Sequence[Cases]] = {
        baseline: [Cases(_paired(book, baseline, breaks)) for book, breaks in zip(books, suspected, strict=True)]
        for baseline in (Comparison.PREVIOUS, Comparison.YEAR_AGO)
    }
    return {None: [Cases(_alone(book)) for book in books], **compared}


def _alone(book: Book) -> Iterator[Case]:
    return (Case(book, (level,)) for level in latest_levels(book))


def _paired(book: Book, baseline: Comparison, breaks: Sequence[Suspicion]) -> Iterator[Case]:
    return (
        Case(book, (pair.current, pair.base), pair.gap_days, crossed(pair, breaks)) for pair in pairs(book, baseline)
    )


def _support(case: Case) -> Support:
    choices = [level.choice for level in case.levels]
    supporting = [claim for choice in choices for claim in choice.supporting]
    raised = {
        Flag.CONTRADICTED: case.contradicted,
        Flag.CONFLICT: any(choice.conflicting for choice in choices),
        Flag.ESTIMATED: any(claim.known_at_basis is Basis.ESTIMATED for claim in supporting),
        Flag.SUSPECTED_BREAK: case.breaks,
    }
    return Support(
        facts=len(supporting),
        known_at=_latest_known(supporting),
        sources=_first_distinct(claim.source.publisher for claim in supporting),
        inputs=_latest_ids(supporting),
        flags=tuple(flag for flag, is_raised in raised.items() if is_raised),
    )


def _latest_known(claims: Iterable[Claim]) -> str:
    latest = max(claims, key=lambda claim: (claim.known_us, str(claim.known_at)))
    return str(latest.known_at)


def _latest_ids(claims: Iterable[Claim]) -> tuple[str, ...]:
    ranked = sorted(((claim.dated.event_us, claim.known_us, str(claim.id)) for claim in claims), reverse=True)
    return tuple(identity for _, _, identity in ranked[:NAMED_INPUTS])


def _first_distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[:NAMED_INPUTS]
