"""Reading: what a fetch brought of one partition, as chunks. Stands where aiokafka has its record by record reader."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, Self

import numpy as np
from aiokafka.errors import CorruptRecordException
from aiokafka.record.control_record import ABORT_MARKER, ControlRecord
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition

from paysignal.agents.transport.batches import Batch, batch_of, whole_batches
from paysignal.agents.transport.columns import PADDING, columns_of
from paysignal.agents.transport.varints import Unreadable
from paysignal.engine.chunks import NO_TIMESTAMP, Chunk
from paysignal.engine.records import Record

#: Bodies are joined up to here: some 4,000 records, on which numpy's cost a call no longer shows.
CHUNK_BYTES: Final = 1024 * 1024

#: aiokafka's number for read_committed.
READ_COMMITTED: Final = 1


class RawBatches:
    """The bytes of a fetch answer; aiokafka makes one for each partition, and asks it what it would ask its own."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._first = next(whole_batches(raw), None)

    def has_next(self) -> bool:
        """Whether a whole batch is there."""
        return self._first is not None

    def size_in_bytes(self) -> int:
        """All bytes, a last batch that was cut off included."""
        return len(self.raw)


@dataclass(slots=True)
class Transactions:
    """Which producers' records are to be passed over, as the reader goes from batch to batch."""

    committed_only: bool
    aborted: deque[tuple[int, int]]  #: producer and first offset, in the order of offsets
    _passed_over: set[int] = field(default_factory=set)

    def counts(self, batch: Batch) -> bool:
        """Whether a reader is to see the records of the next batch; a marker's never."""
        while self.aborted and self.aborted[0][1] <= batch.base_offset:
            self._passed_over.add(self.aborted.popleft()[0])
        if batch.control:
            if _is_abort(batch):
                self._passed_over.discard(batch.producer)
            return False
        return not (self.committed_only and batch.transactional and batch.producer in self._passed_over)


class PartitionChunks:
    """The chunks of one partition that one fetch brought; aiokafka takes them for its records.

    aiokafka's fetcher makes one with these arguments, keeps it until the consumer polls, and looks at
    `next_fetch_offset` to see whether the position has been moved in between. Raises aiokafka's `KafkaError`s where its
    own reader would: a batch that is not what its checksum says.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the arguments are aiokafka's
        self,
        partition: TopicPartition,
        batches: RawBatches,
        aborted: Iterable[tuple[int, int]] | None,
        fetch_offset: int,
        key_deserializer: object,
        value_deserializer: object,
        check_crcs: bool,  # noqa: FBT001 - the same
        isolation_level: int,
    ) -> None:
        del key_deserializer, value_deserializer
        self._partition = partition
        self._batches: Iterator[memoryview] = whole_batches(batches.raw)
        self._check = check_crcs
        first_aborted = sorted(aborted or (), key=lambda pair: pair[1])
        self._transactions = Transactions(isolation_level == READ_COMMITTED, deque(first_aborted))
        self.next_fetch_offset = fetch_offset

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Chunk:
        gathered: list[tuple[Batch, bytes]] = []
        size, position, came = 0, self.next_fetch_offset, False
        for raw in self._batches:
            came = True
            batch = _header(raw)
            if batch is not None and not self._counts(batch):
                position = max(position, batch.next_offset)
                continue
            body = None if batch is None else _body(batch)
            if batch is None or body is None:
                if gathered or position != self.next_fetch_offset:
                    self._batches = chain((raw,), self._batches)
                    break
                return self._moved_to(self._by_aiokafka([raw]))
            gathered.append((batch, body))
            size, position = size + len(body), max(position, batch.next_offset)
            if size >= CHUNK_BYTES:
                break
        if not came:
            raise StopIteration
        return self._moved_to(self._joined(gathered, position))

    def _counts(self, batch: Batch) -> bool:
        if self._check:
            batch.check()
        return self._transactions.counts(batch)

    def _moved_to(self, chunk: Chunk) -> Chunk:
        self.next_fetch_offset = chunk.next_position
        return chunk

    def _joined(self, gathered: list[tuple[Batch, bytes]], position: int) -> Chunk:
        """One chunk of several batches: their bodies are read together, and each row gets its batch's base."""
        counts = [batch.count for batch, _ in gathered]
        payload = b"".join([*(body for _, body in gathered), PADDING])
        try:
            columns = columns_of(payload, sum(counts))
        except Unreadable:
            return self._by_aiokafka([batch.raw for batch, _ in gathered])
        bases = np.repeat(np.array([batch.base_offset for batch, _ in gathered], np.int64), counts)
        stamps = np.repeat(np.array([batch.first_timestamp for batch, _ in gathered], np.int64), counts)
        stamps += columns.timestamp_deltas
        appended = [batch.append_time for batch, _ in gathered]
        if any(stamp is not None for stamp in appended):
            at = np.repeat(np.array([NO_TIMESTAMP if stamp is None else stamp for stamp in appended]), counts)
            by_broker = np.repeat(np.array([stamp is not None for stamp in appended]), counts)
            stamps = np.where(by_broker, at, stamps)
        topic, partition = self._partition
        start = self.next_fetch_offset
        chunk = Chunk(
            topic, partition, start, position, payload, columns.spans, bases + columns.offset_deltas,
            np.where(stamps < 0, NO_TIMESTAMP, stamps),
        )  # fmt: skip
        # The first batch may start before the offset that was asked for: a reader may stop within a batch.
        return chunk if not len(chunk) or int(chunk.offsets[0]) >= start else chunk.from_offset(start)

    def _by_aiokafka(self, raws: Iterable[memoryview]) -> Chunk:
        """The same by aiokafka's reader: older formats, other codecs, what our reader does not understand."""
        topic, partition = self._partition
        start = position = self.next_fetch_offset
        records: list[Record] = []
        for raw in raws:
            batch = MemoryRecords(bytes(raw)).next_batch()
            if self._check and not batch.validate_crc():
                raise CorruptRecordException(f"the batch at offset {batch.base_offset} does not have its checksum")
            for record in batch:
                if record.offset >= position:
                    stamp = record.timestamp
                    stamped = stamp is not None and stamp >= 0
                    records.append(
                        Record(topic, partition, record.offset, record.key, record.value, stamp if stamped else None)
                    )
                    position = record.offset + 1
            position = max(position, batch.next_offset)
        return Chunk.of(records, topic, partition, start, position)


def _header(raw: memoryview) -> Batch | None:
    try:
        return batch_of(raw)
    except Unreadable:
        return None


def _body(batch: Batch) -> bytes | None:
    try:
        return batch.body()
    except Unreadable:
        return None


def _is_abort(batch: Batch) -> bool:
    marker = next(MemoryRecords(bytes(batch.raw)).next_batch())
    return bool(ControlRecord.parse(marker.key) == ABORT_MARKER)
