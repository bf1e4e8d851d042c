"""The codec of blocks of increments: arrays as little-endian bytes in MessagePack, behind version and identity.

"PSI" │ version │ fingerprint of the parameters (8 bytes) │ MessagePack of one of the structs below
"""

import struct
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from paysignal.engine.blocks import StaleBlock

_HEAD: Final = struct.Struct(">3sB8s")
_MAGIC: Final = b"PSI"
#: Raised with every change of what stands below; an older block is never read.
_VERSION: Final = 1


class All(msgspec.Struct, frozen=True, array_like=True):
    """What is not of one series: event time, the source's next offset, the windows' cursors, what is to be emitted."""

    newest_us: int
    through: int
    rows: int
    names: int
    next_chunk: int
    closed: list[int]
    due: bytes
    changed: list[list[tuple[bytes, bytes]]]


class Names(msgspec.Struct, frozen=True, array_like=True):
    """Names of publishers."""

    names: list[str]


class Panes(msgspec.Struct, frozen=True, array_like=True):
    """The panes of a group's rows on one grid, row by row, each row's newest first."""

    counts: bytes
    panes: bytes
    columns: list[bytes]
    sketch_sizes: bytes
    buckets: bytes
    numbers: bytes


class Rows(msgspec.Struct, frozen=True, array_like=True):
    """A group of rows as of a position of the journal."""

    position: int
    keys: list[str]
    newest_us: bytes
    facts: bytes
    recent: bytes
    recent_us: bytes
    recent_ids: bytes
    pairs: bytes
    publishers: bytes
    latest_us: bytes
    rings: list[Panes]
    reached: bytes = b""  #: of states that go by sequences


class Entries(msgspec.Struct, frozen=True, array_like=True):
    """A chunk of the journal."""

    rows: bytes
    ids: bytes
    at_us: bytes
    values: bytes
    by: bytes
    sequences: bytes = b""  #: of states that go by sequences


_Part = TypeVar("_Part", bound=msgspec.Struct)
_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODERS: Final[dict[type[msgspec.Struct], "msgspec.msgpack.Decoder[Any]"]] = {
    part: msgspec.msgpack.Decoder(part) for part in (All, Names, Rows, Entries)
}


def written(part: msgspec.Struct, fingerprint: bytes) -> bytes:
    """A block's value."""
    return _HEAD.pack(_MAGIC, _VERSION, fingerprint) + _ENCODER.encode(part)


def read(kind: type[_Part], key: str, value: bytes, fingerprint: bytes) -> _Part:
    """What `written` was given; raises `StaleBlock` when it was written by another version or for other parameters."""
    rebuild = "`paysignal rebuild` makes the state anew from the topics"
    if len(value) < _HEAD.size or value[:3] != _MAGIC:
        raise StaleBlock(f"block {key} is none of increments; {rebuild}")
    _, version, identity = _HEAD.unpack_from(value)
    if version != _VERSION:
        raise StaleBlock(f"block {key} is of version {version}, this release reads {_VERSION}; {rebuild}")
    if identity != fingerprint:
        raise StaleBlock(f"block {key} was made with other windows or settings; set those again, or {rebuild}")
    try:
        part: _Part = _DECODERS[kind].decode(value[_HEAD.size :])
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise StaleBlock(f"block {key} can not be read: {error}; {rebuild}") from None
    return part


def packed(array: npt.NDArray[Any]) -> bytes:
    """An array's bytes, on any machine the same."""
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def unpacked(raw: list[bytes], dtype: npt.DTypeLike, width: int = 0) -> npt.NDArray[Any]:
    """The array of these bytes, joined, in rows of `width` where that is not 0; it may be written to."""
    array = np.frombuffer(b"".join(raw), dtype=np.dtype(dtype).newbyteorder("<")).astype(dtype)
    return array.reshape(-1, width) if width else array
