"""Chaos in full: 200,000 facts, eleven deaths, a broker that goes away twice, a freeze, workers that come and go."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.tools.brokers import RealKafka
from tests.tools.chaos import Chaos, assert_undisturbed, chaos, expected, standstills, trickling
from tests.tools.system import SESSION_SECONDS, System, records_of, sample_claims, shuffled, synthetic_increments
from tests.tools.waiting import eventually

pytestmark = [pytest.mark.soak, pytest.mark.broker, pytest.mark.kafka, pytest.mark.timeout(1_800)]

_SEED = 2_026
_INCREMENTS = 198_000
_DEATHS = 11
_AWAY_SECONDS = 10.0

#: Of a rebalance in which somebody died: his session has to end first.
_AFTER_DEATH_SECONDS = SESSION_SECONDS + 5.0
_STANDSTILL_SECONDS = 10.0


def _system(broker: RealKafka, folder: Path) -> System:
    system = System(broker.address, embedded=False, folder=folder, group="paysignal")
    system.make_topics()
    return system


def test_whatever_happens_the_final_readings_are_those_of_an_undisturbed_run(tmp_path: Path) -> None:
    """Byte for byte, readings and finals: deaths at random and between outputs and checkpoint, outages, a freeze."""
    facts = shuffled([*sample_claims(), *synthetic_increments(_INCREMENTS)], _SEED)
    with RealKafka(tmp_path) as broker, chaos(_system(broker, tmp_path), _SEED) as disorder:
        with trickling(broker.address, records_of(facts), seconds=120):
            for death in range(_DEATHS):
                _one_dies(disorder, by_itself=death % 2 == 0)
                if death in {3, 7}:
                    survivor = disorder.start()
                    survivor.ready()  # one that finds no broker at its start ends, as it should
                    disorder.tell("the broker is away")
                    time.sleep(disorder.random.uniform(1, 6))
                    broker.stop()
                    time.sleep(_AWAY_SECONDS)
                    broker.start()
                    disorder.tell("the broker is back")
                    time.sleep(disorder.random.uniform(1, 6))
                    assert survivor.alive, survivor.said()
                    disorder.kill(survivor)
            frozen, other = disorder.start(), disorder.start()
            frozen.ready()
            disorder.freeze(frozen)
            assert frozen.alive, frozen.said()
        disorder.kill(other)
        frozen.catch_up(seconds=300)
        print("\n".join(disorder.told))  # noqa: T201 - what the note about the run quotes

        assert "another's" in frozen.said()
        assert_undisturbed(broker.address, expected(broker.address))
        assert frozen.terminate()[0] == 0


def _one_dies(disorder: Chaos, *, by_itself: bool) -> None:
    """A worker that lives for a few seconds, and for longer when it has to wait for a dead one's session to end."""
    worker = disorder.start(dies=by_itself)
    if by_itself:
        with suppress(AssertionError):  # one that comes when all is done has no checkpoint to die in
            eventually(lambda: not worker.alive, "a worker to kill itself", seconds=30)
    else:
        time.sleep(disorder.random.uniform(0.5, 2.5 * SESSION_SECONDS))
    disorder.kill(worker)


def test_workers_one_four_two_under_load(tmp_path: Path) -> None:
    """No gap, no double effect; a partition stands still for ten seconds at most, longer only when a worker dies."""
    facts = shuffled([*sample_claims(), *synthetic_increments(40_000)], _SEED)
    with RealKafka(tmp_path) as broker, chaos(_system(broker, tmp_path), _SEED) as disorder:
        workers = [disorder.start()]
        workers[0].ready()
        with trickling(broker.address, records_of(facts), seconds=100):
            for _ in range(3):
                workers.append(disorder.start())
                time.sleep(10)
            for worker in workers[1:3]:
                code, seconds = worker.terminate()
                disorder.workers.remove(worker)
                assert (code, seconds <= 10.0) == (0, True), f"exit {code} after {seconds:.1f} s"
                time.sleep(5)
            calm = standstills(broker.address)
            disorder.kill(workers[3])
        workers[0].catch_up(seconds=300)
        all_of_it = standstills(broker.address)
        print(f"longest standstills in seconds, by partition: {calm}; after kill -9: {all_of_it}")  # noqa: T201 - as above

        assert calm[-1] <= _STANDSTILL_SECONDS
        assert all_of_it[-1] <= _AFTER_DEATH_SECONDS
        assert_undisturbed(broker.address, expected(broker.address))
