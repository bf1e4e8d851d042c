"""The worker as seen from its status and metrics."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from paysignal.agents.settings import WorkerSettings
from paysignal.agents.worker import Worker, WorkerError
from paysignal.engine.records import Outcomes
from paysignal.facts.rejections import Origin, Reason, rejected
from paysignal.facts.topics import FACTS, INCREMENTS


def worker(registry: CollectorRegistry | None = None) -> Worker:
    """A worker that is not running."""
    return Worker(WorkerSettings("127.0.0.1:1"), registry or CollectorRegistry())


def test_without_partitions_it_is_not_ready() -> None:
    """Before its assignment a worker is restoring, and says what it waits for."""
    idle = worker()

    assert {"positions": {FACTS: {}, INCREMENTS: {}}, "restoring": True} == idle.status()
    assert "no partition is assigned yet" == idle.not_ready()


def test_it_is_ready_when_every_lane_is_live() -> None:
    """While one is rebuilt it tells what is left, and no position of it; then all positions."""
    busy = worker()
    busy._lanes.assign({(FACTS, 0), (INCREMENTS, 3)}, 1)
    done, left = busy._lanes.snapshot()
    done.live, done.position = True, 7
    left.target, left.absorbed, left.position = 10, 4, 4

    assert "1 partitions are being rebuilt, 6 records left" == busy.not_ready()
    assert {"restoring": True} == {"restoring": busy.status()["restoring"]}
    assert 0 == busy.status()["positions"][left.topic][str(left.partition)]
    left.live, left.position = True, 10

    assert busy.not_ready() is None
    assert {
        "positions": {FACTS: {}, INCREMENTS: {}}
        | {done.topic: {str(done.partition): 7}}
        | {left.topic: {str(left.partition): 10}},
        "restoring": False,
    } == busy.status()


def test_its_counters_stand_at_zero_from_the_start_and_count_outcomes() -> None:
    """Every outcome and reason is there before the first record, so that rates are defined."""
    registry = CollectorRegistry()
    counting = worker(registry)

    assert 0 == registry.get_sample_value("paysignal_worker_facts_total", {"topic": FACTS, "outcome": "late"})
    assert 0 == registry.get_sample_value("paysignal_worker_rejected_total", {"reason": "misrouted"})
    counting._flusher._metrics.count(
        FACTS, Outcomes(accepted=2, duplicate=3, rejected=[rejected(Reason.BAD_JSON, "", b"", Origin())])
    )

    assert 2 == registry.get_sample_value("paysignal_worker_facts_total", {"topic": FACTS, "outcome": "accepted"})
    assert 3 == registry.get_sample_value("paysignal_worker_facts_total", {"topic": FACTS, "outcome": "duplicate"})
    assert 1 == registry.get_sample_value("paysignal_worker_rejected_total", {"reason": "bad_json"})


def test_each_lane_has_its_gauges() -> None:
    """Position, lag to the last known end and what is left to restore, by topic and partition."""
    registry = CollectorRegistry()
    busy = worker(registry)
    busy._lanes.assign({(FACTS, 3)}, 1)
    [lane] = busy._lanes.snapshot()
    lane.target, lane.absorbed, lane.position = 10, 4, 4
    busy._watch.note({(FACTS, 3): 12})
    labels = {"topic": FACTS, "partition": "3"}

    assert 4 == registry.get_sample_value("paysignal_worker_position_records", labels)
    assert 8 == registry.get_sample_value("paysignal_worker_lag_records", labels)
    assert 6 == registry.get_sample_value("paysignal_worker_restore_remaining_records", labels)
    assert generate_latest(registry)


def test_two_workers_in_one_process_share_no_metric() -> None:
    """Each has its registry; none is the global one."""
    worker(CollectorRegistry())
    worker(CollectorRegistry())


@pytest.mark.parametrize("broker", ["h:1", "a:1,b:2", "a:1, b:2"])
def test_brokers_are_named_with_commas(broker: str) -> None:
    """Each address stands alone, without blanks."""
    assert [part.strip() for part in broker.split(",")] == WorkerSettings(broker).addresses


def test_its_error_is_one_of_ours() -> None:
    """The command shows it as a sentence."""
    assert "restart" in str(WorkerError("the flusher failed; restart the worker"))
