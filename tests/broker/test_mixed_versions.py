"""A release whose state has another version, beside workers of this one: refused, never misread; rebuilt, right."""

import subprocess
import sys

import pytest

from tests.tools.need import CHECKOUT
from tests.tools.system import COMMAND, System, records_of, replayed, sample_claims, send, synthetic_increments
from tests.tools.waiting import eventually

#: Four processes are started one after the other.
pytestmark = [pytest.mark.broker, pytest.mark.kafka, pytest.mark.timeout(300)]

OTHER = (sys.executable, str(CHECKOUT / "tests" / "tools" / "other_version.py"))


def test_another_state_is_refused_beside_us_and_rebuilt_without_us(kafka_system: System) -> None:
    """The newcomer ends without having written a thing, we go on; after a rebuild it gives the readings of a replay."""
    system = kafka_system
    system.make_topics(2)
    claims, counts = sample_claims()[:60], synthetic_increments(60)
    send(system.address, records_of([*claims[:30], *counts[:30]]))
    with system.worker() as ours:
        ours.catch_up()
        eventually(lambda: ours.metric("paysignal_worker_checkpoint_rows_total") > 0, "a checkpoint", seconds=30)
        with system.worker(command=OTHER) as theirs:
            assert theirs.process.wait(60) == 1
            assert "paysignal rebuild" in theirs.said()
        send(system.address, records_of([*claims[30:], *counts[30:]]))
        ours.catch_up()
        assert ours.terminate()[0] == 0
    wanted = replayed([*claims, *counts], system.folder)
    assert system.final_readings() == wanted

    rebuild = [COMMAND, "rebuild", "--broker", system.address, "--group", system.group, "--yes"]
    subprocess.run(rebuild, check=True, timeout=60, capture_output=True)
    with system.worker(command=OTHER) as theirs:
        theirs.catch_up()
        assert theirs.terminate()[0] == 0
    assert system.final_readings() == wanted
