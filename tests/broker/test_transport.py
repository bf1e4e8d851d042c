"""The batch transport on Apache Kafka: what is on a partition arrives once and in order, whatever happens meanwhile."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, cast

import confluent_kafka
import faust
import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from kafka.structs import TopicPartition

from paysignal.agents.app import create_app
from paysignal.agents.lanes import Lane, Lanes
from paysignal.agents.settings import WorkerSettings
from paysignal.agents.transport.consumer import ChunkConsumer
from paysignal.facts.topics import FACTS, INCREMENTS
from tests.tools.system import System

pytestmark = [pytest.mark.broker, pytest.mark.kafka, pytest.mark.timeout(90)]

Place = tuple[str, int]

_ROOM = 32 * 1024 * 1024


class Member:
    """A member of a group that keeps what arrives; `lanes` are those of a worker, its lanes kept over rebalances."""

    def __init__(self, app: faust.App, lanes: Lanes) -> None:
        self.app, self.lanes = app, lanes
        self.values: dict[Place, list[bytes | None]] = defaultdict(list)
        self.offsets: dict[Place, list[int]] = defaultdict(list)
        self.keeps = True
        self.assignments = 0

    @property
    def consumer(self) -> ChunkConsumer:
        """The consumer of the app."""
        return cast("ChunkConsumer", self.app.consumer)

    @property
    def held(self) -> set[Place]:
        """The partitions it has."""
        return {lane.name for lane in self.lanes.snapshot()}

    def position(self, *place: Any) -> int:  # noqa: ANN401 - a topic and a number
        """The fetch position of a partition, behind all that has arrived."""
        return self.lanes.start_of(place) or 0

    async def on_revoked(self, *_: object, **__: object) -> None:
        """As a worker does."""
        self.take()
        self.lanes.park()

    async def on_assigned(self, *sent: Any, **_: object) -> None:  # noqa: ANN401 - Faust's signal
        """Lanes that stay go on, others start from the first record."""
        self.assignments += 1
        places = [(tp.topic, tp.partition) for tp in sent[1]]
        parked = self.lanes.parked
        self.lanes.serve([parked.get(place) or Lane(*place, 0) for place in places], self.app.consumer_generation_id)

    def take(self) -> None:
        """Takes what waits."""
        for lane, chunks in self.lanes.take(1_000_000):
            for chunk in chunks:
                self.values[lane.name] += chunk.values
                self.offsets[lane.name] += chunk.offsets.tolist()

    async def until(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        """Takes what arrives until the condition holds."""
        async with asyncio.timeout(seconds):
            while not condition():
                if self.keeps:
                    self.take()
                await asyncio.sleep(0.01)

    async def more(self, place: Place) -> None:
        """Takes what arrives until there is more of that partition."""
        had = len(self.values[place])
        await self.until(lambda: len(self.values[place]) > had)

    async def until_end(self, ends: dict[Place, int]) -> None:
        """Takes what arrives until the positions are there."""
        await self.until(lambda: all(self.position(*place) >= end for place, end in ends.items()))
        self.take()


@asynccontextmanager
async def member(system: System, folder: Path, room: int = _ROOM) -> AsyncIterator[Member]:
    """A running member of the system's group."""
    lanes = Lanes(room)
    app = create_app(
        WorkerSettings(system.address, system.group, session_seconds=6), lanes, folder, (FACTS, INCREMENTS)
    )
    made = Member(app, lanes)
    app.on_partitions_revoked.connect(made.on_revoked)
    app.on_partitions_assigned.connect(made.on_assigned)
    await app.start()
    try:
        await made.until(lambda: made.assignments > 0)
        yield made
    finally:
        await app.stop()


def produce(
    address: str, values: Iterable[bytes], partition: int = 0, topic: str = INCREMENTS, codec: str = "none"
) -> None:
    """Values sent to one partition."""
    producer = confluent_kafka.Producer({"bootstrap.servers": address, "linger.ms": 5, "compression.type": codec})
    for value in values:
        producer.produce(topic, value, b"key", partition)
    assert producer.flush(30) == 0


