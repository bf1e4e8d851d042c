"""What a run took, and the clock of another process's CPU."""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")

#: Fields of /proc/PID/stat behind the name, which may hold spaces itself.
_USER, _SYSTEM, _RESIDENT = 11, 12, 21


class Measured(msgspec.Struct, frozen=True):
    """One engine's run of one job; `cpu_seconds` are user and system time of the engine's process, the broker apart."""

    job: str
    engine: str
    facts: int
    seconds: float
    cpu_seconds: float
    rss_bytes: int

    @property
    def facts_per_second(self) -> float:
        """By the clock on the wall, which other load on the machine slows."""
        return self.facts / self.seconds

    @property
    def facts_per_cpu_second(self) -> float:
        """By the engine's own CPU time: what is compared."""
        return self.facts / self.cpu_seconds


class Latency(msgspec.Struct, frozen=True):
    """What it took: milliseconds at the median and the 99th percentile, and the worker's share of one CPU."""

    job: str
    engine: str
    facts: int
    p50_ms: float
    p99_ms: float
    cpu_share: float
    rss_bytes: int


class Restore(msgspec.Struct, frozen=True):
    """What a take-over took: seconds from assignment to first fetch, CPU seconds, and the bytes held afterwards."""

    job: str
    engine: str
    facts: int
    series: int
    seconds: float
    cpu_seconds: float
    rss_bytes: int


Result = Measured | Latency | Restore


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds and resident bytes of a process so far."""

    cpu_seconds: float
    rss_bytes: int


def usage_of(pid: int) -> Usage:
    """Of another process or our own; raises OSError when it is gone. Linux only, as is the bench."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return Usage((int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS, int(fields[_RESIDENT]) * _PAGE)
