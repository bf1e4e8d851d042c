"""Checkpoints on a real Kafka: take-over, fencing, what a restore sees of transactions, what it refuses."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

import msgspec
import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord, TopicPartition

from paysignal.agents.checkpoint import markers
from paysignal.agents.checkpoint.errors import Fenced, StateRefused
from paysignal.agents.checkpoint.markers import Marker
from paysignal.agents.checkpoint.reading import LaneName, Progress, consuming
from paysignal.agents.checkpoint.takeover import GenerationMovedError, Here, Taken, take_over
from paysignal.agents.outgoing import Outgoing
from paysignal.agents.settings import WorkerSettings
from paysignal.engine.records import Record
from paysignal.facts.partitioning import partition_of
from paysignal.facts.topics import ALERTS, FACTS, INCREMENTS, READINGS, STATE
from paysignal.sending.topics import create_topics
from tests.tools.brokers import RealKafka
from tests.tools.system import COMMAND, System

pytestmark = [pytest.mark.broker, pytest.mark.kafka]

PARTITIONS = {FACTS: 8, INCREMENTS: 8, READINGS: 8, STATE: 8}
PARAMETERS = {FACTS: "claims", INCREMENTS: "windows", READINGS: "rules"}


@dataclass(slots=True)
class Bench:
    """Take-overs by workers of one group; `taken` are stopped at the end."""

    settings: WorkerSettings
    taken: list[Taken] = field(default_factory=list)
    partitions: Mapping[str, int] = field(default_factory=lambda: PARTITIONS)
    progress: Progress = field(default_factory=Progress)

    async def take(self, *lanes: LaneName, current: Callable[[], bool] = lambda: True) -> list[Taken]:
        """The lanes as another worker takes them."""
        here = Here(self.partitions, PARAMETERS, time.monotonic, lambda: 1, current)
        found = await take_over(self.settings, set(lanes), here, self.progress)
        self.taken += found.values()
        return [found[lane] for lane in lanes]

    async def stop(self) -> None:
        """Disconnect them all."""
        await asyncio.gather(*(each.writer.stop() for each in self.taken))


@pytest.fixture
async def bench(kafka_system: System) -> AsyncIterator[Bench]:
    """A group of its own on Kafka, with empty topics."""
    made = Bench(WorkerSettings(kafka_system.address, group=kafka_system.group, session_seconds=6))
    yield made
    await made.stop()


def at(taken: Taken, position: int, record: Record | None = None) -> Marker:
    """A marker of that lane, after `record`."""
    marker = msgspec.structs.replace(taken.writer.marker, position=position, held=False)
    if record is None:
        return marker
    return msgspec.structs.replace(marker, last_offset=record.offset, fingerprint=markers.fingerprint_of(record))


async def send(settings: WorkerSettings, topic: str, *values: bytes, partition: int = 3) -> list[Record]:
    """The values as records of one partition."""
    async with producing(settings) as producer:
        told = [await producer.send_and_wait(topic, value, b"key", partition) for value in values]
    return [
        Record(topic, partition, each.offset, b"key", value, each.timestamp)
        for each, value in zip(told, values, strict=True)
    ]


async def everything(settings: WorkerSettings, topic: str) -> list[tuple[ConsumerRecord, int]]:
    """What committed records a topic has, with their partitions."""
    partitions = [TopicPartition(topic, number) for number in range(8)]
    async with consuming(settings, "read_committed", 65_536) as consumer:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: list[tuple[ConsumerRecord, int]] = []
        while any([await consumer.position(each) < ends[each] for each in partitions]):
            for each, records in (await consumer.getmany(timeout_ms=200)).items():
                found += [(record, each.partition) for record in records]
    return found


@asynccontextmanager
async def producing(settings: WorkerSettings, transactional_id: str | None = None) -> AsyncIterator[AIOKafkaProducer]:
    """A plain producer, or one in a transaction of that id that is left open."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.addresses, transactional_id=transactional_id)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def test_a_successor_finds_what_was_committed_and_the_former_owner_is_fenced(bench: Bench) -> None:
    """Blocks, withdrawals and position of the last commit; both topics' lanes share a partition and do not mix."""
    records = await send(bench.settings, FACTS, *[b"%d" % number for number in range(10)])
    facts, increments = await bench.take((FACTS, 3), (INCREMENTS, 3))
    facts.writer.stage([("a", b"1"), ("b", b"2"), ("c", b"3")])
    increments.writer.stage([("a", b"other")])
    await facts.writer.commit(at(facts, 5, records[4]))
    await increments.writer.commit(at(increments, 0))
    facts.writer.stage([("a", b"4"), ("c", None)])
    await facts.writer.commit(at(facts, 10, records[9]))
    assert facts.fresh

    (again,) = await bench.take((FACTS, 3))
    facts.writer.stage([("a", b"stale")])
    with pytest.raises(Fenced):
        await facts.writer.commit(at(facts, 11))
    (third,) = await bench.take((FACTS, 3))
    (others,) = await bench.take((INCREMENTS, 3))

    assert ({"a": b"4", "b": b"2"}, 10, False, False) == (again.blocks, again.position, again.held, again.fresh)
    assert (again.blocks, again.position) == (third.blocks, third.position)
    assert {"a": b"other"} == others.blocks
    assert (True, False, True) == (facts.writer.lost, facts.writer.lease.valid, third.writer.lease.valid)


