"""The running system for tests: topics, facts, real worker processes, and what they published.

system = System(address, embedded=False, folder=tmp_path, group="paysignal-7")
system.make_topics()
with system.worker() as worker:
    send(system.address, records_of(facts))
    worker.catch_up()
assert replayed(facts, tmp_path) == system.final_readings()
"""

import datetime as dt
import io
import json
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kafka import KafkaAdminClient
from kafka.errors import UnknownTopicOrPartitionError
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from paysignal import samples
from paysignal.facts import topics, wire
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.increments import Increment
from paysignal.samples.synthetic import increments
from paysignal.sending.outbox import Outgoing, record_of
from paysignal.sending.sender import Sender
from paysignal.sending.topics import create_topics
from paysignal.sources.lines import lines_of
from paysignal.sources.table.mapping import mapping_from
from paysignal.sources.table.parse import parse_table
from tests.tools.brokers import free_ports
from tests.tools.reading import end_offsets, latest, read_topic
from tests.tools.waiting import eventually

#: The installed command of the environment that runs the tests: under `make test` that of the built wheel.
COMMAND = str(Path(sys.executable).with_name("paysignal"))

#: The shortest that the command takes; a dead worker's partitions are dealt out again after it.
SESSION_SECONDS = 6

#: Two cores may be busy with other tests.
PATIENCE_SECONDS = 60.0

#: The stream ends then, and is shorter than the longest ring, so that no order of arrival makes an increment late.
_STREAM_END = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
_STREAM_DAYS = 60

Fact = Claim | Increment


def sample_claims() -> list[Claim]:
    """The figures that ship, in the order of their file."""
    mapping = mapping_from(samples.facts_mapping(), "facts.toml")
    outcomes = parse_table(lines_of(io.BytesIO(samples.facts_csv())), mapping, "facts.csv")
    return [outcome for outcome in outcomes if isinstance(outcome, Claim)]


def synthetic_increments(count: int, seed: int = 1) -> list[Increment]:
    """Increments of the sample wallet over 60 days, which fit into every ring whatever order they come in."""
    return list(increments(seed, count, _STREAM_END, days=_STREAM_DAYS))


def shuffled(facts: Iterable[Fact], seed: int) -> list[Fact]:
    """The facts in an order of that seed's own."""
    mixed = list(facts)
    random.Random(seed).shuffle(mixed)
    return mixed


def records_of(facts: Iterable[Fact]) -> list[Outgoing]:
    """The records by which the facts travel."""
    return [record_of(fact) for fact in facts]


def send(address: str, records: Iterable[Outgoing]) -> int:
    """Send records through our own sender, every one acknowledged; returns how many they were."""
    with Sender(address, CollectorRegistry()) as sender:
        sender.send_all(records)
        tally = sender.close()
    assert tally.complete, f"not all was sent: {tally}"
    return tally.sent


def replayed(facts: Iterable[Fact | Retraction], folder: Path) -> bytes:
    """What `paysignal replay` prints of the same facts as JSON lines."""
    file = folder / "facts.jsonl"
    file.write_bytes(b"".join(wire.encode(fact) + b"\n" for fact in facts))
    done = subprocess.run([COMMAND, "replay", str(file), "--json"], check=True, capture_output=True, timeout=120)
    assert done.stderr == b"", f"replay rejected some: {done.stderr.decode(errors='replace')}"
    return done.stdout


