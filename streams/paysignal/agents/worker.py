"""The worker: app, lanes, flusher and outputs, put together and run until told to stop."""

import asyncio
import logging
import tempfile
import time
from collections.abc import Coroutine, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, cast

import faust
from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry

from paysignal.agents.app import create_app
from paysignal.agents.checkpoint.keeper import Keeper
from paysignal.agents.flusher import Flusher
from paysignal.agents.lane_metrics import LaneCollector, RestoreCollector
from paysignal.agents.lanes import Lane, Lanes, TopicPartition
from paysignal.agents.metrics import WorkerMetrics
from paysignal.agents.outputs import Outputs
from paysignal.agents.ownership import Ownership
from paysignal.agents.settings import WorkerSettings
from paysignal.agents.stages.indicators import Indicators
from paysignal.agents.stages.stage import Stages
from paysignal.agents.standing import partition_counts, what_is_wrong
from paysignal.agents.transport.consumer import ChunkConsumer
from paysignal.agents.watch import Watch
from paysignal.facts.errors import PaySignalError
from paysignal.security.errors import AccessRefused
from paysignal.security.refusals import refusal_of

log = logging.getLogger(__name__)

#: Parts of a stop that take longer are cut off: 10 s are promised for all, and the supervisor needs some of them.
_SETTLE_SECONDS: Final = 2.5
_CANCEL_SECONDS: Final = 0.5
_STOP_SECONDS: Final = 2.5
_OUTPUTS_SECONDS: Final = 1.5


#: What a worker runs unless it is told.
_INDICATORS: Final = Stages((Indicators(),))


class WorkerError(PaySignalError):
    """The worker can not go on; the message says what happened and what to do."""


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """How far each partition is, and whether any is still being rebuilt; what `/status` answers."""

    positions: Mapping[str, Mapping[str, int]]
    restoring: bool


