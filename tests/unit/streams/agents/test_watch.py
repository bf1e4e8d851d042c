"""The watch, with a clock that is told the time: red when a partition does not get on, and only then."""

from dataclasses import dataclass

import pytest

from paysignal.agents.lanes import Lane, Lanes
from paysignal.agents.settings import WorkerSettings
from paysignal.agents.watch import Watch
from paysignal.facts.topics import FACTS

LANE = (FACTS, 3)
PATIENCE = 120.0


@dataclass
class Clock:
    """Seconds as they are set."""

    now: float = 0.0

    def __call__(self) -> float:
        """The seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """It starts at 0."""
    return Clock()


@pytest.fixture
def lane() -> Lane:
    """A live lane at offset 5, without checkpoints."""
    return Lane(*LANE, 1, target=0, live=True, absorbed=5, position=5)


@pytest.fixture
def watch(clock: Clock, lane: Lane) -> Watch:
    """A watch of one lane."""
    lanes = Lanes(1)
    lanes.serve([lane], 1)
    return Watch(WorkerSettings("127.0.0.1:1", stuck_seconds=PATIENCE), lanes, clock)


def test_a_lane_with_records_before_it_that_stands_still_is_stuck(watch: Watch, clock: Clock) -> None:
    """After the patience, with its name and for how long."""
    watch.note({LANE: 9})
    clock.now = PATIENCE - 1
    assert watch.stuck() is None
    clock.now = PATIENCE

    assert f"{FACTS}/3 has records before it and no checkpoint for 120 s" == watch.stuck()


def test_a_lane_that_gets_on_is_not(watch: Watch, clock: Clock, lane: Lane) -> None:
    """However much is still before it."""
    watch.note({LANE: 1_000})
    for step in range(5):
        clock.now += PATIENCE - 1
        lane.absorbed = lane.position = 6 + step
        watch.note({LANE: 1_000})

        assert watch.stuck() is None


def test_an_idle_lane_is_not(watch: Watch, clock: Clock) -> None:
    """Nothing to do for hours; then the patience begins with the first record."""
    watch.note({LANE: 5})
    clock.now = 10_000.0
    assert watch.stuck() is None
    watch.note({LANE: 6})
    clock.now += PATIENCE - 1

    assert watch.stuck() is None


def test_a_lane_that_catches_up_is_not_while_it_moves(watch: Watch, clock: Clock, lane: Lane) -> None:
    """Its records are absorbed, though none of its readings is published yet; standing still it is stuck as well."""
    lane.live, lane.target = False, 1_000
    watch.note({LANE: 1_000})
    for step in range(3):
        clock.now += PATIENCE - 1
        lane.absorbed += step + 1
        watch.note({LANE: 1_000})
        assert watch.stuck() is None
    clock.now += PATIENCE

    assert watch.stuck() is not None


def test_without_partitions_there_is_nothing_to_be_stuck(clock: Clock) -> None:
    """As while state is being restored, when no lane is served."""
    watch = Watch(WorkerSettings("127.0.0.1:1"), Lanes(1), clock)
    clock.now = 10_000.0

    assert watch.stuck() is None