def transact(address: str, name: str, batches: Sequence[tuple[list[bytes], bool]]) -> None:
    """Transactions on partition 0, each committed or aborted."""
    producer = confluent_kafka.Producer({"bootstrap.servers": address, "transactional.id": name})
    producer.init_transactions(30)
    for values, commit in batches:
        producer.begin_transaction()
        for value in values:
            producer.produce(INCREMENTS, value, b"key", 0)
        producer.flush(30)
        if commit:
            producer.commit_transaction(30)
        else:
            producer.abort_transaction(30)


def ends(address: str, *places: Place) -> dict[Place, int]:
    """Where partitions end for readers of committed records."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": address, "group.id": "ends"})
    try:
        return {place: consumer.get_watermark_offsets(confluent_kafka.TopicPartition(*place))[1] for place in places}
    finally:
        consumer.close()


def numbered(count: int, name: str = "v") -> list[bytes]:
    """Values that differ."""
    return [f"{name}{number}".encode() for number in range(count)]


async def test_transactions_markers_and_empty_partitions(kafka_system: System, tmp_path: Path) -> None:
    """Committed records alone arrive, the position passes the markers, and lag tools see none left.

    A partition without any record is at its end, and an aborted one as well, where no record ever comes.
    """
    address, kept, late = kafka_system.address, numbered(300, "kept"), numbered(200, "late")
    transact(
        address, kafka_system.group, [(numbered(250, "aborted"), False), (kept, True), (numbered(9, "gone"), False)]
    )
    place = (INCREMENTS, 0)
    async with member(kafka_system, tmp_path) as one:
        await one.until_end(ends(address, place))
        assert kept == one.values[place]

        transact(address, kafka_system.group, [(late, True), (numbered(70, "gone"), False)])
        reached = ends(address, place, (INCREMENTS, 1), (FACTS, 7))
        await one.until_end(reached)
        assert kept + late == one.values[place]
        assert 0 == reached[INCREMENTS, 1] == one.position(INCREMENTS, 1)

        assert await one.consumer.mirror(reached)
        with closing(KafkaAdminClient(bootstrap_servers=address)) as admin:
            committed = admin.list_group_offsets({kafka_system.group: None})[kafka_system.group]
        assert reached == {(tp.topic, tp.partition): at.offset for tp, at in committed.items()}


async def test_a_compacted_partition_with_holes_and_one_whose_start_is_gone(
    kafka_system: System, tmp_path: Path
) -> None:
    """What compaction left arrives at its offsets; records past their retention are passed over, early and late."""
    address = kafka_system.address
    kafka_system.delete_topics(INCREMENTS)
    often = {"cleanup.policy": "compact", "segment.ms": "50", "min.cleanable.dirty.ratio": "0.01"}
    with closing(KafkaAdminClient(bootstrap_servers=address)) as admin:
        admin.create_topics([NewTopic(INCREMENTS, num_partitions=1, replication_factor=1, topic_configs=often)])
        for round_ in range(6):
            produce(address, numbered(50, f"round{round_}-"))
            await asyncio.sleep(0.1)
        produce(address, numbered(900, "old"), partition=3, topic=FACTS)
        admin.delete_records({TopicPartition(FACTS, 3): 700})
        await asyncio.sleep(2.5)  # a round of the cleaner

        async with member(kafka_system, tmp_path) as one:
            await one.until_end(ends(address, (INCREMENTS, 0), (FACTS, 3)))
            found = one.offsets[INCREMENTS, 0]
            assert len(found) < 300, "nothing was compacted"
            assert sorted(set(found)) == found
            assert f"round{found[-1] // 50}-{found[-1] % 50}".encode() == one.values[INCREMENTS, 0][-1]
            assert numbered(900, "old")[700:] == one.values[FACTS, 3]

            one.consumer.pause_partitions(one.consumer.assignment())
            produce(address, numbered(400, "new"), partition=3, topic=FACTS)
            admin.delete_records({TopicPartition(FACTS, 3): 1_250})
            one.consumer.resume_partitions(one.consumer.assignment())
            await one.until_end({(FACTS, 3): 1_300})
            assert numbered(400, "new")[350:] == one.values[FACTS, 3][-50:]
            admin.delete_records({TopicPartition(FACTS, 3): 1_300})


async def test_pauses_seeks_and_a_full_feed_lose_nothing_and_double_nothing(
    kafka_system: System, tmp_path: Path
) -> None:
    """Sought back again and again, paused, held up by a feed without room: each record arrives once, in its order.

    While nothing is taken no more is held than the room and what one poll brings.
    """
    draw = random.Random("seeks")  # what does not compress takes as many polls as it has megabytes
    address, sent = kafka_system.address, [draw.randbytes(1_000) for _ in range(20_000)]
    produce(address, sent, codec="lz4")
    place, room = (INCREMENTS, 0), 2_000_000
    async with member(kafka_system, tmp_path, room) as one:
        one.keeps = False
        await one.until(lambda: not one.lanes._room.is_set() and one.lanes._held_bytes > room)
        await asyncio.sleep(0.3)
        held = one.lanes._held_bytes
        assert held < room + 16 * 1_500_000
        await one.consumer.perform_seek()
        await asyncio.sleep(0.3)
        assert held == one.lanes._held_bytes, "no poll without room"

        one.keeps = True
        for _ in range(5):
            await one.more(place)
            await one.consumer.perform_seek()
            one.consumer.pause_partitions(one.consumer.assignment())
            await asyncio.sleep(0.05)
            one.consumer.resume_partitions(one.consumer.assignment())
        await one.until_end({place: len(sent)})

        assert sent == one.values[place]
        assert list(range(len(sent))) == one.offsets[place]


async def test_members_come_and_go_and_there_may_be_more_than_partitions(kafka_system: System, tmp_path: Path) -> None:
    """Partitions of one number are with one member; who stays goes on where it was; who has none waits in peace.

    What is sent meanwhile arrives once at each member that has the partition, nothing is passed over.
    """
    address = kafka_system.address
    kafka_system.make_topics(partitions=2)
    places = [(topic, number) for topic in (FACTS, INCREMENTS) for number in (0, 1)]
    for topic, number in places:
        produce(address, numbered(2_000, "a"), number, topic)
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders:
        folder.mkdir()
    async with member(kafka_system, folders[0]) as one:
        await one.until_end(ends(address, *places))
        async with member(kafka_system, folders[1]) as two, member(kafka_system, folders[2]) as three:
            everyone = (one, two, three)
            await one.until(lambda: sorted(len(each.held) for each in everyone) == [0, 2, 2])
            for each in everyone:
                assert 1 >= len({number for _, number in each.held}), "both topics of a number are with one"
            for topic, number in places:
                produce(address, numbered(500, "b"), number, topic)
            reached = ends(address, *places)
            await asyncio.gather(
                *(each.until_end({place: reached[place] for place in each.held}) for each in everyone if each.held)
            )
        await one.until(lambda: len(one.held) == 4)
        for topic, number in places:
            produce(address, numbered(500, "c"), number, topic)
        await one.until_end(ends(address, *places))

    expected = numbered(2_000, "a") + numbered(500, "b") + numbered(500, "c")
    kept = [place for place in places if one.values[place] == expected]
    again = [place for place in places if one.values[place] == numbered(2_000, "a") + expected]
    assert 2 == len(kept), "what stayed with it went on"
    assert set(places) == {*kept, *again}, "what came back was read from its start"
    for each in (two, three):
        for place, values in each.values.items():
            assert numbered(2_000, "a") + numbered(500, "b") == values, place
