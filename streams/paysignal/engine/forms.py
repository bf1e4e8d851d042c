"""Forms: the bytes that all increments of one series share when our encoder wrote them, known by their record's key.

`{"id":"…32 digits…` head `…value…` `,"at":"…instant…` tail; behind the value may be a sequence. Who has checked a
series' key and a publisher once knows head and tail of every increment they can have; what is left to read of each are
id, value, sequence and instant. Whatever is written in another way is left to the decoder that reads everything.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from paysignal.facts import wire
from paysignal.facts.errors import Refused
from paysignal.facts.increments import Increment
from paysignal.facts.kinds import Prices
from paysignal.facts.partitioning import murmur2
from paysignal.facts.periods import Grain
from paysignal.facts.series import SEPARATOR, series_key
from paysignal.facts.slugs import SLUG_LENGTH, checked_slug

BEFORE_ID: Final = b'{"id":"'
ID_LENGTH: Final = 32
HEAD_AT: Final = len(BEFORE_ID) + ID_LENGTH
BEFORE_INSTANT: Final = b',"at":"'

#: Behind the value, of publishers that count.
BEFORE_SEQUENCE: Final = b',"sequence":'

#: In columns, of increments that have no sequence.
NO_SEQUENCE: Final = -1

#: Behind the Z of the instant.
BEFORE_PUBLISHER: Final = b'","publisher":"'
_END: Final = b'"}'

#: Hostile ones are not remembered.
_LONGEST_TAIL: Final = len(BEFORE_PUBLISHER) + SLUG_LENGTH + len(_END)

_NO_VALUE: Final = b"0.0" + BEFORE_INSTANT
_PARTS: Final = 6

#: A form is some 500 bytes: what is known of more series than this is learned anew.
_MOST_FORMS: Final = 262_144


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What increments of one series have in common: the key of their series, their key's hash, and their head."""

    series: str
    hashed: int
    head: bytes


#: For keys that no increment can have: an empty head fits nothing that is longer than an id.
NO_FORM: Final = Form("", 0, b"\x00")


class Forms(dict[bytes | None, Form]):
    """The forms met so far, by key; a memo, which changes no answer. Only keys that have a form are remembered."""

    def __missing__(self, key: bytes | None) -> Form:
        form = NO_FORM if key is None else _form_of(key)
        if form is not NO_FORM:
            if len(self) >= _MOST_FORMS:
                self.clear()
            self[bytes(key or b"")] = form
        return form


FORMS: Final = Forms()


def _form_of(key: bytes) -> Form:
    parts = key.split(SEPARATOR.encode())
    if len(parts) != _PARTS:
        return NO_FORM
    try:
        provider, market, measure, segment, currency, prices = (part.decode() for part in parts)
        sample = Increment(
            id="0" * ID_LENGTH, provider=provider, market=market, measure=measure, segment=segment, currency=currency,
            prices=Prices(prices), value=0.0, at=dt.datetime.fromtimestamp(0, dt.UTC), publisher="p",
        )  # fmt: skip
    except (Refused, ValueError):
        return NO_FORM
    written = wire.encode(sample)
    series = series_key(provider, market, measure, segment, Grain.NONE, currency, prices)
    return Form(series, murmur2(key) & 0x7FFFFFFF, written[HEAD_AT : written.index(_NO_VALUE)])


def publisher_of(tail: bytes) -> str | None:
    """Whose increment ends with this tail; None where no increment of our encoder does."""
    return _publisher_of(tail) if len(tail) <= _LONGEST_TAIL else None


@lru_cache(maxsize=65_536)
def _publisher_of(tail: bytes) -> str | None:
    if not (tail.startswith(BEFORE_PUBLISHER) and tail.endswith(_END)):
        return None
    try:
        return checked_slug("publisher", tail[len(BEFORE_PUBLISHER) : -len(_END)].decode())
    except (Refused, ValueError):
        return None
