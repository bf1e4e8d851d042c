"""A topic's records as `tail` and `export` read them: outside of any group, from an end or from the start."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from paysignal.command.reaching import NoBrokerError
from paysignal.facts.errors import PaySignalError
from paysignal.security.access import client_settings

_POLL_MS = 500
_CONNECT_MS = 5_000
_ASK_MS = 10_000

#: kafka-python has no types.
_Consumer = Any
_Record = Any
_Ends = dict[TopicPartition, int]


class NoTopicError(PaySignalError):
    """The topic does not exist on that broker."""


def ungrouped(broker: str, name: str, connect_ms: int = _CONNECT_MS) -> _Consumer:
    """A consumer that belongs to no group and sees what is committed; raises kafka-python's errors."""
    return KafkaConsumer(
        **client_settings(broker),
        client_id=name,
        group_id=None,
        enable_auto_commit=False,
        isolation_level="read_committed",
        allow_auto_create_topics=False,
        bootstrap_timeout_ms=connect_ms,
    )


@contextmanager
def consuming(broker: str, name: str) -> Iterator[_Consumer]:
    """An `ungrouped` consumer, closed at the end; raises `NoBrokerError` when the broker stops answering."""
    consumer = ungrouped(broker, name)
    try:
        yield consumer
    except KafkaError as error:
        raise NoBrokerError(f"{broker} stopped answering: {error}; look at its log, then start again") from error
    finally:
        consumer.close(autocommit=False)


def partitions_of(consumer: _Consumer, topic: str, broker: str) -> list[TopicPartition]:
    """All partitions of a topic; raises `NoTopicError` when it does not exist."""
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise NoTopicError(f"there is no topic {topic} on {broker}; `paysignal topics create` makes it")
    return [TopicPartition(topic, number) for number in sorted(numbers)]


def records_of(consumer: _Consumer, ends: _Ends, *, from_start: bool, exit_at_end: bool) -> Iterator[_Record]:
    """The records from the start or from the ends on, for ever or until the ends."""
    consumer.assign(list(ends))
    for partition, end in ends.items():
        consumer.seek_to_beginning(partition) if from_start else consumer.seek(partition, end)
    while not exit_at_end or any(consumer.position(each, timeout_ms=_ASK_MS) < end for each, end in ends.items()):
        for partition, records in consumer.poll(timeout_ms=_POLL_MS).items():
            # The last fetch may have brought what came after the end.
            yield from (record for record in records if not exit_at_end or record.offset < ends[partition])
