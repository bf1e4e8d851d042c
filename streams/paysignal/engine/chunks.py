"""Chunks: consecutive records of one partition in columns, without an object a record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from paysignal.engine.records import Record

#: What a record costs beside its bytes while it waits: six numbers of eight bytes.
_ROW_BYTES: Final = 48

#: What a chunk costs beside its records: the object, its arrays' headers, its place in the queues.
_CHUNK_BYTES: Final = 1_000

#: The timestamp of a record that has none, as Kafka writes it.
NO_TIMESTAMP: Final = -1

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Chunk:
    """Consecutive records of one partition, as one fetch brought them.

    `start` and `next_position` are the fetch positions before and behind it. What lies between them and has no row held
    no record that counts: a transaction's marker, an aborted record, a hole of compaction. A chunk may have no row at
    all. `spans` are, in `payload`, where each record's key starts and ends and its value starts and ends; a start of -1
    is a null. `timestamps_ms` are sending times, `NO_TIMESTAMP` where there is none.
    """

    topic: str
    partition: int
    start: int
    next_position: int
    payload: bytes
    spans: Integers
    offsets: Integers
    timestamps_ms: Integers

    @classmethod
    def of(
        cls, records: Sequence[Record], topic: str, partition: int, start: int, next_position: int | None = None
    ) -> "Chunk":
        """A chunk of records that are objects already, of that partition and in order, `start` not behind the first."""
        spans, parts, end = np.full((4, len(records)), -1, np.int64), [], 0
        for row, record in enumerate(records):
            for side, part in ((0, record.key), (2, record.value)):
                if part is not None:
                    spans[side, row], spans[side + 1, row] = end, end + len(part)
                    parts.append(part)
                    end += len(part)
        behind = next_position if next_position is not None else records[-1].offset + 1 if records else start
        stamps = [NO_TIMESTAMP if record.timestamp_ms is None else record.timestamp_ms for record in records]
        offsets = np.array([record.offset for record in records], np.int64)
        return cls(topic, partition, start, behind, b"".join(parts), spans, offsets, np.array(stamps, np.int64))

    def __len__(self) -> int:
        return len(self.offsets)

    @property
    def size_bytes(self) -> int:
        """The bytes it takes while it waits, about."""
        return len(self.payload) + _ROW_BYTES * len(self) + _CHUNK_BYTES

    @cached_property
    def keys(self) -> list[bytes | None]:
        """Each record's key."""
        return _cut(self.payload, self.spans[0], self.spans[1])

    @cached_property
    def values(self) -> list[bytes | None]:
        """Each record's value."""
        return _cut(self.payload, self.spans[2], self.spans[3])

    def record(self, row: int) -> Record:
        """One row as a record."""
        key_start, key_end, start, end = self.spans[:, row].tolist()
        stamp = int(self.timestamps_ms[row])
        return Record(
            self.topic, self.partition, int(self.offsets[row]),
            None if key_start < 0 else self.payload[key_start:key_end],
            None if start < 0 else self.payload[start:end],
            None if stamp == NO_TIMESTAMP else stamp,
        )  # fmt: skip

    def row_at(self, offset: int) -> int | None:
        """The row of the record with that offset, if there is one."""
        row = int(np.searchsorted(self.offsets, offset))
        return row if row < len(self) and int(self.offsets[row]) == offset else None

    def records(self) -> list[Record]:
        """All rows as records."""
        return [
            Record(self.topic, self.partition, offset, key, value, None if stamp == NO_TIMESTAMP else stamp)
            for offset, key, value, stamp in zip(
                self.offsets.tolist(), self.keys, self.values, self.timestamps_ms.tolist(), strict=True
            )
        ]

    def from_offset(self, offset: int) -> "Chunk":
        """The rows at that offset and behind it; its position becomes `start`, unless it starts behind that already."""
        if offset <= self.start and (not len(self) or int(self.offsets[0]) >= offset):
            return self
        start = max(self.start, offset)
        return self._of_rows(self.offsets >= offset, start, max(self.next_position, start))

    def without(self, offsets: Collection[int]) -> "Chunk":
        """The same without the records that have these offsets."""
        return self._of_rows(~np.isin(self.offsets, list(offsets)), self.start, self.next_position)

    def _of_rows(self, kept: npt.NDArray[np.bool_], start: int, next_position: int) -> "Chunk":
        return Chunk(
            self.topic, self.partition, start, next_position, self.payload,
            self.spans[:, kept], self.offsets[kept], self.timestamps_ms[kept],
        )  # fmt: skip


def _cut(payload: bytes, starts: Integers, ends: Integers) -> list[bytes | None]:
    pairs = zip(starts.tolist(), ends.tolist(), strict=True)
    if len(starts) and int(starts.min()) < 0:
        return [None if start < 0 else payload[start:end] for start, end in pairs]
    return [payload[start:end] for start, end in pairs]
