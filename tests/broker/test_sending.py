"""Sending and topics, on the embedded broker and on Apache Kafka."""

import gc
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from prometheus_client import CollectorRegistry

from paysignal.facts.partitioning import partition_of
from paysignal.facts.topics import LARGEST_RECORD, Topic
from paysignal.sending.errors import BrokerUnreachable, SendingStalled
from paysignal.sending.outbox import Outgoing
from paysignal.sending.sender import Sender, SenderLimits
from paysignal.sending.topics import check_topics, create_topics
from tests.tools.brokers import EmbeddedBroker, free_ports

pytestmark = pytest.mark.broker

QUICK = SenderLimits(start_seconds=2.0, delivery_seconds=2.0)


@pytest.fixture
def topic(broker: str, unique: Callable[[str], str]) -> str:
    """A topic of eight partitions of the test's own."""
    name = unique("sending")
    create_topics(broker, 8, 1, [declared(name)])
    return name


@pytest.fixture
def away(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """For a test whose broker is away: kafka-python leaves refused sockets to the garbage collector, called here."""
    caplog.set_level(logging.CRITICAL, logger="kafka")  # kept log records would keep the sockets past this test
    yield
    gc.collect()


#: Beside the fixture `away`: what it leaves to the collector is collected in this test and forgiven in this test only.
leaves_refused_sockets = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


def declared(name: str, kept: str = "3600000") -> Topic:
    """A topic as facts.topics declares them."""
    settings = {"cleanup.policy": "delete", "retention.ms": kept, "max.message.bytes": str(LARGEST_RECORD)}
    return Topic(name, "for a test", settings)


def record(topic: str, number: int, size: int = 10) -> Outgoing:
    """A record with a key and a value of that size."""
    return Outgoing(topic, f"key|{number % 50}".encode(), b"x" * size, (("schema", b"test/1"),))


def consumed(broker: str, topic: str, count: int) -> Iterator[tuple[bytes | None, bytes, int, list[tuple[str, bytes]]]]:
    """Key, value, partition and headers of `count` records of a topic."""
    consumer = KafkaConsumer(bootstrap_servers=broker, consumer_timeout_ms=10_000, auto_offset_reset="earliest")
    try:
        consumer.assign([TopicPartition(topic, partition) for partition in range(8)])
        for _, found in zip(range(count), consumer, strict=False):
            yield found.key, found.value, found.partition, found.headers
    finally:
        consumer.close()


def test_every_record_arrives_on_the_partition_of_its_key(broker: str, topic: str) -> None:
    """2,000 records, all acknowledged; key, value and header as given; where the worker expects each."""
    registry = CollectorRegistry()
    with Sender(broker, registry) as sender:
        sender.send_all(record(topic, number) for number in range(2_000))
        tally = sender.close()

    assert (tally.sent, tally.failed, tally.refused, tally.complete) == (2_000, 0, 0, True)
    found = list(consumed(broker, topic, 2_000))
    assert len(found) == 2_000
    for key, value, partition, headers in found:
        assert key is not None
        assert partition == partition_of(key, 8)
        assert (value, list(headers)) == (b"x" * 10, [("schema", b"test/1")])
    assert registry.get_sample_value("paysignal_producer_in_flight_records") == 0
    assert registry.get_sample_value("paysignal_producer_in_flight_bytes") == 0


def test_too_large_a_record_is_refused_and_the_next_one_sent(broker: str, topic: str) -> None:
    """Over 1 MiB, and within its last bytes, where only the client's frame makes it too large."""
    registry = CollectorRegistry()
    with Sender(broker, registry) as sender:
        for size in (2 * LARGEST_RECORD, LARGEST_RECORD - 40, 10):
            sender.send(record(topic, 1, size))
        tally = sender.close()

    assert (tally.sent, tally.failed, tally.refused) == (1, 0, 2)
    assert not tally.complete
    assert all(failure.topic == topic for failure in tally.failures)
    refused = {"topic": topic, "outcome": "refused"}
    assert registry.get_sample_value("paysignal_producer_facts_total", refused) == 2


def test_the_budget_bounds_what_is_in_flight(broker: str, topic: str) -> None:
    """Never more than three records, however many are sent; all arrive."""
    registry = CollectorRegistry()
    seen = []
    with Sender(broker, registry, SenderLimits(records=3)) as sender:
        for number in range(60):
            sender.send(record(topic, number))
            seen.append(registry.get_sample_value("paysignal_producer_in_flight_records") or 0)
        tally = sender.close()

    assert tally.sent == 60
    assert max(seen) <= 3


def test_topics_are_made_once_and_compared_after(broker: str, unique: Callable[[str], str]) -> None:
    """A second creation finds them as declared; another number of partitions is reported and not changed."""
    name = unique("made")
    first = create_topics(broker, 4, 1, [declared(name)])
    again = create_topics(broker, 4, 1, [declared(name)])
    other = check_topics(broker, 6, [declared(name), declared(name + "-missing")])

    assert (first.created, first.present) == ((name,), ())
    assert (again.created, again.present, again.conflicts) == ((), (name,), ())
    assert other.missing == (name + "-missing",)
    assert [str(one) for one in other.conflicts] == [f"{name}: partitions is 4, wanted is 6"]
    admin = KafkaAdminClient(bootstrap_servers=broker)
    try:
        assert len(admin.describe_topics([name])[0]["partitions"]) == 4
    finally:
        admin.close()


@pytest.mark.kafka
def test_a_setting_that_differs_is_reported(real_kafka: str, unique: Callable[[str], str]) -> None:
    """Kafka tells its settings; the difference names topic, setting, what is and what is wanted."""
    name = unique("settings")
    create_topics(real_kafka, 1, 1, [declared(name)])
    report = check_topics(real_kafka, 1, [declared(name, kept="-1")])

    assert [str(one) for one in report.differences] == [f"{name}: retention.ms is 3600000, wanted is -1"]


@pytest.mark.kafka
def test_a_topic_that_is_missing_fails_its_records_only(real_kafka: str, unique: Callable[[str], str]) -> None:
    """Counted as failed, with the reason; the sender lives."""
    name = unique("there")
    create_topics(real_kafka, 8, 1, [declared(name)])
    with Sender(real_kafka, CollectorRegistry(), QUICK) as sender:
        sender.send(record(name + "-not", 1))
        sender.send(record(name, 1))
        tally = sender.close()

    assert (tally.sent, tally.failed) == (1, 1)
    assert tally.failures[0].topic == name + "-not"


@leaves_refused_sockets
def test_no_broker_is_told_in_time(away: None) -> None:
    """Nobody listens there: a typed error within the time-out, naming the address."""
    (port,) = free_ports(1)
    started = time.monotonic()
    with pytest.raises(BrokerUnreachable, match=rf"127\.0\.0\.1:{port}.*--broker"):
        Sender(f"127.0.0.1:{port}", CollectorRegistry(), QUICK)
    assert time.monotonic() - started < 6

    with pytest.raises(BrokerUnreachable):
        create_topics(f"127.0.0.1:{port}", 1, 1, seconds=1.0)


@leaves_refused_sockets
def test_a_listener_that_is_no_broker_is_told_in_time(away: None) -> None:
    """It takes the connection and says nothing: the same error."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        with pytest.raises(BrokerUnreachable):
            Sender(f"127.0.0.1:{port}", CollectorRegistry(), SenderLimits(start_seconds=1.0, delivery_seconds=1.0))


@leaves_refused_sockets
def test_a_broker_that_goes_away_fails_what_it_did_not_take(away: None, tmp_path: Path) -> None:
    """Every record is sent, failed or refused in the end, or the stall is told: none is forgotten, nothing hangs."""
    with EmbeddedBroker(tmp_path) as broker:
        create_topics(broker.address, 8, 1, [declared("going")])
        sender = Sender(broker.address, CollectorRegistry(), QUICK)
        sender.send_all(record("going", number) for number in range(100))
        sender.flush()
        broker.stop()
        started = time.monotonic()
        try:
            sender.send_all(record("going", number) for number in range(50))
            tally = sender.close()
        except SendingStalled:
            tally = sender.tally

        assert time.monotonic() - started < 30
        assert tally.sent == 100
        assert not tally.complete or tally.sent + tally.failed < 150


def test_senders_of_many_threads_are_one_tally(broker: str, topic: str) -> None:
    """Counting is safe between threads."""
    with Sender(broker, CollectorRegistry(), SenderLimits(records=20)) as sender:
        threads = [
            threading.Thread(target=sender.send_all, args=([record(topic, number) for number in range(100)],))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        tally = sender.close()

    assert (tally.sent, tally.failed) == (400, 0)
