"""Batches: the headers of Kafka's record batches (format 2), and their bodies checked and decompressed. Pure."""

import gzip
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import cramjam
from aiokafka.codec import snappy_decode
from aiokafka.errors import CorruptRecordException
from aiokafka.record.util import calc_crc32c

from paysignal.agents.transport.varints import Unreadable

#: Base offset and length, which every format starts with.
_FRAME: Final = struct.Struct(">qi")

#: Base offset, length, leader epoch, format, checksum, attributes, last offset delta, first and greatest timestamp,
#: producer, its epoch, sequence, number of records.
_HEADER: Final = struct.Struct(">qiibIhiqqqhii")

_FORMAT: Final = 2
_FORMAT_AT: Final = 16
_CHECKED_FROM: Final = 21

_CODECS: Final = 0x07
_APPEND_TIME: Final = 0x08
_TRANSACTIONAL: Final = 0x10
_CONTROL: Final = 0x20


@dataclass(frozen=True, slots=True)
class Batch:
    """One record batch as it came; `raw` is all of it, header and compressed body."""

    raw: memoryview
    base_offset: int
    next_offset: int
    attributes: int
    checksum: int
    first_timestamp: int
    greatest_timestamp: int
    producer: int
    count: int

    @property
    def transactional(self) -> bool:
        """Whether its records belong to a transaction."""
        return bool(self.attributes & _TRANSACTIONAL)

    @property
    def control(self) -> bool:
        """Whether it holds a marker, and no records."""
        return bool(self.attributes & _CONTROL)

    @property
    def append_time(self) -> int | None:
        """The time at which the broker appended it, where the topic stamps records with that."""
        return self.greatest_timestamp if self.attributes & _APPEND_TIME else None

    def check(self) -> None:
        """Raises aiokafka's `CorruptRecordException` when the checksum is not that of the bytes."""
        if calc_crc32c(self.raw[_CHECKED_FROM:]) != self.checksum:
            raise CorruptRecordException(f"the batch at offset {self.base_offset} does not have its checksum")

    def body(self) -> bytes:
        """Its records, decompressed; raises `Unreadable` when that fails."""
        if not self.count:  # compaction took them all and left the header
            return b""
        packed = self.raw[_HEADER.size :]
        codec = _UNPACK.get(self.attributes & _CODECS)
        if codec is None:
            raise Unreadable(f"codec {self.attributes & _CODECS}")
        try:
            return codec(packed)
        except _CODEC_ERRORS as error:
            raise Unreadable(f"codec {self.attributes & _CODECS}: {error}") from None


#: What the four of them raise at bytes that they did not write.
_CODEC_ERRORS: Final = (cramjam.DecompressionError, EOFError, OSError, ValueError, struct.error, zlib.error)

_UNPACK: Final[dict[int, Callable[[memoryview], bytes]]] = {
    0: bytes,
    1: gzip.decompress,
    2: snappy_decode,
    3: lambda packed: bytes(cramjam.lz4.decompress(packed)),
    4: lambda packed: bytes(cramjam.zstd.decompress(packed)),
}


def whole_batches(raw: bytes) -> Iterator[memoryview]:
    """The batches of a fetch answer, of whatever format; the last may be cut off, and is left out then."""
    view, at = memoryview(raw), 0
    while len(raw) - at >= _FRAME.size:
        end = at + _FRAME.size + _FRAME.unpack_from(raw, at)[1]
        if not at + _FRAME.size < end <= len(raw):
            return
        yield view[at:end]
        at = end


def batch_of(raw: memoryview) -> Batch:
    """The header of a batch; raises `Unreadable` when it is of an older format, or too short for a header."""
    if len(raw) < _HEADER.size or raw[_FORMAT_AT] != _FORMAT:
        raise Unreadable("not of format 2")
    base, _, _, _, checksum, attributes, last, first_at, greatest_at, producer, _, _, count = _HEADER.unpack_from(raw)
    return Batch(raw, base, base + last + 1, attributes, checksum, first_at, greatest_at, producer, count)
