"""Watching: each second the memory of every worker, and how far all of them together are behind what was sent."""

import json
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from pathlib import Path

from paysignal.facts import topics
from tests.tools.system import WorkerProcess

_PAGE = 4_096
_MIB = 1_048_576
_EVERY_SECONDS = 1.0

#: Pairs of so many samples make the slope's median: 20,000 of them.
_SAMPLES = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: seconds since the start, bytes resident of each worker by its port, and records behind.

    `behind` is None when not every partition had a worker that answered.
    """

    at: float
    resident: dict[int, int]
    behind: int | None


@dataclass
class Watching:
    """Looks until it is closed; `workers` are asked for anew each time, `sent` is how much was sent so far."""

    workers: Callable[[], Sequence[WorkerProcess]]
    sent: Callable[[], int]
    samples: list[Sample] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    _closed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._run, name="watching", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(_EVERY_SECONDS):
            self.samples.append(self._look())

    def _look(self) -> Sample:
        sent, workers = self.sent(), list(self.workers())
        resident = {each.port: held for each in workers if (held := resident_bytes(each.process.pid))}
        positions = [_positions(each) for each in workers]
        told = {partition: offset for each in positions for partition, offset in each.items()}
        whole = len(told) == topics.DEFAULT_PARTITIONS
        return Sample(time.monotonic() - self.began, resident, max(sent - sum(told.values()), 0) if whole else None)


def resident_bytes(pid: int) -> int:
    """Bytes of memory that a process holds; 0 when it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _positions(worker: WorkerProcess) -> dict[str, int]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{worker.port}/status", timeout=0.5) as answer:
            return dict(json.loads(answer.read())["positions"].get(topics.INCREMENTS, {}))
    except (OSError, ValueError, KeyError):
        return {}


def slope(samples: Sequence[Sample], port: int, warm_up: float) -> float:
    """MiB a minute by which a worker grew after so many seconds: the median of the slopes between any two samples.

    A line of least squares leans after a single take-over; a median does not.
    """
    points = [(each.at, each.resident[port] / _MIB) for each in samples if each.at >= warm_up and port in each.resident]
    points = points[:: max(len(points) // _SAMPLES, 1)]
    slopes = [(there - here) / (later - earlier) for (earlier, here), (later, there) in combinations(points, 2)]
    return statistics.median(slopes) * 60 if slopes else 0.0


def recovery(samples: Sequence[Sample], at: float, near: int) -> float | None:
    """Seconds from a moment on until all together are no more than `near` records behind, seen for two samples.

    A sample right after a kill may still be of before it: the first second does not count. None: never again.
    """
    close = [each.at for each in samples if each.at > at + 1 and each.behind is not None and each.behind <= near]
    follows = {each.at: later.behind for each, later in pairwise(samples)}
    return next((when - at for when in close if (behind := follows.get(when)) is not None and behind <= near), None)
