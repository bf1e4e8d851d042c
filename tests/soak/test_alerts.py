"""Alerts in full: a hundred crossings, ten deaths at random moments."""

from pathlib import Path

import pytest

from tests.tools.brokers import RealKafka
from tests.tools.chaos import chaos
from tests.tools.crossings import ask_for_surges, assert_told_exactly_once, deaths, going_up_and_down, readings
from tests.tools.system import System

pytestmark = [pytest.mark.soak, pytest.mark.broker, pytest.mark.kafka, pytest.mark.timeout(600)]

_SEED = 2_026
_DEATHS = 10


def test_a_hundred_crossings_are_told_once_each_over_ten_deaths(tmp_path: Path) -> None:
    """Exactly 100 firing and 100 resolved, as a reader of committed records finds them."""
    ask_for_surges(tmp_path)
    with RealKafka(tmp_path) as broker:
        system = System(broker.address, embedded=False, folder=tmp_path, group="paysignal")
        system.make_topics()
        with chaos(system, _SEED) as disorder:
            with going_up_and_down(broker.address, readings(_SEED), seconds=110):
                deaths(disorder, _DEATHS)
                disorder.start()
            print("\n".join(disorder.told))  # noqa: T201 - what the note about the run quotes
            assert_told_exactly_once(broker.address)
