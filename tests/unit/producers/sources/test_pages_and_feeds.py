"""HTML pages, PDF files and feeds as documents, and what hostile ones cost."""

import time
import zlib
from pathlib import Path

import pytest

from paysignal.facts.kinds import Basis
from paysignal.sources.errors import DocumentError
from paysignal.sources.feed import MOST_ENTRIES, entries_of, is_feed
from paysignal.sources.folder import files_in, state_of
from paysignal.sources.html import LARGEST_PAGE, MOST_ELEMENTS, Told, document_from_html
from paysignal.sources.pdf import text_of_pdf
from tests.tools.pages import ATOM, SENTENCE, page, pdf, rss

#: Of CPU time, so that a busy machine changes nothing; an ordinary page takes 10 ms.
_COSTS_AT_MOST = 1.5


def test_a_page_gives_its_text_title_and_date() -> None:
    """Without the furniture; the date as the page states it; the publisher is its host."""
    document = document_from_html(page(), Told("p", url="https://www.news.example/upi", fetched_at="2024-03-01"))

    assert SENTENCE in document.text
    assert "About us" not in document.text
    assert ("UPI in 2023", "2024-01-05", Basis.STATED) == (
        document.title, document.published_at, document.published_basis,
    )  # fmt: skip
    assert document.publisher == "news-example"


def test_an_undated_page_was_published_by_the_time_it_was_fetched() -> None:
    """Estimated, and said so; a date that is told goes before both."""
    undated = page(date=None)
    fetched = document_from_html(undated, Told("p", fetched_at="2024-03-01T10:00:00Z"))
    told = document_from_html(page(), Told("p", published_at="2023-12-31", fetched_at="2024-03-01"))

    assert ("2024-03-01T10:00:00Z", Basis.ESTIMATED) == (fetched.published_at, fetched.published_basis)
    assert ("2023-12-31", Basis.STATED) == (told.published_at, told.published_basis)
    assert document_from_html(undated, Told("p")).published_at is None


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://news.example/story", "https://news.example/story"),
        ("https://bank.example/story", "https://www.news.example/x?utm=1"),
    ],
)
def test_a_page_can_not_claim_to_stand_elsewhere(canonical: str, expected: str) -> None:
    """Its canonical address is taken on its own host only, because the publisher is told by it."""
    raw = page(head=f'<link rel="canonical" href="{canonical}">')

    assert expected == document_from_html(raw, Told("p", url="https://www.news.example/x?utm=1")).url


def test_scripts_are_no_elements() -> None:
    """Comparisons in a script and comments do not make a page too deep or too large."""
    script = "<script>" + "if (a<b) {}" * 5_000 + "</script><!-- " + "<i>" * 5_000 + "-->"

    assert SENTENCE in document_from_html(page(head=script), Told("p")).text


