"""Placing: the partition that each outgoing record goes to."""

from collections.abc import Iterable
from typing import Any

from paysignal.agents.outgoing import Outgoing
from paysignal.agents.routing import partitions_of

TopicPartition = tuple[str, int]


async def by_partition(producer: Any, records: Iterable[Outgoing]) -> dict[TopicPartition, list[Outgoing]]:  # noqa: ANN401 - aiokafka has no types
    """The records by where they go, in their order: by the hash of what places them, or of their key.

    Those without a key go to a partition of any number. Called by all that send; raises aiokafka's `KafkaError` where
    the producer is not told how many partitions a topic has.
    """
    lots: dict[TopicPartition, list[Outgoing]] = {}
    for topic, those in _by_topic(records).items():
        count = len(await producer.partitions_for(topic))
        numbers = partitions_of([record.placed_by or record.key or b"" for record in those], count)
        for record, number in zip(those, numbers, strict=True):
            lots.setdefault((topic, number), []).append(record)
    return lots


def _by_topic(records: Iterable[Outgoing]) -> dict[str, list[Outgoing]]:
    topics: dict[str, list[Outgoing]] = {}
    for record in records:
        topics.setdefault(record.topic, []).append(record)
    return topics
