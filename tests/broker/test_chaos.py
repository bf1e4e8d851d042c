"""Chaos in small: workers killed in the middle of their work and of their checkpoints, and one frozen past its session.

In full (200,000 facts, more deaths, a broker that goes away) it is in tests/soak.
"""

import pytest

from paysignal.facts.topics import READINGS
from tests.tools.chaos import assert_undisturbed, chaos, expected, trickling
from tests.tools.system import SESSION_SECONDS, System, records_of, sample_claims, shuffled, synthetic_increments
from tests.tools.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.kafka, pytest.mark.timeout(180)]

_SEED = 20


def test_kills_and_a_freeze_leave_no_trace(kafka_system: System) -> None:
    """Killed between outputs and checkpoint, killed at random, frozen past its session: readings and finals as ever."""
    facts = shuffled([*sample_claims(), *synthetic_increments(18_000)], _SEED)
    with chaos(kafka_system, _SEED) as disorder:
        dying = disorder.start(dies=True)
        with trickling(kafka_system.address, records_of(facts), seconds=15):
            eventually(lambda: not dying.alive, "the first worker to kill itself", seconds=60)
            disorder.kill(dying)
            second = disorder.start()
            eventually(
                lambda: second.metric("paysignal_worker_records_sent_total", topic=READINGS) > 0, "readings", seconds=60
            )
            disorder.kill(second)
            frozen, other = disorder.start(), disorder.start()
            frozen.ready()
            disorder.freeze(frozen, SESSION_SECONDS + 2)
            assert frozen.alive, frozen.said()
        disorder.kill(other)
        frozen.catch_up()

        assert_undisturbed(kafka_system.address, expected(kafka_system.address))