class Worker:
    """One worker process's work: `registry` takes its metrics, `stages` are what it runs.

    One that `saves` makes checkpoints of their state; otherwise every start replays the topics from their beginning.
    `status`, `not_ready` and `not_live` are safe from any thread.
    """

    def __init__(
        self,
        settings: WorkerSettings,
        registry: CollectorRegistry,
        stages: Stages = _INDICATORS,
        *,
        saves: bool = False,
    ) -> None:
        self._settings = settings
        self._stages = stages
        self._lanes = Lanes(settings.waiting_bytes)
        self._outputs = Outputs(settings)
        self._app: faust.App | None = None
        self._failure: BaseException | None = None
        self._failed = asyncio.Event()
        metrics = WorkerMetrics(registry, stages.topics, sorted({each for stage in stages for each in stage.outputs}))
        self._watch = Watch(settings, self._lanes, time.monotonic)
        self._flusher = Flusher(self._lanes, self._outputs, metrics, stages, self._give_up)
        if saves:
            self._flusher.keeper = Keeper(metrics, _wall_ms, self._mirror, self._give_up)
        self._ownership = Ownership(
            settings, self._lanes, self._flusher, metrics, leases_clock, _wall_ms, stages, saves=saves
        )
        registry.register(LaneCollector(self._lanes, self._watch.ends, _wall_ms))
        registry.register(RestoreCollector(lambda: self._ownership.progress))

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then stops in order; raises `WorkerError` when it breaks down before that."""
        with tempfile.TemporaryDirectory(prefix="paysignal-") as folder:
            app = self._app = create_app(self._settings, self._lanes, Path(folder), self._stages.topics)
            app.on_rebalance_complete.connect(self._on_complete)
            app.on_partitions_revoked.connect(self._on_revoked)
            await self._connect()
            working = [
                asyncio.create_task(self._flusher.run(), name="flusher"),
                asyncio.create_task(self._watch.run(), name="watch"),
            ]
            told = [
                asyncio.create_task(stop.wait(), name="stop"),
                asyncio.create_task(self._failed.wait(), name="failure"),
            ]
            try:
                await app.start()
                crashed = asyncio.create_task(app.wait_until_stopped(), name="app")
                await asyncio.wait({*working, *told, crashed}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await self._end(app, working)
            self._raise_failure(app, working)

    def status(self) -> dict[str, Any]:
        """The status as the HTTP server answers it."""
        positions: dict[str, dict[str, int]] = {topic: {} for topic in self._stages.topics}
        lanes = self._lanes.snapshot()
        for lane in lanes:
            positions[lane.topic][str(lane.partition)] = lane.position if lane.live else 0
        return asdict(WorkerStatus(positions, not lanes or any(not lane.live for lane in lanes)))

    def not_ready(self) -> str | None:
        """Why the worker is not ready, or None: it is ready when all its partitions have caught up."""
        lanes, reading = self._lanes.snapshot(), self._ownership.progress.remaining
        if not lanes:
            return f"state is being restored, {reading} offsets left" if reading else "no partition is assigned yet"
        left = sum(lane.remaining for lane in lanes)
        waiting = sum(1 for lane in lanes if not lane.live)
        return f"{waiting} partitions are being rebuilt, {left} records left" if waiting else None

    def not_live(self) -> str | None:
        """Why the worker should be started anew, or None: a partition has records before it and does not get on."""
        return self._watch.stuck()

    async def _connect(self) -> None:
        """Connects the outputs, and makes sure that every topic read or written stands, with partitions that agree."""
        broker = self._settings.broker
        try:
            await self._outputs.start()
            counts = await partition_counts(broker)
        except KafkaError as error:
            await self._outputs.stop()
            if refused := refusal_of(error):
                raise AccessRefused(f"broker {broker}: {refused}") from None
            raise WorkerError(f"no broker answers at {broker}: {error}; start it or name another") from None
        saves = self._flusher.keeper is not None
        if wrong := what_is_wrong(counts, self._stages, saves=saves):
            await self._outputs.stop()
            raise WorkerError(f"broker {broker} {wrong}")
        self._flusher.partitions = counts

    async def _on_revoked(self, *_: object, **__: object) -> None:
        await self._ownership.revoked()

    async def _on_complete(self, *sent: object, **_: object) -> None:
        app = cast("faust.App", sent[0])
        assigned = {(tp.topic, tp.partition) for tp in app.consumer.assignment()}
        try:
            await self._ownership.assigned(assigned, app.consumer_generation_id)
        except Exception as error:  # noqa: BLE001 - told by `run`; raised here it would only end a task of Faust's
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self._failure = self._failure or error
        self._failed.set()

    def _give_up(self, lane: Lane) -> None:
        """A lane is lost, to another worker or to a fault: the next assignment says whose it is."""
        log.warning("%s/%d is given up; joining the group anew", *lane.name)
        if self._app is not None:
            asyncio.ensure_future(self._rejoin(self._app))  # noqa: RUF006 - kept by the loop until it is done

    @staticmethod
    async def _rejoin(app: faust.App) -> None:
        await cast("ChunkConsumer", app.consumer).rejoin()

    async def _mirror(self, positions: Mapping[TopicPartition, int]) -> None:
        if self._app is not None:
            await cast("ChunkConsumer", self._app.consumer).mirror(positions)

    async def _end(self, app: faust.App, working: "list[asyncio.Task[None]]") -> None:
        await _within(_SETTLE_SECONDS + _CANCEL_SECONDS, self._flusher.settle(_SETTLE_SECONDS), "the flush")
        for task in working:
            task.cancel()
        await asyncio.wait(working, timeout=_CANCEL_SECONDS)
        if self._flusher.keeper is not None:
            await _within(_CANCEL_SECONDS, self._flusher.keeper.stop(), "the checkpoint")
        await asyncio.gather(
            _within(_STOP_SECONDS, app.stop(), "Faust"),
            _within(_STOP_SECONDS, self._ownership.close(), "the state"),
        )
        await _within(_OUTPUTS_SECONDS, self._outputs.stop(), "the producer")

    def _raise_failure(self, app: faust.App, working: "list[asyncio.Task[None]]") -> None:
        if isinstance(self._failure, PaySignalError):
            raise self._failure
        for cause in (self._failure, app.crash_reason):
            if cause is not None and (refused := refusal_of(cause)):
                raise AccessRefused(f"broker {self._settings.broker}: {refused}") from cause
        if self._failure is not None:
            raise WorkerError(f"taking partitions over failed: {self._failure!r}; restart it") from self._failure
        for task in working:
            if not task.cancelled() and task.done() and (cause := task.exception()) is not None:
                if isinstance(cause, PaySignalError):
                    raise cause
                raise WorkerError(f"the {task.get_name()} failed: {cause!r}; restart the worker") from cause
        if app.crash_reason is not None:
            raise WorkerError(f"Faust failed: {app.crash_reason!r}; restart the worker") from app.crash_reason


def leases_clock() -> float:
    """Seconds that go on while the process is frozen, and where the system has such a clock, while the machine is."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


async def _within(seconds: float, part: Coroutine[Any, Any, None], name: str) -> None:
    """Waits for a part of the stop; one that takes longer, or fails, is told of and does not hold up the rest."""
    task = asyncio.ensure_future(part)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        log.warning("%s did not stop within %g s; leaving it behind", name, seconds)
        task.add_done_callback(lambda late: late.cancelled() or late.exception())  # or asyncio tells it as a traceback
    elif (error := task.exception()) is not None:
        log.warning("%s failed while stopping: %r", name, error)
