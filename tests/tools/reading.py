"""Topics read back in tests: every record as it stands, the ends of partitions, the last value of each key."""

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from paysignal.security.access import client_settings
from tests.tools.waiting import eventually


@dataclass(frozen=True, slots=True)
class Read:
    """One record read back from a topic; `timestamp` is Kafka's, in milliseconds since 1970."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes]
    timestamp: int


def end_offsets(address: str, *names: str) -> dict[str, dict[str, int]]:
    """Where each partition of the topics ends, aborted records and markers included, in the form of `/status`."""
    with closing(KafkaConsumer(bootstrap_servers=address)) as consumer:
        ends = _ends(consumer, _partitions_of(consumer, names))
    found: dict[str, dict[str, int]] = {name: {} for name in names}
    for partition, end in ends.items():
        found[partition.topic][str(partition.partition)] = end
    return found


def read_topic(address: str, name: str, seconds: float = 60.0) -> list[Read]:
    """Every committed record of a topic as it stands now, each partition in its order."""
    consumer = KafkaConsumer(**client_settings(address), auto_offset_reset="earliest", isolation_level="read_committed")
    with closing(consumer):
        partitions = _partitions_of(consumer, [name])
        ends = _ends(consumer, partitions)
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        found: list[Read] = []
        stop = time.monotonic() + seconds
        while any(consumer.position(partition) < end for partition, end in ends.items()):
            assert time.monotonic() < stop, f"{name} was not read to its end within {seconds:g} s"
            for batch in consumer.poll(timeout_ms=200).values():
                found += [
                    Read(one.partition, one.offset, one.key, one.value, dict(one.headers), one.timestamp)
                    for one in batch
                ]
    return found


def latest(records: Iterable[Read]) -> dict[bytes, bytes]:
    """The last value of each key, withdrawn ones (null) left out, in the order of the keys."""
    last = {record.key or b"": record.value for record in records}
    return {key: value for key, value in sorted(last.items()) if value is not None}


def _partitions_of(consumer: Any, names: Sequence[str]) -> list[Any]:  # noqa: ANN401 - kafka-python has no types
    found = []
    for name in names:
        numbers: set[int] = eventually(partial(consumer.partitions_for_topic, name), f"the partitions of {name}")
        found += [TopicPartition(name, number) for number in sorted(numbers)]
    return found


def _ends(consumer: Any, partitions: list[Any]) -> dict[Any, int]:  # noqa: ANN401 - kafka-python has no types
    """Where partitions end; leaves the consumer assigned to those that are not empty.

    Asked for the end, the embedded broker tells the first offset of the last batch, plus one: a fetch tells the truth.
    """
    told: dict[Any, int] = consumer.end_offsets(partitions)
    filled = [partition for partition, end in told.items() if end]
    consumer.assign(filled)
    for partition in filled:
        consumer.seek(partition, told[partition] - 1)

    def fetched() -> bool:
        consumer.poll(timeout_ms=100)
        return all(consumer.highwater(partition) is not None for partition in filled)

    eventually(fetched, "the ends of all partitions", seconds=20.0)
    return {partition: max(end, consumer.highwater(partition) or 0 if end else 0) for partition, end in told.items()}
