"""Sending by the spool, on the embedded broker and on Apache Kafka."""

import random
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from prometheus_client import CollectorRegistry

from paysignal.facts.topics import FACTS, INCREMENTS, LARGEST_RECORD, TOPICS, Topic
from paysignal.sending.errors import SpoolTakenOver
from paysignal.sending.outbox import Outgoing
from paysignal.sending.spool.courier import CourierTimes
from paysignal.sending.spool.sender import SpoolLimits, SpoolSender
from paysignal.sending.spool.store import Mark
from paysignal.sending.topics import create_topics
from tests.tools.brokers import RealKafka
from tests.tools.spooling import Spooling, end
from tests.tools.waiting import eventually

pytestmark = pytest.mark.broker


def declared(name: str, largest: int = LARGEST_RECORD) -> Topic:
    """A topic of the test's own."""
    return Topic(name, "for a test", {"cleanup.policy": "delete", "max.message.bytes": str(largest)})


def make(broker: str, name: str, largest: int = LARGEST_RECORD) -> None:
    """The topic, and that of the facts, on which a spool keeps its position."""
    create_topics(broker, 4, 1, [declared(name, largest)])
    create_topics(broker, 8, 1, [topic for topic in TOPICS if topic.name == FACTS])


def record(topic: str, number: int, size: int = 20) -> Outgoing:
    """A record that is told from others by its value."""
    return Outgoing(topic, f"key|{number % 50}".encode(), f"{number}".encode().ljust(size, b" "), (("schema", b"t/1"),))


def committed(broker: str, topic: str) -> list[int]:
    """The numbers of a topic's records, read committed, sorted."""
    consumer = KafkaConsumer(
        bootstrap_servers=broker,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        consumer_timeout_ms=3_000,
    )
    try:
        consumer.assign([TopicPartition(topic, partition) for partition in range(4)])
        return sorted(int(found.value) for found in consumer)
    finally:
        consumer.close()


def test_what_is_kept_arrives_once(broker: str, unique: Callable[[str], str], tmp_path: Path) -> None:
    """2,000 records and a mark; the gauges are 0 afterwards; a second run sends nothing of it again."""
    topic = unique("spooled")
    make(broker, topic)
    registry = CollectorRegistry()
    with SpoolSender(broker, registry, tmp_path / "spool.db") as sender:
        for number in range(2_000):
            sender.send(record(topic, number))
            if sender.due:
                sender.keep([Mark("s", "position", str(number))])
        tally = sender.close()
    with SpoolSender(broker, CollectorRegistry(), tmp_path / "spool.db") as again:
        again.send(record(topic, 2_000))
        second = again.close()

    assert (2_000, 1) == (tally.sent, second.sent)
    assert list(range(2_001)) == committed(broker, topic)
    assert 0 == registry.get_sample_value("paysignal_producer_spool_records")
    assert 0 == registry.get_sample_value("paysignal_producer_spool_bytes")


@pytest.mark.kafka
def test_a_record_that_is_refused_for_good_is_left_out(
    real_kafka: str, unique: Callable[[str], str], tmp_path: Path
) -> None:
    """By the client as too large for anyone, by the broker as too large for its topic: alone, and counted."""
    topic = unique("refusing")
    make(real_kafka, topic, largest=10_000)
    with SpoolSender(real_kafka, CollectorRegistry(), tmp_path / "spool.db") as sender:
        for number in range(300):
            sender.send(record(topic, number, {70: 50_000, 71: 30_000, 200: 2 * LARGEST_RECORD}.get(number, 20)))
        tally = sender.close()
        waiting = sender.waiting

    assert (297, 3, 0) == (tally.sent, tally.refused, waiting)
    assert [number for number in range(300) if number not in {70, 71, 200}] == committed(real_kafka, topic)
    assert any("MessageSizeTooLarge" in failure.error for failure in tally.failures)


@pytest.mark.kafka
def test_a_copy_of_a_spool_is_told(real_kafka: str, unique: Callable[[str], str], tmp_path: Path) -> None:
    """Two processes with one identity: the older one ends with the reason."""
    topic = unique("copied")
    make(real_kafka, topic)
    SpoolSender(real_kafka, CollectorRegistry(), tmp_path / "one.db").close()
    (tmp_path / "two.db").write_bytes((tmp_path / "one.db").read_bytes())
    one = SpoolSender(real_kafka, CollectorRegistry(), tmp_path / "one.db")
    one.send(record(topic, 1))
    one.keep()
    eventually(lambda: not one.waiting, "the first to send")
    with SpoolSender(real_kafka, CollectorRegistry(), tmp_path / "two.db") as two:
        two.send(record(topic, 2))
        two.close()
        one.send(record(topic, 3))
        with pytest.raises(SpoolTakenOver):
            one.close()


def test_a_full_spool_waits_and_can_be_stopped(tmp_path: Path) -> None:
    """Nobody sends: keeping waits, is ended by `stop`, and neither records nor marks are kept."""
    stop = threading.Event()
    limits = SpoolLimits(bytes=1_000, times=CourierTimes(start_seconds=0.2))
    registry = CollectorRegistry()
    with SpoolSender("127.0.0.1:1", registry, tmp_path / "spool.db", limits, stop) as sender:
        sender.send(record("t", 1, 900))
        assert sender.keep([Mark("s", "a", "1")])
        sender.send(record("t", 2, 900))
        threading.Timer(0.5, stop.set).start()

        assert not sender.keep([Mark("s", "a", "2")])
        assert ("1", 1) == (sender.mark("s", "a"), sender.waiting)
        eventually(lambda: registry.get_sample_value("paysignal_producer_spool_reconnects_total"), "a failure")


@pytest.mark.kafka
def test_kills_and_an_outage_lose_and_double_nothing(tmp_path: Path) -> None:
    """5,000 facts, a producer killed at five random moments, the broker away for 8 s: each fact is there once."""
    moments = random.Random(7)
    with RealKafka(tmp_path) as broker:
        create_topics(broker.address, 8, 1)
        spooling = Spooling.of(broker.address, tmp_path, 5_000)
        for _ in range(5):
            process = spooling.start("--rate", "3000")
            spooling.writes()
            time.sleep(moments.uniform(0, 0.3))
            end(process)
        process = spooling.start("--rate", "3000")
        spooling.writes()
        broker.stop()
        time.sleep(8)
        assert process.poll() is None
        broker.start()
        assert 0 == _finished(process)

        assert (0, 0) == spooling.lost_and_doubled()
        admin = KafkaAdminClient(bootstrap_servers=broker.address)
        assert INCREMENTS in admin.list_topics()
        admin.close()


def _finished(process: subprocess.Popen[bytes]) -> int:
    process.communicate(timeout=80)
    return process.returncode
