"""Restore: a worker is stopped in order and another one takes its state over."""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Final

from paysignal.command.benching.jobs import Job
from paysignal.command.benching.measured import Restore
from paysignal.command.benching.worker_process import WorkerProcess
from paysignal.command.settling import Place

#: From assignment to the first fetch, as the worker itself measures it.
_RESTORE: Final = "paysignal_worker_restore_seconds"
_SETTLE_SECONDS: Final = 1.0


def measure_restore(
    job: Job,
    facts: int,
    ends: Mapping[Place, int],
    start: Callable[[], AbstractContextManager[WorkerProcess]],
    told: Callable[[int], object],
) -> Restore:
    """`start` gives one worker after another of the same group: the first makes the state, the second restores it."""
    with start() as first:
        first.work(job, facts, ends, told)
    with start() as second:
        second.wait_ready()
        usage = second.usage
        time.sleep(_SETTLE_SECONDS)
        seconds = second.metric(_RESTORE)
        return Restore(job.name, "paysignal", facts, job.series, seconds, usage.cpu_seconds, second.usage.rss_bytes)
