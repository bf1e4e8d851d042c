"""Which articles tell one story, and how new a fact still is: copies corroborate, they add nothing.

Two articles tell one story when their words run alike (shingles of three words) or, re-told in other words, when they
state the same figures of the same providers within days of each other. A story's id is made of its first
document's text.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import msgspec

from paysignal.facts.claims import Claim
from paysignal.facts.moments import instant_of
from paysignal.sources.article.model import Extraction
from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import Document

_WORD = re.compile(r"\w+")
_SHINGLE = 3
#: Of the shingles of the shorter text this part stands in the longer one too: copies and shortened copies; articles of
#: their own on one subject share less than a twentieth (measured on the made set in the tests).
_ALIKE = 0.25
#: Only so much of a text is compared; agencies' copies are cut from the end.
_LONGEST_WORDS = 2_000
#: Re-told stories follow within days; a figure repeated after a month is a look back.
_DAYS = dt.timedelta(days=14)
#: Of the facts of the article with fewer this part must be in both.
_SAME_FACTS = 0.5
#: Each earlier publisher of a fact halves what another one adds.
_FADING = 0.5

#: Some 300 bytes a shingle: 1,000 articles of 400 words are 120 MB, the longest that can be 600 MB.
MOST_DOCUMENTS = 1_000
_MOST_FACTS = 50_000
_MOST_PUBLISHERS = 64  #: what a further one adds is less than 1e-19

FactKey = tuple[str, str, str, str, str, float]
_Key = TypeVar("_Key", int, FactKey)


class Story(msgspec.Struct, frozen=True):
    """A document's story: its id, and how many documents told it before."""

    document: str
    story: str
    earlier: int


class Novelty(msgspec.Struct, frozen=True):
    """How new one fact of a document is: 1 for its first publisher, half for each further one, 0 for a repetition."""

    document: str
    claim: str
    novelty: float


class Article(NamedTuple):
    """A document read: what it states, the story it tells, and how new each of its claims is, in their order.

    Each claim's `source.ref` has the story's id behind the rule that found the claim, as explanations show it.
    """

    extraction: Extraction
    story: Story
    novelties: tuple[Novelty, ...]


@dataclass(slots=True)
class _Told:
    id: str
    story: str
    shingles: frozenset[int]
    facts: frozenset[FactKey]
    known: dt.datetime | None


