"""Documents: JSON lines and text files, decoded or refused."""

import io
import json

import pytest

from paysignal.facts.rejections import Reason, Rejected
from paysignal.sources.documents import Document, document_from_text, documents_of
from paysignal.sources.errors import DocumentError
from paysignal.sources.lines import LARGEST_DOCUMENT, lines_of


def one(**members: object) -> Document | Rejected:
    """The outcome of a single line."""
    (outcome,) = documents_of([json.dumps(members).encode()], "d.jsonl")
    return outcome


def test_a_line_is_a_document() -> None:
    """Unknown members are ignored, an unknown publisher is known by its address."""
    document = one(id=7, title="T", published_at="2018-09-18", url="https://www.technode.com/a", text="x", other=[1])

    assert document == Document(
        id="7", title="T", published_at="2018-09-18", url="https://www.technode.com/a", text="x",
        publisher="technode-com", publisher_name="technode-com",
    )  # fmt: skip


def test_an_unknown_publisher_has_an_identity_of_its_own() -> None:
    """Two texts of nobody are two publishers, the same text is one: it can corroborate, never revise."""
    first, again, second = (one(id=number, text=text) for number, text in enumerate(["a", "a", "b"]))

    assert isinstance(first, Document)
    assert isinstance(again, Document)
    assert isinstance(second, Document)
    assert first.publisher == again.publisher
    assert first.publisher != second.publisher
    assert first.published_at is None


def test_instants_are_canonical() -> None:
    """Published with a zone is published in UTC."""
    document = one(id="a", text="x", published_at="2018-09-18T09:00:00+02:00")

    assert isinstance(document, Document)
    assert document.published_at == "2018-09-18T07:00:00Z"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{", Reason.BAD_JSON),
        (b'{"id":"a"}', Reason.BAD_DOCUMENT),
        (b'{"id":"a","text":5}', Reason.BAD_DOCUMENT),
        (b'{"id":"a","text":"x","published_at":"yesterday"}', Reason.BAD_DOCUMENT),
        (b'{"id":"a","text":"x","url":"file:///etc"}', Reason.BAD_DOCUMENT),
        (b'{"id":"a","text":"x","publisher":"No Slug"}', Reason.BAD_DOCUMENT),
        (b'{"id":"a","text":"x\\u0000"}', Reason.BAD_DOCUMENT),
        (b'{"id":"a","text":"\xff"}', Reason.BAD_ENCODING),
        (b'{"id":"a","text":"' + b"x" * LARGEST_DOCUMENT + b'"}', Reason.TOO_LARGE),
    ],
)
def test_each_kind_of_bad_line(raw: bytes, reason: Reason) -> None:
    """Its reason and its line; the next line is read."""
    lines = lines_of(io.BytesIO(raw + b'\n\n{"id":"b","text":"y"}\n'), LARGEST_DOCUMENT)
    bad, good = documents_of(lines, "d.jsonl")

    assert isinstance(bad, Rejected)
    assert (bad.reason, bad.origin.line) == (reason, 1)
    assert isinstance(good, Document)


def test_a_text_file_is_a_document() -> None:
    """Its name is the id, its first line the title."""
    document = document_from_text(b"\xef\xbb\xbfA title\n\nA text.", "a.txt", publisher="me", published_at="2018-09-18")

    assert (document.id, document.title, document.publisher) == ("a.txt", "A title", "me")


@pytest.mark.parametrize(("raw", "date"), [(b"\xff\xfe", None), (b"a\0b", None), (b"a", "18.9.2018")])
def test_a_file_that_is_no_text_is_told(raw: bytes, date: str | None) -> None:
    """Binary files and dates that are none."""
    with pytest.raises(DocumentError, match=r"a\.txt"):
        document_from_text(raw, "a.txt", published_at=date)


def test_an_endless_line_is_cut_and_the_next_one_read() -> None:
    """Of a long line one byte more than its bound is given, so that it can be seen to be too long."""
    lines = list(lines_of(io.BytesIO(b"x" * 3_000_000 + b"\ny\n"), 10))

    assert lines == [b"x" * 11, b"y\n"]
