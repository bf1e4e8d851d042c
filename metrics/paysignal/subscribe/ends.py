"""Where partitions really end, asked by subscriptions and by commands that read a topic up to its end."""

import time
from collections.abc import Sequence
from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

_ASK_MS = 10_000
_POLL_MS = 100

#: kafka-python has no types.
_Consumer = Any


def true_ends(consumer: _Consumer, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """The offset behind the last record of each partition; the consumer is assigned to none afterwards.

    Asked for its end, the embedded broker tells that of the last batch's first record, so each partition is fetched
    from there: what comes with a fetch is true on every broker. Raises a `KafkaError` when the broker stops answering.
    """
    told: dict[TopicPartition, int] = consumer.end_offsets(list(partitions), _ASK_MS)
    filled = [partition for partition, end in told.items() if end]
    consumer.unsubscribe()  # forgets what an earlier fetch said
    consumer.assign(filled)
    for partition in filled:
        consumer.seek(partition, told[partition] - 1)
    deadline = time.monotonic() + _ASK_MS / 1_000
    while any(consumer.highwater(partition) is None for partition in filled):
        if time.monotonic() > deadline:
            raise KafkaTimeoutError("the ends of the topics were not told in time")
        consumer.poll(timeout_ms=_POLL_MS)
    fetched = {partition: consumer.highwater(partition) for partition in filled}
    consumer.unsubscribe()
    return {partition: max(end, fetched.get(partition, 0)) for partition, end in told.items()}
