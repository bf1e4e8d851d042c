"""Folders, pages and feeds looked at again and again: what is new is read once, what can not be read is told once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from paysignal.facts.kinds import Basis
from paysignal.facts.rejections import Reason, Rejected
from paysignal.sources.documents import Document
from paysignal.sources.errors import ReaderError
from paysignal.sources.html import Told
from paysignal.sources.items import Item, Watcher, document_from_file
from paysignal.sources.web.fetch import Fetcher, FetchLimits, client
from paysignal.sources.web.guarding import GuardedTransport, system_lookup
from tests.tools.pages import SENTENCE, Answer, page, pdf, rss, site

_NOW = "2024-03-01T10:00:00Z"
_LIMITS = FetchLimits(pace_seconds=0.0, part_seconds=2.0)


class Looks:
    """A watcher with a memory; each look remembers what it gave, as `produce` does."""

    def __init__(self, fetcher: Fetcher) -> None:
        self.marks: dict[tuple[str, str], str] = {}
        self.watcher = Watcher(fetcher, Told(""), lambda source, name: self.marks.get((source, name)), lambda: _NOW)

    def at(self, source: str) -> list[Item]:
        """One look."""
        items = list(self.watcher.address(source) if source.startswith("http") else self.watcher.folder(source))
        self.marks.update({(item.source, item.name): item.state for item in items})
        return items


@contextmanager
def looking() -> Iterator[Looks]:
    """Looks that may go to loopback."""
    with client(GuardedTransport(system_lookup, private=True), _LIMITS) as http:
        yield Looks(Fetcher(http, time.monotonic, time.sleep, _LIMITS))


def outcomes(items: list[Item]) -> list[str]:
    """What became of each."""
    return [item.outcome for item in items]


def test_a_folder_gives_what_is_new(tmp_path: Path) -> None:
    """Text, page and PDF; a broken one is told once and does not stop the next; a change is read again."""
    (tmp_path / "a.txt").write_text(SENTENCE)
    (tmp_path / "b.html").write_bytes(page())
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    (tmp_path / "d.pdf").write_bytes(pdf())
    with looking() as looks:
        first = looks.at(str(tmp_path))
        second = looks.at(str(tmp_path))
        (tmp_path / "a.txt").write_text("Another sentence.")
        third = looks.at(str(tmp_path))

    assert ["read", "read", "rejected", "read"] == outcomes(first)
    assert all(SENTENCE in item.found.text for item in first if isinstance(item.found, Document))
    (told,) = [item.found for item in first if isinstance(item.found, Rejected)]
    assert Reason.BAD_DOCUMENT == told.reason
    assert "c.pdf" in told.detail
    assert ["unchanged", "unchanged", "rejected", "unchanged"] == outcomes(second)
    assert [None] * 4 == [item.found for item in second]
    assert ["read", "unchanged", "rejected", "unchanged"] == outcomes(third)


def test_an_undated_text_was_published_by_the_time_it_was_read(tmp_path: Path) -> None:
    """Estimated, and said so."""
    (tmp_path / "a.txt").write_text(SENTENCE)
    with looking() as looks:
        (item,) = looks.at(str(tmp_path))

    assert isinstance(item.found, Document)
    assert (_NOW, Basis.ESTIMATED) == (item.found.published_at, item.found.published_basis)


def test_a_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    """Of the folder, not of an item."""
    with looking() as looks, pytest.raises(ReaderError, match="a folder that can be read"):
        looks.at(str(tmp_path / "none"))


@pytest.mark.parametrize("etag", ['"1"', None])
def test_a_page_is_read_when_it_changed(etag: str | None) -> None:
    """Told by its ETag, or by its bytes where the host gives none."""
    headers = {"ETag": etag} if etag else {}
    with site({"/a": Answer(page(), headers=headers)}) as host, looking() as looks:
        first, second = looks.at(host.address + "/a"), looks.at(host.address + "/a")
        host.answers["/a"] = Answer(page("UPI grew 50%."), headers={"ETag": '"2"'} if etag else {})
        third = looks.at(host.address + "/a")

    assert [["read"], ["unchanged"], ["read"]] == [outcomes(first), outcomes(second), outcomes(third)]
    assert isinstance(third[0].found, Document)
    assert "50%" in third[0].found.text


def test_a_page_that_is_away_is_told_once_and_read_when_it_is_back() -> None:
    """And what was read before it went is not read again."""
    with site({"/a": Answer(page())}) as host, looking() as looks:
        url = host.address + "/a"
        read = looks.at(url)
        host.answers["/a"] = Answer(status=503)
        away, still = looks.at(url), looks.at(url)
        host.answers["/a"] = Answer(page())
        back = looks.at(url)

    assert ["read", "rejected", "rejected", "unchanged"] == outcomes(read + away + still + back)
    assert isinstance(away[0].found, Rejected)
    assert still[0].found is None


def test_a_feed_gives_its_new_entries_pages() -> None:
    """The page of a teaser is fetched, an entry with a whole article is read itself; one page away stops no other."""
    with site({}) as host, looking() as looks:
        whole = " ".join([SENTENCE] * 60)
        host.answers.update(
            {
                "/feed": Answer(rss(3, of=host.address)),
                "/whole": Answer(rss(1, of=host.address, body=whole)),
                "/0": Answer(page()),
                "/2": Answer(pdf(), headers={"Content-Type": "application/pdf"}),
            }
        )
        first = looks.at(host.address + "/feed")
        asked = len(host.paths())
        host.answers["/1"] = Answer(page())
        second = looks.at(host.address + "/feed")
        third = looks.at(host.address + "/feed")
        (entry, feed) = looks.at(host.address + "/whole")

        assert ["read", "rejected", "read"] == outcomes(first)
        assert 4 == asked
        assert ["unchanged", "read", "unchanged", "read"] == outcomes(second)
        assert ["unchanged"] == outcomes(third)
        assert isinstance(entry.found, Document)
        assert ("2024-01-05T09:00:00Z", "Story 0") == (entry.found.published_at, entry.found.title)
        assert (host.address + "/whole", None) == (feed.name, feed.found)
        assert host.paths()[-1] == "/whole"


def test_the_content_tells_what_a_file_is() -> None:
    """Whatever it is called."""
    for raw in (SENTENCE.encode(), page(), pdf()):
        assert SENTENCE in document_from_file(raw, Told("stdin")).text
    with pytest.raises(ReaderError, match="%PDF"):
        document_from_file(b"no PDF", Told("a.pdf"))