class WorkerProcess:
    """One `paysignal worker`; a context manager that kills what is left of it at its end."""

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        address: str,
        folder: Path,
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.port = port
        self.address = address
        self.log = folder / f"worker-{port}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, env=environment
            )

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    def said(self) -> str:
        """What it has written so far."""
        return self.log.read_text(errors="replace")

    def get(self, path: str) -> tuple[int, str] | None:
        """Status code and text of its HTTP server's answer, None while it does not answer; fails when it has ended."""
        assert self.alive, f"the worker ended with {self.process.returncode} and said:\n{self.said()}"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return None

    def status(self) -> dict[str, Any]:
        """What `/status` answers; empty while it does not."""
        answer = self.get("/status")
        return {} if answer is None else dict(json.loads(answer[1]))

    def position(self) -> int:
        """How many offsets of both fact topics are behind it."""
        positions = self.status().get("positions", {})
        return sum(sum(positions.get(topic, {}).values()) for topic in (topics.FACTS, topics.INCREMENTS))

    def partitions(self, *of: str) -> set[tuple[str, str]]:
        """Topic and number of each partition it has, of these topics or of all."""
        positions = self.status().get("positions", {})
        return {(topic, number) for topic in of or positions for number in positions.get(topic, {})}

    def metric(self, name: str, **labels: str) -> float:
        """The sum of the samples of that name that have these labels; waits for a worker that is starting."""
        answer = eventually(lambda: self.get("/metrics"), "metrics of the worker", seconds=PATIENCE_SECONDS)
        return sum(
            sample.value
            for family in text_string_to_metric_families(answer[1])
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def facts(self, outcome: str) -> float:
        """How many records of the fact topics had that outcome; a worker counts what its other stages read as well."""
        return sum(
            self.metric("paysignal_worker_facts_total", topic=topic, outcome=outcome)
            for topic in (topics.FACTS, topics.INCREMENTS)
        )

    def ready(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until it says it is: every partition it was given is rebuilt."""
        eventually(
            lambda: (answer := self.get("/ready")) is not None and answer[0] == 200,
            f"/ready of the worker, which says {self.get('/ready')} and said:\n{self.said()}",
            seconds=seconds,
            pause=0.1,
        )

    def catch_up(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until it alone has processed, and published, all that the fact topics hold now.

        And then what it made of that for the stages behind, each of which ends when the one before it has.
        """
        for names in ((topics.FACTS, topics.INCREMENTS), (topics.CROSS,), (topics.READINGS,)):
            self._catch_up(end_offsets(self.address, *names), seconds)

    def _catch_up(self, ends: dict[str, dict[str, int]], seconds: float) -> None:
        def caught_up() -> bool:
            status = self.status()
            positions = status.get("positions", {})
            return (
                bool(status)
                and not status["restoring"]
                and all(_reached(positions[topic], ends[topic]) for topic in ends if topic in positions)
            )

        try:
            eventually(caught_up, "the worker to catch up", seconds=seconds, pause=0.1)
        except AssertionError as error:
            message = f"{error}; it should reach {ends}, is at {self.status()}, and said:\n{self.said()}"
            raise AssertionError(message) from None

    def terminate(self, seconds: float = 15.0) -> tuple[int, float]:
        """Send SIGTERM; returns its exit code and the seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(seconds)
        return code, time.monotonic() - started

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()


def _reached(positions: dict[str, int], ends: dict[str, int]) -> bool:
    """Whether each partition was read that far; further, where more was written since the ends were asked for."""
    return all(positions.get(number, -1) >= end for number, end in ends.items())


@dataclass(frozen=True, slots=True)
class System:
    """A broker with our topics, and workers of one group on it."""

    address: str
    embedded: bool
    folder: Path
    group: str

    def make_topics(self, partitions: int = topics.DEFAULT_PARTITIONS) -> None:
        """All topics, empty: on a broker that other tests use as well those that stand are deleted first."""
        self.delete_topics(*(topic.name for topic in topics.TOPICS))
        create_topics(self.address, partitions, 1)

    def standing_topics(self) -> set[str]:
        """The names of all topics there are."""
        with closing(KafkaAdminClient(bootstrap_servers=self.address)) as admin:
            return set(admin.list_topics())

    def delete_topics(self, *names: str) -> None:
        """Delete those of the topics that stand; returns when they are gone."""
        with closing(KafkaAdminClient(bootstrap_servers=self.address)) as admin:

            def gone() -> bool:
                left = set(names) & set(admin.list_topics())
                for name in left:
                    with suppress(UnknownTopicOrPartitionError):  # it goes
                        admin.delete_topics([name])
                return not left

            eventually(gone, "the old topics to go", seconds=20.0, pause=0.1)

    def worker(self, *arguments: str, command: Sequence[str] = (COMMAND, "worker")) -> WorkerProcess:
        """Start a worker of the group; `command` is how, where it is not as ever."""
        (port,) = free_ports(1)
        command = [*command, "--broker", self.address, "--group", self.group, "--worker-port", str(port)]
        command += ["--session-seconds", str(SESSION_SECONDS), *(["--plain-outputs"] if self.embedded else [])]
        return WorkerProcess([*command, *arguments], port, self.address, self.folder)

    def final_readings(self) -> bytes:
        """The last reading of each key as JSON lines, in the order of their keys: the form of `replay`."""
        return b"".join(value + b"\n" for value in latest(read_topic(self.address, topics.READINGS)).values())