async def test_a_checkpoint_without_its_end_is_not_seen(bench: Bench) -> None:
    """The owner dies between rows and commit: its successor aborts the transaction at once and restores the one before.

    Not after the time-out of transactions: the take-over ends it.
    """
    (first,) = await bench.take((FACTS, 3))
    first.writer.stage([("a", b"1")])
    await first.writer.commit(at(first, 0))
    identity = markers.transactional_id_of(bench.settings.group, FACTS, 3)
    async with producing(bench.settings, identity) as producer:
        await producer.begin_transaction()
        prefix = markers.prefix_of(bench.settings.group, FACTS)
        await producer.send_and_wait(STATE, b"2", prefix + b"a", 3)
        started = time.monotonic()
        (second,) = await bench.take((FACTS, 3))
        seconds = time.monotonic() - started

    assert {"a": b"1"} == second.blocks
    assert seconds < 10.0


async def test_records_are_there_if_the_state_that_made_them_is(bench: Bench) -> None:
    """Of two owners that make the same record the one whose checkpoint was committed has sent it, on its partition."""
    alert = Outgoing(ALERTS, b"rule", b"firing", (("schema", b"s"),), placed_by=b"rule")
    (first,) = await bench.take((READINGS, 3))
    first.writer.hold([alert])
    (second,) = await bench.take((READINGS, 3))
    first.writer.stage([("a", b"1")])
    with pytest.raises(Fenced):
        await first.writer.commit(at(first, 1))
    second.writer.hold([alert])
    second.writer.stage([("a", b"1")])
    await second.writer.commit(at(second, 0))
    (third,) = await bench.take((READINGS, 3))
    [(found, number)] = await everything(bench.settings, ALERTS)

    assert {"a": b"1"} == third.blocks
    assert (b"rule", b"firing", (("schema", b"s"),)) == (found.key, found.value, found.headers)
    assert partition_of(b"rule", 8) == number


async def test_another_lanes_open_transaction_hides_nothing(bench: Bench) -> None:
    """A dead lane of the same partition holds up its reader until it is taken over as well; nothing is missed."""
    (increments,) = await bench.take((INCREMENTS, 3))
    identity = markers.transactional_id_of(bench.settings.group, FACTS, 3)
    async with producing(bench.settings, identity) as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(STATE, b"open", b"whatever", 3)
        increments.writer.stage([("a", b"1")])
        await increments.writer.commit(at(increments, 0))
        reading = asyncio.create_task(bench.take((INCREMENTS, 3)))
        await asyncio.sleep(1.0)
        assert not reading.done()
        await bench.take((FACTS, 3))
        (again,) = await asyncio.wait_for(reading, 10)

    assert {"a": b"1"} == again.blocks


async def test_a_group_that_moves_on_stops_the_restore(bench: Bench) -> None:
    """Also where it waits for something: it gives up and leaves no client behind."""
    identity = markers.transactional_id_of(bench.settings.group, FACTS, 3)
    current = True
    async with producing(bench.settings, identity) as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(STATE, b"open", b"whatever", 3)
        reading = asyncio.create_task(bench.take((INCREMENTS, 3), current=lambda: current))
        await asyncio.sleep(0.5)
        current = False
        with pytest.raises(GenerationMovedError):
            await asyncio.wait_for(reading, 5)


async def test_ten_thousand_rows_in_several_batches_come_back_whole(bench: Bench) -> None:
    """More than one batch holds, written over twice; the reader's progress ends at nothing left."""
    (first,) = await bench.take((INCREMENTS, 5))
    for turn in (b"one", b"two"):
        first.writer.stage((f"row {number}", turn * 60) for number in range(10_000))
        await first.writer.commit(at(first, 0))
    (second,) = await bench.take((INCREMENTS, 5))

    assert {f"row {number}": b"two" * 60 for number in range(10_000)} == second.blocks
    assert 0 == bench.progress.remaining
    assert bench.progress.total > 20_000


