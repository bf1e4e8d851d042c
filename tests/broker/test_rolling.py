"""Workers rolled one by one, as Kubernetes rolls a StatefulSet: each has its place in the group by its pod's name."""

from pathlib import Path

import pytest

from tests.tools.system import (
    Fact,
    System,
    WorkerProcess,
    records_of,
    replayed,
    sample_claims,
    send,
    synthetic_increments,
)
from tests.tools.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.kafka, pytest.mark.timeout(180)]

#: The names of two pods, and a session that a process on a busy machine comes back in.
_FIRST, _SECOND = (
    ("--instance", name, "--session-seconds", "40") for name in ("paysignal-worker-0", "paysignal-worker-1")
)


def _takeovers(worker: WorkerProcess) -> int:
    """How many times it was given partitions: once for each rebalance that it took part in."""
    return worker.said().count("of them new:")


def test_a_rolled_worker_has_its_partitions_back_and_the_other_is_not_disturbed(
    kafka_system: System, tmp_path: Path
) -> None:
    """SIGTERM, a new process of the same name, its partitions are its own again; no fact is lost or doubled."""
    facts: list[Fact] = [*sample_claims()[:600], *synthetic_increments(600)]
    third = len(facts) // 3
    with kafka_system.worker(*_FIRST) as first, kafka_system.worker(*_SECOND) as second:
        eventually(lambda: first.partitions() and second.partitions(), "both to have partitions", seconds=60)
        first.ready()
        second.ready()
        send(kafka_system.address, records_of(facts[:third]))
        held, takeovers = first.partitions(), _takeovers(second)
        code, _ = first.terminate()
        send(kafka_system.address, records_of(facts[third : 2 * third]))
        with kafka_system.worker(*_FIRST) as again:
            again.ready()
            send(kafka_system.address, records_of(facts[2 * third :]))
            expected = replayed(facts, tmp_path)
            eventually(lambda: expected == kafka_system.final_readings(), "the readings of replay", seconds=60)

            assert 0 == code
            assert held == again.partitions()
            assert takeovers == _takeovers(second)