def _filled(unit: bytes, size: int = LARGEST_PAGE) -> bytes:
    return (unit * (size // len(unit) + 1))[:size]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"x" * (LARGEST_PAGE + 1),
        *(_filled(unit) for unit in (b"<div>", b"<a ", b"<", b"<p>x", b"<table><tr><td>", b"<script", b"<!--")),
        b"<ul><li>x</ul>" * (MOST_ELEMENTS // 2 - 10),
        b"<a href=x>2020-01-01 y</a>" * (MOST_ELEMENTS - 10),
        b"<script type='application/ld+json'>" + _filled(b'[{"a":', 1_000_000) + b"</script>",
    ],
    ids=range(13),
)
def test_a_hostile_page_is_refused_and_costs_no_second(raw: bytes) -> None:
    """Two megabytes of anything."""
    started = time.process_time()
    with pytest.raises(DocumentError):
        document_from_html(raw, Told("p"))

    assert time.process_time() - started < _COSTS_AT_MOST


def test_the_largest_page_that_is_read_costs_no_second() -> None:
    """As many paragraphs as are taken."""
    raw = page("</p><p>".join(["UPI grew by 5% in 2023, said the operator."] * (MOST_ELEMENTS - 40)))
    started = time.process_time()
    document = document_from_html(raw, Told("p"))

    assert time.process_time() - started < _COSTS_AT_MOST
    assert document.text.count("operator") > MOST_ELEMENTS - 100


def test_a_pdf_gives_its_text() -> None:
    """Of every page."""
    assert SENTENCE == text_of_pdf(pdf(), "p").strip()


def _bomb() -> bytes:
    """A page whose contents are 300 MB of text operators packed to 300 KB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"(a) Tj " * 150_000) for _ in range(300)) + packer.flush()
    plain = pdf()
    start, end = plain.index(b"<</Length"), plain.index(b"endstream")
    return plain[:start] + b"<</Length %d/Filter/FlateDecode>>stream\n%b\n" % (len(packed), packed) + plain[end:]


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.4\n", pdf()[:300], pdf().replace(b"Tj", b"xx"), b"<html>", _bomb()],
                         ids=["empty", "head", "cut", "no text", "html", "bomb"])  # fmt: skip
def test_a_broken_pdf_is_refused_and_costs_no_second(raw: bytes) -> None:
    """Also one that unpacks to a thousand times its size."""
    started = time.process_time()
    with pytest.raises(DocumentError):
        text_of_pdf(raw, "p")

    assert time.process_time() - started < _COSTS_AT_MOST


def test_feeds_give_their_entries() -> None:
    """RSS and Atom; an instant in its zone; the state changes with the entry."""
    first, second = entries_of(rss(), "n")
    (atom,) = entries_of(ATOM, "n")

    assert ("id-0", "http://feed.example/0", "Story 0", "2024-01-05T09:00:00Z") == (
        first.id, first.link, first.title, first.published_at,
    )  # fmt: skip
    assert SENTENCE in first.html
    assert first.state != second.state
    assert first.state == entries_of(rss(), "n")[0].state
    assert first.state != entries_of(rss(body="Another text."), "n")[0].state
    assert ("urn:1", "2024-01-05T09:30:00Z") == (atom.id, atom.published_at)
    assert [True, True, False] == [is_feed(raw) for raw in (rss(), ATOM, page())]


def test_of_ten_thousand_entries_the_first_are_read() -> None:
    """Within a second; those behind are old."""
    raw = rss(10_000)
    started = time.process_time()
    found = entries_of(raw, "n")

    assert time.process_time() - started < _COSTS_AT_MOST
    assert [f"id-{n}" for n in range(MOST_ENTRIES)] == [entry.id for entry in found]


_ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "raw",
    [
        page(),
        b"",
        b"<rss><channel><item>" + b"<a>" * 600_000,
        b"<rss" + b"<" * 2_000_000,
        b"<rss version='2.0'><channel><item><title>x</title><description>" + b"&lt;b&gt;" * 250_000,
        f'<!DOCTYPE r [<!ENTITY a0 "aaaaaaaaaa">{_ENTITIES}]><rss><channel><item><title>&a9;'.encode(),
        b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&a;</title></item>',
    ],
    ids=["page", "empty", "nested", "brackets", "packed", "entities", "file"],
)
def test_a_hostile_feed_costs_no_second_and_reads_nothing_else(raw: bytes) -> None:
    """Refused, or entries of what stands in it; no entity is followed."""
    started = time.process_time()
    try:
        found = str(entries_of(raw, "n"))
    except DocumentError:
        found = ""

    assert time.process_time() - started < _COSTS_AT_MOST
    assert "root:" not in found
    assert len(found) < 3_000_000


def test_a_folder_is_listed_with_states(tmp_path: Path) -> None:
    """Files below it with a known suffix; hidden ones and links are passed over; a change changes the state."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "one.txt").write_text("x")
    (tmp_path / "a.HTML").write_text("x")
    (tmp_path / ".hidden.txt").write_text("x")
    (tmp_path / "other.exe").write_text("x")
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    found = list(files_in(tmp_path, {".txt", ".html"}))
    (tmp_path / "a.HTML").write_text("xy")

    assert ["a.HTML", "one.txt"] == [file.path.name for file in found]
    assert found[0].state != state_of(tmp_path / "a.HTML")
    assert state_of(tmp_path / "gone") is None