@pytest.mark.parametrize("case", ["widened", "shorter", "longer"])
async def test_a_topic_made_anew_or_widened_is_refused(bench: Bench, kafka_system: System, case: str) -> None:
    """Facts deleted and sent again, fewer or more of them than before, or on more partitions: each names the fix."""
    records = await send(bench.settings, FACTS, b"1", b"2", b"3")
    (first,) = await bench.take((FACTS, 3))
    first.writer.stage([("a", b"1")])
    await first.writer.commit(at(first, 3, records[2]))
    if case == "widened":
        bench = replace(bench, partitions={**PARTITIONS, FACTS: 16})
    else:
        kafka_system.delete_topics(FACTS)
        create_topics(kafka_system.address, PARTITIONS[FACTS], 1)
        await send(bench.settings, FACTS, *[b"new"] * (2 if case == "shorter" else 4))

    with pytest.raises(StateRefused, match="`paysignal rebuild`"):
        await bench.take((FACTS, 3))


async def test_rows_that_somebody_else_wrote_are_refused(bench: Bench) -> None:
    """One row beside the owner's transactions, and the state is not believed."""
    (first,) = await bench.take((FACTS, 3))
    first.writer.stage([("a", b"1")])
    await first.writer.commit(at(first, 0))
    async with producing(bench.settings) as producer:
        await producer.send_and_wait(STATE, b"2", markers.prefix_of(bench.settings.group, FACTS) + b"b", 3)

    with pytest.raises(StateRefused, match="2 rows"):
        await bench.take((FACTS, 3))


async def test_a_broker_that_goes_away_in_a_commit_costs_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Killed and started again while a commit waits: it is committed in the end, and once."""
    with RealKafka(tmp_path_factory.mktemp("kafka")) as broker:
        system = System(broker.address, embedded=False, folder=broker.folder, group="paysignal")
        system.make_topics()
        bench = Bench(WorkerSettings(broker.address, group="paysignal", session_seconds=6))
        (first,) = await bench.take((FACTS, 3))
        first.writer.stage([("a", b"1")])
        broker.stop()
        committing = asyncio.create_task(first.writer.commit(at(first, 0)))
        await asyncio.sleep(1.0)
        assert not committing.done()
        await asyncio.to_thread(broker.start)
        await asyncio.wait_for(committing, 40)
        (second,) = await bench.take((FACTS, 3))

        assert {"a": b"1"} == second.blocks
        with suppress(TimeoutError):
            await asyncio.wait_for(bench.stop(), 10)


def _rebuild(system: System, *arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "rebuild", "--broker", system.address, "--group", system.group, *arguments]
    return subprocess.run(command, input=answer, capture_output=True, text=True, check=False, timeout=60)


async def test_rebuild_takes_a_groups_state_away(bench: Bench, kafka_system: System) -> None:
    """All rows and markers of the group, whichever partition; of another group none. Asked first; said in JSON."""
    other = Bench(replace(bench.settings, group=f"{bench.settings.group}-other"))
    for each in (bench, other):
        for taken in await each.take((FACTS, 3), (INCREMENTS, 3), (FACTS, 4)):
            taken.writer.stage([("a", b"1"), ("b", b"2")])
            await taken.writer.commit(at(taken, 0))
    refused = await asyncio.to_thread(_rebuild, kafka_system, answer="n\n")
    (kept,) = await bench.take((FACTS, 3))
    done = await asyncio.to_thread(_rebuild, kafka_system, "--yes", "--json")
    again = await asyncio.to_thread(_rebuild, kafka_system, "--yes")
    gone = await bench.take((FACTS, 3), (INCREMENTS, 3), (FACTS, 4))
    (others,) = await other.take((FACTS, 4))
    await other.stop()

    assert (1, {"a": b"1", "b": b"2"}) == (refused.returncode, kept.blocks)
    assert (0, '{"rows":9,"lanes":3}\n') == (done.returncode, done.stdout), done.stderr
    assert (0, True) == (again.returncode, "has no state" in again.stdout), again.stderr
    assert [({}, True)] * 3 == [(each.blocks, each.fresh) for each in gone]
    assert {"a": b"1", "b": b"2"} == others.blocks
    assert kept.writer.marker.position == 0
    kept.writer.stage([("a", b"late")])
    with pytest.raises(Fenced):
        await kept.writer.commit(at(kept, 0))


async def test_rebuild_is_refused_while_a_worker_runs(kafka_system: System) -> None:
    """It would be fenced in the middle of its work."""
    with kafka_system.worker() as worker:
        await asyncio.to_thread(worker.ready)
        refused = await asyncio.to_thread(_rebuild, kafka_system, "--yes")

        assert (1, True) == (refused.returncode, "has 1 running workers; stop them" in refused.stderr)
        assert worker.alive
