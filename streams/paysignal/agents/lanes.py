"""Lanes: one partition each, with its state, what waits and how far it is."""

import asyncio
import contextlib
import math
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from paysignal.engine.records import Record
from paysignal.engine.step import State

#: What a record costs beside its bytes: the object, its place in the queue.
_RECORD_OVERHEAD: Final = 200

TopicPartition = tuple[str, int]


@dataclass(slots=True)
class Lane:
    """One partition that this worker holds, from its assignment to its revocation.

    `target` is the end of the partition when it was assigned (None: not asked yet). Until `position`, the next offset
    after what is processed and acknowledged, gets there the lane restores: it rebuilds its state from the start of the
    partition and publishes nothing. `arrived` is the loop time of the last arrival.
    """

    topic: str
    partition: int
    generation: int
    target: int | None = None
    live: bool = False
    received: int = 0
    position: int = 0
    arrived: float = 0.0
    state: State = field(default_factory=State)
    waiting: deque[Record] = field(default_factory=deque)

    @property
    def remaining(self) -> int:
        """Records left to restore."""
        return 0 if self.live else max((self.target or 0) - self.position, 0)


@dataclass(slots=True)
class Lanes:
    """All lanes of a worker, and the room that is left for records that wait.

    Written by the event loop; the status server reads snapshots from its own thread.
    """

    room_bytes: int
    _lanes: dict[TopicPartition, Lane] = field(default_factory=dict)
    _held_bytes: int = 0
    _crowded: int = 0
    _cleared: float = 0.0
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

    @property
    def cleared(self) -> float:
        """Loop time since when nobody waits for room; infinite while somebody does."""
        return math.inf if self._crowded else self._cleared

    async def put(self, record: Record, generation: int | None) -> None:
        """Queues a record on its lane, waiting while there is no room; drops what an earlier assignment left behind."""
        await self._wait_for_room()
        lane = self._lanes.get((record.topic, record.partition))
        if lane is None or generation != lane.generation or record.offset < lane.received:
            return
        lane.received = record.offset + 1
        lane.arrived = asyncio.get_running_loop().time()
        lane.waiting.append(record)
        self._held_bytes += size_of(record)
        self._arrival.set()

    async def _wait_for_room(self) -> None:
        while self._held_bytes >= self.room_bytes:
            self._room.clear()
            self._crowded += 1
            try:
                await self._room.wait()
            finally:
                self._crowded -= 1
                self._cleared = asyncio.get_running_loop().time()

    def take(self, most: int) -> list[tuple[Lane, list[Record]]]:
        """Up to `most` waiting records of every lane that has some, in the order they came."""
        taken = []
        for lane in self._lanes.values():
            records = [lane.waiting.popleft() for _ in range(min(most, len(lane.waiting)))]
            if records:
                taken.append((lane, records))
                self._held_bytes -= sum(map(size_of, records))
        self._room.set()
        return taken

    async def arrival(self, seconds: float) -> None:
        """Returns when a record waits, or after so many seconds."""
        if any(lane.waiting for lane in self.snapshot()):
            return
        self._arrival.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._arrival.wait(), seconds)

    def snapshot(self) -> tuple[Lane, ...]:
        """The lanes as they are now; safe from any thread."""
        return tuple(self._lanes.values())


def size_of(record: Record) -> int:
    """The bytes a waiting record takes, about."""
    return len(record.value or b"") + len(record.key or b"") + _RECORD_OVERHEAD
