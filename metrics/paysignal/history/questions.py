"""Questions to the history as people and programs write them, checked before anything is looked up.

PaySignalError
└── NotAnswered          a question that has no answer, with what may have been meant
    ├── BadQuestion      it can have none: not a key, not a moment, too long
    └── Unknown          nothing that is held, or was known then, answers it
"""

from collections.abc import Sequence
from typing import Final

from paysignal.facts.errors import PaySignalError, Refused, quoted
from paysignal.facts.kinds import Prices
from paysignal.facts.moments import known_us
from paysignal.facts.periods import Grain
from paysignal.facts.series import SEPARATOR, Series

#: The longest key there can be has under 500 characters: three slugs of 64, names of the catalogues, two moments.
LONGEST_KEY: Final = 600

#: An instant to the microsecond has 27.
LONGEST_MOMENT: Final = 32

KEY_PARTS: Final = 10
SERIES_PARTS: Final = 7

_FORM = "provider|market|measure|segment|grain|currency|prices"


class NotAnswered(PaySignalError):  # noqa: N818 - reads as what it says
    """A question without answer; `near` are keys that may have been meant."""

    def __init__(self, message: str, near: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.near = tuple(near)


class BadQuestion(NotAnswered):
    """The question can have no answer."""


class Unknown(NotAnswered):
    """The question has no answer from what is held, or was known then."""


def bounded(name: str, text: str) -> str:
    """The text where it can be a key at all; raises `BadQuestion`. `name` is what the message calls it."""
    if len(text) > LONGEST_KEY:
        raise BadQuestion(
            f"{name} {quoted(text)}: has {len(text)} characters, at most {LONGEST_KEY}; copy one from the page"
        )
    if not (text.isascii() and text.isprintable()):
        raise BadQuestion(f"{name} {quoted(text)}: a key is printable ASCII; copy one from the page")
    return text


def checked_key(text: str) -> str:
    """The key of a reading: ten parts, the first seven a series; raises `BadQuestion`."""
    parts = _parts_of("key", text)
    if len(parts) != KEY_PARTS:
        raise BadQuestion(
            f"key {quoted(text)}: has {len(parts)} of {KEY_PARTS} parts; write {_FORM}|indicator|window|baseline"
        )
    _series("key", text, parts)
    return text


def series_of(text: str) -> Series:
    """The series of a key of its own, or of a reading; raises `BadQuestion`."""
    parts = _parts_of("series", text)
    if len(parts) not in {SERIES_PARTS, KEY_PARTS}:
        raise BadQuestion(f"series {quoted(text)}: has {len(parts)} of {SERIES_PARTS} parts; write {_FORM}")
    return _series("series", text, parts)


def as_of_us(text: str | None) -> int | None:
    """The known time that is asked for, in microseconds since 1970, a date meaning its end; None for now.

    Raises `BadQuestion`.
    """
    if not text:
        return None
    try:
        return known_us(text[:LONGEST_MOMENT])
    except Refused as error:
        raise BadQuestion(f"as_of {quoted(text)}: {error.rule}; {error.fix}") from None


def _parts_of(name: str, text: str) -> list[str]:
    if not text:
        raise BadQuestion(f"{name}: is missing; write {_FORM}")
    return bounded(name, text).split(SEPARATOR)


def _series(name: str, text: str, parts: Sequence[str]) -> Series:
    provider, market, measure, segment, grain, currency, prices = parts[:SERIES_PARTS]
    try:
        return Series(provider, market, measure, segment, Grain(grain), currency, Prices(prices))
    except Refused as error:
        raise BadQuestion(f"{name} {quoted(text)}: {error}") from None
    except ValueError as error:  # an enum tells the value, not the rule
        known = ", ".join(filter(None, (*Grain, *Prices)))
        raise BadQuestion(f"{name} {quoted(text)}: {error}; grain and prices are among {known}") from None
