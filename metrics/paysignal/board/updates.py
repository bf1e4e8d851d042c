"""What a record of the readings topic says: bytes in, update out. Pure."""

from dataclasses import dataclass

from paysignal.consuming.records import Record
from paysignal.facts.errors import Malformed
from paysignal.facts.readings import Reading
from paysignal.facts.wire import decode_reading


@dataclass(frozen=True, slots=True)
class Received:
    """A reading, under its key."""

    key: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The key has no reading any more."""

    key: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The record is no reading; `reason` says why, for people."""

    reason: str


Update = Received | Withdrawn | Unreadable


def update_of(record: Record) -> Update:
    """The update that a record makes; a record whose key is not its reading's own is unreadable."""
    if record.key is None:
        return Unreadable("a reading without key can not be replaced; send it with its key")
    try:
        key = record.key.decode()
    except UnicodeDecodeError:
        return Unreadable("the key is not UTF-8; encode it as UTF-8")
    if record.value is None:
        return Withdrawn(key)
    try:
        reading = decode_reading(record.value)
    except Malformed as error:
        return Unreadable(str(error))
    if reading.key != key:
        return Unreadable(f"the key is not the reading's, which is {reading.key!r}; send it under that")
    return Received(key, reading)
