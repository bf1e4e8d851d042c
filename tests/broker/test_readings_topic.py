"""The readings topic as strangers see it: three Kafka clients, the shipped schema, keys, headers, timestamps."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import confluent_kafka
import jsonschema
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as AioTopicPartition

from paysignal.facts import topics, wire
from paysignal.facts.readings import Reading
from paysignal.facts.schemas import committed_text
from tests.tools.brokers import EmbeddedBroker
from tests.tools.reading import Read, end_offsets, read_topic
from tests.tools.system import PATIENCE_SECONDS, System, records_of, sample_claims, send, synthetic_increments

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]

_CLAIMS = 400
_INCREMENTS = 200


@dataclass(frozen=True)
class _Published:
    """A broker with readings on it, and the milliseconds since 1970 between which they were sent."""

    address: str
    from_ms: int
    to_ms: int


@pytest.fixture(scope="module", params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Published]:
    """Readings of some claims and increments, published by a worker once for all tests of this module."""
    folder = tmp_path_factory.mktemp("published")
    with ExitStack() as stack:
        embedded = request.param == "embedded"
        address = (
            stack.enter_context(EmbeddedBroker(folder)).address if embedded else request.getfixturevalue("real_kafka")
        )
        system = System(address, embedded=embedded, folder=folder, group="paysignal-published")
        system.make_topics()
        started = int(time.time() * 1_000)
        send(address, records_of([*sample_claims()[:_CLAIMS], *synthetic_increments(_INCREMENTS)]))
        with system.worker() as worker:
            worker.catch_up()
        yield _Published(address, started, int(time.time() * 1_000))


def _by_kafka_python(address: str) -> list[Read]:
    return read_topic(address, topics.READINGS)


def _by_confluent(address: str) -> list[Read]:
    ends = _ends(address)
    consumer = confluent_kafka.Consumer(
        {"bootstrap.servers": address, "group.id": "a-stranger", "enable.auto.commit": False}
    )
    with closing(consumer):
        consumer.assign([confluent_kafka.TopicPartition(topics.READINGS, number, 0) for number in ends])
        found: list[Read] = []
        stop = time.monotonic() + PATIENCE_SECONDS
        while _next_offsets(found) != ends:
            assert time.monotonic() < stop, f"confluent-kafka read {_next_offsets(found)}, the ends are {ends}"
            found += [_of_confluent(message) for message in consumer.consume(num_messages=500, timeout=0.2)]
    return found


def _of_confluent(message: confluent_kafka.Message) -> Read:
    assert message.error() is None, message.error()
    partition, offset, key, value = message.partition(), message.offset(), message.key(), message.value()
    assert partition is not None
    assert offset is not None
    assert isinstance(key, bytes)
    assert value is None or isinstance(value, bytes)
    headers = message.headers()
    assert isinstance(headers, list)
    sent = {name: value for name, value in headers if isinstance(value, bytes)}
    return Read(partition, offset, key, value, sent, message.timestamp()[1])


def _by_aiokafka(address: str) -> list[Read]:
    return asyncio.run(_read_by_aiokafka(address, _ends(address)))


async def _read_by_aiokafka(address: str, ends: dict[int, int]) -> list[Read]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=address, auto_offset_reset="earliest", isolation_level="read_committed", group_id=None
    )
    await consumer.start()
    try:
        consumer.assign([AioTopicPartition(topics.READINGS, number) for number in ends])
        found: list[Read] = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            while _next_offsets(found) != ends:
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    found += [
                        Read(one.partition, one.offset, one.key, one.value, dict(one.headers), one.timestamp)
                        for one in batch
                    ]
    finally:
        await consumer.stop()
    return found


def _ends(address: str) -> dict[int, int]:
    """Where each partition that has readings ends."""
    ends = end_offsets(address, topics.READINGS)[topics.READINGS]
    return {int(number): end for number, end in ends.items() if end}


def _next_offsets(found: list[Read]) -> dict[int, int]:
    return {read.partition: read.offset + 1 for read in found}


@pytest.fixture(params=[_by_kafka_python, _by_confluent, _by_aiokafka], ids=["kafka-python", "confluent", "aiokafka"])
def readings(request: pytest.FixtureRequest, published: _Published) -> list[Read]:
    """The readings topic as one client reads it."""
    read: Callable[[str], list[Read]] = request.param
    return read(published.address)


def test_any_client_reads_records_that_their_schema_allows(readings: list[Read], published: _Published) -> None:
    """Each value validates against the shipped JSON Schema, has its key, the schema header and its sending time.

    Event times lie years back, so a Kafka timestamp from within this test is none of them.
    """
    schema = json.loads(committed_text(Reading))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)

    assert len(readings) > _CLAIMS
    for record in readings:
        assert record.value is not None
        validator.validate(json.loads(record.value))
        assert wire.decode_reading(record.value).key.encode() == record.key
        assert {"schema": b"paysignal.reading/1"} == record.headers
        assert published.from_ms <= record.timestamp <= published.to_ms


def test_the_schema_refuses_what_is_no_reading(published: _Published) -> None:
    """A reading whose value is a text, or that lacks its version, fails the schema that the topic's records pass."""
    validator = jsonschema.Draft202012Validator(json.loads(committed_text(Reading)))
    reading = json.loads(read_topic(published.address, topics.READINGS)[0].value or b"")
    without_version = {name: value for name, value in reading.items() if name != "version"}

    assert validator.is_valid(reading)
    assert not validator.is_valid({**reading, "value": "12"})
    assert not validator.is_valid(without_version)
