"""Chaos in small: workers killed in the middle of their work and of their checkpoints, and one frozen past its session.

In full (200,000 facts, more deaths, a broker that goes away) it is in tests/soak.
"""

import pytest

from tests.tools.chaos import assert_undisturbed, chaos, expected, standstills, trickling
from tests.tools.system import SESSION_SECONDS, System, records_of, sample_claims, shuffled, synthetic_increments
from tests.tools.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.kafka, pytest.mark.timeout(180)]

_SEED = 20

#: What is promised for a rebalance in which nobody died.
_STANDSTILL_SECONDS = 10.0


def test_kills_and_a_freeze_leave_no_trace(kafka_system: System) -> None:
    """Killed between outputs and checkpoint, killed at random, frozen past its session: readings and finals as ever."""
    facts = shuffled([*sample_claims(), *synthetic_increments(18_000)], _SEED)
    with chaos(kafka_system, _SEED) as disorder:
        dying = disorder.start(dies=True)
        with trickling(kafka_system.address, records_of(facts), seconds=20):
            eventually(lambda: not dying.alive, "the first worker to kill itself", seconds=60)
            disorder.kill(dying)
            second = disorder.start()
            eventually(lambda: second.metric("paysignal_worker_readings_total") > 0, "readings", seconds=60)
            disorder.kill(second)
            frozen, other = disorder.start(), disorder.start()
            frozen.ready()
            disorder.freeze(frozen, SESSION_SECONDS + 2)
            assert frozen.alive, frozen.said()
        disorder.kill(other)
        frozen.catch_up()

        assert_undisturbed(kafka_system.address, expected(kafka_system.address))


def test_workers_come_and_go_under_load(kafka_system: System) -> None:
    """One worker, then two, then one: nothing is lost or counted twice, and no partition stands still for long."""
    facts = shuffled([*sample_claims(), *synthetic_increments(8_000)], _SEED + 1)
    with chaos(kafka_system, _SEED + 1) as disorder:
        first = disorder.start()
        first.ready()
        with trickling(kafka_system.address, records_of(facts), seconds=20):
            second = disorder.start()
            second.ready()
            code, seconds = second.terminate()
            disorder.workers.remove(second)
        first.catch_up()

        assert (0, True) == (code, seconds <= 10.0)
        assert max(standstills(kafka_system.address)) <= _STANDSTILL_SECONDS
        assert_undisturbed(kafka_system.address, expected(kafka_system.address))
