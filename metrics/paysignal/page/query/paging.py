"""Pages of a list that changes meanwhile: a cursor names the last row shown, not a number of rows. Pure.

So a row that stays is shown once, however many come or go before it.
"""

import base64
import binascii
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import msgspec

from paysignal.facts.errors import quoted
from paysignal.history.questions import BadQuestion
from paysignal.page.query.parameters import Asked, Parameter

_Item = TypeVar("_Item")

MOST_ROWS: Final = 1_000
DEFAULT_ROWS: Final = 100

#: A cursor holds a key and a number.
_LONGEST_CURSOR: Final = 1_200

LIMIT: Final = Parameter("limit", "Rows a page.", default=str(DEFAULT_ROWS), most=MOST_ROWS)
CURSOR: Final = Parameter("cursor", "What `next` was on the page before; the first page without it.",
                          longest=_LONGEST_CURSOR)  # fmt: skip

#: Where a row stands: its rank (which is its own negative where the greatest comes first), then its key.
Place = tuple[float, str]


class _Cursor(msgspec.Struct, frozen=True, array_like=True):
    order: str
    rank: str  # as text: an absent end ranks at infinity, which JSON has not
    key: str


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """Some of `total` items; `next` is None on the last page."""

    items: tuple[_Item, ...]
    total: int
    next: str | None


def placed(items: Iterable[_Item], place: Callable[[_Item], Place]) -> list[tuple[Place, _Item]]:
    """The items with their places, in the order of these."""
    return sorted(((place(item), item) for item in items), key=lambda each: each[0])


def page_of(placed: Sequence[tuple[Place, _Item]], asked: Asked, order: str) -> Page[_Item]:
    """The page that is asked for of items in their order; raises `BadQuestion` for a cursor of another list."""
    limit, cursor = asked.number(LIMIT.name), asked.one(CURSOR.name)
    first = bisect_right(placed, _place_in(cursor, order), key=lambda each: each[0]) if cursor else 0
    shown = placed[first : first + limit]
    more = first + limit < len(placed)
    return Page(tuple(item for _, item in shown), len(placed), _cursor(order, shown[-1][0]) if more else None)


def _cursor(order: str, place: Place) -> str:
    raw = msgspec.json.encode(_Cursor(order, repr(place[0]), place[1]))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _place_in(cursor: str, order: str) -> Place:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found = msgspec.json.decode(raw, type=_Cursor)
        rank = float(found.rank)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise BadQuestion(f"cursor {quoted(cursor)}: is none of ours; take `next` of the page before") from None
    if found.order != order or rank != rank:  # noqa: PLR0124 - NaN has no place
        raise BadQuestion(f"cursor {quoted(cursor)}: is of another order; begin again without it")
    return rank, found.key
