"""Increments in bulk: a chunk's rows as columns, without an object a record; what is not in our encoder's form is left.

Exactly what the decoder of single records accepts is accepted here or left to it, and with the same meaning.
"""

import math
from dataclasses import dataclass
from itertools import compress, repeat
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from paysignal.engine.chunks import NO_TIMESTAMP, Chunk
from paysignal.engine.forms import (
    BEFORE_ID,
    BEFORE_INSTANT,
    BEFORE_PUBLISHER,
    BEFORE_SEQUENCE,
    FORMS,
    HEAD_AT,
    ID_LENGTH,
    NO_SEQUENCE,
    Form,
    publisher_of,
)
from paysignal.engine.instants import FRACTION_LENGTH, SECONDS_LENGTH, fractions_of, seconds_of
from paysignal.facts.increments import LARGEST_INCREMENT, LARGEST_SEQUENCE

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

_SECOND_US: Final = 1_000_000
_MS_US: Final = 1_000

#: The shorter and the longer form of an instant, with what stands before it: seconds and Z, or a fraction between.
_SHORT: Final = len(BEFORE_INSTANT) + SECONDS_LENGTH + 1
_LONG: Final = _SHORT + FRACTION_LENGTH

#: No double that our encoder writes is longer than 32 bytes, and no sequence behind it than its name and 19 digits.
_LONGEST_NUMBER: Final = 32 + len(BEFORE_SEQUENCE) + 19

#: Of what stands where a sequence may, and is none.
_ILL: Final = -2

_NUMBERS: Final = msgspec.json.Decoder(list[float])

#: Values of the hex digits that ids are written in; 16 and above are none.
_DIGITS: Final = b"0123456789abcdef"
_HEX: Final = bytes(_DIGITS.find(byte) & 0xFF for byte in range(256))


@dataclass(frozen=True, slots=True)
class Limits:
    """What event times must keep to: from `earliest_us`, before `latest_us`, at most `ahead_us` after the sending."""

    earliest_us: int
    latest_us: int
    ahead_us: int


@dataclass(frozen=True, slots=True)
class Bulk:
    """The rows of a chunk that were read here, in columns, in their order."""

    rows: Ints
    series: list[str]
    publishers: list[str]
    at_us: Ints
    values: Floats
    ids: Bytes  #: sixteen bytes each
    sequences: Ints  #: `NO_SEQUENCE` where there is none


