"""Record batches as a broker would send them, built by aiokafka's own writer."""

import struct
from collections.abc import Sequence
from typing import NamedTuple

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.legacy_records import LegacyRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

#: By the names that producers give them.
CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}

_CONTROL = 0x20
_APPEND_TIME = 0x08


class Row(NamedTuple):
    """One record; `delta` is its offset in its batch, `ms` its timestamp."""

    delta: int
    key: bytes | None
    value: bytes | None
    ms: int = 1_700_000_000_000
    headers: Sequence[tuple[str, bytes]] = ()


def batch(
    base: int, rows: Sequence[Row], codec: str = "none", *, last: int | None = None, producer: int = -1,
    transactional: bool = False, append_ms: int | None = None,
) -> bytes:  # fmt: skip
    """A batch of format 2 whose first offset is `base`; `last` is its last offset's delta where holes end it."""
    builder = DefaultRecordBatchBuilder(2, CODECS[codec], int(transactional), producer, 0, 0, 1 << 24)
    for delta, key, value, ms, headers in rows:
        assert builder.append(delta, ms, key, value, list(headers)) is not None
    built = bytearray(builder.build())
    struct.pack_into(">q", built, 0, base)
    struct.pack_into(">i", built, 23, last if last is not None else max((row.delta for row in rows), default=0))
    if append_ms is not None:
        built[22] |= _APPEND_TIME
        struct.pack_into(">q", built, 35, append_ms)
    return sealed(built)


def marker(base: int, producer: int, *, commit: bool) -> bytes:
    """The control batch that ends a transaction."""
    row = Row(0, struct.pack(">hh", 0, int(commit)), struct.pack(">hi", 0, 0))
    built = bytearray(batch(base, [row], producer=producer, transactional=True))
    built[22] |= _CONTROL
    return sealed(built)


def sealed(built: bytearray) -> bytes:
    """The batch with the checksum of what is in it now."""
    struct.pack_into(">I", built, 17, calc_crc32c(bytes(built[21:])))
    return bytes(built)


def legacy(base: int, rows: Sequence[Row], codec: str = "none", magic: int = 1) -> bytes:
    """A message set of an older format."""
    builder = LegacyRecordBatchBuilder(magic, CODECS[codec], 1 << 24)
    for delta, key, value, ms, _ in rows:
        builder.append(base + delta, ms, key, value)
    built = bytearray(builder.build())
    if codec != "none":  # then all are in one message, which has the offset of the last
        struct.pack_into(">q", built, 0, base + rows[-1].delta)
    return bytes(built)
