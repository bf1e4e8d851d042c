"""Slices: a block's value in pieces that a Kafka record can hold.

Nearly every block is one slice. The book of a series that sixteen publishers told for forty years, or that somebody
floods, is larger than a record may be.
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Final

from paysignal.engine.blocks import Block, StaleBlock

#: Half of Kafka's default limit of 1,048,588 bytes for a batch: lz4 does not shrink everything.
LARGEST_SLICE: Final = 512 * 1_024

#: Between a block's key and the number of a further slice: no slug, code or id has it.
_MARK: Final = "#"
_HEAD: Final = struct.Struct(">H")


def sliced(key: str, value: bytes, before: int) -> tuple[list[Block], int]:
    """The blocks of a value, which withdraw those of the `before` slices that are no more; and how many stand now."""
    pieces = [value[at : at + LARGEST_SLICE] for at in range(0, len(value), LARGEST_SLICE)] or [b""]
    blocks = [Block(key, _HEAD.pack(len(pieces)) + pieces[0])]
    blocks += [Block(_numbered(key, number), piece) for number, piece in enumerate(pieces[1:], 1)]
    return blocks + withdrawn(key, before, len(pieces)), len(pieces)


def withdrawn(key: str, before: int, now: int = 0) -> list[Block]:
    """What withdraws the slices of a key from the number `now` on."""
    return [Block(_numbered(key, number), None) for number in range(now, before)]


def joined(blocks: Iterable[Block]) -> Iterator[tuple[str, bytes, int]]:
    """Key, value and number of slices of each; raises `StaleBlock` where one is missing. The order does not matter."""
    held = {block.key: block.value for block in blocks if block.value is not None}
    for key, value in held.items():
        if _MARK in key:
            continue
        if len(value) < _HEAD.size:
            raise StaleBlock(f"block {key} has {len(value)} bytes; rebuild the state from the topics")
        (count,) = _HEAD.unpack_from(value)
        yield key, b"".join([value[_HEAD.size :], *_further(held, key, count)]), count


def _further(held: dict[str, bytes], key: str, count: int) -> Iterator[bytes]:
    for number in range(1, count):
        piece = held.get(_numbered(key, number))
        if piece is None:
            raise StaleBlock(f"block {key} lacks slice {number} of {count}; rebuild the state from the topics")
        yield piece


def _numbered(key: str, number: int) -> str:
    return f"{key}{_MARK}{number}" if number else key
