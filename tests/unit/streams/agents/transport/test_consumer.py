"""The consumer: what it hands on starts where it ended, belongs to its generation, and comes when there is room."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError
from faust.tables.recovery import Recovery
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from paysignal.agents.transport import consumer as module
from paysignal.agents.transport.consumer import ChunkConsumer, ChunkThread, Fetched
from paysignal.agents.transport.feed import Unbounded
from paysignal.engine.chunks import Chunk
from paysignal.engine.records import Record

A, B = TP("facts", 0), TP("facts", 3)


def chunk(start: int, end: int, tp: TP = A) -> Chunk:
    """A chunk with a record at each offset."""
    records = [Record(tp.topic, tp.partition, offset, None, b"%d" % offset, 0) for offset in range(start, end)]
    return Chunk.of(records, tp.topic, tp.partition, start, end)


class Kafka:
    """What the thread asks of aiokafka's consumer: positions, the first offsets, seeks and commits."""

    def __init__(self, first: int = 0) -> None:
        self.first, self.sought = first, dict[TopicPartition, int]()
        self.positions: dict[TopicPartition, int | None] = {}
        self.revoked: set[TopicPartition] = set()
        self.committed: dict[TopicPartition, int] = {}
        self.error: Exception | None = None
        self._subscription = SimpleNamespace(subscription=SimpleNamespace(assignment=None))
        self.assign()

    def assign(self) -> None:
        """A new assignment, of the same partitions."""
        assignment = SimpleNamespace(tps={TopicPartition(*A), TopicPartition(*B)}, state_value=self._state)
        self._subscription.subscription.assignment = assignment

    def _state(self, tp: TopicPartition) -> Any:  # noqa: ANN401 - aiokafka's
        at = self.positions.get(tp)
        return SimpleNamespace(has_valid_position=at is not None, position=at)

    def assignment(self) -> set[TopicPartition]:
        """Both partitions."""
        return {TopicPartition(*A), TopicPartition(*B)} - self.revoked

    async def beginning_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """One for all."""
        return dict.fromkeys(partitions, self.first)

    def seek(self, tp: TopicPartition, offset: int) -> None:
        """Note it."""
        if tp in self.revoked:
            raise IllegalStateError
        self.sought[tp] = self.positions[tp] = offset

    async def commit(self, offsets: dict[TopicPartition, Any]) -> None:
        """Note it, or fail."""
        if self.error is not None:
            raise self.error
        self.committed = {tp: each.offset for tp, each in offsets.items()}


def thread_of(kafka: Kafka, reached: dict[TP, int] | None = None) -> Any:  # noqa: ANN401 - private parts of it are tried
    """A thread that never runs, on that consumer."""
    thread: Any = ChunkThread.__new__(ChunkThread)
    thread._consumer, thread._reached = kafka, reached or {}
    thread._sought = kafka._subscription.subscription.assignment
    return thread


def places(chunks: Sequence[Chunk]) -> list[tuple[int, int, int]]:
    """Start, end and number of rows of each."""
    return [(each.start, each.next_position, len(each)) for each in chunks]


async def test_nothing_is_handed_on_before_the_first_seek_of_a_generation() -> None:
    """What a fetch under way has taken from the new assignment is no part of what the feed asked for."""
    thread = thread_of(Kafka())

    assert [] == thread._continued(A, [chunk(0, 5)])
    await thread._seek_to({A: 0})

    assert [(0, 5, 5)] == places(thread._continued(A, [chunk(0, 5)]))
    assert [(5, 7, 2), (7, 9, 2)] == places(thread._continued(A, [chunk(5, 7), chunk(7, 9)]))


async def test_a_seek_that_a_rebalance_has_overtaken_lets_nothing_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Positions of the assignment before say nothing of this one, which aiokafka begins where the group committed."""

    async def fetched(*_: object) -> dict[TP, list[Chunk]]:
        return {A: [chunk(7, 9)]}

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", fetched)
    kafka = Kafka()
    thread = thread_of(kafka)
    thread.app = SimpleNamespace(consumer_generation_id=6)
    await thread._seek_to({A: 0})
    kafka.assign()

    assert {} == await thread._fetch_records(kafka, {A, B})
    await thread._seek_to({A: 7})

    assert {A: [(7, 9, 2)]} == {
        tp: places([each.chunk for each in those]) for tp, those in (await thread._fetch_records(kafka, {A, B})).items()
    }


async def test_offsets_that_are_gone_are_passed_over_by_the_next_chunk_or_an_empty_one() -> None:
    """Retention takes the first 40: the lane gets from 10 to 40 without a record, and no lag stays behind."""
    kafka = Kafka(first=40)
    thread = thread_of(kafka)
    await thread._seek_to({A: 10, B: 10})

    assert {TopicPartition(*A): 40, TopicPartition(*B): 40} == kafka.sought
    assert [(10, 45, 5)] == places(thread._continued(A, [chunk(40, 45)]))
    assert [(10, 40, 0)] == places(thread._jump(kafka, B))
    assert [] == thread._jump(kafka, B), "once"


def test_a_position_that_is_not_known_or_not_ours_is_no_jump() -> None:
    """Before a seek, while offsets are looked up, after a revocation nothing is made up."""
    kafka = Kafka()
    kafka.positions = {TopicPartition(*A): None, TopicPartition(*B): 9}

    assert [] == thread_of(kafka, {A: 3})._jump(kafka, A)
    assert [] == thread_of(kafka)._jump(kafka, B)
    kafka._subscription.subscription.assignment = None
    assert [] == thread_of(kafka, {B: 3})._jump(kafka, B)


async def test_a_partition_revoked_during_a_seek_is_left_alone() -> None:
    """Who owns it now seeks; the others are sought."""
    kafka = Kafka()
    kafka.revoked = {TopicPartition(*A)}
    thread = thread_of(kafka)
    await thread._seek_to({A: 5, B: 6})

    assert {B: 6} == thread._reached


@pytest.mark.parametrize("error", [CommitFailedError("away"), IllegalStateError("revoked"), TimeoutError()])
async def test_a_mirror_that_fails_is_told_and_ends_nothing(error: Exception) -> None:
    """The group's offsets are for lag tools alone; of partitions given up none is committed."""
    kafka = Kafka()
    kafka.revoked = {TopicPartition(*B)}
    thread = thread_of(kafka)

    assert await thread._mirror({A: 7, B: 8})
    assert {TopicPartition(*A): 7} == kafka.committed
    kafka.error = error

    assert not await thread._mirror({A: 9})


