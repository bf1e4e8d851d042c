"""A worker's life: whatever ends it, joins it or takes its broker away, the final readings are those of a quiet run."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from paysignal.facts import topics
from paysignal.facts.claims import Retraction
from paysignal.facts.identity import identified
from paysignal.facts.series import Series
from paysignal.facts.topics import READINGS
from paysignal.sending.outbox import Outgoing, retraction_record
from paysignal.sending.sender import Sender
from tests.tools.brokers import RealKafka
from tests.tools.reading import latest, read_topic
from tests.tools.system import (
    Fact,
    System,
    WorkerProcess,
    records_of,
    replayed,
    sample_claims,
    send,
    shuffled,
    synthetic_increments,
)
from tests.tools.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]

#: What is promised; Kubernetes and `paysignal up` rely on it.
_STOP_SECONDS = 10.0

#: What the indicators are made of; readings are read by another stage.
_SOURCES = (topics.FACTS, topics.INCREMENTS)


def _facts(seed: int) -> list[Fact]:
    return shuffled([*sample_claims()[:1_000], *synthetic_increments(1_000)], seed)


def _readings_sent(worker: WorkerProcess) -> bool:
    return worker.metric("paysignal_worker_records_sent_total", topic=READINGS) > 0


@contextmanager
def _trickling(address: str, records: Sequence[Outgoing], seconds: float) -> Iterator[None]:
    """Send records from a thread, spread over some seconds; joined at the end, its failure raised."""
    with ThreadPoolExecutor(1) as pool, Sender(address, CollectorRegistry()) as sender:
        done = pool.submit(_trickle, sender, records, seconds)
        yield
        done.result(timeout=60)
        assert sender.close().complete


def _trickle(sender: Sender, records: Sequence[Outgoing], seconds: float) -> None:
    slices = 50
    for number in range(slices):
        sender.send_all(records[number::slices])
        time.sleep(seconds / slices)


def test_a_worker_killed_at_work_is_replaced_without_a_trace(system: System, tmp_path: Path) -> None:
    """Kill -9 while it publishes, more facts, another worker: every key has the reading that replay gives it."""
    facts = _facts(seed=3)
    with system.worker() as first:
        first.ready()
        send(system.address, records_of(facts[:1_500]))
        eventually(lambda: _readings_sent(first), "the first readings", seconds=60)
        assert first.alive
        first.kill()

    send(system.address, records_of(facts[1_500:]))
    with system.worker() as second:
        second.catch_up()

        assert replayed(facts, tmp_path) == system.final_readings()


def test_a_retraction_that_no_worker_saw_withdraws_its_readings(system: System) -> None:
    """A reading published by a worker that was killed does not outlive its only claim, retracted in the meantime."""
    kept, struck = [claim for claim in sample_claims() if claim.kind == "level"][:2]
    assert struck.id is not None
    retraction = identified(Retraction(retracts=struck.id, source=struck.source, known_at="2024-01-01"))
    with system.worker() as first:
        send(system.address, records_of([kept, struck]))
        first.catch_up()
        both = latest(read_topic(system.address, topics.READINGS))
        first.kill()

    successor = replace(system, group=f"{system.group}-successor")  # which need not wait for the dead one's session
    send(system.address, [retraction_record(retraction, struck)])
    with successor.worker() as second:
        second.catch_up()
        left = latest(read_topic(system.address, topics.READINGS))

    assert {kept.series.key, struck.series.key} == _series_of(both)
    assert {kept.series.key} == _series_of(left)


def _series_of(readings: dict[bytes, bytes]) -> set[str]:
    parts = len(Series.__struct_fields__)
    return {"|".join(key.decode().split("|")[:parts]) for key in readings}


@pytest.mark.kafka
def test_a_second_worker_comes_and_goes(kafka_system: System, tmp_path: Path) -> None:
    """Two workers share the partitions, under load and in silence: what is left knows all that a quiet one would.

    A rebalance that loses facts is told by the readings the worker holds, even where the topic still has older ones.
    """
    facts = _facts(seed=4)
    expected = replayed(facts, tmp_path)
    with kafka_system.worker() as first:
        first.ready()
        with _trickling(kafka_system.address, records_of(facts), seconds=6):
            _come_and_go(kafka_system, first)
        first.catch_up()
        assert expected == kafka_system.final_readings()
        assert _of_facts(expected) == _held(first)

        _come_and_go(kafka_system, first)
        first.catch_up()
        assert expected == kafka_system.final_readings()
        assert _of_facts(expected) == _held(first)


def _of_facts(readings: bytes) -> int:
    """How many readings are of facts and not of cross-sections."""
    return sum(1 for line in readings.splitlines() if b"_over_" not in line and b"_among_" not in line)


def _come_and_go(system: System, first: WorkerProcess) -> None:
    """A second worker takes over half of the partitions, rebuilds them, and gives them back in order."""
    all_of_them = first.partitions(*_SOURCES)
    assert len(all_of_them) == len(_SOURCES) * topics.DEFAULT_PARTITIONS
    with system.worker() as second:
        second.ready()
        dealt = eventually(
            lambda: all_of_them - first.partitions(*_SOURCES), "the first worker to give some away", seconds=30
        )
        assert dealt == second.partitions(*_SOURCES)
        code, seconds = second.terminate()
    assert (code, seconds <= _STOP_SECONDS) == (0, True), f"exit {code} after {seconds:.1f} s"
    eventually(lambda: all_of_them == first.partitions(*_SOURCES), "the first worker to have all again", seconds=30)


def _held(worker: WorkerProcess) -> float:
    return sum(worker.metric("paysignal_worker_readings_held", topic=topic) for topic in _SOURCES)


@pytest.mark.kafka
def test_a_worker_outlives_its_broker(tmp_path: Path) -> None:
    """The broker is killed while readings are sent, and comes back: the worker goes on, its final readings complete.

    Without a broker it ends on SIGTERM all the same.
    """
    facts = _facts(seed=5)
    with RealKafka(tmp_path) as broker:
        system = System(broker.address, embedded=False, folder=tmp_path, group="paysignal")
        system.make_topics()
        with system.worker() as worker:
            worker.ready()
            send(system.address, records_of(facts[:1_500]))
            eventually(lambda: _readings_sent(worker), "the first readings", seconds=60)
            broker.stop()
            time.sleep(1.5)
            assert worker.alive
            broker.start()
            send(system.address, records_of(facts[1_500:]))
            worker.catch_up(seconds=90)
            assert replayed(facts, tmp_path) == system.final_readings()

            broker.stop()
            code, seconds = worker.terminate(seconds=30)

    assert (code, seconds <= _STOP_SECONDS) == (0, True), f"exit {code} after {seconds:.1f} s"


@pytest.mark.alone
def test_sigterm_under_load_ends_within_ten_seconds(system: System) -> None:
    """Told to stop in the middle of its work, with thousands of records before it, a worker ends in order, exit 0."""
    send(system.address, records_of([*sample_claims(), *synthetic_increments(6_000)]))
    with system.worker() as worker:
        eventually(
            lambda: worker.facts("accepted") > 500,
            "the worker to be at work",
            seconds=60,
        )
        done = worker.facts("accepted")
        code, seconds = worker.terminate(seconds=30)

        assert done < 7_000, "it was to be stopped before the end of its work"
        assert (code, seconds <= _STOP_SECONDS) == (0, True), f"exit {code} after {seconds:.1f} s:\n{worker.said()}"
        assert "Traceback" not in worker.said()


def test_missing_topics_are_one_sentence_and_exit_1(system: System) -> None:
    """The sentence names them and the command that makes them, and no topic is made by asking for it."""
    wanting = {topics.FACTS, topics.READINGS}
    system.delete_topics(*wanting)
    with system.worker() as worker:
        started = time.monotonic()
        code = worker.process.wait(60)
        seconds = time.monotonic() - started

        errors = [line for line in worker.said().splitlines() if "INFO" not in line]
        assert (code, seconds < 20.0) == (1, True), f"exit {code} after {seconds:.1f} s:\n{worker.said()}"
        assert len(errors) == 1, worker.said()
        assert all(topic in errors[0] for topic in (*wanting, "`paysignal topics create`"))
        assert topics.INCREMENTS not in errors[0]
    assert not wanting & system.standing_topics()


def test_no_broker_is_one_sentence_and_exit_1(tmp_path: Path) -> None:
    """A broker that does not answer is named."""
    system = System("127.0.0.1:1", embedded=False, folder=tmp_path, group="paysignal")
    with system.worker() as worker:
        code = worker.process.wait(60)

        assert code == 1, worker.said()
        assert "no broker answers at 127.0.0.1:1" in worker.said().splitlines()[-1]
