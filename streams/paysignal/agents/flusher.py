"""The flusher: group commit. Takes what waits on all lanes, advances them, sends the outputs, moves the positions."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiokafka.errors import KafkaError

from paysignal.agents.advance import Outgoing, advance, all_readings
from paysignal.agents.lanes import Lane, Lanes, TopicPartition
from paysignal.agents.metrics import Ends, WorkerMetrics
from paysignal.agents.outputs import Outputs
from paysignal.engine.money.rates import RateTable
from paysignal.facts.topics import READINGS

log = logging.getLogger(__name__)

#: Records of one lane a flush: numpy has arrays to work on, and no flush holds the event loop for more than ~0.1 s.
_BATCH: Final = 2_000

#: Flushes start this far apart, so that under load several records share one.
_PACE_SECONDS: Final = 0.004

#: How often a quiet flusher looks at ends and targets.
_IDLE_SECONDS: Final = 0.25
_ENDS_SECONDS: Final = 5.0

#: Between two attempts to learn where new partitions end, while no broker answers.
_RETRY_SECONDS: Final = 1.0

EndOffsets = Callable[[set[TopicPartition]], Awaitable[Mapping[TopicPartition, int]]]


class Flusher:
    """Runs in the worker's event loop beside the agents that fill the lanes."""

    def __init__(
        self,
        lanes: Lanes,
        outputs: Outputs,
        metrics: WorkerMetrics,
        ends: EndOffsets,
        rates: RateTable,
    ) -> None:
        self._lanes = lanes
        self._outputs = outputs
        self._metrics = metrics
        self._end_offsets = ends
        self._rates = rates
        self._busy = asyncio.Lock()
        self._ends_due = 0.0
        self._targets_due = 0.0
        self.partitions: Mapping[str, int] = {}
        self.ends: Ends = {}

    async def run(self) -> None:
        """Flushes until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._lanes.arrival(_IDLE_SECONDS)
            started = loop.time()
            async with self._busy:
                await self._set_targets(loop.time())
                await self._flush()
                await self._finish_restores()
            await self._renew_ends(started)
            await asyncio.sleep(max(_PACE_SECONDS - (loop.time() - started), 0))

    async def settle(self) -> None:
        """Waits for a flush in progress; called before partitions are given up."""
        async with self._busy:
            return

    async def _set_targets(self, now: float) -> None:
        """Asks where the partitions of new lanes end: up to there they restore."""
        fresh = {(lane.topic, lane.partition): lane for lane in self._lanes.snapshot() if lane.target is None}
        if fresh and now >= self._targets_due:
            ends = await self._known_ends(set(fresh))
            self._targets_due = now if ends else now + _RETRY_SECONDS
            for partition, lane in fresh.items():
                lane.target = ends.get(partition)

    async def _flush(self) -> None:
        taken = self._lanes.take(_BATCH)
        if not taken:
            return
        started = time.perf_counter()
        outgoing: list[Outgoing] = []
        positions: list[tuple[Lane, int]] = []
        for lane, chunks in taken:
            advanced = advance(lane, chunks, self.partitions[lane.topic], self._rates)
            outgoing += advanced.outgoing
            positions.append((lane, advanced.position))
            self._metrics.count(lane.topic, advanced.outcomes)
            await asyncio.sleep(0)  # up to 16 lanes a flush: the agents get a turn between them
        await self._send(outgoing)
        for lane, position in positions:
            lane.position = position
        self._metrics.flush_seconds.observe(time.perf_counter() - started)

    async def _send(self, outgoing: list[Outgoing]) -> None:
        await self._outputs.send(outgoing)
        self._metrics.readings.inc(sum(1 for record in outgoing if record.topic == READINGS))

    async def _finish_restores(self) -> None:
        """Publishes the readings of lanes that have been rebuilt, and lets them go live."""
        for lane in self._lanes.snapshot():
            if not lane.live and lane.target is not None and lane.position >= lane.target:
                await self._send(all_readings(lane, self._rates))
                lane.live = True
                log.info("%s/%d is live at offset %d", lane.topic, lane.partition, lane.position)

    async def _renew_ends(self, now: float) -> None:
        if now >= self._ends_due:
            self._ends_due = now + _ENDS_SECONDS
            held = {(lane.topic, lane.partition) for lane in self._lanes.snapshot()}
            if held:
                await self._known_ends(held)

    async def _known_ends(self, partitions: set[TopicPartition]) -> Mapping[TopicPartition, int]:
        """The end offsets; none while no broker answers, which is no reason to stop: the caller asks again."""
        try:
            ends = await self._end_offsets(partitions)
        except KafkaError as error:
            log.warning("end offsets are not known now: %r", error)
            return {}
        self.ends.update(ends)
        return ends
