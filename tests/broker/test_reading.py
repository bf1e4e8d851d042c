"""The reader of whole topics, on both brokers."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewPartitions, NewTopic

from paysignal.consuming.reader import Reader
from paysignal.consuming.records import Record
from paysignal.consuming.share import WHOLE, Share
from tests.tools.brokers import EmbeddedBroker, RealKafka
from tests.tools.waiting import eventually

pytestmark = [
    pytest.mark.broker,
    # kafka-python forgets the socket of a connection that was refused; it is closed when it is collected.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]


@contextmanager
def admin_of(broker: str) -> Iterator[KafkaAdminClient]:
    """An admin client, closed at the end."""
    admin = KafkaAdminClient(bootstrap_servers=broker)
    try:
        yield admin
    finally:
        admin.close()


def make(broker: str, topic: str, partitions: int) -> None:
    """Create the topic."""
    with admin_of(broker) as admin:
        admin.create_topics([NewTopic(topic, partitions, 1)])


def send(broker: str, topic: str, values: list[bytes | None], partition: int, **settings: object) -> None:
    """Send the values to one partition and wait for each."""
    producer = KafkaProducer(bootstrap_servers=broker, enable_idempotence=True, **settings)
    try:
        for future in [producer.send(topic, key=b"k", value=value, partition=partition) for value in values]:
            future.get(10)
    finally:
        producer.close()


class Taken:
    """What a reader delivered."""

    def __init__(self) -> None:
        self.values: list[bytes | None] = []
        self.anew = 0

    def take(self, records: list[Record]) -> None:
        """Take a batch."""
        self.values += [record.value for record in records]

    def begin_anew(self) -> None:
        """Count a topic that was made anew."""
        self.anew += 1


@contextmanager
def reading(broker: str, topic: str, share: Share = WHOLE) -> Iterator[tuple[Reader, Taken]]:
    """A running reader, and what it delivers; ended within two seconds."""
    taken = Taken()
    reader = Reader(topic, broker, taken.take, time.monotonic, taken.begin_anew)  # type: ignore[arg-type]
    reader.share = share
    reader.start()
    try:
        yield reader, taken
    finally:
        began = time.monotonic()
        assert reader.stop()
        assert time.monotonic() - began < 2.0
        gc.collect()


def offsets(reader: Reader) -> dict[int, int]:
    """The positions by partition."""
    return {one.partition: one.position for one in reader.positions()}


def test_reads_every_partition_from_the_start_and_tells_how_far(broker: str, unique: Callable[[str], str]) -> None:
    """What was there before and what comes after is delivered in order; positions count it, lag is 0 at the end."""
    topic = unique("reading")
    make(broker, topic, 3)
    send(broker, topic, [b"%d" % number for number in range(500)], 0)
    send(broker, topic, [b"x", None], 2)
    with reading(broker, topic) as (reader, taken):
        eventually(lambda: reader.caught_up, "the reader to catch up")
        assert [value for value in taken.values if value not in {b"x", None}] == [b"%d" % n for n in range(500)]
        assert offsets(reader) == {0: 500, 1: 0, 2: 2}
        send(broker, topic, [b"later"], 1)
        eventually(lambda: offsets(reader)[1] == 1 and taken.values[-1] == b"later", "the later record")
        eventually(lambda: [one.lag for one in reader.positions()] == [0, 0, 0], "a lag of zero")
        assert reader.failure is None


def test_shares_deal_the_partitions(broker: str, unique: Callable[[str], str]) -> None:
    """Two readers read every record once between them, and each has caught up with its own; positions are its own."""
    topic = unique("reading")
    make(broker, topic, 3)
    for partition in range(3):
        send(broker, topic, [b"%d" % partition] * 5, partition)
    for share, partitions in ((Share(1, 2), [0, 2]), (Share(2, 2), [1])):
        with reading(broker, topic, share) as (reader, taken):
            eventually(lambda: reader.caught_up, "the reader to catch up")

            assert sorted(taken.values) == [b"%d" % each for each in partitions for _ in range(5)]  # type: ignore[type-var]
            assert sorted(offsets(reader)) == partitions


def test_waits_for_a_topic_that_is_not_there_yet(broker: str, unique: Callable[[str], str]) -> None:
    """A reader may start first: it does not create the topic, and reads it once somebody does."""
    topic = unique("reading")
    with reading(broker, topic) as (reader, taken):
        time.sleep(1.5)
        assert not reader.caught_up
        with admin_of(broker) as admin:
            assert topic not in admin.list_topics()
        make(broker, topic, 1)
        send(broker, topic, [b"first"], 0)
        eventually(lambda: taken.values == [b"first"], "the first record")


def test_positions_pass_transaction_markers(broker: str, unique: Callable[[str], str]) -> None:
    """The marker that ends a transaction is an offset without a record: the position goes past it, so lag ends at 0."""
    topic = unique("reading")
    make(broker, topic, 1)
    producer = KafkaProducer(bootstrap_servers=broker, transactional_id=unique("transaction"))
    producer.init_transactions()
    producer.begin_transaction()
    producer.send(topic, value=b"inside", partition=0)
    producer.commit_transaction()
    producer.close()
    with reading(broker, topic) as (reader, taken):
        eventually(lambda: taken.values == [b"inside"], "the committed record")
        eventually(lambda: reader.caught_up and [one.lag for one in reader.positions()] == [0], "a lag of zero")


@pytest.mark.kafka
def test_aborted_records_are_not_delivered(real_kafka: str, unique: Callable[[str], str]) -> None:
    """Only committed records are read (the embedded broker shows aborted ones too)."""
    topic = unique("reading")
    make(real_kafka, topic, 1)
    producer = KafkaProducer(bootstrap_servers=real_kafka, transactional_id=unique("transaction"))
    producer.init_transactions()
    for value, end in ((b"aborted", producer.abort_transaction), (b"committed", producer.commit_transaction)):
        producer.begin_transaction()
        producer.send(topic, value=value, partition=0).get(10)
        end()
    producer.close()
    with reading(real_kafka, topic) as (reader, taken):
        eventually(lambda: reader.caught_up, "the reader to catch up")
        assert taken.values == [b"committed"]
        assert offsets(reader) == {0: 4}


@pytest.mark.kafka
def test_takes_on_partitions_that_are_added(real_kafka: str, unique: Callable[[str], str]) -> None:
    """More partitions are found within the age of the metadata, and read from their start."""
    topic = unique("reading")
    make(real_kafka, topic, 1)
    with reading(real_kafka, topic) as (reader, taken):
        eventually(lambda: reader.caught_up, "the reader to catch up")
        with admin_of(real_kafka) as admin:
            admin.create_partitions({topic: NewPartitions(2)})
        send(real_kafka, topic, [b"new"], 1)
        eventually(lambda: taken.values == [b"new"], "the record of the new partition", seconds=25)


def test_a_memory_broker_that_restarts_is_read_from_the_start(tmp_path: Path) -> None:
    """The embedded broker forgets everything: the reader sees that the topic was made anew and reads it whole."""
    with EmbeddedBroker(tmp_path) as broker:
        make(broker.address, "t", 2)
        send(broker.address, "t", [b"1", b"2", b"3"], 0)
        with reading(broker.address, "t") as (reader, taken):
            eventually(lambda: reader.caught_up, "the reader to catch up")
            broker.stop()
            time.sleep(1.0)
            broker.start()
            make(broker.address, "t", 2)
            send(broker.address, "t", [b"4"], 0)
            eventually(lambda: taken.values[-1] == b"4", "the record after the restart", seconds=20)
            assert taken.anew == 1
            assert offsets(reader) == {0: 1, 1: 0}


@pytest.mark.kafka
def test_a_broker_that_restarts_is_read_on_where_it_was(tmp_path: Path) -> None:
    """Real Kafka keeps its data: after a kill nothing is read twice and nothing is missing."""
    with RealKafka(tmp_path) as broker:
        make(broker.address, "t", 1)
        send(broker.address, "t", [b"1", b"2"], 0)
        with reading(broker.address, "t") as (reader, taken):
            eventually(lambda: reader.caught_up, "the reader to catch up")
            broker.stop()
            broker.start()
            send(broker.address, "t", [b"3"], 0)
            eventually(lambda: taken.values == [b"1", b"2", b"3"], "the record after the restart", seconds=30)
            assert taken.anew == 0


def test_stops_within_two_seconds_without_a_broker() -> None:
    """A reader whose broker never answers stops as quickly, and is neither caught up nor failed."""
    with reading("127.0.0.1:9", "t") as (reader, _):
        time.sleep(1.2)
        assert (reader.positions(), reader.caught_up, reader.failure) == ((), False, None)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_failing_delivery_shows_as_failure(embedded_broker: str) -> None:
    """What delivery raises ends the thread, and the process can say so in its health."""
    make(embedded_broker, "t", 1)
    send(embedded_broker, "t", [b"1"], 0)

    def fail(_: object) -> None:
        raise RuntimeError("no room")

    reader = Reader("t", embedded_broker, fail, time.monotonic)
    reader.start()
    failure = eventually(lambda: reader.failure, "the failure")
    assert "no room" in failure
    assert reader.stop()
