"""Documents: what articles are read from, out of JSON lines or plain text files. Pure decoding."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import msgspec

from paysignal.facts.errors import Refused, quoted
from paysignal.facts.kinds import Basis, Tier
from paysignal.facts.moments import Moment, instant_of, later, moment_of, months_later
from paysignal.facts.rejections import Origin, Reason, Rejected, rejected
from paysignal.facts.slugs import checked_slug, slug_of
from paysignal.sources.errors import DocumentError
from paysignal.sources.lines import LARGEST_DOCUMENT

NAME_LENGTH = 200
#: A year, or a year and a month: all that some pages say.
_PARTIAL = re.compile(r"(?P<year>[12]\d{3})(?:-(?P<month>0[1-9]|1[0-2]))?\Z")
_ADDRESS = re.compile(r"^https?://\S{1,2000}\Z")


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One text to be read. Without `published_at` its facts have no known time and can be shown, not sent.

    `publisher` is whose text it is; `document_of` gives an unknown one an identity of its own, so that it can
    corroborate and never revise. Spans of facts are offsets into `text`.
    """

    id: str
    title: str = ""
    published_at: Moment | None = None
    published_basis: Basis = Basis.STATED
    url: str | None = None
    text: str
    publisher: str
    publisher_name: str
    tier: Tier = Tier.OTHER

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text as UTF-8: what the spans are offsets into."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class DocumentLine(msgspec.Struct, kw_only=True):
    """What is told of a document, not yet checked: a JSON line, or what a reader of pages found."""

    id: str | int
    text: str
    title: str | None = None
    published_at: str | None = None
    url: str | None = None
    publisher: str | None = None
    publisher_name: str | None = None
    tier: Tier = Tier.OTHER
    published_basis: Basis = Basis.STATED


_LINE = msgspec.json.Decoder(DocumentLine)


def documents_of(lines: Iterable[bytes], file: str) -> Iterator[Document | Rejected]:
    """The documents of JSON lines `{"id", "title", "published_at", "url", "text"}`, each line on its own.

    A line may also name `publisher`, `publisher_name` and `tier`. What can not be decoded is `Rejected` with its line.
    """
    for number, raw in enumerate(lines, start=1):
        if raw.strip():
            yield _document_on(raw, Origin(file=file, line=number))


def document_from_text(  # noqa: PLR0913  each is one thing that a text does not say of itself
    raw: bytes,
    name: str,
    *,
    published_at: str | None = None,
    url: str | None = None,
    publisher: str | None = None,
    publisher_name: str | None = None,
    tier: Tier = Tier.OTHER,
) -> Document:
    """The document that the plain text file `name` holds; raises `DocumentError` when it is no such file.

    Its id is `name`, its title the first line.
    """
    try:
        text = checked_text(raw.decode("utf-8-sig"))
        title = text.strip().partition("\n")[0][:NAME_LENGTH]
        line = DocumentLine(id=name, text=text, title=title, published_at=published_at, url=url, publisher=publisher,
                     publisher_name=publisher_name, tier=tier)  # fmt: skip
        return document_of(line)
    except UnicodeDecodeError:
        raise DocumentError(name, raw[:40], "a text is UTF-8", "save it as UTF-8") from None
    except Refused as error:
        raise DocumentError(name, error.value, error.rule, error.fix) from None


def document_of(line: DocumentLine) -> Document:
    """The document of a decoded line; raises `Refused` when a field breaks a rule."""
    url = line.url or None
    if url is not None and not _ADDRESS.match(url):
        raise Refused("url", url, "an http or https address", "leave it out when there is none")
    publisher = _publisher(line, url)
    return Document(
        id=str(line.id),
        title=line.title or "",
        published_at=_published(line.published_at),
        published_basis=Basis.ESTIMATED if _PARTIAL.match(line.published_at or "") else line.published_basis,
        url=url,
        text=line.text,
        publisher=publisher,
        publisher_name=(line.publisher_name or publisher)[:NAME_LENGTH],
        tier=line.tier,
    )


def _document_on(raw: bytes, origin: Origin) -> Document | Rejected:
    if len(raw) > LARGEST_DOCUMENT:
        return rejected(Reason.TOO_LARGE, f"a document has at most {LARGEST_DOCUMENT} bytes; split it", raw, origin)
    try:
        line = _LINE.decode(raw)
        checked_text(line.text)
        return document_of(line)
    except UnicodeError:
        return rejected(Reason.BAD_ENCODING, "not UTF-8; write the documents as UTF-8", raw, origin)
    except (Refused, msgspec.ValidationError, RecursionError) as error:
        return rejected(Reason.BAD_DOCUMENT, str(error), raw, origin)
    except msgspec.DecodeError as error:
        return rejected(Reason.BAD_JSON, f"{error}; write one JSON object a line", raw, origin)


def checked_text(text: str) -> str:
    """The text, when it encodes (JSON can write half a surrogate pair) and is of a size to be read."""
    if len(text.encode()) > LARGEST_DOCUMENT:
        raise Refused("text", text, f"at most {LARGEST_DOCUMENT} bytes", "split it")
    if "\0" in text:
        raise Refused("text", text, "plain text without NUL", "give the text itself, not a binary file")
    return text


def _publisher(line: DocumentLine, url: str | None) -> str:
    """The slug given, else that of the address's host, else one made of the text, which no other text shares."""
    if line.publisher:
        return checked_slug("publisher", line.publisher)
    host = _host(url).removeprefix("www.")
    if host:
        return slug_of(host)
    return f"unknown-{hashlib.sha256(line.text.encode()).hexdigest()[:12]}"


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "") if url else ""
    except ValueError:
        return ""


def _published(text: str | None) -> str | None:
    """A date, an instant with its zone, or nothing; raises `Refused` on anything else."""
    if not text:
        return None
    partial = _PARTIAL.match(text)
    if partial:
        return _last_day(int(partial["year"]), int(partial["month"] or 12))
    try:
        instant_of(text)
    except Refused:
        return _instant(text)
    return text


def _last_day(year: int, month: int) -> str:
    """A partial date means its last day, so that nothing is known early."""
    following = months_later(f"{year:04d}-{min(max(month, 1), 12):02d}-01", 1)
    return later(following, dt.timedelta(days=-1))


def _instant(text: str) -> str:
    try:
        return moment_of(dt.datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        rule = "a date or an instant with its zone"
        raise Refused("published_at", quoted(text), rule, "write 2018-09-18 or 2018-09-18T07:30:00Z") from None
