"""The brokers that other tests rely on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from tests.tools.brokers import EmbeddedBroker, RealKafka

pytestmark = pytest.mark.broker


def _create(address: str, topic: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=address)
    try:
        admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    finally:
        admin.close()


def _send(address: str, topic: str, values: list[bytes]) -> None:
    producer = KafkaProducer(bootstrap_servers=address, acks="all", enable_idempotence=True)
    try:
        for value in values:
            producer.send(topic, value)
        producer.flush(timeout=10)
    finally:
        producer.close()


def _read(address: str, topic: str, count: int) -> list[bytes]:
    consumer = KafkaConsumer(
        topic, bootstrap_servers=address, auto_offset_reset="earliest", consumer_timeout_ms=10_000, group_id=None
    )
    try:
        return [record.value for _, record in zip(range(count), consumer, strict=False)]
    finally:
        consumer.close()


def test_a_topic_gives_back_what_was_sent(broker: str, unique: Callable[[str], str]) -> None:
    """Ten records of an idempotent kafka-python producer come back in order, on either broker."""
    topic = unique("ten")
    sent = [f"record {number}".encode() for number in range(10)]

    _create(broker, topic)
    _send(broker, topic, sent)

    assert sent == _read(broker, topic, 10)


def test_an_embedded_broker_comes_back_on_its_port(tmp_path: Path) -> None:
    """Killed and started again it has the same address and has forgotten its topics."""
    with EmbeddedBroker(tmp_path) as broker:
        _create(broker.address, "once")
        broker.stop()

        assert not broker.running

        broker.start()
        admin = KafkaAdminClient(bootstrap_servers=broker.address)
        topics = admin.list_topics()
        admin.close()

        assert "once" not in topics


@pytest.mark.kafka
def test_a_real_kafka_keeps_its_records(tmp_path: Path) -> None:
    """Killed and started again on its port it still has what was acknowledged."""
    with RealKafka(tmp_path) as broker:
        _create(broker.address, "kept")
        _send(broker.address, "kept", [b"still here"])
        broker.stop()
        broker.start()

        assert [b"still here"] == _read(broker.address, "kept", 1)
