"""The keeper: writes checkpoints beside the flusher, keeps the leases, tells of lanes that are lost."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any, Final

import msgspec

from paysignal.agents.checkpoint import markers
from paysignal.agents.checkpoint.errors import Fenced, Uncommitted
from paysignal.agents.lanes import Lane, TopicPartition
from paysignal.agents.metrics import WorkerMetrics
from paysignal.agents.pacing import CHECKPOINT_BYTES, checkpointing

log = logging.getLogger(__name__)

Mirror = Callable[[Mapping[TopicPartition, int]], Coroutine[Any, Any, None]]

#: A lane that catches up is saved seldom: its owner publishes all of its readings, when it is restored in between.
_HELD_SECONDS: Final = 10.0

#: Between two attempts to renew a lease while transactions fail.
_AGAIN_SECONDS: Final = 0.2


class Keeper:
    """Runs in the worker's event loop. `clock` is the leases', `wall_ms` stamps markers, `mirror` tells the group.

    `lost` is called once for each lane that turns out to be another's.
    """

    def __init__(
        self,
        metrics: WorkerMetrics,
        wall_ms: Callable[[], int],
        mirror: Mirror,
        lost: Callable[[Lane], None],
    ) -> None:
        self._metrics = metrics
        self._wall_ms = wall_ms
        self._mirror = mirror
        self._lost = lost
        self._pace = checkpointing()
        self._held_due = 0.0
        self._writing: dict[TopicPartition, asyncio.Task[bool]] = {}
        self._committed: dict[TopicPartition, int] = {}
        self._mirroring: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None

    def wanted(self, lanes: Iterable[Lane], now: float) -> bool:
        """Whether it is time for a checkpoint of lanes that moved; the flusher then emits first."""
        if self._failure is not None:
            raise self._failure
        return any(self._is_due(lane, now) for lane in lanes)

    def _has_moved(self, lane: Lane) -> bool:
        """Whether there is something to save of a lane, and nothing is being saved."""
        writer = lane.writer
        if writer is None or writer.lost or lane.lost or lane.name in self._writing:
            return False
        return lane.absorbed != writer.marker.position or lane.stirred or (writer.marker.held and lane.live)

    def _is_due(self, lane: Lane, now: float) -> bool:
        if not self._has_moved(lane):
            return False
        if not lane.live:
            return now >= self._held_due
        return now >= self._pace.due or lane.unsaved_bytes >= CHECKPOINT_BYTES

    def save(self, lanes: Iterable[Lane], now: float, *, at_once: bool = False) -> None:
        """Takes what changed of every lane that is due (`at_once`: that moved) and commits it beside the flusher.

        Called when all outputs of what the lanes absorbed are acknowledged: a checkpoint never holds what is not
        published, except of a lane that catches up, whose marker says so.
        """
        began = time.perf_counter()
        saved = False
        for lane in lanes:
            if lane.live and lane.position != lane.absorbed:
                continue
            if (at_once and self._has_moved(lane)) or self._is_due(lane, now):
                self._begin(lane)
                saved = True
        if saved:
            self._pace.done(time.perf_counter() - began, now)
            self._held_due = now + _HELD_SECONDS

    def _begin(self, lane: Lane) -> None:
        writer = lane.writer
        if writer is None or writer.lost:
            return
        waiting = writer.stage((block.key, block.value) for block in lane.state.changed_blocks())
        self._metrics.state.checkpoint_bytes.inc(waiting)
        lane.unsaved_bytes, lane.stirred = 0, False
        marker = msgspec.structs.replace(
            writer.marker, position=lane.absorbed, held=not lane.live, written_ms=self._wall_ms()
        )
        if lane.last is not None:
            marker = msgspec.structs.replace(
                marker, last_offset=lane.last.offset, fingerprint=markers.fingerprint_of(lane.last)
            )
        self._write(lane, lambda: writer.commit(marker))

    def keep_leases(self, lanes: Iterable[Lane]) -> None:
        """Renews the leases that are half over; lanes that write often renew theirs by that."""
        for lane in lanes:
            writer = lane.writer
            if writer is not None and not writer.lost and writer.lease.worn and lane.name not in self._writing:
                self._write(lane, writer.renew)

    def _write(self, lane: Lane, work: Callable[[], Awaitable[int | None]]) -> None:
        task = asyncio.create_task(self._written(lane, work), name=f"checkpoint {lane.topic}/{lane.partition}")
        self._writing[lane.name] = task
        task.add_done_callback(lambda done: self._ended(lane, done))

    async def _written(self, lane: Lane, work: Callable[[], Awaitable[int | None]]) -> bool:
        """Whether it was committed."""
        began = time.perf_counter()
        try:
            rows = await work()
        except Fenced as error:
            log.warning("%s/%d is lost: %s", lane.topic, lane.partition, error)
            lane.lost = True
            self._metrics.state.fenced.inc()
            self._lost(lane)
            return False
        except Uncommitted as error:
            log.warning("%s", error)
            lane.stirred = True  # what is staged is still to be written, also where the position does not move again
            return False
        if rows is not None and lane.writer is not None:
            self._metrics.state.checkpoint_seconds.observe(time.perf_counter() - began)
            self._metrics.state.checkpoint_rows.inc(rows)
            self._committed[lane.name] = lane.writer.marker.position
        return True

    def _ended(self, lane: Lane, task: "asyncio.Task[bool]") -> None:
        if self._writing.get(lane.name) is task:
            del self._writing[lane.name]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failure = error
        self._renew_mirror()

    def _renew_mirror(self) -> None:
        """Tells the group what is committed, one telling at a time, and what was committed meanwhile behind it."""
        if not self._writing and self._committed and (self._mirroring is None or self._mirroring.done()):
            committed, self._committed = self._committed, {}
            self._mirroring = asyncio.create_task(self._mirror(committed), name="mirror")
            self._mirroring.add_done_callback(lambda done: None if done.cancelled() else self._renew_mirror())

    async def assure(self, lanes: Iterable[Lane]) -> None:
        """Returns when every lane's lease is valid or the lane is lost: after that something may be sent of it."""
        for lane in lanes:
            while lane.writer is not None and not lane.lost and not lane.writer.lease.valid:
                if lane.name not in self._writing:
                    self._write(lane, lane.writer.renew)
                done, _ = await asyncio.wait({self._writing[lane.name]})
                if not all(task.result() for task in done):
                    await asyncio.sleep(_AGAIN_SECONDS)

    async def proof(self, lane: Lane) -> None:
        """Returns when a commit of the lane has succeeded from now on; raises `Uncommitted` when it did not."""
        if lane.name in self._writing:
            await asyncio.wait({self._writing[lane.name]})
        if lane.writer is None or lane.lost:
            raise Uncommitted(f"{lane.topic}/{lane.partition} has no writer any more")
        if lane.name not in self._writing:
            self._write(lane, lane.writer.renew)
        if not await asyncio.shield(self._writing[lane.name]):
            raise Uncommitted(f"{lane.topic}/{lane.partition} could not commit")

    async def settle(self, seconds: float) -> None:
        """Waits for commits under way, but no longer than that: a lane that is not saved is read again."""
        if tasks := {*self._writing.values()}:
            await asyncio.wait(tasks, timeout=seconds)

    async def stop(self) -> None:
        """Leaves what is still under way to the next owner, who aborts it; what is committed is still mirrored."""
        tasks = {*self._writing.values()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        while self._mirroring is not None and not self._mirroring.done():
            await asyncio.wait({self._mirroring})
            await asyncio.sleep(0)  # what is told behind it begins in its callback
