"""The worker: app, lanes, flusher and outputs, put together and run until told to stop."""

import asyncio
import logging
import tempfile
from collections.abc import Coroutine, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, cast

import faust
from aiokafka.errors import KafkaError
from faust.types import TP
from prometheus_client import CollectorRegistry

from paysignal.agents.app import create_app
from paysignal.agents.flusher import Flusher
from paysignal.agents.lanes import Lanes, TopicPartition
from paysignal.agents.metrics import LaneCollector, WorkerMetrics
from paysignal.agents.outputs import Outputs
from paysignal.agents.settings import WorkerSettings
from paysignal.agents.standing import partition_counts
from paysignal.engine.money.rates import NO_RATES, RateTable
from paysignal.facts.errors import PaySignalError
from paysignal.facts.topics import FACTS, INCREMENTS, LATE, READINGS, REJECTED

log = logging.getLogger(__name__)

#: Parts of a stop that take longer are cut off: 10 s are promised for all, and the supervisor needs some of them.
_SETTLE_SECONDS: Final = 2.0
_CANCEL_SECONDS: Final = 0.5
_STOP_SECONDS: Final = 4.5
_OUTPUTS_SECONDS: Final = 1.5

#: What a worker reads and writes.
_TOPICS: Final = (FACTS, INCREMENTS, READINGS, LATE, REJECTED)


class WorkerError(PaySignalError):
    """The worker can not go on; the message says what happened and what to do."""


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """How far each partition is, and whether any is still being rebuilt; what `/status` answers."""

    positions: Mapping[str, Mapping[str, int]]
    restoring: bool


class Worker:
    """One worker process's work: `registry` takes its metrics, `rates` tell money in other currencies.

    `status` and `not_ready` are safe from any thread.
    """

    def __init__(self, settings: WorkerSettings, registry: CollectorRegistry, rates: RateTable = NO_RATES) -> None:
        self._settings = settings
        self._registry = registry
        self._lanes = Lanes(settings.waiting_bytes)
        self._outputs = Outputs(settings)
        self._metrics = WorkerMetrics(registry)
        self._app: faust.App | None = None
        self._flusher = Flusher(self._lanes, self._outputs, self._metrics, self._end_offsets, rates)
        registry.register(LaneCollector(self._lanes, self._flusher.ends))

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then stops in order; raises `WorkerError` when it breaks down before that."""
        with tempfile.TemporaryDirectory(prefix="paysignal-") as folder:
            app = self._app = create_app(self._settings, self._lanes, Path(folder))
            app.on_partitions_assigned.connect(self._on_assigned)
            app.on_partitions_revoked.connect(self._on_revoked)
            await self._connect()
            flushing = asyncio.create_task(self._flusher.run(), name="flusher")
            stopping = asyncio.create_task(stop.wait(), name="stop")
            try:
                await app.start()
                crashed = asyncio.create_task(app.wait_until_stopped(), name="app")
                await asyncio.wait({flushing, stopping, crashed}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await self._end(app, flushing)
            self._raise_failure(app, flushing)

    def status(self) -> dict[str, Any]:
        """The status as the HTTP server answers it."""
        positions: dict[str, dict[str, int]] = {FACTS: {}, INCREMENTS: {}}
        lanes = self._lanes.snapshot()
        for lane in lanes:
            positions[lane.topic][str(lane.partition)] = lane.position if lane.live else 0
        return asdict(WorkerStatus(positions, not lanes or any(not lane.live for lane in lanes)))

    def not_ready(self) -> str | None:
        """Why the worker is not ready, or None: it is ready when all its partitions are rebuilt."""
        lanes = self._lanes.snapshot()
        if not lanes:
            return "no partition is assigned yet"
        left = sum(lane.remaining for lane in lanes)
        waiting = sum(1 for lane in lanes if not lane.live)
        return f"{waiting} partitions are being rebuilt, {left} records left" if waiting else None

    async def _connect(self) -> None:
        """Connects the outputs, and makes sure that every topic read or written stands."""
        broker = self._settings.broker
        try:
            await self._outputs.start()
            counts = await partition_counts(broker)
        except KafkaError as error:
            await self._outputs.stop()
            raise WorkerError(f"no broker answers at {broker}: {error}; start it or name another") from None
        if missing := [topic for topic in _TOPICS if topic not in counts]:
            await self._outputs.stop()
            raise WorkerError(
                f"broker {broker} has no {', '.join(missing)}; make the topics with `paysignal topics create`"
            )
        self._flusher.partitions = {topic: counts[topic] for topic in (FACTS, INCREMENTS)}

    async def _on_assigned(self, *sent: object, **_: object) -> None:
        app, assigned = cast("tuple[faust.App, set[TP]]", sent)
        partitions = {(tp.topic, tp.partition) for tp in assigned}
        self._lanes.assign(partitions, app.consumer_generation_id)
        log.info("assigned: %s", ", ".join(f"{topic}/{number}" for topic, number in sorted(partitions)) or "nothing")

    async def _on_revoked(self, *_: object, **__: object) -> None:
        await self._flusher.settle()
        self._lanes.revoke()

    async def _end_offsets(self, partitions: set[TopicPartition]) -> Mapping[TopicPartition, int]:
        if self._app is None:
            return {}
        ends = await self._app.consumer.highwaters(*(TP(*partition) for partition in partitions))
        return {(tp.topic, tp.partition): int(end or 0) for tp, end in ends.items()}

    async def _end(self, app: faust.App, flushing: "asyncio.Task[None]") -> None:
        await _within(_SETTLE_SECONDS, self._flusher.settle(), "the flush")
        flushing.cancel()
        await asyncio.wait({flushing}, timeout=_CANCEL_SECONDS)
        await _within(_STOP_SECONDS, app.stop(), "Faust")
        await _within(_OUTPUTS_SECONDS, self._outputs.stop(), "the producer")

    @staticmethod
    def _raise_failure(app: faust.App, flushing: "asyncio.Task[None]") -> None:
        if not flushing.cancelled() and flushing.done() and (cause := flushing.exception()) is not None:
            raise WorkerError(f"the flusher failed: {cause!r}; restart the worker") from cause
        if app.crash_reason is not None:
            raise WorkerError(f"Faust failed: {app.crash_reason!r}; restart the worker") from app.crash_reason


async def _within(seconds: float, part: Coroutine[Any, Any, None], name: str) -> None:
    """Waits for a part of the stop; one that takes longer, or fails, is told of and does not hold up the rest."""
    task = asyncio.ensure_future(part)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        log.warning("%s did not stop within %g s; leaving it behind", name, seconds)
    elif (error := task.exception()) is not None:
        log.warning("%s failed while stopping: %r", name, error)
