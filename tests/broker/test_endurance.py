"""Two minutes of endurance, start and check included: what tests/soak does for half an hour."""

from pathlib import Path

import pytest

from tests.tools.brokers import RealKafka
from tests.tools.endurance.report import watched, write_report
from tests.tools.endurance.running import Ask, endure

pytestmark = [pytest.mark.broker, pytest.mark.kafka, pytest.mark.timeout(400)]

_ASK = Ask(seconds=60, rate=3_000)


def test_load_and_every_kind_of_fault_leave_no_trace(tmp_path: Path) -> None:
    """Kills, freezes, an outage, copies, disorder, poison: readings, finals, late and rejected are as undisturbed."""
    with RealKafka(tmp_path) as broker:
        run = endure(broker, tmp_path, _ASK)
    print("\n".join([write_report(run, tmp_path), *run.told]))  # noqa: T201 - shown when it fails

    assert [] == run.broken()
    assert max(watched(run.samples, run.witness)) < 400
