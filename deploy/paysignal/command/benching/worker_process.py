"""The worker as the bench runs it: the same command, in a process of its own, watched from outside."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from paysignal.command.benching.feeding import BenchError
from paysignal.command.benching.jobs import Job
from paysignal.command.benching.measured import Measured, Usage, usage_of
from paysignal.command.settling import Place, remaining
from paysignal.local.probe import fetch

_HOST: Final = "127.0.0.1"

#: Until facts flow the worker is asked this often, and has used nothing worth measuring between two asks.
_STARTING_PAUSE: Final = 0.03
_PAUSE: Final = 0.2

#: The checkpoint behind the last facts follows within a second; its cost belongs to the job.
_LAST_CHECKPOINT_SECONDS: Final = 1.5

_PATIENCE_SECONDS: Final = 600.0
_STOP_SECONDS: Final = 15.0
_FACTS: Final = re.compile(rb"^paysignal_worker_facts_total\{.*\} (\S+)$", re.MULTILINE)


class WorkerProcess:
    """One `paysignal worker` of a group of its own; a context that ends it. `said` is where it writes."""

    def __init__(self, broker: str, job: Job, group: str, port: int, said: Path) -> None:
        environment = {
            **os.environ, "PAYSIGNAL_BROKER": broker, "PAYSIGNAL_GROUP": group, "PAYSIGNAL_WORKER_PORT": str(port),
            "PAYSIGNAL_WINDOWS": job.windows or "none", "PAYSIGNAL_FINALS": str(job.finals).lower(),
            "PAYSIGNAL_DUPLICATES": job.duplicates, "PAYSIGNAL_SESSION_SECONDS": "10", "PAYSIGNAL_LOG_LEVEL": "warning",
            "PAYSIGNAL_FIGURES": job.figures,
            # The jobs are of windows and growth; alerts are judged all the same, as no worker goes without them.
            "PAYSIGNAL_SECTIONS": "false",
        }  # fmt: skip
        self._port = port
        self._said = said
        with said.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "paysignal.command", "worker"],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def usage(self) -> Usage:
        """What it has used so far."""
        return usage_of(self._process.pid)

    def work(self, job: Job, facts: int, ends: Mapping[Place, int], told: Callable[[int], object]) -> Measured:
        """Waits until all before `ends` is processed, published and saved; `told` hears how much is left."""
        began, before = self._begun()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while (left := remaining(fetch(_HOST, self._port, "/status"), ends)) != 0:
            self._check(deadline)
            told(facts if left is None else left)
            time.sleep(_PAUSE)
        seconds = time.monotonic() - began
        time.sleep(_LAST_CHECKPOINT_SECONDS)
        after = self.usage
        return Measured(job.name, "paysignal", facts, seconds, after.cpu_seconds - before.cpu_seconds, after.rss_bytes)

    def _begun(self) -> tuple[float, Usage]:
        """When the first facts were absorbed, and what was used until then: imports and the group are not the job."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        began, before = time.monotonic(), self.usage
        while self.absorbed == 0:
            self._check(deadline)
            began, before = time.monotonic(), self.usage
            time.sleep(_STARTING_PAUSE)
        return began, before

    @property
    def absorbed(self) -> float:
        """How many facts it has taken in."""
        return sum(float(number) for number in _FACTS.findall(fetch(_HOST, self._port, "/metrics").body))

    def wait_ready(self) -> float:
        """Waits until it is ready; returns the seconds that took."""
        began = time.monotonic()
        while not fetch(_HOST, self._port, "/ready").ok:
            self._check(began + _PATIENCE_SECONDS)
            time.sleep(_STARTING_PAUSE)
        return time.monotonic() - began

    def metric(self, name: str) -> float:
        """The sum of the samples of that name."""
        found = re.findall(
            rb"^" + name.encode() + rb"(?:\{.*\})? (\S+)$", fetch(_HOST, self._port, "/metrics").body, re.MULTILINE
        )
        return sum(map(float, found))

    def _check(self, deadline: float) -> None:
        if self._process.poll() is not None or time.monotonic() > deadline:
            last = "\n".join(self._said.read_text(errors="replace").splitlines()[-15:])
            raise BenchError(f"the worker ended, or did not get to the end within {_PATIENCE_SECONDS:g} s:\n{last}")

    def stop(self) -> None:
        """Ends it in order, so that its state is saved."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            self.stop()
