"""Feeds: the entries of RSS and Atom. Pure."""

import calendar
import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from typing import Any

import feedparser

from paysignal.facts.moments import Moment, moment_of
from paysignal.sources.errors import DocumentError

#: Feeds have some ten to a hundred entries; what has more is read up to here, the newest usually first.
MOST_ENTRIES = 1_000

LARGEST_FEED = 8 * 1_048_576

#: feedparser takes 40 µs for a tag, and 22 s for a feed of 600,000: what comes behind so many is not read.
_MOST_TAGS = 20_000

_ENTRY_END = re.compile(rb"</(?:item|entry)\s{0,9}>", re.IGNORECASE)
_ROOTS = {b"<rss": b"</channel></rss>", b"<feed": b"</feed>", b"<rdf:rdf": b"</rdf:RDF>"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: where its page stands, and what the feed itself says of it; `html` is the text it brings along.

    `state` changes when the entry does.
    """

    id: str
    link: str | None
    title: str
    published_at: Moment | None
    html: str

    @property
    def state(self) -> str:
        """A hash of all that the feed says of it."""
        said = "\x1f".join((self.link or "", self.title, self.published_at or "", self.html))
        return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:32]


def is_feed(raw: bytes) -> bool:
    """Whether the bytes look like a feed rather than a page: told by the first element."""
    return _root(raw) is not None


def entries_of(raw: bytes, name: str) -> tuple[Entry, ...]:
    """The entries in the order of the feed; raises `DocumentError` for what is none.

    feedparser only ever sees bytes: given a text it would open files and addresses by itself.
    """
    if len(raw) > LARGEST_FEED:
        raise DocumentError(name, f"{len(raw)} bytes", f"a feed has at most {LARGEST_FEED}", "split it")
    try:
        parsed = feedparser.parse(
            _cut(raw, name), response_headers={"content-location": name}, resolve_relative_uris=False,
            sanitize_html=False,
        )  # fmt: skip
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # It reads almost everything; what it trips over comes out as errors of every kind.
        raise DocumentError(
            name, f"{type(error).__name__}: {error}", "a feed is RSS or Atom", "ask its maker"
        ) from None
    if not parsed.get("version") and not parsed.entries:
        raise DocumentError(name, raw[:40], "a feed is RSS or Atom", "give the address of the feed itself")
    return tuple(_entry(each) for each in parsed.entries[:MOST_ENTRIES])


def _root(raw: bytes) -> bytes | None:
    start = raw[:2_048].lower()
    return next((root for root in _ROOTS if root in start), None)


def _cost(raw: bytes, start: int, end: int) -> int:
    """What a stretch costs, in tags: an entity is an eighth of one."""
    return raw.count(b"<", start, end) + raw.count(b"&", start, end) // 8


def _cut(raw: bytes, name: str) -> bytes:
    """The feed up to the last entry that is still read; raises `DocumentError` when not even one is."""
    tags = at = 0
    for number, match in enumerate(_ENTRY_END.finditer(raw), start=1):
        tags += _cost(raw, at, match.end())
        if tags > _MOST_TAGS:
            break
        at = match.end()
        if number == MOST_ENTRIES:
            break
    else:
        tags += _cost(raw, at, len(raw))
        if tags <= _MOST_TAGS:
            return raw
    if not at:
        raise DocumentError(name, f"over {_MOST_TAGS} tags", "an entry of a feed is short", "read its pages themselves")
    return raw[:at] + _ROOTS.get(_root(raw) or b"", b"")


def _entry(entry: Any) -> Entry:  # noqa: ANN401 - feedparser has no types
    link = str(entry.get("link") or "") or None
    contents = [str(content.get("value") or "") for content in entry.get("content", ())]
    html = max((*contents, str(entry.get("summary") or "")), key=len)
    title = str(entry.get("title") or "")
    return Entry(str(entry.get("id") or link or title), link, title, _published(entry), html)


def _published(entry: Any) -> Moment | None:  # noqa: ANN401 - feedparser has no types
    # Asked by its own get, feedparser takes the one for the other, with a warning that this will end.
    found = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    if found is None:
        return None
    try:
        instant = dt.datetime.fromtimestamp(calendar.timegm(found), dt.UTC)
    except (ValueError, OverflowError):
        return None
    return moment_of(instant)
