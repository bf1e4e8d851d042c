"""Feeding: the topics of a run, empty or full. With a client that is quicker than ours, so that the run can begin."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from itertools import islice
from typing import Any

from confluent_kafka import Producer
from kafka import KafkaAdminClient
from kafka.errors import UnknownTopicOrPartitionError

from paysignal.command.benching.facts import Keyed, facts_of
from paysignal.command.benching.jobs import PARTITIONS, Job
from paysignal.facts import topics
from paysignal.facts.errors import PaySignalError
from paysignal.security.access import client_settings
from paysignal.sending.topics import create_topics

_GONE_SECONDS = 30.0
_PAUSE = 0.1
_TOLD_EVERY = 20_000

#: Called with how many facts were sent since the last call.
Advance = Callable[[int], object]


class BenchError(PaySignalError):
    """The bench can not go on; says what happened and what to do."""


def refuse_used(broker: str) -> None:
    """Raises `BenchError` when the broker has topics of ours: a million made-up facts do not belong on them."""
    if standing := _standing(broker):
        raise BenchError(
            f"broker {broker} has {', '.join(sorted(standing))}: the bench fills these topics with made-up facts and "
            "deletes them; give it a broker of its own"
        )


def clean(broker: str, keep: frozenset[str] = frozenset()) -> None:
    """Deletes our topics, but those to keep, and makes all that lack, empty."""
    delete_all(broker, keep)
    create_topics(broker, PARTITIONS, 1)


def delete_all(broker: str, keep: frozenset[str] = frozenset()) -> None:
    """Takes our topics, but those to keep, off the broker; returns when they are gone."""
    deadline = time.monotonic() + _GONE_SECONDS
    while left := _standing(broker) - keep:
        if time.monotonic() > deadline:
            raise BenchError(f"broker {broker} does not delete {', '.join(sorted(left))}; look at its log")
        _delete(broker, left)
        time.sleep(_PAUSE)


def topic_of(job: Job) -> str:
    """Where the facts of a job stand."""
    return topics.FACTS if job.claims else topics.INCREMENTS


def fill(broker: str, job: Job, count: int, advance: Advance) -> None:
    """Sends the job's facts, lz4, each to the partition of its key."""
    producer: Any = Producer(
        {
            "bootstrap.servers": broker, "compression.type": "lz4", "linger.ms": 50, "batch.size": 1_048_576,
            "partitioner": "murmur2_random", "queue.buffering.max.messages": 1_000_000, "acks": "all",
            "enable.idempotence": True,
        }
    )  # fmt: skip
    topic, facts = topic_of(job), facts_of(job, count)
    while batch := list(islice(facts, _TOLD_EVERY)):
        for key, value in batch:
            _produce(producer, topic, key, value)
        advance(len(batch))
    if left := producer.flush(60):
        raise BenchError(f"{left} facts were not acknowledged within 60 s; look at the broker's log")


def _produce(producer: Any, topic: str, key: bytes, value: bytes) -> None:  # noqa: ANN401 - confluent-kafka has no types
    while True:
        try:
            producer.produce(topic, value, key)
        except BufferError:
            producer.poll(0.1)
        else:
            return


def _standing(broker: str) -> set[str]:
    ours = {topic.name for topic in topics.TOPICS}
    with closing(KafkaAdminClient(**client_settings(broker))) as admin:
        return ours & set(admin.list_topics())


def _delete(broker: str, names: set[str]) -> None:
    with closing(KafkaAdminClient(**client_settings(broker))) as admin:
        for name in names:
            with suppress(UnknownTopicOrPartitionError):  # it goes already
                admin.delete_topics([name])


def paced(facts: Iterator[Keyed], rate: float, seconds: float, send: Callable[[bytes, bytes], None]) -> int:
    """Sends facts at so many a second, each when it is due; returns how many."""
    began, sent = time.monotonic(), 0
    for key, value in facts:
        due = began + sent / rate
        if due > began + seconds:
            return sent
        time.sleep(max(due - time.monotonic(), 0))
        send(key, value)
        sent += 1
    return sent
