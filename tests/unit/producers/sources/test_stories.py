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


def test_only_the_last_documents_are_kept() -> None:
    """The one shown first goes first, with all that was its own; a story told again meanwhile stays, and its count."""
    texts = [f"Swish users made {number}.5 million payments in 2023 {number}x." for number in range(1, 9)]
    stories = Stories(most=3)
    first = story_of(stories, document("first", texts[0]))
    again = stories.add(document("again", texts[0]), parse_article(document("again", texts[0])))
    others = [story_of(stories, document(f"d{at}", text)) for at, text in enumerate(texts[1:3])]

    assert (again.story, again.earlier) == (first, 1)
    assert stories.add(document("third", texts[0]), parse_article(document("third", texts[0]))).earlier == 2
    for at, text in enumerate(texts[3:6]):
        story_of(stories, document(f"e{at}", text))
    assert [one.id for one in stories.told.values()] == ["e0", "e1", "e2"]
    assert set(stories.by_shingle) == set().union(*(one.shingles for one in stories.told.values()))
    assert all(number in stories.told for numbers in stories.by_fact.values() for number in numbers)
    assert set(stories.sizes) == {one.story for one in stories.told.values()}
    assert not {first, *others} & set(stories.sizes)


@pytest.mark.parametrize("text", ["", "one", "one two three four", "词 " * 5_000])
def test_shingles_of_any_text(text: str) -> None:
    """Never more than the words that are compared."""
    assert 1 <= len(shingles_of(text)) <= 2_000
