"""Markers: the last row of every checkpoint, which says what the rows before it amount to. Pure."""

import hashlib
from typing import Final

import msgspec

from paysignal.engine.records import Record
from paysignal.facts.topics import CROSS, FACTS, INCREMENTS, READINGS

#: Raised when a marker's fields change their meaning; another one is refused, never misread.
VERSION: Final = 1

#: Between group, lane and block in a key: no group id, topic or block key has it.
_SEPARATOR: Final = b"\0"
_NAMES: Final = {FACTS: b"facts", INCREMENTS: b"increments", CROSS: b"cross", READINGS: b"alerts"}

#: Every topic whose lanes can have a state.
SOURCES: Final = tuple(_NAMES)
_NOTHING: Final = -1
_FINGERPRINT_BYTES: Final = 16


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """What a checkpoint holds, written behind its rows in the same transaction.

    `position` is the next source offset; `last_offset` and `fingerprint` are those of the last record processed (-1 and
    empty: none yet). `partitions` is the count of the source topic, `parameters` the engine's. `rows` and `row_sum` are
    the number of rows that stand and the sum of their hashes modulo 2^64. `held` says that readings of the state have
    not all been published: whoever restores it publishes every one. `owner` names the take-over that wrote it and
    `written_ms` (after 1970) when, for people who look.
    """

    version: int = VERSION
    position: int
    last_offset: int = _NOTHING
    fingerprint: str = ""
    partitions: int
    parameters: str
    rows: int
    row_sum: int
    held: bool
    owner: str
    written_ms: int


def encode(marker: Marker) -> bytes:
    """The marker as it stands on the topic."""
    return msgspec.json.encode(marker)


def decode(value: bytes) -> Marker | None:
    """The marker of these bytes; None where they are none of this version."""
    try:
        marker = msgspec.json.decode(value, type=Marker)
    except msgspec.MsgspecError:
        return None
    return marker if marker.version == VERSION else None


def fingerprint_of(record: Record) -> str:
    """BLAKE2b-128 of what a record says and when it was sent; two topics of one name hardly ever share it."""
    digest = hashlib.blake2b(digest_size=_FINGERPRINT_BYTES)
    for part in (record.key, record.value, str(record.timestamp_ms).encode()):
        text = b"-" if part is None else b"+%d:%b" % (len(part), part)
        digest.update(text)
    return digest.hexdigest()


def prefix_of(group: str, topic: str) -> bytes:
    """What every key of a lane's rows starts with; the state topic's partition is the lane's own number."""
    return group.encode() + _SEPARATOR + _NAMES[topic] + _SEPARATOR


def transactional_id_of(group: str, topic: str, partition: int) -> str:
    """One id a lane, the same on every worker: to initialise it is to fence whoever had it before."""
    return f"{group}-{_NAMES[topic].decode()}-{partition}"
