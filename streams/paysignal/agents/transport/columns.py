"""Columns: the records in the decompressed body of record batches, as arrays. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from paysignal.agents.transport.varints import LONGEST, Integers, Unreadable, signed, signed_at

#: Behind the last record, so that reading an integer there stays within the array.
PADDING: Final = bytes(LONGEST)

#: Up to so many records are read one by one: numpy takes as long for one as for these.
FEW: Final = 24

_MORE: Final = 0x80


@dataclass(frozen=True, slots=True)
class Columns:
    """Records in columns: key and value spans (see `Chunk`), and what is added to their batch's base."""

    spans: Integers
    offset_deltas: Integers
    timestamp_deltas: Integers


def columns_of(body: bytes, count: int) -> Columns:
    """The `count` records that `body` consists of, before `PADDING`.

    Called for the joined bodies of several batches at once. Raises `Unreadable` unless every length in it fits; what is
    in the headers, which nobody reads, is not looked at.
    """
    if count <= FEW:
        return _of_few(body, count)
    starts = np.array(_starts(body, count), np.int64)
    data = np.frombuffer(body, np.uint8)
    length, after_length = signed(data, starts)
    ends = after_length + length
    timestamp_deltas, at = signed(data, after_length + 1)  # behind the attributes, which have no meaning yet
    offset_deltas, at = signed(data, at)
    key_starts, key_ends, at = _bytes_at(data, at, ends)
    value_starts, value_ends, at = _bytes_at(data, at, ends)
    headers, at = signed(data, at)
    if (length < 0).any() or (headers < 0).any() or (at > ends).any() or ((headers == 0) & (at != ends)).any():
        raise Unreadable("a record that is longer or shorter than it says")
    return Columns(np.stack((key_starts, key_ends, value_starts, value_ends)), offset_deltas, timestamp_deltas)


def _of_few(body: bytes, count: int) -> Columns:
    """The same, record by record."""
    end, at = len(body) - len(PADDING), 0
    rows: list[tuple[int, int, int, int, int, int]] = []
    while at < end:
        length, at = signed_at(body, at)
        stop = at + length
        if length < 0 or stop > end:
            raise Unreadable("a record that is longer than what there is")
        stamp, at = signed_at(body, at + 1)  # behind the attributes, which have no meaning yet
        offset, at = signed_at(body, at)
        key, key_end, at = _part_at(body, at, stop)
        value, value_end, at = _part_at(body, at, stop)
        headers, at = signed_at(body, at)
        if headers < 0 or at > stop or (headers == 0 and at != stop):
            raise Unreadable("a record that is longer or shorter than it says")
        rows.append((key, key_end, value, value_end, offset, stamp))
        at = stop
    if len(rows) != count:
        raise Unreadable(f"{len(rows)} records where there are to be {count}")
    table = np.array(rows, np.int64).reshape(-1, 6).T
    return Columns(np.ascontiguousarray(table[:4]), table[4], table[5])


def _part_at(body: bytes, at: int, stop: int) -> tuple[int, int, int]:
    """`_bytes_at` of one record that stops there."""
    length, start = signed_at(body, at)
    if not -1 <= length <= stop - start:
        raise Unreadable("a key or a value that is longer than its record")
    return (-1, -1, start) if length < 0 else (start, start + length, start + length)


def _bytes_at(data: "np.typing.NDArray[np.uint8]", at: Integers, ends: Integers) -> tuple[Integers, Integers, Integers]:
    """Start and end of the nullable bytes at `at`, and where what follows them starts; within their records' ends."""
    length, start = signed(data, at)
    if (length < -1).any() or (length > ends - start).any():
        raise Unreadable("a key or a value that is longer than its record")
    end = start + np.maximum(length, 0)
    return np.where(length < 0, -1, start), np.where(length < 0, -1, end), end


def _starts(body: bytes, count: int) -> list[int]:
    """Where each record starts: the one thing that has to be walked, since every length is in the record before."""
    end, at = len(body) - len(PADDING), 0
    starts: list[int] = []
    note = starts.append
    while at < end:
        note(at)
        byte = body[at]
        if byte < _MORE:
            at += 1 + (byte >> 1)
            continue
        second = body[at + 1]
        at += 2 + (second << 6 | (byte & 0x7F) >> 1) if second < _MORE else _long(body, at)
    if at != end or len(starts) != count:
        raise Unreadable(f"{len(starts)} records where there are to be {count}")
    return starts


def _long(body: bytes, at: int) -> int:
    """The bytes of a record whose length takes more than two bytes."""
    value, index = 0, 0
    while index < LONGEST:
        byte = body[at + index]
        value |= (byte & 0x7F) << 7 * index
        index += 1
        if byte < _MORE:
            return index + (value >> 1)
    raise Unreadable("a length of more than ten bytes")
