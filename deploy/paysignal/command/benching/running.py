"""A whole run: job by job, the topics filled, the worker and its rivals measured in turn."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.progress import Progress, TaskID

from paysignal.command.benching.feeding import clean, fill, topic_of
from paysignal.command.benching.jobs import Job, Measures
from paysignal.command.benching.latency import measure_latency
from paysignal.command.benching.measured import Result
from paysignal.command.benching.restoring import measure_restore
from paysignal.command.benching.rivals import measure_rival
from paysignal.command.benching.worker_process import WorkerProcess
from paysignal.command.settling import Ends, Place


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of the bench: where, how much of each job, how often, with whom, and who is told."""

    broker: str
    port: int
    facts: int
    runs: int
    rivals: bool
    progress: Progress

    def results(self, jobs: Sequence[Job]) -> Iterator[Result]:
        """Every result as it comes; jobs over the same facts share them."""
        stands: tuple[bool, int, bool] | None = None
        for job in (self._fitted(job) for job in jobs):
            facts = (job.claims, job.series, job.measures is Measures.LATENCY)
            if facts != stands:
                self._fill(job)
                stands = facts
            for _ in range(self.runs if job.measures is Measures.THROUGHPUT else 1):
                clean(self.broker, frozenset((topic_of(job),)))
                yield from self._run(job)

    def _fitted(self, job: Job) -> Job:
        """A job cut to fewer facts has no more series than facts."""
        return replace(job, series=min(job.series, self.facts))

    def _fill(self, job: Job) -> None:
        clean(self.broker)
        if job.measures is not Measures.LATENCY:
            what = f"{job.name}: {self.facts:,} facts of {job.series:,} series onto the topic"
            task = self.progress.add_task(what, total=self.facts)
            fill(self.broker, job, self.facts, lambda sent: self.progress.advance(task, sent))

    def _run(self, job: Job) -> Iterator[Result]:
        with TemporaryDirectory(prefix="paysignal-bench-") as folder, Ends(self.broker) as ends:
            targets = ends.of((topic_of(job),))
            task = self.progress.add_task(f"{job.name}: paysignal", total=self.facts)
            yield self._worker(job, targets, Path(folder), lambda left: self._told(task, left))
            self._told(task, 0)
        for rival in job.rivals if self.rivals else ():
            task = self.progress.add_task(f"{job.name}: {rival}", total=None)
            yield measure_rival(rival, self.broker, job, self.facts)
            self.progress.update(task, total=1, completed=1)

    def _worker(self, job: Job, ends: dict[Place, int], folder: Path, told: Callable[[int], object]) -> Result:
        group = f"bench-{uuid.uuid4().hex[:12]}"

        def start() -> WorkerProcess:
            return WorkerProcess(self.broker, job, group, self.port, folder / "worker.log")

        if job.measures is Measures.RESTORE:
            return measure_restore(job, self.facts, ends, start, told)
        with start() as worker:
            if job.measures is Measures.LATENCY:
                worker.wait_ready()
                return measure_latency(self.broker, job, worker)
            return worker.work(job, self.facts, ends, told)

    def _told(self, task: TaskID, left: int) -> None:
        self.progress.update(task, completed=self.facts - left)
