"""Items: what a folder, a page or a feed holds, one by one, each a document or the reason why it is none.

look at a folder or an address → the items that are new or changed → Document | Rejected, and what to remember of each
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from pathlib import Path

import msgspec

from paysignal.facts.errors import PaySignalError
from paysignal.facts.kinds import Basis
from paysignal.facts.moments import Moment
from paysignal.facts.rejections import Origin, Reason, Rejected, rejected
from paysignal.sources.documents import Document, document_from_text
from paysignal.sources.errors import DocumentError, ReaderError
from paysignal.sources.feed import Entry, entries_of, is_feed
from paysignal.sources.folder import files_in
from paysignal.sources.html import Told, document_from_html
from paysignal.sources.lines import LARGEST_DOCUMENT
from paysignal.sources.pdf import LARGEST_PDF, text_of_pdf
from paysignal.sources.web.fetch import Fetched, Fetcher, NotModified, Validators

SUFFIXES = frozenset({".txt", ".text", ".md", ".html", ".htm", ".pdf"})

#: A feed's entry that brings so much text along is the article; a shorter one is a teaser, and its page is fetched.
_WHOLE_ARTICLE = 1_500

#: In front of the name of an item that could not be read: it is tried again, and told again for another reason only.
_FAILED = "failed: "

#: What is remembered of an item of a source; None for one never seen.
Marks = Callable[[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Item:
    """One item that was looked at: `state` is what to remember of it; `found` is None when there is nothing new.

    `outcome` is `read`, `unchanged` or `rejected`.
    """

    source: str
    name: str
    outcome: str
    state: str
    found: Document | Rejected | None = None


class _PageState(msgspec.Struct, frozen=True, omit_defaults=True):
    etag: str | None = None
    modified: str | None = None
    sha256: str | None = None


_STATE = msgspec.json.Decoder(_PageState)


def document_from_file(raw: bytes, told: Told) -> Document:
    """The document in the bytes of a file: a PDF, a page or a text, told by the content; raises `DocumentError`."""
    if raw.startswith(b"%PDF-"):
        return _from_text(text_of_pdf(raw, told.name).encode(), told)
    start = raw[:1_024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<") and any(mark in start for mark in (b"<html", b"<!doctype html", b"<head", b"<body")):
        return document_from_html(raw, told)
    if told.name.lower().endswith((".html", ".htm")):
        return document_from_html(raw, told)
    if told.name.lower().endswith(".pdf"):
        raise DocumentError(told.name, raw[:40], "a PDF starts with %PDF-", "save it again")
    return _from_text(raw, told)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Looks at folders, pages and feeds; `told` is what the user says of all of them, `now` when it is.

    What was read is asked of `marks`; whoever sends an item's facts remembers its `state`.
    """

    fetcher: Fetcher
    told: Told
    marks: Marks
    now: Callable[[], Moment]

    def folder(self, source: str) -> Iterator[Item]:
        """The files below a folder; one that does not say when it was published was by the time it is read.

        Raises `ReaderError` when the folder itself can not be read.
        """
        try:
            files = tuple(files_in(Path(source), SUFFIXES))
        except OSError as error:
            raise ReaderError(source, error.strerror, "a folder that can be read", "check its name") from None
        for file in files:
            name = str(file.path.relative_to(source))
            if self.marks(source, name) == file.state:
                yield Item(source, name, "unchanged", file.state)
            else:
                yield self._item(source, name, file.state, partial(self._file, file.path, name))

    def address(self, source: str) -> Iterator[Item]:
        """The page at an address, or the entries of the feed there."""
        page = self._fetched(source, source, source)
        if isinstance(page, Item):
            yield page
            return
        raw, state = page
        if not is_feed(raw.body):
            yield self._item(source, source, state, partial(self._page, raw, source, None))
            return
        failed = False
        for item in self._entries(source, raw):
            failed |= item.outcome == "rejected"
            yield item
        if not failed:  # else the feed is looked at again, changed or not
            yield Item(source, source, "read", state)

    def _entries(self, source: str, raw: Fetched) -> Iterator[Item]:
        try:
            entries = entries_of(raw.body, source)
        except ReaderError as error:
            yield self._failed(source, source, error)
            return
        for entry in entries:
            if self.marks(source, entry.id) == entry.state:
                yield Item(source, entry.id, "unchanged", entry.state)
            else:
                yield self._item(source, entry.id, entry.state, partial(self._entry, source, entry))

    def _entry(self, source: str, entry: Entry) -> Document:
        """The text that the entry brings along, when that is the article; else the page that it leads to."""
        if entry.link is not None and len(entry.html) < _WHOLE_ARTICLE:
            page = self.fetcher.fetch(entry.link)
            assert isinstance(page, Fetched)  # noqa: S101 - nothing was known of it
            return self._page(page, entry.link, entry.published_at)
        name = entry.link or f"{source} {entry.id}"[:200]
        head = f"<head><title>{escape(entry.title)}</title></head>"
        html = f"<html>{head}<body><article>{entry.html}</article></body></html>"
        told = self._told(name, entry.link, entry.published_at)
        return document_from_html(html.encode(errors="replace"), told)

    def _page(self, page: Fetched, name: str, published_at: Moment | None) -> Document:
        return self._dated(document_from_file(page.body, self._told(name, page.url, published_at)))

    def _file(self, path: Path, name: str) -> Document:
        try:
            with path.open("rb") as stream:
                raw = stream.read(max(LARGEST_DOCUMENT, LARGEST_PDF) + 1)
        except OSError as error:
            raise DocumentError(name, error.strerror, "a file that can be read", "check its permissions") from None
        return self._dated(document_from_file(raw, self._told(name, self.told.url, None)))

    def _fetched(self, source: str, name: str, url: str) -> tuple[Fetched, str] | Item:
        held = self.marks(source, name) or ""
        known = _STATE.decode(held) if held else _PageState()
        try:
            page = self.fetcher.fetch(url, Validators(known.etag, known.modified))
        except ReaderError as error:
            return self._failed(source, name, error)
        if isinstance(page, NotModified):
            return Item(source, name, "unchanged", held)
        sha256 = hashlib.sha256(page.body).hexdigest()
        state = msgspec.json.encode(_PageState(page.validators.etag, page.validators.modified, sha256)).decode()
        return Item(source, name, "unchanged", state) if sha256 == known.sha256 else (page, state)

    def _item(self, source: str, name: str, state: str, read: Callable[[], Document]) -> Item:
        try:
            return Item(source, name, "read", state, read())
        except PaySignalError as error:
            return self._failed(source, name, error)

    def _failed(self, source: str, name: str, error: PaySignalError) -> Item:
        """Rejected with its reason; told once as long as the reason stays the same."""
        state, place = str(error), name if source == name else f"{source} {name}"
        if self.marks(source, _FAILED + name) == state:
            return Item(source, _FAILED + name, "rejected", state)
        return Item(source, _FAILED + name, "rejected", state, unreadable(place, error))

    def _told(self, name: str, url: str | None, published_at: Moment | None) -> Told:
        published = self.told.published_at or published_at
        return replace(self.told, name=name, url=url, published_at=published, fetched_at=self.now())

    def _dated(self, document: Document) -> Document:
        """With a known time: a text stands there when it is read, so it was published by then."""
        if document.published_at is not None:
            return document
        return msgspec.structs.replace(document, published_at=self.now(), published_basis=Basis.ESTIMATED)


def unreadable(place: str, error: PaySignalError) -> Rejected:
    """The rejection of an item of which nothing can be read."""
    return rejected(Reason.BAD_DOCUMENT, str(error), place.encode(), Origin(file=place[:200]))


def _from_text(raw: bytes, told: Told) -> Document:
    return document_from_text(
        raw,
        told.name,
        published_at=told.published_at,
        url=told.url,
        publisher=told.publisher,
        publisher_name=told.publisher_name,
        tier=told.tier,
    )
