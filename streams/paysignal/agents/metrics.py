"""The worker's own metrics, declared and registered in one place, zero-initialised."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from paysignal.agents.checkpoint.reading import Progress
from paysignal.agents.lanes import Lanes
from paysignal.engine.records import Outcomes
from paysignal.facts.rejections import Reason

#: From a batch in memory to a broker that has gone away.
_FLUSH_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_OUTCOMES = ("accepted", "duplicate", "late", "rejected", "evicted", "retracted", "tick")


class WorkerMetrics:
    """Counters the flusher moves, of these source topics; `registry` is the worker's own, never the global one."""

    def __init__(self, registry: CollectorRegistry, topics: Iterable[str] = ()) -> None:
        self._facts = Counter(
            "paysignal_worker_facts", "Records processed, by what became of them.", ["topic", "outcome"],
            registry=registry,
        )  # fmt: skip
        self._rejected = Counter(
            "paysignal_worker_rejected", "Records rejected, by reason.", ["reason"], registry=registry
        )
        self._unrated = Counter(
            "paysignal_worker_unrated",
            "Accepted levels of money not told in every other currency: no rate was published for their period.",
            ["currency"], registry=registry,
        )  # fmt: skip
        self.readings = Counter("paysignal_worker_readings", "Readings published.", registry=registry)
        self.flush_seconds = Histogram(
            "paysignal_worker_flush_seconds", "From taking a batch to its acknowledged outputs.",
            buckets=_FLUSH_BUCKETS, registry=registry,
        )  # fmt: skip
        self.checkpoint_seconds = Histogram(
            "paysignal_worker_checkpoint_seconds", "From the end of a flush to its lane's committed checkpoint.",
            buckets=_FLUSH_BUCKETS, registry=registry,
        )  # fmt: skip
        self.checkpoint_rows = Counter(
            "paysignal_worker_checkpoint_rows", "Rows of state committed.", registry=registry
        )
        self.checkpoint_bytes = Counter(
            "paysignal_worker_checkpoint_bytes", "Bytes of state staged for a checkpoint.", registry=registry
        )
        self.fenced = Counter(
            "paysignal_worker_fenced", "Partitions given up because another worker had taken them over.",
            registry=registry,
        )  # fmt: skip
        self.restore_seconds = Gauge(
            "paysignal_worker_restore_seconds", "How long the last take-over of partitions took.", registry=registry
        )
        for topic in topics:
            for outcome in _OUTCOMES:
                self._facts.labels(topic, outcome)
        for reason in Reason:
            self._rejected.labels(reason)

    def count(self, topic: str, outcomes: Outcomes) -> None:
        """Adds a batch's outcomes."""
        numbers = {
            "accepted": outcomes.accepted,
            "duplicate": outcomes.duplicate,
            "late": len(outcomes.late),
            "rejected": len(outcomes.rejected),
            "evicted": outcomes.evicted,
            "retracted": outcomes.retracted,
            "tick": outcomes.ticks,
        }
        for outcome, number in numbers.items():
            self._facts.labels(topic, outcome).inc(number)
        for item in outcomes.rejected:
            self._rejected.labels(item.reason).inc()
        for currency, number in outcomes.unrated.items():
            self._unrated.labels(currency).inc(number)


class LaneCollector(Collector):
    """Position, lag and restore of each lane, read from a snapshot at every scrape."""

    def __init__(self, lanes: Lanes, ends: "Ends") -> None:
        self._lanes = lanes
        self._ends = ends

    def collect(self) -> Iterable[Metric]:
        """The families; called by the registry."""
        return self._families()

    def _families(self) -> Iterator[Metric]:
        labels = ["topic", "partition"]
        position = GaugeMetricFamily(
            "paysignal_worker_position_records", "Next offset behind what is processed and published.", labels=labels
        )
        lag = GaugeMetricFamily("paysignal_worker_lag_records", "Records not yet processed.", labels=labels)
        restore = GaugeMetricFamily(
            "paysignal_worker_restore_remaining_records", "Records left until the partition is rebuilt.", labels=labels
        )
        held = GaugeMetricFamily("paysignal_worker_readings_held", "Keys with a latest reading.", labels=labels)
        for lane in self._lanes.snapshot():
            values = [lane.topic, str(lane.partition)]
            end = self._ends.get((lane.topic, lane.partition), lane.position)
            position.add_metric(values, lane.position)
            lag.add_metric(values, max(end - lane.position, 0))
            restore.add_metric(values, lane.remaining)
            held.add_metric(values, lane.state.held)
        yield from (position, lag, restore, held)


class RestoreCollector(Collector):
    """How much of the state is still to be read back, at every scrape."""

    def __init__(self, progress: Callable[[], Progress]) -> None:
        self._progress = progress

    def collect(self) -> Iterable[Metric]:
        """The family; called by the registry."""
        left = GaugeMetricFamily(
            "paysignal_worker_restore_remaining_offsets", "Offsets of the state topic still to be read back."
        )
        left.add_metric([], self._progress().remaining)
        return [left]


#: Last known end offset of each partition, renewed by the flusher.
Ends = dict[tuple[str, int], int]
