"""Lanes: one partition each, with its state, what waits and how far it is."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from paysignal.agents.checkpoint.writer import LaneWriter
from paysignal.agents.stages.state import LaneState
from paysignal.engine.chunks import Chunk
from paysignal.engine.records import Record
from paysignal.engine.step import State

log = logging.getLogger(__name__)

TopicPartition = tuple[str, int]


@dataclass(slots=True, eq=False)
class Lane:
    """One partition that this worker holds, from its take-over until it is another's.

    `received` is the fetch position behind what has arrived, `absorbed` behind what is in the state, `position` behind
    what is published and acknowledged as well; `last` is the last record absorbed. `target` is the end of the partition
    when it was taken over (None: not asked yet). Until `absorbed` gets there the lane catches up: what a former owner
    may have published of it is not published half done. `unpublished` says that it is all of the state's readings that
    are still to be published then, not only those of what was absorbed. A lane that is `lost` is no longer served; the
    next assignment gives it back, or not. `stirred` says that its state changed without a record, and is to be saved.
    Without a `writer` there are no checkpoints.
    """

    topic: str
    partition: int
    generation: int
    target: int | None = None
    live: bool = False
    received: int = 0
    absorbed: int = 0
    position: int = 0
    state: LaneState = field(default_factory=State)
    waiting: deque[Chunk] = field(default_factory=deque)
    last: Record | None = None
    unsaved_bytes: int = 0
    unpublished: bool = True
    lost: bool = False
    stirred: bool = False
    writer: LaneWriter | None = None

    @property
    def name(self) -> TopicPartition:
        """Topic and partition."""
        return self.topic, self.partition

    @property
    def remaining(self) -> int:
        """Records left to catch up with."""
        return 0 if self.live else max((self.target or 0) - self.absorbed, 0)


@dataclass(slots=True)
class Lanes:
    """All lanes of a worker, and the room that is left for what waits.

    Written by the event loop; the status server reads snapshots from its own thread.
    """

    room_bytes: int
    _lanes: dict[TopicPartition, Lane] = field(default_factory=dict)
    _parked: dict[TopicPartition, Lane] = field(default_factory=dict)
    _held_bytes: int = 0
    _arrival: asyncio.Event = field(default_factory=asyncio.Event)
    _room: asyncio.Event = field(default_factory=asyncio.Event)

    def assign(self, partitions: set[TopicPartition], generation: int) -> None:
        """Serves new lanes, which start from the first record of their partitions."""
        self.serve([Lane(topic, number, generation) for topic, number in partitions], generation)

    def park(self) -> None:
        """Serves no lane until the next `serve`, and keeps them: most stay with their worker over a rebalance."""
        self._parked.update(self._lanes)
        self._hold({})

    @property
    def parked(self) -> Mapping[TopicPartition, Lane]:
        """The lanes that were served before the rebalance, as they were left."""
        return self._parked

    def serve(self, lanes: Iterable[Lane], generation: int) -> None:
        """Serves these lanes, as members of this generation of the group; every parked one is forgotten."""
        self._parked = {}
        for lane in (served := list(lanes)):
            lane.generation = generation
        self._hold({lane.name: lane for lane in served})

    def _hold(self, lanes: dict[TopicPartition, Lane]) -> None:
        self._lanes = lanes
        self._held_bytes = sum(chunk.size_bytes for lane in lanes.values() for chunk in lane.waiting)
        self._room.set()
        self._arrival.set()

    @property
    def held_bytes(self) -> int:
        """Bytes of what was fetched and waits."""
        return self._held_bytes

    def start_of(self, partition: TopicPartition) -> int | None:
        """The offset behind all that has arrived of a partition: where the transport reads on; None without a lane."""
        lane = self._lanes.get(partition)
        return None if lane is None else lane.received

    async def room(self, seconds: float) -> bool:
        """Whether more may be fetched; waits for room up to so many seconds."""
        if self._held_bytes >= self.room_bytes:
            self._room.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._room.wait(), seconds)
        return self._held_bytes < self.room_bytes

    def expect(self, chunk: Chunk, generation: int) -> None:
        """Counts a chunk that is on its way as held: it takes its room from when it is fetched until it is taken."""
        if self._lane_of(chunk, generation) is not None:
            self._held_bytes += chunk.size_bytes

    def put(self, chunk: Chunk, generation: int | None) -> None:
        """Queues a chunk on its lane, without what the lane has already; drops what an earlier assignment left behind.

        What is fetched again after a seek back counts once. A chunk that does not follow on what has come is dropped as
        well, and told: chunks follow on each other, whatever offsets are gone, so what lies before it is still to come.
        """
        lane = self._lane_of(chunk, generation)
        if lane is None:
            return
        if chunk.start > lane.received:
            log.warning("%s/%d: %d came before %d did", *lane.name, chunk.start, lane.received)
        elif chunk.next_position > lane.received:
            left = chunk.from_offset(lane.received)
            lane.waiting.append(left)
            self._held_bytes += left.size_bytes
            lane.received = left.next_position
            self._arrival.set()
        self._release(chunk.size_bytes)

    def take(self, most: int) -> list[tuple[Lane, list[Chunk]]]:
        """Of every lane that has some, waiting chunks of `most` records together, in the order they came.

        The last of them may bring a lane's above that.
        """
        taken = []
        for lane in self._lanes.values():
            if lane.lost:
                continue
            chunks, records = list[Chunk](), 0
            while lane.waiting and records < most:
                chunks.append(lane.waiting.popleft())
                records += len(chunks[-1])
            if chunks:
                taken.append((lane, chunks))
                self._release(sum(chunk.size_bytes for chunk in chunks))
        return taken

    async def arrival(self, seconds: float) -> None:
        """Returns when a chunk waits, or after so many seconds."""
        if any(lane.waiting and not lane.lost for lane in self.snapshot()):
            return
        self._arrival.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._arrival.wait(), seconds)

    def snapshot(self) -> tuple[Lane, ...]:
        """The lanes as they are now; safe from any thread."""
        return tuple(self._lanes.values())

    def _lane_of(self, chunk: Chunk, generation: int | None) -> Lane | None:
        lane = self._lanes.get((chunk.topic, chunk.partition))
        return lane if lane is not None and lane.generation == generation else None

    def _release(self, size_bytes: int) -> None:
        self._held_bytes -= size_bytes
        if self._held_bytes < self.room_bytes:
            self._room.set()
