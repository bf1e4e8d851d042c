"""Pages: an HTML page's own text, title, date and address, without the furniture around it. Pure."""

import logging
import re
from dataclasses import dataclass

from lxml.etree import LxmlError
from trafilatura import bare_extraction

from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Basis, Tier
from paysignal.sources.documents import Document, DocumentLine, checked_text, document_of
from paysignal.sources.errors import DocumentError

#: A long report as HTML is 1 MB with its furniture.
LARGEST_PAGE = 2 * 1_048_576

#: An article with its furniture has one to five thousand elements. trafilatura takes 0.1 ms for each, and 41 s and
#: 800 MB for two megabytes of "<p>x": 8,000 stay below a second.
MOST_ELEMENTS = 8_000

#: Elements nested deeper than any page a person wrote: taking them apart costs the square of their depth.
DEEPEST_PAGE = 400

#: Ends at the next bracket of either kind, so that a page of opening brackets costs no more than its length.
_TAG = re.compile(rb"<(?:(!--)|(/?)([a-z][a-z0-9]{0,15})[^<>]*)")
#: trafilatura tells of every flaw of a page as an error of its own; what it can not read is refused here.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_SKIPPED = {b"script": b"</script", b"style": b"</style"}
_VOID = frozenset(
    (b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"source", b"track", b"wbr",
     b"p", b"li", b"td", b"tr", b"th", b"option", b"dt", b"dd")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What whoever fetched the page knows of it, and the page may not say: `fetched_at` is a moment."""

    name: str
    url: str | None = None
    published_at: str | None = None
    fetched_at: str | None = None
    publisher: str | None = None
    publisher_name: str | None = None
    tier: Tier = Tier.OTHER


def document_from_html(raw: bytes, told: Told) -> Document:
    """The document of a page; raises `DocumentError` for one without a text of its own, too large or nested too deep.

    Its date is the one told, else the one the page states, else, estimated, when it was fetched; its address the page's
    canonical one where that is on the host it was fetched from.
    """
    _check(raw, told.name)
    try:
        found = bare_extraction(
            raw, url=told.url, fast=True, include_comments=False, with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )  # fmt: skip
    except (LxmlError, ValueError, RecursionError) as error:
        raise DocumentError(told.name, str(error), "a page is HTML", "save it again") from None
    text = "" if found is None or isinstance(found, dict) else found.text or ""
    if found is None or isinstance(found, dict) or not text.strip():
        raise DocumentError(
            told.name, raw[:40], "a page has a text of its own", "give the article, not a list of links"
        )
    try:
        return document_of(_line(told, checked_text(text), found.title or "", found.date, found.url))
    except Refused as error:
        raise DocumentError(told.name, error.value, error.rule, error.fix) from None


def _line(told: Told, text: str, title: str, date: str | None, canonical: str | None) -> DocumentLine:
    published = told.published_at or date
    return DocumentLine(
        id=told.name,
        text=text,
        title=title,
        published_at=published or told.fetched_at,
        published_basis=Basis.STATED if published else Basis.ESTIMATED,
        url=_address(told.url, canonical),
        publisher=told.publisher,
        publisher_name=told.publisher_name,
        tier=told.tier,
    )


def _address(fetched: str | None, canonical: str | None) -> str | None:
    """The canonical address, unless the page claims to stand on another host, whose it would be taken for."""
    if fetched is None or canonical is None:
        return fetched or canonical
    return canonical if _host(canonical) == _host(fetched) else fetched


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].lower().removeprefix("www.")


def _check(raw: bytes, name: str) -> None:
    if len(raw) > LARGEST_PAGE:
        raise DocumentError(name, f"{len(raw)} bytes", f"a page has at most {LARGEST_PAGE}", "give its text as a file")
    elements, depth = _shape(raw)
    if elements > MOST_ELEMENTS or depth > DEEPEST_PAGE:
        raise DocumentError(
            name,
            f"over {elements - 1} elements, {depth} deep",
            f"a page has at most {MOST_ELEMENTS}, at most {DEEPEST_PAGE} deep",
            "give its text as a file",
        )


def _shape(raw: bytes) -> tuple[int, int]:
    """How many elements there are and how deep they are nested, were nothing closed but what says so.

    Counts no further than one beyond the most; what stands in scripts is no element.
    """
    elements = depth = deepest = at = 0
    lowered = raw.lower()
    while elements <= MOST_ELEMENTS and (match := _TAG.search(lowered, at)):
        comment, closing, tag = match.groups()
        at = match.end()
        behind = b"-->" if comment else None if closing else _SKIPPED.get(tag)
        if behind is not None:
            at = lowered.find(behind, at)
            if at < 0:
                break
            continue
        elements += not closing
        if tag not in _VOID and not match[0].endswith(b"/"):
            depth = max(depth - 1, 0) if closing else depth + 1
            deepest = max(deepest, depth)
    return elements, deepest
