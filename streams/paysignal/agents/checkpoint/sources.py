"""What the broker says of partitions before anything is processed: where they begin and end, and single records."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from paysignal.agents.checkpoint.reading import LaneName, consuming
from paysignal.agents.settings import WorkerSettings
from paysignal.engine.records import Record

#: Only one record of a partition is wanted; a batch that is larger comes whole all the same.
_PARTITION_BYTES: Final = 64 * 1024
_POLL_MILLISECONDS: Final = 200


class Span(NamedTuple):
    """The offsets of a partition that can be read: from `begin` up to, and without, `end`.

    The end is the high-water mark, or for those who read committed records only the last stable offset.
    """

    begin: int
    end: int


class Lookups:
    """Asks one broker; made by `looking_up`. Everything raises aiokafka's `KafkaError` when it does not answer."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def spans(self, partitions: Iterable[LaneName]) -> dict[LaneName, Span]:
        """Where each partition begins and ends."""
        wanted = [TopicPartition(*each) for each in partitions]
        if not wanted:
            return {}
        begins = await self._consumer.beginning_offsets(wanted)
        ends = await self._consumer.end_offsets(wanted)
        return {(each.topic, each.partition): Span(begins[each], ends[each]) for each in wanted}

    async def records_at(self, offsets: Mapping[LaneName, int]) -> dict[LaneName, Record]:
        """The record at one offset of each partition; those that are gone (retention, compaction) are left out.

        Called once: aiokafka's fetcher does not outlive the end of an assignment.
        """
        if not offsets:
            return {}
        consumer = self._consumer
        left = {TopicPartition(*lane): offset for lane, offset in offsets.items()}
        consumer.assign(list(left))
        for partition, offset in left.items():
            consumer.seek(partition, offset)
        found: dict[LaneName, Record] = {}
        while left:
            for partition, records in (await consumer.getmany(timeout_ms=_POLL_MILLISECONDS)).items():
                if partition in left and records[0].offset == left.pop(partition):
                    found[partition.topic, partition.partition] = _record(records[0])
            for partition, offset in list(left.items()):
                if await consumer.position(partition) > offset:  # nothing but markers and holes from there on
                    del left[partition]
        return found


@asynccontextmanager
async def looking_up(settings: WorkerSettings, isolation: str = "read_uncommitted") -> AsyncIterator[Lookups]:
    """Lookups for as long as the context lasts; with `read_committed` the ends are the last stable offsets."""
    async with consuming(settings, isolation, _PARTITION_BYTES) as consumer:
        yield Lookups(consumer)


def _record(found: Any) -> Record:  # noqa: ANN401 - aiokafka's record
    stamped = found.timestamp is not None and found.timestamp >= 0  # Kafka's "no timestamp" is -1
    return Record(
        found.topic, found.partition, found.offset, found.key, found.value, found.timestamp if stamped else None
    )