@dataclass(slots=True)
class Stories:
    """The stories so far; documents are shown to it in the order they were published.

    Memory: the last `most` documents, each with at most 2,000 shingles of some 300 bytes, and the publishers of the
    last `_MOST_FACTS` facts. Beyond that the document shown first is forgotten, and with its last document a story.
    """

    most: int = MOST_DOCUMENTS
    shown: int = 0
    told: dict[int, _Told] = field(default_factory=dict)
    by_shingle: dict[int, list[int]] = field(default_factory=dict)
    by_fact: dict[FactKey, list[int]] = field(default_factory=dict)
    publishers: dict[FactKey, list[str]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)

    def read(self, document: Document, *, stages: bool = True) -> Article:
        """The facts of a document with its story: what `extract` and `produce` do with every article, in turn."""
        extraction = parse_article(document, stages=stages)
        story = self.add(document, extraction)
        marked = tuple(_marked(one, story) if isinstance(one, Claim) else one for one in extraction.outcomes)
        claims = [one for one in marked if isinstance(one, Claim)]
        extraction = msgspec.structs.replace(extraction, outcomes=marked)
        return Article(extraction, story, tuple(self.novelty(document, claims)))

    def add(self, document: Document, extraction: Extraction) -> Story:
        """The story of a document: the one it tells again, or a new one."""
        facts = frozenset(key_of(one) for one in extraction.outcomes if isinstance(one, Claim))
        known = instant_of(document.published_at) if document.published_at else None
        one = _Told(document.id, "", shingles_of(document.text), facts, known)
        match = self._match(one)
        one.story = match.story if match is not None else _story_id(document)
        number = self.shown
        self.shown += 1
        self.told[number] = one
        self.kept[one.story] = self.kept.get(one.story, 0) + 1
        for shingle in one.shingles:
            self.by_shingle.setdefault(shingle, []).append(number)
        for fact in facts:
            self.by_fact.setdefault(fact, []).append(number)
        earlier = self.sizes.get(one.story, 0)
        self.sizes[one.story] = earlier + 1
        if len(self.told) > self.most:
            self._forget_oldest()
        return Story(document.id, one.story, earlier)

    def novelty(self, document: Document, claims: Iterable[Claim]) -> list[Novelty]:
        """How new each fact is, by the publishers that stated it before; the same publisher again adds nothing."""
        found = []
        for claim in claims:
            known = self._publishers_of(key_of(claim))
            again = claim.source.publisher in known
            found.append(Novelty(document.id, claim.id or "", 0.0 if again else _FADING ** len(known)))
            if not again and len(known) < _MOST_PUBLISHERS:
                known.append(claim.source.publisher)
        return found

    def _publishers_of(self, fact: FactKey) -> list[str]:
        known = self.publishers.setdefault(fact, [])
        if len(self.publishers) > _MOST_FACTS:
            del self.publishers[next(iter(self.publishers))]
        return known

    def _forget_oldest(self) -> None:
        number = next(iter(self.told))
        one = self.told.pop(number)
        for shingle in one.shingles:
            _without_first(self.by_shingle, shingle)
        for fact in one.facts:
            _without_first(self.by_fact, fact)
        self.kept[one.story] -= 1
        if not self.kept[one.story]:
            del self.kept[one.story], self.sizes[one.story]

    def _match(self, one: _Told) -> _Told | None:
        shared: dict[int, int] = {}
        for shingle in one.shingles:
            for number in self.by_shingle.get(shingle, ()):
                shared[number] = shared.get(number, 0) + 1
        candidates = set(shared) | {number for fact in one.facts for number in self.by_fact.get(fact, ())}
        scored = [(self._likeness(one, self.told[number], shared.get(number, 0)), -number) for number in candidates]
        best = max(scored, default=(0.0, 0))
        return self.told[-best[1]] if best[0] > 0 else None

    @staticmethod
    def _likeness(one: _Told, other: _Told, shared: int) -> float:
        if one.known is not None and other.known is not None and abs(one.known - other.known) > _DAYS:
            return 0.0
        shorter = min(len(one.shingles), len(other.shingles))
        alike = shared / shorter if shorter else 0.0
        both, fewer = len(one.facts & other.facts), min(len(one.facts), len(other.facts))
        same = both / fewer if fewer else 0.0
        if fewer and not both:
            return 0.0  # last quarter's words with this quarter's figures
        enough = both >= 2 or (both == 1 and fewer == 1)  # noqa: PLR2004  one figure of many may be background
        return max(alike if alike >= _ALIKE else 0.0, same if enough and same >= _SAME_FACTS else 0.0)


def _marked(claim: Claim, story: Story) -> Claim:
    """The claim with its story: an id does not depend on where a claim was read, so it stays the same."""
    ref = f"{claim.source.ref}; story {story.story}" if claim.source.ref else f"story {story.story}"
    return msgspec.structs.replace(claim, source=msgspec.structs.replace(claim.source, ref=ref))


def _without_first(numbers: dict[_Key, list[int]], key: _Key) -> None:
    """Takes out a key's lowest number, which is the oldest document's, and the key with its last one."""
    del numbers[key][0]
    if not numbers[key]:
        del numbers[key]


def shingles_of(text: str) -> frozenset[int]:
    """The runs of three words of a text, as numbers; of a shorter text the whole."""
    words = [match.group().lower() for match in _WORD.finditer(text)][:_LONGEST_WORDS]
    runs: Sequence[tuple[str, ...]] = [
        tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1))
    ]
    return frozenset(int.from_bytes(hashlib.blake2b(" ".join(run).encode(), digest_size=8).digest()) for run in runs)


def key_of(claim: Claim) -> FactKey:
    """What is the same in the same fact of another outlet: whom, what, of which kind, the value to three digits."""
    value = float(f"{claim.value:.3g}")
    return (claim.provider, claim.measure, claim.segment, claim.kind.value, claim.currency, value)


def _story_id(document: Document) -> str:
    """The same text is one story wherever it is read, in this run or another."""
    return hashlib.blake2b(document.text.encode(), digest_size=8).hexdigest()
