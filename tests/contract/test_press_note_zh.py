"""The press note in Chinese, our own translation: the same facts as in English."""

from pathlib import Path

from paysignal import samples
from paysignal.facts.claims import Claim
from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import document_from_text
from tests.contract.test_press_note import FACTS, row

NOTE = Path(__file__).with_name("press-note-zh.txt")


def test_the_note_in_chinese_states_the_same_facts() -> None:
    """Value, bound, step, currency, period and baseline of each, in the same order, and nothing else."""
    document = document_from_text(NOTE.read_bytes(), "note-zh", published_at=samples.PRESS_NOTE_PUBLISHED)
    outcomes = parse_article(document).outcomes

    assert [row(one) for one in outcomes if isinstance(one, Claim)] == FACTS


def test_its_spans_are_places_of_the_chinese_text() -> None:
    """Each fact's sentence is one of the note's."""
    document = document_from_text(NOTE.read_bytes(), "note-zh", published_at=samples.PRESS_NOTE_PUBLISHED)
    for one in parse_article(document).outcomes:
        if isinstance(one, Claim):
            assert one.source.span is not None
            assert document.text[slice(*one.source.span)].endswith("。")
