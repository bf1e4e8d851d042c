"""Passages of our own, worded as news, filings and releases are: each gives its facts and no other."""

from pathlib import Path
from typing import NamedTuple

import pytest

from paysignal.facts.claims import Claim
from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import DocumentLine, document_of

BLOCKS = Path(__file__).with_name("passages.txt").read_text(encoding="utf-8").split("\n\n")


class Passage(NamedTuple):
    """A passage with its title and day of publication, and a line for each of its facts."""

    published: str | None
    title: str
    text: str
    facts: tuple[str, ...]


def passage_of(block: str) -> Passage:
    """The passage of a block of the file."""
    head, text, *facts = block.strip().split("\n")
    published, _, title = head.removeprefix("> ").partition("|")
    return Passage(published.strip() or None, title.strip(), text, tuple(facts))


PASSAGES = [passage_of(block) for block in BLOCKS if block.startswith("> ")]


@pytest.mark.parametrize("passage", PASSAGES, ids=[passage.text[:40] for passage in PASSAGES])
def test_a_passage_gives_its_facts(passage: Passage) -> None:
    """Whom, where, what, how much, how surely and when, as people would tell them; and nothing else as a fact."""
    line = DocumentLine(id="t", text=passage.text, title=passage.title, published_at=passage.published, publisher="me")
    claims = [one for one in parse_article(document_of(line)).outcomes if isinstance(one, Claim)]
    left = list(claims)
    for fact in passage.facts:
        match = next((claim for claim in left if is_told(claim, fact)), None)

        assert match is not None, (fact, [told(claim) for claim in left])

        left.remove(match)

    assert [told(claim) for claim in left] == []


def test_there_are_passages_enough() -> None:
    """Fewer would say little of wordings in general."""
    assert len(PASSAGES) >= 150


def is_told(claim: Claim, fact: str) -> bool:
    """Whether a claim is the fact of a line, whose period may be open to the reader and whose segment unnamed."""
    provider, market, counted, kind, bound, value, *rest = fact.split()
    measure, _, segment = counted.partition("/")
    currency, period = ("", "*", *rest)[-2:] if len(rest) == 2 else ("", (*rest, "*")[0])
    return (
        (claim.provider, claim.measure, claim.kind.value, claim.bound.value) == (provider, measure, kind, bound)
        and market in {"*", claim.market}
        and (not segment or segment == claim.segment)
        and (not currency or currency == claim.currency)
        and abs(claim.value - float(value)) <= 0.0005 * max(abs(float(value)), 1e-9)
        and period in {"*", claim.period.text if claim.period else "undated"}
    )


def told(claim: Claim) -> str:
    """A claim as a line of the file."""
    counted = f"{claim.measure}/{claim.segment}" if claim.segment else claim.measure
    value = f"{claim.value:.6g} {claim.currency}".strip()
    period = claim.period.text if claim.period else "undated"
    return f"{claim.provider} {claim.market} {counted} {claim.kind.value} {claim.bound.value} {value} {period}"
