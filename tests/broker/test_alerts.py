"""Alerts on a real Kafka: each crossing told once, however often the worker dies; in full in tests/soak."""

import pytest

from tests.tools.chaos import chaos
from tests.tools.crossings import (
    alerts_on,
    ask_for_surges,
    assert_told_exactly_once,
    deaths,
    going_up_and_down,
    readings,
)
from tests.tools.system import System
from tests.tools.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.kafka]

_SEED = 8
_DEATHS = 2


def test_a_hundred_crossings_are_told_once_each_over_deaths(kafka_system: System) -> None:
    """Killed in a checkpoint and at random, with readings that come twice: 100 and 100."""
    ask_for_surges(kafka_system.folder)
    with chaos(kafka_system, _SEED) as disorder:
        with going_up_and_down(kafka_system.address, readings(_SEED), seconds=12):
            deaths(disorder, _DEATHS)
            disorder.start()
        assert_told_exactly_once(kafka_system.address)


def test_a_changed_rule_reaches_a_partition_where_nothing_comes(kafka_system: System) -> None:
    """One reading fires; a higher threshold in the file resolves it without another, once, also after a kill."""
    ask_for_surges(kafka_system.folder)
    with chaos(kafka_system, _SEED) as disorder:
        first = disorder.start()
        with going_up_and_down(kafka_system.address, readings(_SEED)[:1], seconds=0):
            eventually(lambda: alerts_on(kafka_system.address), "the crossing to fire", seconds=60)
        ask_for_surges(kafka_system.folder, above=5)
        eventually(lambda: len(alerts_on(kafka_system.address)) == 2, "the new threshold to resolve it", seconds=30)
        disorder.kill(first)
        disorder.start().ready()

    assert [("firing", "crossed"), ("resolved", "cleared")] == [
        (each.state, each.reason) for each in alerts_on(kafka_system.address)
    ]
