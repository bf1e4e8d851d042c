"""Cross-sections on a real Kafka: whatever becomes of the workers, the sections say what a replay says."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from paysignal.facts import topics, wire
from paysignal.facts.claims import Retraction
from paysignal.facts.identity import identified
from paysignal.facts.partitioning import partition_of
from paysignal.sending.outbox import Outgoing, record_of, retraction_record
from paysignal.sending.sender import Sender
from tests.tools.reading import latest, read_topic
from tests.tools.system import System, replayed, sample_claims, shuffled
from tests.tools.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.kafka, pytest.mark.timeout(120)]

_SLICES = 30
_SECONDS = 5.0


def _send(address: str, records: Sequence[Outgoing]) -> None:
    """The records over some seconds."""
    with Sender(address, CollectorRegistry()) as sender:
        for number in range(_SLICES):
            sender.send_all(records[number::_SLICES])
            time.sleep(_SECONDS / _SLICES)
        assert sender.close().complete


def _sections(readings: bytes) -> list[bytes]:
    return [line for line in readings.splitlines() if b"_over_" in line or b"_among_" in line]


def test_two_workers_of_which_one_is_killed_tell_what_replay_tells(kafka_system: System, tmp_path: Path) -> None:
    """Both have lanes of the cross topic; one dies while facts and retractions come in, and none of it shows."""
    claims = sample_claims()
    struck = [
        (identified(Retraction(retracts=claim.id, source=claim.source, known_at="2024-01-01")), claim)
        for claim in claims[::25] if claim.id is not None
    ]  # fmt: skip
    facts = shuffled(claims, seed=9)
    records = [*map(record_of, facts), *(retraction_record(retraction, claim) for retraction, claim in struck)]
    expected = replayed([*facts, *(retraction for retraction, _ in struck)], tmp_path)

    with kafka_system.worker() as first, kafka_system.worker() as second, ThreadPoolExecutor(1) as pool:
        eventually(
            lambda: first.partitions(topics.CROSS) and second.partitions(topics.CROSS),
            "both to have partitions",
            seconds=60,
        )
        sending = pool.submit(_send, kafka_system.address, records)
        eventually(lambda: read_topic(kafka_system.address, topics.CROSS), "the first members", seconds=60)
        assert not sending.done()
        second.kill()
        sending.result(timeout=60)
        first.catch_up()

        assert len(_sections(expected)) > 100
        assert _sections(expected) == _sections(kafka_system.final_readings())
        assert expected == kafka_system.final_readings()

    members = [wire.decode_member(value) for value in latest(read_topic(kafka_system.address, topics.CROSS)).values()]
    numbers = {partition_of(member.section_key.encode(), topics.DEFAULT_PARTITIONS) for member in members}
    assert len({member.key for member in members}) == len(members)
    assert len(numbers) > 1
