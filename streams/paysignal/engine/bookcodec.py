"""Books as bytes: what a block of claims holds, and back. Versioned; a restored book equals the written one."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

from paysignal.engine.blocks import StaleBlock
from paysignal.engine.books import MOST_PERIODS, Book, shared_key
from paysignal.engine.choice import Revision
from paysignal.engine.packing import id_of, packed, publisher_of, unpacked
from paysignal.engine.pages import MOST_CLAIMS, MOST_IDS, Page, PeriodKey, StatementKey
from paysignal.facts.identity import ID_BYTES
from paysignal.facts.periods import Period
from paysignal.facts.series import SEPARATOR, series_of_key

#: The codec, and the bounds that decide which claims a book still holds: another one is another state.
FORM: Final = f"claims/2/{MOST_PERIODS}/{MOST_CLAIMS}/{MOST_IDS}"

#: Whose claim an id is.
PublisherOf = Callable[[str], str]


class _Ids(msgspec.Struct, array_like=True, frozen=True):
    """Ids of one publisher's claims, joined."""

    publisher: str
    ids: bytes


class _Written(msgspec.Struct, array_like=True, frozen=True):
    """A page: its claims packed, every id it remembers, and the newest revisions."""

    key: PeriodKey
    end: str
    claims: list[bytes]
    ids: list[_Ids]
    latest: list[tuple[tuple[StatementKey, str], Revision]]


class _Stored(msgspec.Struct, array_like=True, frozen=True):
    """A book. `retracted` are ids of claims, each followed by its retraction's."""

    form: str
    facts: int
    declares: bool
    due: bool
    shown: list[str]
    singles: list[tuple[PeriodKey, bytes]]
    pages: list[_Written] = []
    evicted: list[tuple[PeriodKey, list[_Ids]]] = []
    retracted: bytes = b""


class _Form(msgspec.Struct, array_like=True, frozen=True):
    """The first field of any version."""

    form: str


@dataclass(frozen=True, slots=True)
class Restored:
    """A book read back.

    `publishers` has every id that it knows, and whose claim that is; `shown` are the keys of its readings when it was
    written; `due` whether facts came since those were computed.
    """

    book: Book
    publishers: list[tuple[bytes, str]]
    shown: frozenset[str]
    due: bool


_ENCODE: Final = msgspec.msgpack.Encoder().encode
_STORED: Final = msgspec.msgpack.Decoder(_Stored)
_FORM: Final = msgspec.msgpack.Decoder(_Form)


def written(book: Book, publisher_of_id: PublisherOf, shown: Collection[str], *, due: bool) -> bytes:
    """The bytes of a book; see `Restored`. Called by `Statements.changed_blocks`."""
    after_key = len(book.series.key) + len(SEPARATOR)
    singles, pages = [], []
    for key, page in book.pages.items():
        if isinstance(page, bytes):
            singles.append((key, page))
        else:
            pages.append(_written(key, page, publisher_of_id))
    return _ENCODE(
        _Stored(
            FORM,
            book.facts,
            book.declares,
            due,
            sorted(key[after_key:] for key in shown),
            singles,
            pages,
            [(key, _by_publisher(ids, publisher_of_id)) for key, ids in book.evicted.items()],
            b"".join(bytes.fromhex(claim + retraction) for claim, retraction in book.retracted.items()),
        )
    )


def read(series_key: str, value: bytes) -> Restored:
    """The book that was written; raises `StaleBlock` for one of another form."""
    stored = _stored(series_key, value)
    book = Book(series_of_key(series_key), stored.facts, stored.declares)
    book.pages.update((shared_key(*key), single) for key, single in stored.singles)
    publishers = [(single[:ID_BYTES], publisher_of(single)) for _, single in stored.singles]
    for page in stored.pages:
        publishers += [(claim[:ID_BYTES], publisher_of(claim)) for claim in page.claims]
        publishers += _publishers(page.ids)
        book.pages[shared_key(*page.key)] = _page(page, book)
    for key, ids in stored.evicted:
        publishers += _publishers(ids)
        book.evicted[shared_key(*key)] = {identity for each in ids for identity in _split(each.ids)}
    struck = _split(stored.retracted)
    book.retracted.update(zip(struck[::2], struck[1::2], strict=True))
    return Restored(book, publishers, frozenset(series_key + SEPARATOR + suffix for suffix in stored.shown), stored.due)


def _stored(series_key: str, value: bytes) -> _Stored:
    try:
        form = _FORM.decode(value).form
        if form == FORM:
            return _STORED.decode(value)
    except (msgspec.MsgspecError, ValueError) as error:
        raise StaleBlock(f"block of {series_key}: {error}; rebuild the state from the topics") from None
    raise StaleBlock(f"block of {series_key} is of {form[:64]!r}, not {FORM}; rebuild the state from the topics")


def _written(key: PeriodKey, page: Page, publisher_of_id: PublisherOf) -> _Written:
    claims = [packed(claim) for claim in page.claims.values()]
    return _Written(key, page.period.end, claims, _by_publisher(page.ids, publisher_of_id), list(page.latest.items()))


def _page(stored: _Written, book: Book) -> Page:
    _, start, length = stored.key
    page = Page(Period(start or None, stored.end, length or None), latest=dict(stored.latest))
    page.claims.update((id_of(claim), unpacked(claim, book.series)) for claim in stored.claims)
    page.ids.update(identity for each in stored.ids for identity in _split(each.ids))
    return page


def _by_publisher(ids: Iterable[str], publisher_of_id: PublisherOf) -> list[_Ids]:
    groups: dict[str, list[str]] = {}
    for identity in ids:
        groups.setdefault(publisher_of_id(identity), []).append(identity)
    return [_Ids(publisher, bytes.fromhex("".join(sorted(group)))) for publisher, group in sorted(groups.items())]


def _publishers(ids: Iterable[_Ids]) -> list[tuple[bytes, str]]:
    return [(each.ids[at : at + ID_BYTES], each.publisher) for each in ids for at in range(0, len(each.ids), ID_BYTES)]


def _split(joined: bytes) -> list[str]:
    text, width = joined.hex(), 2 * ID_BYTES
    return [text[at : at + width] for at in range(0, len(text), width)]
