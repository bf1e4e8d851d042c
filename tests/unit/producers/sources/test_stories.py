"""Stories: which articles tell one again, and what a repeated fact is still worth."""

import itertools
from pathlib import Path

import pytest

from paysignal.facts.claims import Claim
from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import Document, document_from_text
from paysignal.sources.stories import Stories, shingles_of

RETOLD = Path(__file__).with_name("retold.txt")


def document(name: str, text: str, published: str = "2024-11-05", publisher: str | None = None) -> Document:
    """One outlet's article."""
    return document_from_text(text.encode(), name, published_at=published, publisher=publisher or name)


def tellings() -> list[tuple[str, Document]]:
    """Every telling of the made set with the number of its story, the outlets taking turns."""
    found: list[tuple[str, Document]] = []
    for block in RETOLD.read_text(encoding="utf-8").split("\n#")[1:]:
        number, _, rest = block.partition("\n")
        if number.strip().isdigit():
            texts = [text.strip() for text in rest.split("\n\n") if text.strip()]
            found += [(number, document(f"s{number}-{at}", text)) for at, text in enumerate(texts)]
    return sorted(found, key=lambda one: (one[1].id.partition("-")[2], one[0]))


def story_of(stories: Stories, one: Document) -> str:
    """The id that a document is given."""
    return stories.add(one, parse_article(one)).story


def test_retold_stories_are_found_again() -> None:
    """Of all pairs of articles those of one story are told from those of two: pair F1 of at least 0.95."""
    stories = Stories()
    told = [(number, story_of(stories, one)) for number, one in tellings()]
    pairs = [(a[0] == b[0], a[1] == b[1]) for a, b in itertools.combinations(told, 2)]
    right = sum(same and found for same, found in pairs)
    wrong = sum(found and not same for same, found in pairs)
    missed = sum(same and not found for same, found in pairs)

    assert len(told) >= 30
    assert 2 * right / (2 * right + wrong + missed) >= 0.95


def test_a_copy_is_worth_less_and_a_repetition_nothing() -> None:
    """Half for the second publisher, a quarter for the third, nothing for one that says it again."""
    stories = Stories()
    text = "Swish users made 1.1 billion payments in 2023."
    worth = []
    for publisher in ("first", "second", "third", "second"):
        one = document(f"of-{publisher}", text, publisher=publisher)
        claims = [outcome for outcome in parse_article(one).outcomes if isinstance(outcome, Claim)]
        worth += [each.novelty for each in stories.novelty(one, claims)]

    assert worth == [1.0, 0.5, 0.25, 0.0]


def test_a_figure_looked_back_at_is_another_story() -> None:
    """The same figure a month later, in other words, is not the same news."""
    stories = Stories()
    first = story_of(stories, document("a", "Zelle moved $806 billion in 2023."))
    later = story_of(stories, document("b", "Last year, Zelle moved $806 billion.", published="2024-12-24"))

    assert first != later


@pytest.mark.parametrize("text", ["", "one", "one two three four", "词 " * 5_000])
def test_shingles_of_any_text(text: str) -> None:
    """Never more than the words that are compared."""
    assert 1 <= len(shingles_of(text)) <= 2_000