def read_bulk(chunk: Chunk, partitions: int, limits: Limits) -> Bulk:
    """The increments of a chunk that are as our encoder writes them, of its partition and within the limits."""
    forms = list(map(FORMS.__getitem__, chunk.keys))
    rows, numbers_at = _headed(chunk, forms, partitions)
    rows, numbers_at, instants_end, publishers = _tailed(chunk, rows, numbers_at)
    ids, fits = _ids(chunk.payload, chunk.spans[2][rows])
    at_us, numbers_end, told = _instants(chunk.payload, instants_end)
    length, stamps = numbers_end - numbers_at, chunk.timestamps_ms[rows]
    fits &= told & (length > 0) & (length <= _LONGEST_NUMBER)
    fits &= (at_us >= limits.earliest_us) & (at_us < limits.latest_us)
    # What is within a millisecond of the limit is left: the other decoder has fractions of them, and decides.
    fits &= (stamps == NO_TIMESTAMP) | (at_us // _MS_US - stamps < limits.ahead_us // _MS_US)
    values, sequences, read = _numbers(chunk.payload, numbers_at[fits], numbers_end[fits])
    fits[fits] = read
    rows = rows[fits]
    return Bulk(
        rows,
        [forms[row].series for row in rows.tolist()],
        list(compress(publishers, fits.tolist())),
        at_us[fits],
        values,
        ids[fits],
        sequences,
    )


def _headed(chunk: Chunk, forms: list[Form], partitions: int) -> tuple[Ints, Ints]:
    """The rows of this partition whose value has the head of its key's form, and where that ends."""
    heads_at = chunk.spans[2] + HEAD_AT
    heads = [form.head for form in forms]
    fits = np.fromiter(map(chunk.payload.startswith, heads, heads_at.tolist()), np.bool_, len(forms))
    fits &= np.fromiter((form.hashed for form in forms), np.int64, len(forms)) % partitions == chunk.partition
    heads_end = heads_at + np.fromiter(map(len, heads), np.int64, len(forms))
    rows = np.flatnonzero(fits & (heads_end <= chunk.spans[3]))
    return rows, heads_end[rows]


def _tailed(chunk: Chunk, rows: Ints, numbers_at: Ints) -> tuple[Ints, Ints, Ints, list[str]]:
    """Of these rows those that end with the tail of a publisher: rows, numbers, where the tail starts, whose it is."""
    payload, ends = chunk.payload, chunk.spans[3][rows]
    tails_at, publishers = np.full(len(rows), -1), list[str | None](repeat(None, len(rows)))
    left = list(range(len(rows)))
    if len(rows) and (publisher := publisher_of(tail := _tail(payload, int(numbers_at[0]), int(ends[0])))) is not None:
        # Most chunks have one publisher: what has not the first one's tail is looked at on its own.
        has = np.fromiter(map(payload.endswith, repeat(tail), numbers_at.tolist(), ends.tolist()), np.bool_, len(rows))
        tails_at[has] = ends[has] - len(tail)
        publishers, left = [publisher] * len(rows), np.flatnonzero(~has).tolist()
    for row in left:
        tail = _tail(payload, int(numbers_at[row]), int(ends[row]))
        publishers[row] = publisher_of(tail)
        tails_at[row] = -1 if publishers[row] is None else ends[row] - len(tail)
    # What stands before the number is the head, so that an instant of any form has room in what is cut before a tail.
    told = np.flatnonzero(tails_at - numbers_at > _SHORT)
    return rows[told], numbers_at[told], tails_at[told], [publishers[index] or "" for index in told.tolist()]


def _tail(payload: bytes, start: int, end: int) -> bytes:
    """From where a publisher is named last on; all of it where none is."""
    return payload[max(payload.rfind(BEFORE_PUBLISHER, start, end), start) : end]


def _ids(payload: bytes, starts: Ints) -> tuple[Bytes, Truths]:
    """The sixteen bytes of each id, and which rows start with one."""
    before = (_cut(payload, starts, len(BEFORE_ID)) == np.frombuffer(BEFORE_ID, np.uint8)).all(1)
    texts = _cut(payload, starts + len(BEFORE_ID), ID_LENGTH).tobytes()
    digits: Bytes = np.frombuffer(texts.translate(_HEX), np.uint8).reshape(-1, ID_LENGTH)
    high, low = digits[:, ::2], digits[:, 1::2]
    return np.bitwise_or(np.left_shift(high, 4, dtype=np.uint8), low), before & ((high | low) < len(_DIGITS)).all(1)


def _instants(payload: bytes, ends: Ints) -> tuple[Ints, Ints, Truths]:
    """Microseconds of the instants that end there, where what stands before each starts, and which of them are such."""
    data = np.frombuffer(payload, np.uint8)
    fractional = data[ends - 1 - FRACTION_LENGTH] == ord(".")
    starts = ends - np.where(fractional, _LONG, _SHORT)
    texts = _cut(payload, starts, len(BEFORE_INSTANT) + SECONDS_LENGTH)
    second, fits = seconds_of(texts[:, len(BEFORE_INSTANT) :])
    fits &= (texts[:, : len(BEFORE_INSTANT)] == np.frombuffer(BEFORE_INSTANT, np.uint8)).all(1)
    fits &= data[ends - 1] == ord("Z")
    fraction, told = fractions_of(_cut(payload, ends - 1 - FRACTION_LENGTH, FRACTION_LENGTH))
    return second * _SECOND_US + np.where(fractional, fraction, 0), starts, fits & (told | ~fractional)


def _numbers(payload: bytes, starts: Ints, ends: Ints) -> tuple[Floats, Ints, Truths]:
    """Values and sequences in those places, and which rows have such as an increment may have; both only of these."""
    texts = [payload[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    sequences = np.full(len(texts), NO_SEQUENCE)
    if BEFORE_SEQUENCE in payload:
        parts = [text.partition(BEFORE_SEQUENCE) for text in texts]
        texts = [value for value, _, _ in parts]
        sequences = np.array([_sequence(digits) if mark else NO_SEQUENCE for _, mark, digits in parts], np.int64)
    try:
        # All in one list. One text is one number: a list of numbers alone has as many as texts only if no text has two.
        numbers = _NUMBERS.decode(b"[" + b",".join(texts) + b"]")
    except msgspec.DecodeError:
        numbers = []
    if len(numbers) != len(texts):
        numbers = [_number(text) for text in texts]
    values = np.array(numbers, np.float64) + 0.0
    fits = (np.abs(values) < LARGEST_INCREMENT) & (sequences != _ILL)
    return values[fits], sequences[fits], fits


def _sequence(digits: bytes) -> int:
    """The sequence that our encoder wrote in these digits; `_ILL` where it did not."""
    if not digits.isdigit() or (digits.startswith(b"0") and digits != b"0"):
        return _ILL
    return number if (number := int(digits)) <= LARGEST_SEQUENCE else _ILL


def _number(text: bytes) -> float:
    """The one number that a text is; NaN, which no JSON number is, where it is none."""
    try:
        [number] = _NUMBERS.decode(b"[" + text + b"]")
    except (msgspec.DecodeError, ValueError):
        return math.nan
    return number


def _cut(payload: bytes, starts: Ints, width: int) -> Bytes:
    """So many bytes from each of the places on, one row each."""
    if not len(starts):
        return np.zeros((0, width), np.uint8)
    # Items of `width` bytes, one starting at each byte: numpy copies an item whole, which is quick.
    items = np.ndarray((len(payload) - width + 1,), f"V{width}", payload, strides=(1,))
    return items[starts].view(np.uint8).reshape(-1, width)
