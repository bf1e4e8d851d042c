"""Reading state back: the committed rows of some lanes, from the state topic's partitions."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from paysignal.agents.checkpoint.markers import prefix_of
from paysignal.agents.settings import WorkerSettings
from paysignal.facts.topics import STATE
from paysignal.security.access import client_settings

#: A fetch of several batches of half a megabyte, and what a getmany gives: 20,000 rows are read in 60 ms.
_PARTITION_BYTES: Final = 4 * 1024 * 1024
_FETCH_BYTES: Final = 32 * 1024 * 1024
_ROWS_A_TURN: Final = 20_000
_POLL_MILLISECONDS: Final = 200

LaneName = tuple[str, int]


@dataclass(slots=True)
class Progress:
    """How far a restore is; read by the metrics from another thread."""

    total: int = 0
    done: int = 0
    lanes: frozenset[LaneName] = frozenset()

    @property
    def remaining(self) -> int:
        """Offsets of the state topic that are still to be read."""
        return max(self.total - self.done, 0)


@dataclass(slots=True)
class Rows:
    """A lane's rows as they stand: the last value of each key, withdrawn ones gone; `marker` is its marker's value."""

    values: dict[str, bytes] = field(default_factory=dict)
    marker: bytes | None = None


async def read_rows(
    settings: WorkerSettings,
    lanes: set[LaneName],
    ends: Mapping[int, int],
    progress: Progress,
) -> dict[LaneName, Rows]:
    """The rows of `lanes`, read up to `ends` (the state partitions' high-water marks).

    Called after the lanes' former owners are fenced. It waits where another lane's transaction stands open before the
    end, which its own take-over, or the time-out of transactions, resolves.
    """
    found = {lane: Rows() for lane in lanes}
    prefixes = {
        number: [(prefix_of(settings.group, topic), found[topic, number]) for topic, other in lanes if other == number]
        for number in {number for _, number in lanes}
    }
    async with consuming(settings, "read_committed", _PARTITION_BYTES) as consumer:
        left = {TopicPartition(STATE, number): end for number, end in ends.items() if end}
        if left:
            consumer.assign(list(left))
            progress.total, progress.done = sum(left.values()), 0
            await consumer.seek_to_beginning()
        while left:
            turn = await consumer.getmany(timeout_ms=_POLL_MILLISECONDS, max_records=_ROWS_A_TURN)
            for partition, records in turn.items():
                _sort(records, prefixes[partition.partition])
            await asyncio.sleep(0)
            positions = {partition: await consumer.position(partition) for partition in left}
            progress.done = progress.total - sum(max(end - positions[each], 0) for each, end in left.items())
            left = {partition: end for partition, end in left.items() if positions[partition] < end}
    return found


@asynccontextmanager
async def consuming(settings: WorkerSettings, isolation: str, partition_bytes: int) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of no group, for partitions assigned by hand."""
    consumer = AIOKafkaConsumer(
        **client_settings(settings.broker),
        client_id=f"{settings.group}-restore",
        isolation_level=isolation,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=partition_bytes,
        fetch_max_bytes=_FETCH_BYTES,
    )
    await consumer.start()
    await asyncio.sleep(0)  # its tasks begin: stopped before that, aiokafka raises their cancellation here
    try:
        yield consumer
    finally:
        await consumer.stop()


def _sort(records: list[Any], prefixes: list[tuple[bytes, Rows]]) -> None:
    """Gives each record to the lane whose prefix it has; other groups' rows are passed over."""
    for prefix, rows in prefixes:
        cut, values = len(prefix), rows.values
        for record in records:
            key = record.key
            if key is None or not key.startswith(prefix):
                continue
            name, value = key[cut:].decode(), record.value
            if not name:
                rows.marker = value
            elif value is None:
                values.pop(name, None)
            else:
                values[name] = value
