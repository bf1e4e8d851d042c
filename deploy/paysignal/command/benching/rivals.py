"""The baselines, each in a process of its own that prints what it took."""

import subprocess
import sys
from typing import Final

import msgspec

from paysignal.command.benching.feeding import BenchError, topic_of
from paysignal.command.benching.jobs import STOCK_FACTS, Job
from paysignal.command.benching.measured import Measured

_SECONDS: Final = 300.0
_PACKAGE: Final = "paysignal.command.benching"

#: Hourly panes of a job's windows, and a window's length and hop in seconds for those who keep whole windows.
_PANES: Final = {"J0": (), "J1": ("24",), "J2": ("1",)}
_WINDOWS: Final = {"J1": ("86400", "3600")}


class _Told(msgspec.Struct):
    facts: int
    seconds: float
    cpu_seconds: float
    rss_bytes: int


def measure_rival(engine: str, broker: str, job: Job, facts: int) -> Measured:
    """One run of a baseline; raises `BenchError` with its last words."""
    if engine == "hand-written":
        return _run(engine, job, "handwritten", broker, topic_of(job), str(facts), *_PANES[job.name])
    most = min(facts, STOCK_FACTS)
    return _run(engine, job, "stock_faust", broker, topic_of(job), str(most), *_WINDOWS[job.name])


def _run(engine: str, job: Job, module: str, *arguments: str) -> Measured:
    command = [sys.executable, "-m", f"{_PACKAGE}.{module}", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
        told = msgspec.json.decode(done.stdout.splitlines()[-1], type=_Told)
    except subprocess.TimeoutExpired:
        raise BenchError(f"{engine} did not finish {job.name} within {_SECONDS:g} s") from None
    except (IndexError, msgspec.DecodeError):
        last = "\n".join(done.stderr.decode(errors="replace").splitlines()[-15:])
        raise BenchError(f"{engine} failed at {job.name}:\n{last}") from None
    return Measured(job.name, engine, told.facts, told.seconds, told.cpu_seconds, told.rss_bytes)
