"""Lanes: one partition each, with its state, what waits and how far it is."""

import asyncio
import contextlib
import logging
from collections import deque
from dataclasses import dataclass, field

from paysignal.engine.chunks import Chunk
from paysignal.engine.step import State

log = logging.getLogger(__name__)

TopicPartition = tuple[str, int]


@dataclass(slots=True)
class Lane:
    """One partition that this worker holds, from its assignment to its revocation.

    `target` is the end of the partition when it was assigned (None: not asked yet). Until `position`, the fetch
    position behind what is processed and acknowledged, gets there the lane restores: it rebuilds its state from the
    start of the partition and publishes nothing. `received` is the fetch position behind what has arrived.
    """

    topic: str
    partition: int
    generation: int
    target: int | None = None
    live: bool = False
    received: int = 0
    position: int = 0
    state: State = field(default_factory=State)
    waiting: deque[Chunk] = field(default_factory=deque)

    @property
    def name(self) -> TopicPartition:
        """Topic and partition."""
        return self.topic, self.partition

    @property
    def remaining(self) -> int:
        """Records left to restore."""
        return 0 if self.live else max((self.target or 0) - self.position, 0)


@dataclass(slots=True)
class Lanes:
    """All lanes of a worker, and the room that is left for what waits.

    Written by the event loop; the status server reads snapshots from its own thread.
    """

    room_bytes: int
    _lanes: dict[TopicPartition, Lane] = field(default_factory=dict)
    _held_bytes: int = 0
    _arrival: asyncio.Event = field(default_factory=asyncio.Event)
    _room: asyncio.Event = field(default_factory=asyncio.Event)

    def assign(self, partitions: set[TopicPartition], generation: int) -> None:
        """Starts a lane for every partition anew: each assignment reads its partitions from their start."""
        self._lanes = {(topic, number): Lane(topic, number, generation) for topic, number in partitions}
        self._held_bytes = 0
        self._room.set()
        self._arrival.set()

    def revoke(self) -> None:
        """Forgets all lanes; another worker, or this one after the rebalance, rebuilds them."""
        self.assign(set(), -1)

    def start_of(self, partition: TopicPartition) -> int:
        """The offset behind all that has arrived of a partition: where the transport reads on."""
        lane = self._lanes.get(partition)
        return 0 if lane is None else lane.received

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

        What is fetched again after a seek back counts once.
        """
        lane = self._lane_of(chunk, generation)
        if lane is None:
            return
        if chunk.start > lane.received:
            log.warning("%s/%d: nothing came of %d to %d", *lane.name, lane.received, chunk.start - 1)
        if chunk.next_position > lane.received:
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
        if any(lane.waiting for lane in self.snapshot()):
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
