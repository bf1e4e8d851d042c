"""What the worker says of its lanes, read at every scrape: how far each is, how late, how much it holds."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Protocol, runtime_checkable

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from paysignal.agents.checkpoint.reading import Progress
from paysignal.agents.lanes import Lane, Lanes, TopicPartition

_MS: Final = 1_000
_US: Final = 1_000_000

#: Last known end offset of each partition, renewed by the watch.
Ends = Mapping[TopicPartition, int]


@runtime_checkable
class Watermarked(Protocol):
    """A state with a watermark: that of a stage with windows."""

    @property
    def watermark_us(self) -> int | None:
        """Windows that end by here are closed, in microseconds since 1970; None before anything has come."""


class LaneCollector(Collector):
    """Position, lag, checkpoint and restore of each lane. `wall_ms` is milliseconds since 1970."""

    def __init__(self, lanes: Lanes, ends: Ends, wall_ms: Callable[[], int]) -> None:
        self._lanes = lanes
        self._ends = ends
        self._wall_ms = wall_ms

    def collect(self) -> Iterator[Metric]:
        """Called by the registry."""
        lanes, now_ms = self._lanes.snapshot(), self._wall_ms()
        for name, told, value_of in (
            ("position_records", "Next offset behind what is processed and published.", lambda lane: lane.position),
            ("lag_records", "Records not yet processed.", self._lag),
            (
                "lag_seconds",
                "Age of the last processed record while others wait behind it, by when it was sent; 0 when none wait.",
                lambda lane: _lag_seconds(lane, self._lag(lane), now_ms),
            ),
            (
                "watermark_lag_seconds",
                "From the watermark, up to which windows are closed, until now; absent where there are no windows.",
                lambda lane: _watermark_lag(lane, now_ms),
            ),
            (
                "checkpoint_timestamp_seconds",
                "When the partition's last checkpoint was written; absent where none are.",
                _checkpointed,
            ),
            (
                "restore_remaining_records",
                "Records left until the partition is rebuilt.",
                lambda lane: lane.remaining,
            ),
            (
                "readings_held",
                "Keys with a latest reading; of cross-sections, their members.",
                lambda lane: lane.state.held,
            ),
        ):
            yield _by_lane(f"paysignal_worker_{name}", told, lanes, value_of)
        waiting = GaugeMetricFamily(
            "paysignal_worker_waiting_bytes", "Bytes of records that were fetched and wait to be processed."
        )
        waiting.add_metric([], self._lanes.held_bytes)
        limit = GaugeMetricFamily(
            "paysignal_worker_waiting_limit_bytes", "Bytes of records from which on no more are fetched."
        )
        limit.add_metric([], self._lanes.room_bytes)
        yield from (waiting, limit)

    def _lag(self, lane: Lane) -> int:
        return max(self._ends.get(lane.name, lane.position) - lane.position, 0)


class RestoreCollector(Collector):
    """How much of the state is still to be read back, at every scrape."""

    def __init__(self, progress: Callable[[], Progress]) -> None:
        self._progress = progress

    def collect(self) -> Iterator[Metric]:
        """Called by the registry."""
        progress = self._progress()
        left = GaugeMetricFamily(
            "paysignal_worker_restore_remaining_offsets", "Offsets of the state topic still to be read back."
        )
        left.add_metric([], progress.remaining)
        every = GaugeMetricFamily(
            "paysignal_worker_restore_offsets", "Offsets of the state topic that the last take-over reads in all."
        )
        every.add_metric([], progress.total)
        yield from (left, every)


def _by_lane(
    name: str, told: str, lanes: Iterable[Lane], value_of: Callable[[Lane], float | None]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, told, labels=["topic", "partition"])
    for lane in lanes:
        value = value_of(lane)
        if value is not None:
            family.add_metric([lane.topic, str(lane.partition)], value)
    return family


def _lag_seconds(lane: Lane, lag: int, now_ms: int) -> float | None:
    if not lag:
        return 0.0
    last = lane.last
    return None if last is None or last.timestamp_ms is None else max(now_ms - last.timestamp_ms, 0) / _MS


def _watermark_lag(lane: Lane, now_ms: int) -> float | None:
    watermark_us = lane.state.watermark_us if isinstance(lane.state, Watermarked) else None
    return None if watermark_us is None else now_ms / _MS - watermark_us / _US


def _checkpointed(lane: Lane) -> float | None:
    return None if lane.writer is None else lane.writer.marker.written_ms / _MS
