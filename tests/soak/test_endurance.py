"""Half an hour under load and faults. PAYSIGNAL_SOAK_SECONDS, _RATE, _SEED ask for another run, _REPORT for a folder.

PAYSIGNAL_SOAK_REPORT=build/soak .venv/bin/pytest tests/soak/test_endurance.py -m soak -s
"""

import os
from pathlib import Path

import pytest

from tests.tools.brokers import RealKafka
from tests.tools.endurance.report import write_report
from tests.tools.endurance.running import LONGEST_EXIT, STEEPEST, Ask, endure

_SECONDS = float(os.environ.get("PAYSIGNAL_SOAK_SECONDS", "1800"))
_RATE = int(os.environ.get("PAYSIGNAL_SOAK_RATE", "20000"))
_SEED = int(os.environ.get("PAYSIGNAL_SOAK_SEED", "2026"))

#: Millions of records are read again by the engine and by the check.
_CHECK_SECONDS = 1_800

pytestmark = [
    pytest.mark.soak, pytest.mark.broker, pytest.mark.kafka, pytest.mark.timeout(2 * _SECONDS + _CHECK_SECONDS),
]  # fmt: skip


def test_half_an_hour_of_load_and_faults_leaves_no_trace(tmp_path: Path) -> None:
    """What must always hold holds at the end, to the byte; nothing is left behind; memory does not grow."""
    with RealKafka(tmp_path) as broker:
        run = endure(broker, tmp_path, Ask(_SECONDS, _RATE, _SEED))
    folder = Path(os.environ.get("PAYSIGNAL_SOAK_REPORT", tmp_path))
    print("\n".join([write_report(run, folder), *run.told]))  # noqa: T201 - the report is what it is run for

    assert [] == run.broken()
    assert [] == [fault for _, fault, seconds in run.recoveries if seconds is None]
    assert run.growth <= STEEPEST
    assert max(run.exits) <= LONGEST_EXIT
