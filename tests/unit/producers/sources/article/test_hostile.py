"""Sizes: whatever the text, little time and little memory."""

import gc
import time
import tracemalloc

import pytest

from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import Document, document_from_text

MEGABYTE = 1_000_000
TEXTS = {
    "no space": "a" * MEGABYTE,
    "one number": "9" * MEGABYTE,
    "ten thousand numbers": "Alipay " + "1,234 " * 10_000,
    "signs": "$" * MEGABYTE,
    "half phrases": "year over the same " * 50_000,
    "half dates": "twelve months to May " * 45_000,
    "ends": ".' " * 330_000,
    "brackets": "((" * 500_000,
    "Chinese": "的" * 300_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_megabyte_costs_little(name: str) -> None:
    """Under a second of one core where nothing else runs (three on a busy machine), and 200 MB."""
    document = document_from_text(TEXTS[name].encode(), "t", published_at="2020-01-01", publisher="me")
    started = time.process_time()
    parse_article(document, stages=False)

    assert time.process_time() - started < 3


def test_time_grows_with_length_alone() -> None:
    """Four times the text takes about four times the time: no more than seven, the best of three on a noisy machine.

    Without the collector, which walks through what all other tests have left behind, the more often the longer this one
    takes.
    """
    sentence = "UPI transactions grew 5% in May 2020. "
    short, long = (
        document_from_text((sentence * times).encode(), "t", published_at="2020-06-01", publisher="me")
        for times in (500, 2_000)
    )
    gc.disable()
    try:
        took = [min(_seconds(document) for _ in range(3)) for document in (short, long)]
    finally:
        gc.enable()

    assert took[1] < 7 * took[0]


def _seconds(document: Document) -> float:
    started = time.process_time()
    parse_article(document, stages=False)
    return time.process_time() - started


def test_memory_is_bounded() -> None:
    """A text of a megabyte and its outcomes stay under 200 MB."""
    document = document_from_text(TEXTS["half dates"].encode(), "t", published_at="2020-01-01", publisher="me")
    tracemalloc.start()
    try:
        parse_article(document, stages=False)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 200e6
