"""Sending by the spool in full: a producer killed at twenty random moments, a broker away for a minute."""

import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from paysignal.sending.topics import create_topics
from tests.tools.brokers import RealKafka
from tests.tools.spooling import Spooling, end

pytestmark = [pytest.mark.soak, pytest.mark.broker, pytest.mark.kafka, pytest.mark.timeout(900)]

_MIB = 1_048_576


def test_twenty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    """`kill -9` at random, from before the first record to after the last: each of 20,000 facts is there once."""
    moments = random.Random(2_026)
    with RealKafka(tmp_path) as broker:
        create_topics(broker.address, 8, 1)
        spooling = Spooling.of(broker.address, tmp_path, 20_000)
        for _ in range(20):
            process = spooling.start("--rate", "2000")
            spooling.writes()
            time.sleep(moments.uniform(0, 0.8))
            end(process)
        said = spooling.run("--rate", "2000", seconds=300)

        found = spooling.lost_and_doubled()
        print(f"last run {said!r}; lost, doubled: {found}")  # noqa: T201 - what the note about the run quotes
        assert (0, 0) == found


def test_a_minute_without_a_broker_costs_no_memory(tmp_path: Path) -> None:
    """100,000 facts, the broker away for 60 s in the middle: all there once, the producer no 64 MiB larger."""
    with RealKafka(tmp_path) as broker:
        create_topics(broker.address, 8, 1)
        spooling = Spooling.of(broker.address, tmp_path, 100_000)
        process = spooling.start("--rate", "2500", "--spool-bytes", str(4 * _MIB))
        spooling.writes()
        time.sleep(5)
        before = resident(process)
        broker.stop()
        highest = _highest_for(60, lambda: resident(process))
        assert process.poll() is None
        broker.start()
        while process.poll() is None:
            highest = max(highest, _highest_for(1, lambda: resident(process)))
        _, err = process.communicate()
        assert 0 == process.returncode, err.decode()

        found = spooling.lost_and_doubled()
        print(f"resident before {before / _MIB:.0f} MiB, at most {highest / _MIB:.0f}; lost, doubled: {found}")  # noqa: T201
        assert (0, 0) == found
        assert highest - before <= 64 * _MIB


def resident(process: subprocess.Popen[bytes]) -> int:
    """Bytes of memory that a process holds; 0 when it has ended."""
    try:
        pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * 4_096


def _highest_for(seconds: float, measure: Callable[[], int]) -> int:
    ends = time.monotonic() + seconds
    highest = 0
    while time.monotonic() < ends:
        highest = max(highest, measure())
        time.sleep(0.2)
    return highest
