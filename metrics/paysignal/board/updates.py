"""What a record of the readings topic says: bytes in, update out. Pure."""

from dataclasses import dataclass

from paysignal.consuming.records import Record
from paysignal.facts.errors import Malformed
from paysignal.facts.readings import Reading
from paysignal.facts.wire import decode_reading

#: Eight publishers and ids, a series and its flags are under 2 KiB; what is larger would make a full board a burden.
LARGEST_READING = 8_192

_MS_A_SECOND = 1_000


@dataclass(frozen=True, slots=True)
class Received:
    """A reading, under its key; `age` is how many seconds ago it was sent, as far as that is known."""

    key: str
    reading: Reading
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The key has no reading any more."""

    key: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The record is no reading; `reason` says why, for people."""

    reason: str


Update = Received | Withdrawn | Unreadable


def update_of(record: Record, now_ms: int | None = None) -> Update:
    """The update that a record makes at `now_ms`; one whose key is not its reading's own is unreadable.

    What was sent ahead of our clock is taken for sent now.
    """
    if record.key is None:
        return Unreadable("a reading without key can not be replaced; send it with its key")
    try:
        key = record.key.decode()
    except UnicodeDecodeError:
        return Unreadable("the key is not UTF-8; encode it as UTF-8")
    if record.value is None:
        return Withdrawn(key)
    return _received(key, record.value, _age(record.timestamp_ms, now_ms))


def _received(key: str, value: bytes, age: float) -> Received | Unreadable:
    if len(value) > LARGEST_READING:
        return Unreadable(f"{len(value)} bytes: a reading has at most {LARGEST_READING}; name fewer sources")
    try:
        reading = decode_reading(value)
    except Malformed as error:
        return Unreadable(str(error))
    if reading.key != key:
        return Unreadable(f"the key is not the reading's, which is {reading.key!r}; send it under that")
    return Received(key, reading, age)


def _age(sent_ms: int | None, now_ms: int | None) -> float:
    return 0.0 if sent_ms is None or now_ms is None else max(now_ms - sent_ms, 0) / _MS_A_SECOND
