"""Kafka's variable-length integers, read in columns. Pure."""

from typing import Final

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]

#: Seven bits a byte: 64 bits take ten.
LONGEST: Final = 10

_MORE: Final = 0x80
_BITS: Final = 0x7F
_LARGEST: Final = 2**64 - 1


class Unreadable(Exception):  # noqa: N818 - no failure: another reader is asked
    """Bytes that are no record batch as this package reads them."""


def signed(data: Bytes, at: Integers) -> tuple[Integers, Integers]:
    """The zigzag integers that start at `at`, and where the bytes behind them start.

    `data` has at least `LONGEST` bytes behind every `at`. Raises `Unreadable` where one is longer than 64 bits.
    """
    first = data[at].astype(np.uint64)
    value, more, end = first & np.uint64(_BITS), first >= _MORE, at + 1
    for index in range(1, LONGEST):
        if not more.any():
            return _unzigzag(value), end
        byte = data[at + index].astype(np.uint64)
        value |= np.where(more, (byte & np.uint64(_BITS)) << np.uint64(7 * index), np.uint64(0))
        end += more
        more &= byte >= _MORE
    if more.any():
        raise Unreadable("an integer of more than ten bytes")
    return _unzigzag(value), end


def signed_at(body: bytes, at: int) -> tuple[int, int]:
    """One such integer, and where the bytes behind it start; raises `Unreadable` as `signed` does."""
    value, index = 0, 0
    while index < LONGEST:
        byte = body[at + index]
        value |= (byte & _BITS) << 7 * index
        index += 1
        if byte < _MORE:
            if value > _LARGEST:
                break
            return value >> 1 ^ -(value & 1), at + index
    raise Unreadable("an integer of more than 64 bits")


def _unzigzag(value: npt.NDArray[np.uint64]) -> Integers:
    return (value >> np.uint64(1)).astype(np.int64) ^ -(value & np.uint64(1)).astype(np.int64)
