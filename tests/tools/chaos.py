"""Chaos: facts that trickle in while workers are killed, frozen and robbed of their broker; what must stand at the end.

The undisturbed run that it is compared with is the engine itself, over the records as they stand on the topics.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from prometheus_client import CollectorRegistry

from paysignal.agents.advance import of_emitted
from paysignal.command.rates import published_rates
from paysignal.engine.cross.state import CrossState
from paysignal.engine.decoding import decode
from paysignal.engine.money.rates import RateTable
from paysignal.engine.parameters import Parameters
from paysignal.engine.records import Record
from paysignal.engine.step import State, step
from paysignal.facts import topics, wire
from paysignal.facts.partitioning import partition_of
from paysignal.sending.outbox import Outgoing
from paysignal.sending.sender import Sender, SenderLimits
from tests.tools.need import CHECKOUT
from tests.tools.reading import latest, read_topic
from tests.tools.system import SESSION_SECONDS, System, WorkerProcess

MOMENTS = ("before", "inside", "after")

_SLICES = 200
_BATCH = 2_000
_BUSY_READINGS = 200


@dataclass
class Chaos:
    """Workers of one system, and what was done to them, told when a test fails."""

    system: System
    random: random.Random
    arguments: tuple[str, ...] = ()  #: of every worker
    told: list[str] = field(default_factory=list)
    workers: list[WorkerProcess] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)
    _begun: float = field(default_factory=time.monotonic)

    def start(self, *, dies: bool = False) -> WorkerProcess:
        """Another worker; one that `dies` kills itself in one of its first checkpoints."""
        if not dies:
            worker = self.system.worker(*self.arguments)
        else:
            moment, number = self.random.choice(MOMENTS), self.random.randrange(1, 25)
            self.tell(f"a worker that dies {moment} checkpoint {number}")
            script = [sys.executable, str(CHECKOUT / "tests" / "tools" / "dying_worker.py"), moment, str(number)]
            worker = self.system.worker(*self.arguments, command=script)
        self.workers.append(self._stack.enter_context(worker))
        return worker

    def kill(self, worker: WorkerProcess) -> None:
        """Kill -9; one that has killed itself is dead already."""
        self.tell(f"kill -9 of {worker.port}, {'alive' if worker.alive else 'dead already'}")
        worker.kill()
        self.workers.remove(worker)

    def freeze(self, worker: WorkerProcess, seconds: float = SESSION_SECONDS + 3) -> None:
        """Stop the process past its session, and let it go on."""
        self.tell(f"{worker.port} is frozen for {seconds:g} s")
        worker.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        worker.process.send_signal(signal.SIGCONT)

    def tell(self, what: str) -> None:
        """Note it with the seconds since the start."""
        self.told.append(f"{time.monotonic() - self._begun:6.1f} s  {what}")

    def close(self) -> None:
        """End what runs."""
        self._stack.close()


@contextmanager
def chaos(system: System, seed: int, *arguments: str) -> Iterator[Chaos]:
    """Chaos of that seed, workers with these arguments; ends all of them, and tells all when something fails."""
    made = Chaos(system, random.Random(seed), arguments)
    try:
        yield made
    except BaseException:
        sys.stderr.write("\n".join([f"chaos of seed {seed}:", *made.told]) + "\n")
        for worker in made.workers:
            sys.stderr.write(f"worker {worker.port}:\n{worker.said()[-6_000:]}\n")
        raise
    finally:
        made.close()


@contextmanager
def trickling(address: str, records: Sequence[Outgoing], seconds: float) -> Iterator[None]:
    """Send records from a thread, spread over some seconds; joined at the end, its failure raised."""
    patient = SenderLimits(delivery_seconds=120.0)  # brokers go away here, and take their time to come back
    with ThreadPoolExecutor(1) as pool, Sender(address, CollectorRegistry(), patient) as sender:
        done = pool.submit(_trickle, sender, records, seconds)
        yield
        done.result(timeout=seconds + 240)
        assert sender.close().complete


def _trickle(sender: Sender, records: Sequence[Outgoing], seconds: float) -> None:
    for number in range(_SLICES):
        sender.send_all(records[number::_SLICES])
        time.sleep(seconds / _SLICES)


def expected(address: str) -> dict[str, dict[bytes, bytes]]:
    """The last reading of each key and the last final of each window, of a run that nothing disturbed; by topic."""
    found: dict[str, dict[bytes, bytes]] = {topics.READINGS: {}, topics.FINALS: {}}
    rates, across = published_rates(None), CrossState()
    for name in (topics.FACTS, topics.INCREMENTS):
        lanes: dict[int, list[Record]] = {}
        for one in read_topic(address, name):
            record = Record(name, one.partition, one.offset, one.key, one.value, one.timestamp)
            lanes.setdefault(one.partition, []).append(record)
        for records in lanes.values():
            _run(records, rates, found, across)
    found[topics.READINGS] |= told_across(across)
    return found


def told_across(across: CrossState) -> dict[bytes, bytes]:
    """What the cross-sections of all members say, by key."""
    return {reading.key.encode(): wire.encode(reading) for reading in across.evaluate().readings}


def _run(records: list[Record], rates: RateTable, found: dict[str, dict[bytes, bytes]], across: CrossState) -> None:
    state = State(Parameters(sections=True))
    for at in range(0, len(records), _BATCH):
        made = step(state, decode(records[at : at + _BATCH], topics.DEFAULT_PARTITIONS), rates)
        for member in made.emitted.members:
            across.take(member, wire.encode(member))
        for each in of_emitted(made.emitted):
            if each.topic not in found:  # members, on their way to the cross-sections
                continue
            assert each.key is not None
            if each.value is None:
                found[each.topic].pop(each.key, None)
            else:
                found[each.topic][named(each.topic, each.key, each.value)] = each.value


def named(topic: str, key: bytes, value: bytes | None) -> bytes:
    """What one record replaces another of: a final that of its window, any other reading that of its key."""
    if topic != topics.FINALS or value is None:
        return key
    return key + wire.decode_reading(value).event_time.encode()


#: A shuffled stream corrects the finals of up to 150 windows an increment: millions of records, 35,000 a second.
_READ_SECONDS = 400.0


def assert_undisturbed(address: str, wanted: dict[str, dict[bytes, bytes]]) -> None:
    """Readings and finals on the topics are byte for byte those that are wanted; says how the first differs."""
    for name, records in wanted.items():
        standing = read_topic(address, name, seconds=_READ_SECONDS)
        found = latest(replace(one, key=named(name, one.key or b"", one.value)) for one in standing)
        lacking, extra = sorted(records.keys() - found.keys()), sorted(found.keys() - records.keys())
        differing = sorted(key for key in records.keys() & found.keys() if records[key] != found[key])
        assert ([], [], []) == (lacking[:3], extra[:3], [(records[key], found[key]) for key in differing[:2]]), (
            f"{name}: of {len(records)} keys {len(lacking)} are lacking, {len(extra)} too many, {len(differing)} differ"
        )


def processor_seconds(worker: WorkerProcess) -> float:
    """CPU time that a worker has taken so far."""
    fields = Path(f"/proc/{worker.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def standstills(address: str) -> list[float]:
    """For each partition of increments that was busy, the longest time in seconds between two of its readings.

    Told from the sending times of the readings on the topic; meant for a load that is steady on all partitions.
    """
    times: dict[int, list[int]] = {}
    for one in read_topic(address, topics.READINGS):
        if one.value is not None and b"|rolling_" in (one.key or b""):
            key = wire.decode_reading(one.value).series.partition_key.encode()
            times.setdefault(partition_of(key, topics.DEFAULT_PARTITIONS), []).append(one.timestamp)
    busy = [sorted(each) for each in times.values() if len(each) >= _BUSY_READINGS]
    return sorted(max(later - earlier for earlier, later in pairwise(each)) / 1_000 for each in busy)
