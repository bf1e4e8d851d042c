"""What others leave on the fact topics: transactions, compressed batches, partitions that lost their beginning."""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import confluent_kafka
import pytest
from kafka import KafkaAdminClient, TopicPartition

from paysignal.facts import topics
from paysignal.facts.increments import Increment
from paysignal.sending.outbox import record_of
from tests.tools.reading import end_offsets
from tests.tools.system import System, WorkerProcess, records_of, replayed, sample_claims, send, synthetic_increments
from tests.tools.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]

_CODECS = ("gzip", "snappy", "lz4", "zstd")


def _producer(address: str, **settings: str) -> confluent_kafka.Producer:
    """A librdkafka producer that places keys as everybody else does; its own default is another hash."""
    return confluent_kafka.Producer(
        {
            "bootstrap.servers": address,
            "partitioner": "murmur2_random",
            "linger.ms": 100,
            **{name.replace("_", "."): value for name, value in settings.items()},
        }
    )


def _produce(producer: confluent_kafka.Producer, increments: Iterable[Increment]) -> None:
    """Hand increments over and wait until each is acknowledged."""
    failures: list[object] = []
    for increment in increments:
        record = record_of(increment)
        producer.produce(
            record.topic,
            record.value,
            record.key,
            on_delivery=lambda error, _: failures.append(error) if error is not None else None,
        )
    assert producer.flush(30) == 0
    assert not failures


@contextmanager
def _transaction(producer: confluent_kafka.Producer, *, commit: bool) -> Iterator[None]:
    producer.begin_transaction()
    yield
    if commit:
        producer.commit_transaction(30)
    else:
        producer.abort_transaction(30)


def _accepted(worker: WorkerProcess) -> float:
    return worker.facts("accepted")


@pytest.mark.kafka
def test_only_committed_increments_count(kafka_system: System, tmp_path: Path) -> None:
    """Aborted and unfinished transactions change no reading, neither for a worker that rebuilds nor for a live one.

    Partitions that end with aborted records and markers, where no record will ever come, do not keep it from going
    live.
    """
    numbers = synthetic_increments(400)
    first, aborted, second, aborted_live, unfinished = (numbers[at : at + 80] for at in range(0, 400, 80))
    producer = _producer(kafka_system.address, transactional_id=kafka_system.group)
    producer.init_transactions(30)
    with _transaction(producer, commit=True):
        _produce(producer, first)
    with _transaction(producer, commit=False):
        _produce(producer, aborted)

    with kafka_system.worker() as worker:
        worker.ready(seconds=30)
        assert _accepted(worker) == len(first)

        with _transaction(producer, commit=False):
            _produce(producer, aborted_live)
        with _transaction(producer, commit=True):
            _produce(producer, second)
        with _transaction(producer, commit=True):
            _produce(producer, unfinished)
            eventually(lambda: _accepted(worker) >= len(first) + len(second), "the committed ones", seconds=30)
            time.sleep(1)
            assert _accepted(worker) == len(first) + len(second), "the rest is not yet committed"
        expected = replayed([*first, *second, *unfinished], tmp_path)
        eventually(lambda: expected == kafka_system.final_readings(), "readings of all that is committed", seconds=30)
        assert _accepted(worker) == len(first) + len(second) + len(unfinished)


@pytest.mark.kafka
def test_markers_at_the_end_of_a_partition_are_no_lag(kafka_system: System) -> None:
    """Behind a finished transaction a live worker says that it is at the end: no lag is left that nobody could remove.

    Whoever waits for a worker, as `up` does, compares its positions with the ends of the partitions.
    """
    numbers = synthetic_increments(80)
    with kafka_system.worker() as worker:
        worker.ready(seconds=30)
        producer = _producer(kafka_system.address, transactional_id=kafka_system.group)
        producer.init_transactions(30)
        with _transaction(producer, commit=True):
            _produce(producer, numbers)
        eventually(lambda: _accepted(worker) == len(numbers), "the increments", seconds=30)
        worker.catch_up(seconds=12)

        assert worker.metric("paysignal_worker_lag_records") == 0


def test_batches_of_every_compression_are_read(system: System, tmp_path: Path) -> None:
    """Increments in gzip, snappy, lz4 and zstd batches of librdkafka all count."""
    numbers = synthetic_increments(800)
    for number, codec in enumerate(_CODECS):
        _produce(_producer(system.address, compression_type=codec), numbers[number :: len(_CODECS)])

    with system.worker() as worker:
        worker.catch_up()

        assert _accepted(worker) == len(numbers)
        assert replayed(numbers, tmp_path) == system.final_readings()


@pytest.mark.kafka
def test_partitions_whose_records_are_gone_do_not_hold_up_a_worker(kafka_system: System, tmp_path: Path) -> None:
    """Increments past their retention leave partitions that start where they end: a worker goes live and reads on."""
    claims, numbers = sample_claims()[:200], synthetic_increments(400)
    gone, left = numbers[:300], numbers[300:]
    send(kafka_system.address, records_of([*claims, *gone]))
    ends = end_offsets(kafka_system.address, topics.INCREMENTS)[topics.INCREMENTS]
    with closing(KafkaAdminClient(bootstrap_servers=kafka_system.address)) as admin:
        admin.delete_records(
            {TopicPartition(topics.INCREMENTS, int(number)): end for number, end in ends.items() if end}
        )

    with kafka_system.worker() as worker:
        worker.ready(seconds=30)
        send(kafka_system.address, records_of(left))
        worker.catch_up(seconds=30)

        assert worker.metric("paysignal_worker_facts_total", topic=topics.INCREMENTS, outcome="accepted") == len(left)
        assert replayed([*claims, *left], tmp_path) == kafka_system.final_readings()
