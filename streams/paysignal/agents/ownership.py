"""Ownership: which partitions are this worker's, over every rebalance of its group."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from paysignal.agents.checkpoint.checking import REBUILD
from paysignal.agents.checkpoint.errors import Fenced, StateRefused, Uncommitted
from paysignal.agents.checkpoint.reading import Progress
from paysignal.agents.checkpoint.takeover import GenerationMovedError, Here, Taken, take_over
from paysignal.agents.flusher import Flusher
from paysignal.agents.lanes import Lane, Lanes, TopicPartition
from paysignal.agents.metrics import WorkerMetrics
from paysignal.agents.settings import WorkerSettings
from paysignal.agents.stages.stage import Stages
from paysignal.engine.blocks import StaleBlock

log = logging.getLogger(__name__)

#: Of the time that a rebalance may take: what is not published and saved by then is read again by the next owner.
_SETTLE_SECONDS: Final = 4.0

#: A lane that stays is asked for a proof that it is still ours; without an answer it is taken over like a new one.
_PROOF_SECONDS: Final = 4.0

_TOLD_SECONDS: Final = 5.0


class Ownership:
    """Answers the group's rebalances. Where nothing `saves` there are no checkpoints: lanes then start anew each time.

    A rebalance takes all partitions away and gives most of them back. Those that stay keep their state, if their writer
    can still commit: then nobody has had them in between. The others are taken over. `progress` is of the restore.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the worker puts it together once
        self,
        settings: WorkerSettings,
        lanes: Lanes,
        flusher: Flusher,
        metrics: WorkerMetrics,
        clock: Callable[[], float],
        wall_ms: Callable[[], int],
        stages: Stages,
        *,
        saves: bool,
    ) -> None:
        self._settings = settings
        self._lanes = lanes
        self._flusher = flusher
        self._metrics = metrics
        self._clock = clock
        self._wall_ms = wall_ms
        self._stages = stages
        self._saves = saves
        self._rebalances = 0
        self.progress = Progress()

    async def revoked(self) -> None:
        """Publishes and saves what there is time for, and serves nothing more. Called before a rebalance."""
        self._rebalances += 1
        try:
            await self._flusher.settle(_SETTLE_SECONDS)
        except TimeoutError:
            log.warning("not all was published and saved within %g s of a rebalance", _SETTLE_SECONDS)
        self._lanes.park()

    async def assigned(self, partitions: set[TopicPartition], generation: int) -> None:
        """Takes over what is new, and serves all of it. Called behind a rebalance, before records flow again.

        Raises `StateRefused`. Gives up, and leaves all to the next call, when another rebalance begins.
        """
        began, rebalance = time.perf_counter(), self._rebalances
        kept = await self._kept(partitions)
        try:
            fresh = await self._taken(partitions - kept.keys(), lambda: self._rebalances == rebalance)
            for lane in list(self._lanes.parked.values()):
                if kept.get(lane.name) is not lane:
                    await _let_go(lane)
            await self._unless_moved(rebalance, fresh)
        except GenerationMovedError:
            log.info("the group moves on; partitions are taken over after it")
            return
        # No await from the last look to here: a revocation in between would have parked what is served only now, and
        # lanes of a generation that is over would have been served.
        self._lanes.serve([*kept.values(), *fresh], generation)
        self._metrics.state.restore_seconds.set(time.perf_counter() - began)
        log.info("%s, of them new: %s", _named(partitions), _named(lane.name for lane in fresh))

    async def close(self) -> None:
        """Lets go of everything; the next owner restores what is saved."""
        for lane in (*self._lanes.snapshot(), *self._lanes.parked.values()):
            await _let_go(lane)

    async def _kept(self, partitions: set[TopicPartition]) -> dict[TopicPartition, Lane]:
        """The lanes that stay: those whose writer can still commit."""
        parked = self._lanes.parked
        staying = [parked[name] for name in partitions if name in parked and not parked[name].lost]
        proven = await asyncio.gather(*(self._is_ours(lane) for lane in staying))
        return {lane.name: lane for lane, ours in zip(staying, proven, strict=True) if ours}

    async def _is_ours(self, lane: Lane) -> bool:
        keeper = self._flusher.keeper
        if lane.writer is None or keeper is None:
            return False
        try:
            async with asyncio.timeout(_PROOF_SECONDS):
                await keeper.proof(lane)
        except (Fenced, Uncommitted, TimeoutError) as error:
            log.info("%s/%d is taken over anew: %r", *lane.name, error)
            return False
        return not lane.lost

    async def _taken(self, partitions: set[TopicPartition], current: Callable[[], bool]) -> list[Lane]:
        stages = self._stages
        if not self._saves or not partitions:
            return [Lane(topic, number, -1, state=stages.of(topic).new()) for topic, number in partitions]
        here = Here(self._flusher.partitions, stages.fingerprints, self._clock, self._wall_ms, current)
        self.progress = Progress()
        telling = asyncio.create_task(self._tell())
        try:
            taken = await take_over(self._settings, partitions, here, self.progress)
        finally:
            telling.cancel()
        return await self._lanes_of(taken, current)

    async def _lanes_of(self, taken: Mapping[TopicPartition, Taken], current: Callable[[], bool]) -> list[Lane]:
        """Lanes with their states; raises `GenerationMovedError` between two of them, and lets go of all."""
        made: list[Lane] = []
        try:
            for name, each in taken.items():
                _check(current)
                made.append(await _lane(self._stages, name, each))
        except BaseException:
            for each in taken.values():
                await each.writer.stop()
            raise
        return made

    async def _unless_moved(self, rebalance: int, fresh: Iterable[Lane]) -> None:
        """Raises `GenerationMovedError` when another rebalance has begun, and lets go of what was taken over."""
        if self._rebalances == rebalance:
            return
        for lane in fresh:
            await _let_go(lane)
        raise GenerationMovedError

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(_TOLD_SECONDS)
            log.info("restoring: %d of %d offsets of state are read", self.progress.done, self.progress.total)


def _check(current: Callable[[], bool]) -> None:
    if not current():
        raise GenerationMovedError


async def _lane(stages: Stages, name: TopicPartition, taken: Taken) -> Lane:
    topic, number = name
    stage = stages.of(topic)
    try:
        # In a thread: a state of a million increments takes seconds, more on a busy machine, and a worker whose loop
        # does not answer a revocation within the session is put out of the group. Two that restore in turn did so to
        # each other, again and again.
        state = stage.new() if taken.fresh else await asyncio.to_thread(stage.restored, taken.blocks)
    except StaleBlock as error:
        raise StateRefused(f"{topic}/{number}", str(error), REBUILD) from error
    lane = Lane(topic, number, -1, state=state, unpublished=taken.held, writer=taken.writer)
    lane.received = lane.absorbed = lane.position = taken.position
    return lane


async def _let_go(lane: Lane) -> None:
    lane.lost = True
    if lane.writer is not None:
        await lane.writer.stop()


def _named(partitions: Iterable[TopicPartition]) -> str:
    return ", ".join(f"{topic}/{number}" for topic, number in sorted(partitions)) or "none"
