"""The flusher: takes what waits on all lanes, absorbs it, and when it is due publishes and saves what changed."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Final

from paysignal.agents.checkpoint.keeper import Keeper
from paysignal.agents.faults import Faults
from paysignal.agents.lanes import Lane, Lanes
from paysignal.agents.metrics import WorkerMetrics
from paysignal.agents.outgoing import Outgoing
from paysignal.agents.outputs import Outputs
from paysignal.agents.pacing import Pace, emitting
from paysignal.agents.stages.stage import Stages
from paysignal.engine.chunks import Chunk

log = logging.getLogger(__name__)

#: Records of one lane a turn: numpy has arrays to work on, and no turn holds the event loop for more than ~0.1 s.
_BATCH: Final = 2_000

#: How often a quiet flusher looks round.
_IDLE_SECONDS: Final = 0.25

#: What is to be sent is sent before it is more than this, whatever the pace: it is in memory.
_MOST_OUTGOING: Final = 20_000


class Flusher:
    """Runs in the worker's event loop beside the agents that fill the lanes. Without a `keeper` nothing is saved.

    Absorbing is cheap and goes on without pause; publishing waits for its turn (`pacing`), each stage for its own, and
    a checkpoint follows only when all that was absorbed is published and acknowledged: outputs first. `give_up` is
    called with a lane whose state a fault of ours has spoilt.
    """

    def __init__(
        self,
        lanes: Lanes,
        outputs: Outputs,
        metrics: WorkerMetrics,
        stages: Stages,
        give_up: Callable[[Lane], None],
    ) -> None:
        self._lanes = lanes
        self._outputs = outputs
        self._metrics = metrics
        self._give_up = give_up
        self._stages = stages
        self._paces = {stage.name: emitting() for stage in stages}
        self._busy = asyncio.Lock()
        self._outgoing: list[tuple[Lane, list[Outgoing]]] = []
        self._next_stir = 0.0
        self.keeper: Keeper | None = None
        self.faults = Faults()
        self.partitions: Mapping[str, int] = {}

    async def run(self) -> None:
        """Flushes until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._lanes.arrival(self._patience(loop.time()))
            async with self._busy:
                await self._absorb()
                self._stir(loop.time())
                await self._publish()
            await asyncio.sleep(0)

    async def settle(self, seconds: float) -> None:
        """Publishes and saves what is absorbed; called before partitions are given up, and at the end.

        Raises TimeoutError after `seconds`; what is not done by then is read again by the next owner.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        async with asyncio.timeout(seconds), self._busy:
            await self._publish(at_once=True)
            if self.keeper is not None:
                await self.keeper.settle(max(end - loop.time(), 0))
                self.keeper.save(self._served(), loop.time(), at_once=True)
                await self.keeper.settle(max(end - loop.time(), 0))

    def _served(self) -> list[Lane]:
        return [lane for lane in self._lanes.snapshot() if not lane.lost]

    def _patience(self, now: float) -> float:
        """How long to wait for chunks: no longer than until what was absorbed may be published."""
        due = [self._pace(lane).due for lane in self._served() if lane.absorbed != lane.position]
        return min(max(min(due) - now, 0), _IDLE_SECONDS) if due else _IDLE_SECONDS

    def _pace(self, lane: Lane) -> Pace:
        return self._paces[self._stages.of(lane.topic).name]

    async def _absorb(self) -> None:
        for lane, chunks in self._lanes.take(_BATCH):
            for piece, suspect in self.faults.pieces(lane.name, chunks):
                if not lane.lost:
                    self._advance(lane, piece, suspect=suspect)
            await asyncio.sleep(0)  # up to 16 lanes a turn: the agents get one between them

    def _advance(self, lane: Lane, chunks: list[Chunk], *, suspect: bool) -> None:
        """Absorbs chunks; a suspect piece is also published, so that whatever fails on it fails now."""
        if suspect:
            self._emit(lane)
        try:
            refused, stage = self.faults.refused(lane.name), self._stages.of(lane.topic)
            advanced = stage.advance(lane, chunks, self.partitions[lane.topic], refused)
            if suspect:
                advanced.outgoing.extend(stage.changed(lane))
        except Exception as error:  # noqa: BLE001 - whatever our code raises: one record must not stop the rest
            self._fail(lane, chunks, (chunks[0].start, chunks[-1].next_position), error)
            return
        self._outgoing.append((lane, advanced.outgoing))
        self._metrics.count(lane.topic, advanced.outcomes, lane.last)

    def _stir(self, now: float) -> None:
        """Takes what settings that changed make of the states as they stand."""
        if now < self._next_stir:
            return
        self._next_stir = now + _IDLE_SECONDS
        for lane in self._served():
            try:
                outgoing = self._stages.of(lane.topic).stirred(lane) if lane.live else None
            except Exception as error:  # noqa: BLE001 - as in _advance
                self._fail(lane, [], (lane.position, lane.absorbed), error)
                continue
            if outgoing is not None:
                lane.stirred = True
                self._outgoing.append((lane, outgoing))

    async def _publish(self, *, at_once: bool = False) -> None:
        """Sends what is due and moves the positions; then the keeper takes what is to be saved."""
        loop, lanes, keeper = asyncio.get_running_loop(), self._served(), self.keeper
        if keeper is not None:
            keeper.keep_leases(lanes)
        saving = keeper is not None and keeper.wanted(lanes, loop.time())
        crowded = sum(len(outgoing) for _, outgoing in self._outgoing) >= _MOST_OUTGOING
        behind = [lane for lane in lanes if self._is_behind(lane)]
        if not (at_once or saving or crowded):
            now = loop.time()
            behind = [lane for lane in behind if now >= self._pace(lane).due]
        if behind:
            await self._commit(behind)
        if keeper is not None and (saving or behind):
            # Also what was not due before: a commit may take seconds. Leases are renewed at its start, and a lane whose
            # lease is being renewed is not due; with commits longer than half a lease none was saved for as long as the
            # backlog lasted.
            keeper.save(self._served(), loop.time())

    def _is_behind(self, lane: Lane) -> bool:
        return lane.absorbed != lane.position or lane.stirred or self._may_go_live(lane)

    async def _commit(self, behind: list[Lane]) -> None:
        """The group commit: readings of all lanes that are behind, in one go."""
        began = time.perf_counter()
        # Looked at once: a target that is told while the outputs are under way makes no lane live that held its back.
        rising = [lane for lane in behind if self._may_go_live(lane)]
        took: dict[str, float] = {}
        for lane in behind:
            # The emission's own time: what others did of theirs meanwhile counted fourfold against the next emission.
            stage, since = self._stages.of(lane.topic).name, time.thread_time()
            self._emit(lane, caught_up=lane in rising)
            took[stage] = took.get(stage, 0.0) + time.thread_time() - since
            await asyncio.sleep(0)
        sent, self._outgoing = self._outgoing, []
        try:
            await self._send(sent)
        except BaseException:
            self._outgoing = sent + self._outgoing  # the state takes them for published
            raise
        self._move(behind, rising)
        self._metrics.flushed(time.perf_counter() - began)
        for stage, seconds in took.items():
            self._paces[stage].done(seconds, asyncio.get_running_loop().time())

    def _emit(self, lane: Lane, *, caught_up: bool = False) -> None:
        """Adds the lane's readings to what is to be sent; those of a lane that catches up come when it has."""
        if lane.lost or not (lane.live or caught_up):
            return
        try:
            stage = self._stages.of(lane.topic)
            readings = (stage.caught_up if caught_up else stage.changed)(lane)
        except Exception as error:  # noqa: BLE001 - as in _advance
            self._fail(lane, [], (lane.position, lane.absorbed), error)
            return
        self._outgoing.append((lane, readings))

    @staticmethod
    def _may_go_live(lane: Lane) -> bool:
        return not lane.live and lane.target is not None and lane.absorbed >= lane.target

    async def _send(self, sent: list[tuple[Lane, list[Outgoing]]]) -> None:
        """Returns when all is acknowledged of the lanes that are still ours; of the others nothing is sent."""
        lanes = [lane for lane, outgoing in sent if outgoing]
        if self.keeper is not None:
            await self.keeper.assure(lanes)
        ours = [(lane, outgoing) for lane, outgoing in sent if not lane.lost]
        outgoing = [each for lane, those in ours if not self._waits(lane) for each in those]
        if outgoing:
            await self._outputs.send(outgoing)
        for lane, those in ours:
            if lane.writer is not None and self._waits(lane):
                lane.writer.hold(those)
        self._metrics.sent(outgoing)

    def _waits(self, lane: Lane) -> bool:
        """Whether what the lane sends is written with its next checkpoint."""
        return lane.writer is not None and self._stages.of(lane.topic).transactional

    def _move(self, lanes: list[Lane], rising: list[Lane]) -> None:
        for lane in lanes:
            if lane.lost:
                continue
            lane.position = lane.absorbed
            if lane.writer is not None:
                self.faults.forget(lane.name, lane.writer.marker.position)
            else:
                lane.stirred = False
                lane.state.pass_over()
            if lane in rising:
                lane.live, lane.unpublished = True, False
                log.info("%s/%d is live at offset %d", lane.topic, lane.partition, lane.position)

    def _fail(self, lane: Lane, chunks: list[Chunk], stretch: tuple[int, int], error: Exception) -> None:
        """A fault of ours: the lane's state may be half changed, so the lane is given up and taken over anew."""
        log.error("%s/%d: our code failed on offsets %d to %d", *lane.name, *stretch, exc_info=error)
        self.faults.blame(lane.name, chunks, *stretch, error)
        self._outgoing = [(each, outgoing) for each, outgoing in self._outgoing if each is not lane]
        lane.lost = True
        self._give_up(lane)
