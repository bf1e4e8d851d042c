"""What the worker says of itself: outcomes with an example, and each lane's place, age and watermark."""

import pytest
from prometheus_client import CollectorRegistry

from paysignal.agents.checkpoint.reading import Progress
from paysignal.agents.lane_metrics import LaneCollector, RestoreCollector
from paysignal.agents.lanes import Lanes
from paysignal.agents.metrics import WorkerMetrics
from paysignal.agents.outgoing import Outgoing
from paysignal.engine.records import Outcomes, Record
from paysignal.facts.rejections import Origin, Reason, rejected
from paysignal.facts.topics import FACTS, INCREMENTS, READINGS
from paysignal.facts.wire import encode
from tests.tools.figures import claim
from tests.tools.openmetrics import exposed

NOW_MS = 1_700_000_100_000
CLAIM = Record(FACTS, 0, 7, None, encode(claim()), 1_700_000_000_000)


@pytest.fixture
def registry() -> CollectorRegistry:
    """A registry of the test's own."""
    return CollectorRegistry()


def _example(registry: CollectorRegistry, outcome: str) -> dict[str, str] | None:
    (sample,) = (
        each
        for each in exposed(registry)
        if each.name == "paysignal_worker_facts_total" and each.labels == {"topic": FACTS, "outcome": outcome}
    )
    return dict(sample.exemplar.labels) if sample.exemplar else None


def test_counters_stand_at_zero_from_the_start(registry: CollectorRegistry) -> None:
    """Of every outcome, reason and topic: rate() has to see the first one."""
    WorkerMetrics(registry, (FACTS, INCREMENTS), (READINGS,))
    counters = [each for each in exposed(registry) if each.name.endswith("_total")]

    assert {each.labels.get("reason") for each in counters} > set(Reason)
    assert {"topic": READINGS} in [each.labels for each in counters]
    assert all(each.value == 0 for each in counters)


def test_an_accepted_fact_is_the_example_of_its_counter_and_of_the_flush(registry: CollectorRegistry) -> None:
    """Its id, in OpenMetrics: from a number that moved one gets to a fact that moved it."""
    metrics = WorkerMetrics(registry, (FACTS,))
    metrics.count(FACTS, Outcomes(accepted=3), CLAIM)
    metrics.flushed(0.02)
    examples = [each.exemplar.labels for each in exposed(registry) if each.name.endswith("_bucket") and each.exemplar]

    assert {"fact_id": claim().id} == _example(registry, "accepted")
    assert [{"fact_id": claim().id}] == examples


def test_a_rejected_record_is_told_by_where_it_stands(registry: CollectorRegistry) -> None:
    """It has no id; and in a batch of several outcomes the last record may be any of them."""
    metrics = WorkerMetrics(registry, (FACTS,))
    refused = rejected(Reason.BAD_JSON, "no JSON", b"{", Origin(topic=FACTS, partition=3, offset=41))
    metrics.count(FACTS, Outcomes(accepted=1, rejected=[refused]), CLAIM)

    assert _example(registry, "accepted") is None
    assert {"record": f"{FACTS}/3@41"} == _example(registry, "rejected")


@pytest.mark.parametrize("value", [None, b"", b"{", b"\xff", b'{"id":7}', b'{"id":"' + b"x" * 500 + b'"}', b"[]"])
def test_whatever_stands_on_a_topic_gives_an_example_or_none(value: bytes | None, registry: CollectorRegistry) -> None:
    """Never an error, and never one that an exemplar has no room for."""
    metrics = WorkerMetrics(registry, (FACTS,))
    metrics.count(FACTS, Outcomes(accepted=1), Record(FACTS, 0, 1, None, value, None))

    assert _example(registry, "accepted") is None


def test_what_was_sent_is_counted_by_topic(registry: CollectorRegistry) -> None:
    """Readings, finals, and what was refused."""
    WorkerMetrics(registry, (), (READINGS,)).sent([Outgoing(READINGS, b"a", b"1"), Outgoing(READINGS, b"b", None)])

    assert 2 == registry.get_sample_value("paysignal_worker_records_sent_total", {"topic": READINGS})


def _of_lane(lanes: Lanes, end: int) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(LaneCollector(lanes, {(INCREMENTS, 0): end}, lambda: NOW_MS))
    return {each.name.removeprefix("paysignal_worker_"): each.value for each in exposed(registry)}


def test_a_lane_tells_how_late_it_is_in_records_and_seconds_and_event_time() -> None:
    """Seconds are the age of the last record processed while others wait; nothing is told that is not known."""
    lanes = Lanes(room_bytes=1)
    lanes.assign({(INCREMENTS, 0)}, generation=1)
    (lane,) = lanes.snapshot()
    fresh = _of_lane(lanes, 5)
    lane.position, lane.last = 3, CLAIM
    lane.state.tallies.tick(1_700_000_040_000_000 + lane.state.parameters.lateness_us)  # type: ignore[attr-defined]
    behind, done = _of_lane(lanes, 5), _of_lane(lanes, 3)

    assert (5, None, None) == (fresh["lag_records"], fresh.get("lag_seconds"), fresh.get("watermark_lag_seconds"))
    assert (2, 100, 60) == (behind["lag_records"], behind["lag_seconds"], behind["watermark_lag_seconds"])
    assert (0, 0) == (done["lag_records"], done["lag_seconds"])
    assert "checkpoint_timestamp_seconds" not in done


def test_a_restore_tells_how_much_it_reads_and_how_much_is_left(registry: CollectorRegistry) -> None:
    """In offsets of the state topic."""
    registry.register(RestoreCollector(lambda: Progress(total=10, done=4)))

    assert [6, 10] == [each.value for each in exposed(registry)]
