"""A sentence with all that was found in it, by token: what the stages of choice look at."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from paysignal.sources.article.periods import TimesFound
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.tokens import HYPHENS, Tokens, is_latin
from paysignal.sources.article.vocabulary import Mark

_STOPS = frozenset({",", ";", ":", "(", ")", "—", "；", "，", "。", "、", "（", "）", "：", "/"})
_JOINS = frozenset({"and", "while", "but", "whereas", "though", "although", "which"})
_CUTS = _STOPS | _JOINS | HYPHENS


#: Participles that open an apposition: "iyzico, bought by PayU in 2019, handles".
ASIDES = frozenset({
    "launched", "founded", "created", "developed", "introduced", "formerly", "headquartered", "started", "owned",
    "run", "backed", "operated", "based", "bought", "acquired", "established", "listed", "spun",
})  # fmt: skip
_ARTICLES = frozenset({"a", "an", "the"})
#: No clause is cut inside of these: "credit and debit card revenue".
_WHOLE = frozenset({"measure", "other", "provider", "market", "compare"})


class Spanned(Protocol):
    """Anything that stands from a token up to another."""

    @property
    def start(self) -> int:
        """The first token."""

    @property
    def end(self) -> int:
        """The token after the last."""


class Clause(NamedTuple):
    """A stretch of tokens between commas and the like."""

    start: int
    end: int


@dataclass(slots=True)
class Scene:
    """One sentence: tokens, marks by category, figures, times; `unknown` are the tokens that no wording covers."""

    tokens: Tokens
    by: dict[str, list[Mark]]
    times: TimesFound
    figures: list[Found]
    clauses: list[Clause]
    covered: bytearray
    start_at: dict[tuple[str, int], Mark] = field(default_factory=dict)
    several: dict[tuple[str, ...], list[Mark]] = field(default_factory=dict)

    def marks(self, *categories: str) -> list[Mark]:
        """The marks of some categories in the order of the text; the list is kept for the next who asks."""
        if len(categories) == 1:
            return self.by.get(categories[0], [])
        known = self.several.get(categories)
        if known is None:
            found = (mark for one in categories for mark in self.by.get(one, ()))
            known = self.several[categories] = sorted(found, key=lambda mark: mark.start)
        return known

    def clause_of(self, index: int) -> int:
        """The number of the clause that a token is in."""
        for number, clause in enumerate(self.clauses):
            if index < clause.end:
                return number
        return len(self.clauses) - 1

    def aside_before(self, index: int, before: int, opening: Container[str]) -> int:
        """Where the clause of a token starts when it is an apposition that closes before another token, else 0."""
        start, end = self.clauses[self.clause_of(index)]
        if not start or end > before or self.norm(end) not in {",", "，", ")"}:
            return 0
        return start if self.norm(start) in opening else 0

    def norm(self, index: int) -> str:
        """A token as looked up; empty outside of the sentence."""
        norms = self.tokens.norms
        return norms[index] if 0 <= index < len(norms) else ""

    def unknown(self, start: int, end: int) -> list[int]:
        """The words between two tokens that no wording covers: the nouns of other things."""
        return [
            at for at in range(max(start, 0), min(end, len(self.covered)))
            if not self.covered[at] and is_latin(self.tokens.norms[at]) and self.tokens.norms[at] not in _ARTICLES
        ]  # fmt: skip


def scene_of(
    tokens: Tokens, marks: Sequence[Mark], times: TimesFound, figures: list[Found], names: Iterable[int]
) -> Scene:
    """The scene of a sentence; `names` are tokens that belong to a name outside of the vocabulary."""
    by: dict[str, list[Mark]] = {}
    start_at: dict[tuple[str, int], Mark] = {}
    covered = bytearray(len(tokens.norms))
    for mark in marks:
        category, _, start, end = mark
        if category in by:
            by[category].append(mark)
        else:
            by[category] = [mark]
        start_at[category, start] = mark
        covered[start:end] = b"\1" * (end - start)
    for start, end in spans_of(times.periods, times.compared, figures):
        covered[start:end] = b"\1" * (end - start)
    for index in names:
        covered[index] = 1
    return Scene(tokens, by, times, figures, _clauses(tokens, times, figures, marks), covered, start_at)


def spans_of(*groups: Iterable[Spanned]) -> Iterator[tuple[int, int]]:
    """Where the things of several groups stand."""
    return ((one.start, one.end) for group in groups for one in group)


def _clauses(tokens: Tokens, times: TimesFound, figures: Sequence[Found], marks: Sequence[Mark]) -> list[Clause]:
    inside: set[int] = set()
    for start, end in spans_of(times.periods, figures):
        inside.update(range(start, end))
    for category, _, start, end in marks:
        if category in _WHOLE:
            inside.update(range(start, end))
    cuts: list[Clause] = []
    start, count = 0, len(tokens.norms)
    for index, norm in enumerate(tokens.norms):
        if norm not in _CUTS or index in inside:
            continue
        if (
            norm == "and"
            and 0 < index < count - 1
            and tokens.written[index - 1][0].isupper()
            and tokens.written[index + 1][0].isupper()
        ):
            continue  # "Latin America and Caribbean": one name
        dash = norm in HYPHENS and not tokens.joined(index)
        if (norm in _STOPS or norm in _JOINS or dash) and index >= start:
            cuts.append(Clause(start, index))
            start = index + 1 if norm not in _JOINS else index
    cuts.append(Clause(start, count))
    return [one for one in cuts if one.end > one.start] or [Clause(0, count)]