class Full(Unbounded):
    """A feed that has room when it is told, and starts where it is told."""

    def __init__(self) -> None:
        self.has_room, self.expected = True, list[tuple[int, int]]()
        self.wanted: set[tuple[str, int]] = {(*A,), (*B,)}

    def start_of(self, partition: tuple[str, int]) -> int | None:
        """Ten times the number."""
        return partition[1] * 10 if partition in self.wanted else None

    async def room(self, seconds: float) -> bool:
        """As told."""
        del seconds
        return self.has_room

    def expect(self, chunk: Chunk, generation: int) -> None:
        """Note it."""
        self.expected.append((chunk.start, generation))


class Polled:
    """A consumer whose polls bring what they are told, with the flags Faust sets."""

    def __init__(self, *polls: dict[TP, list[Fetched]]) -> None:
        self.made = cast("Any", ChunkConsumer.__new__(ChunkConsumer))
        self.feed, self.polls, self.asked = Full(), list(polls), list[set[TP]]()
        self.sought: list[dict[TP, int]] = []
        self.app = SimpleNamespace(consumer_generation_id=4)
        self.made.feed, self.made.app, self.made.flow_active = self.feed, self.app, True
        self.made._active_partitions, self.made._read_offset = {A, B}, {A: 99}
        self.made._stopped, self.made._crashed = asyncio.Event(), asyncio.Event()
        self.made._loop = asyncio.get_running_loop()
        self.made._getmany, self.made._thread = self.poll, self
        self.made.assignment = lambda: {A, B}

    async def poll(self, active: set[TP], timeout: float) -> dict[TP, list[Fetched]]:  # noqa: ASYNC109 - Faust's
        """The next answer."""
        del timeout
        self.asked.append(active)
        return self.polls.pop(0)

    async def seek_to(self, starts: dict[TP, int]) -> None:
        """Note it."""
        self.sought.append(starts)

    async def once(self) -> list[tuple[TP, int]]:
        """What one call of getmany yields."""
        return [(tp, message.value.start) async for tp, message in self.made.getmany(1.0)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses between polls."""
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0)
    monkeypatch.setattr(module, "_IDLE_SECONDS", 0)


async def test_partitions_take_turns_and_each_chunk_is_announced() -> None:
    """One chunk of each, then the next of each; the feed counts them before Faust has them."""
    polled = Polled({A: [Fetched(chunk(0, 1), 4), Fetched(chunk(1, 2), 4)], B: [Fetched(chunk(7, 8, B), 4)]})

    assert [(A, 0), (B, 7), (A, 1)] == await polled.once()
    assert [(0, 4), (7, 4), (1, 4)] == polled.feed.expected
    assert [{A, B}] == polled.asked


async def test_without_room_or_partitions_nothing_is_polled() -> None:
    """The feed says when; and Faust's pause of a whole second for a member without partitions is not taken."""
    polled = Polled()
    polled.feed.has_room = False
    assert [] == await polled.once()
    polled.feed.has_room = True
    polled.made._active_partitions = set()
    assert [] == await asyncio.wait_for(polled.once(), 0.5)
    assert [] == polled.asked


async def test_what_another_generation_fetched_is_not_handed_on() -> None:
    """A rebalance between fetch and hand-over: the new assignment seeks and reads again."""
    polled = Polled({A: [Fetched(chunk(0, 1), 3)]})

    assert [] == await polled.once()


async def test_what_comes_while_the_flow_is_stopped_is_thrown_away_and_sought_again() -> None:
    """Every partition goes back to where its lane is, which has not had it; no offset counts as read."""
    polled = Polled({A: [Fetched(chunk(0, 1), 4)]})
    polled.made.can_resume_flow = asyncio.Event()
    polled.made.can_resume_flow.set()
    polled.made.flow_active = False

    assert [] == await polled.once()
    assert [{A: 0, B: 30}] == polled.sought
    assert {} == polled.made._read_offset


async def test_what_the_feed_does_not_want_is_not_sought() -> None:
    """Behind a rebalance that was overtaken nothing is served, and so nothing read."""
    polled = Polled()
    polled.feed.wanted = {(*A,)}
    await polled.made.perform_seek()
    polled.feed.wanted = set()
    await polled.made.perform_seek()

    assert [{A: 0}] == polled.sought


async def test_no_assignment_is_no_seek() -> None:
    """A worker without partitions asks for nothing: aiokafka takes an empty list for all it has."""
    polled = Polled()
    polled.made.assignment = set
    await polled.made.perform_seek()

    assert [] == polled.sought


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (Recovery._resume_streams, "perform_seek"),
        (driver.Consumer._drain_messages, "_read_offset"),
    ],
)
def test_faust_still_asks_for_the_seek(where: object, name: str) -> None:
    """Faust calls our seek before it resumes, and remembers what it has read."""
    assert name in cast("Any", where).__code__.co_names
