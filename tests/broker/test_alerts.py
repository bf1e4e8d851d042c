"""Alerts on a real Kafka: each crossing told once, however often the worker dies; in full in tests/soak."""

import pytest

from tests.tools.chaos import chaos
from tests.tools.crossings import ask_for_surges, assert_told_exactly_once, deaths, going_up_and_down, readings
from tests.tools.system import System

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
