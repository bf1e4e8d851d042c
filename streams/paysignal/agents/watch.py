"""The watch: where partitions end, how far lanes lag behind, and whether one of them is stuck."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from aiokafka.errors import KafkaError

from paysignal.agents.checkpoint.sources import looking_up
from paysignal.agents.lanes import Lane, Lanes, TopicPartition
from paysignal.agents.settings import WorkerSettings

log = logging.getLogger(__name__)

_ENDS_SECONDS: Final = 5.0
_FRESH_SECONDS: Final = 0.05

#: A broker that answers at all does so in this time.
_ANSWER_SECONDS: Final = 10.0
_RETRY_SECONDS: Final = 1.0


@dataclass(slots=True)
class Watch:
    """Runs beside the flusher with a client of its own, so that it sees when the worker's other clients are stuck.

    `ends` are the last stable offsets as last told, `clock` is monotonic; `stuck` is safe from any thread.
    """

    settings: WorkerSettings
    lanes: Lanes
    clock: Callable[[], float]
    ends: dict[TopicPartition, int] = field(default_factory=dict)
    _seen: dict[TopicPartition, tuple[int, float]] = field(default_factory=dict)

    async def run(self) -> None:
        """Renews the ends until cancelled; while no broker answers they stay as they are."""
        while True:
            try:
                async with looking_up(self.settings, "read_committed") as lookups:
                    while True:
                        names = [lane.name for lane in self.lanes.snapshot()]
                        async with asyncio.timeout(_ANSWER_SECONDS):
                            spans = await lookups.spans(names)
                        self.note({name: span.end for name, span in spans.items()})
                        await self._pause()
            except (KafkaError, TimeoutError) as error:
                log.warning("end offsets are not known now: %r", error)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _pause(self) -> None:
        """Until the next look: short while a lane does not know yet where it has to catch up to."""
        waited = 0.0
        while waited < _ENDS_SECONDS and all(lane.target is not None for lane in self.lanes.snapshot()):
            await asyncio.sleep(_FRESH_SECONDS)
            waited += _FRESH_SECONDS

    def note(self, ends: Mapping[TopicPartition, int]) -> None:
        """Takes ends as the broker told them; up to there a new lane has to catch up."""
        self.ends.update(ends)
        self.look()
        for lane in self.lanes.snapshot():
            if lane.target is None:
                lane.target = ends.get(lane.name)

    def look(self) -> None:
        """Notes how far each lane is, and since when."""
        now = self.clock()
        seen = {}
        for lane in self.lanes.snapshot():
            before = self._seen.get(lane.name)
            progress = _progress_of(lane)
            idle = self.ends.get(lane.name, 0) <= lane.position and not lane.waiting
            seen[lane.name] = (progress, now) if before is None or before[0] != progress or idle else before
        self._seen = seen

    def stuck(self) -> str | None:
        """Which partition has records before it and has not got on for `stuck_seconds`; None when there is none.

        Called by `/live`. Not while a lane catches up and moves, and not where nothing is to be done.
        """
        self.look()
        now, seen = self.clock(), self._seen
        for (topic, number), (_, since) in sorted(seen.items()):
            if now - since >= self.settings.stuck_seconds:
                return f"{topic}/{number} has records before it and no checkpoint for {now - since:.0f} s"
        return None


def _progress_of(lane: Lane) -> int:
    """What moves when a lane gets on: its committed checkpoint; what it absorbed, while it catches up or has none."""
    return lane.writer.marker.position if lane.writer is not None and lane.live else lane.absorbed
