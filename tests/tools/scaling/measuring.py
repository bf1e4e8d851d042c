"""One run measured: workers on empty topics, facts as fast as they go in, until all is processed and saved."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from paysignal.command.benching.facts import facts_of
from paysignal.command.benching.feeding import fill
from paysignal.command.benching.jobs import Job
from paysignal.command.benching.measured import usage_of
from paysignal.facts import topics
from tests.tools.brokers import RealKafka
from tests.tools.reading import end_offsets
from tests.tools.scaling.model import Run
from tests.tools.system import System, WorkerProcess
from tests.tools.waiting import eventually

_PATIENCE_SECONDS = 600.0

#: The last checkpoint follows the last facts within a second.
_LAST_CHECKPOINT_SECONDS = 1.5

_WINDOWS = "24h:count+sum+min+max+mean"


@dataclass(frozen=True, slots=True)
class Given:
    """What a run is given."""

    workers: int
    partitions: int
    series: int
    facts: int
    finals: bool = True
    fitted: bool = True


def given_of(run: Run) -> Given:
    """What a run was given."""
    return Given(run.workers, run.partitions, run.series, run.facts, run.finals, run.fitted)


#: The grid that is asked for, then what tells series and outputs apart, then one that the model has not seen.
def plan(facts: int) -> tuple[Given, ...]:
    """The runs, of so many facts each; the first warms the broker up and is not told."""
    return (
        Given(1, 4, 800, facts // 4, fitted=False),
        *(Given(workers, partitions, 800, facts) for workers in (1, 2) for partitions in (1, 4, 16)),
        Given(1, 4, 800, 3 * facts, finals=False),
        Given(1, 4, facts // 8, facts, finals=False),
        Given(2, 16, facts // 20, 2 * facts, finals=False),
        Given(2, 8, facts // 40, facts * 3 // 2, finals=False, fitted=False),
    )


def measured(broker: RealKafka, given: Given) -> Run:
    """Runs it on topics of its own."""
    with tempfile.TemporaryDirectory(prefix="paysignal-scale-") as folder:
        group = f"scale-{time.monotonic_ns()}"
        system = System(broker.address, embedded=False, folder=Path(folder), group=group)
        system.make_topics(given.partitions)
        finals = ("--finals",) if given.finals else ("--no-finals",)
        workers = [system.worker("--windows", _WINDOWS, *finals) for _ in range(given.workers)]
        try:
            return _under_load(broker, given, workers)
        finally:
            for worker in workers:
                worker.terminate()


def _under_load(broker: RealKafka, given: Given, workers: list[WorkerProcess]) -> Run:
    _settled(broker.address, workers)
    before, broker_before = [usage_of(each.process.pid) for each in workers], usage_of(broker.pid)
    began = time.monotonic()
    fill(broker.address, Job("scale", "", given.series), given.facts, lambda _: None)
    _settled(broker.address, workers)
    seconds = time.monotonic() - began
    time.sleep(_LAST_CHECKPOINT_SECONDS)
    after, broker_after = [usage_of(each.process.pid) for each in workers], usage_of(broker.pid)
    ends = end_offsets(broker.address, topics.READINGS, topics.FINALS)
    return Run(
        workers=given.workers, partitions=given.partitions, series=given.series, facts=given.facts,
        finals=given.finals, fitted=given.fitted,
        outputs=sum(sum(each.values()) for each in ends.values()),
        seconds=seconds,
        worker_cpu=sum(each.cpu_seconds for each in after) - sum(each.cpu_seconds for each in before),
        broker_cpu=broker_after.cpu_seconds - broker_before.cpu_seconds,
        grown_bytes=sum(each.rss_bytes for each in after) - sum(each.rss_bytes for each in before),
        fact_disk_bytes=_disk(broker, topics.INCREMENTS),
        output_disk_bytes=_disk(broker, topics.READINGS) + _disk(broker, topics.FINALS),
        state_disk_bytes=_disk(broker, topics.STATE),
    )  # fmt: skip


def _settled(address: str, workers: list[WorkerProcess]) -> None:
    """Every partition has a worker that is at its end."""

    def done() -> bool:
        found: dict[str, dict[str, int]] = {topics.FACTS: {}, topics.INCREMENTS: {}}
        for status in [each.status() for each in workers]:
            # A worker beyond the partitions has none, and is never ready.
            if status and not status["restoring"]:
                for topic, at in found.items():
                    at.update(status["positions"].get(topic, {}))
        return found == ends

    ends = end_offsets(address, topics.FACTS, topics.INCREMENTS)
    eventually(done, "all partitions to be processed", seconds=_PATIENCE_SECONDS, pause=0.2)


def _disk(broker: RealKafka, topic: str) -> int:
    """Bytes of the topic's segments as they stand on the broker's disk."""
    # A deleted topic's folders stay for a minute, under names that go on behind the partition's number.
    folders = [each for each in (broker.folder / "data").glob(f"{topic}-*") if each.name[len(topic) + 1 :].isdecimal()]
    return sum(file.stat().st_size for folder in folders for file in folder.glob("*.log"))


def fact_bytes(count: int = 1_000) -> float:
    """Bytes of a fact of these runs, key and value, before compression."""
    return sum(len(key) + len(value) for key, value in facts_of(Job("scale", "", 800), count)) / count
