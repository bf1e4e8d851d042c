"""Collectors: what stands on the board at the moment of the scrape, as metrics.

Built from a snapshot at each scrape, so a series that went quiet leaves no stale child behind, and all samples of one
scrape belong together.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from paysignal.board.board import Snapshot
from paysignal.board.intervals import shows_interval
from paysignal.consuming.records import Position
from paysignal.exposition import catalogue
from paysignal.exposition.labels import family_of, labels_of
from paysignal.exposition.text import Written
from paysignal.facts.moments import event_us
from paysignal.facts.readings import Flag, Reading

_US_A_SECOND = 1_000_000

#: Reasons to doubt the figure. That a known time is our estimate is none, and true of most figures.
_SHOWN_FLAGS = frozenset({Flag.CONFLICT, Flag.CONTRADICTED, Flag.SUSPECTED_BREAK, Flag.SMALL_BASE, Flag.UNDECIDED})


@dataclass(frozen=True, slots=True)
class Threshold:
    """The value from which an alert rule fires."""

    rule: str
    value: float


@dataclass(frozen=True, slots=True)
class Own:
    """What the exporter says of itself, besides the board."""

    positions: tuple[Position, ...]
    claims: int
    claims_evicted: int
    facts_malformed: int
    thresholds: tuple[Threshold, ...]
    version: str


class BoardCollector(Collector):
    """The readings of the board, and the board's own numbers, of one snapshot per scrape."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        """Called by the registry at each scrape."""
        snapshot = self._snapshot()
        shown = _Shown(snapshot.readings)
        yield from shown.metrics()
        yield from _board(snapshot, shown.unshown)


class ExporterCollector(Collector):
    """Positions, history, thresholds and version of the exporter."""

    def __init__(self, own: Callable[[], Own]) -> None:
        self._own = own

    def collect(self) -> Iterator[Metric]:
        """Called by the registry at each scrape."""
        own = self._own()
        yield from _positions(own.positions)
        yield GaugeMetricFamily(*catalogue.CLAIMS, value=own.claims)
        yield CounterMetricFamily(*catalogue.CLAIMS_EVICTED, value=own.claims_evicted)
        yield CounterMetricFamily(*catalogue.FACTS_MALFORMED, value=own.facts_malformed)
        thresholds = GaugeMetricFamily(*catalogue.THRESHOLD, labels=("rule",))
        for threshold in own.thresholds:
            thresholds.add_metric((threshold.rule,), threshold.value)
        yield thresholds
        yield InfoMetricFamily(*catalogue.BUILD, value={"version": own.version})


class _Gauges:
    """A family, its `_low` and its `_high`, written reading by reading."""

    def __init__(self, family: catalogue.Family) -> None:
        self._family = family
        self._labels = labels_of(family)
        self._value = Written(family.name, family.help)
        self._low, self._high = (
            Written(family.name + end, catalogue.help_of_bound(family, end)) for end in (catalogue.LOW, catalogue.HIGH)
        )

    def add(self, reading: Reading) -> None:
        labels = self._labels(reading)
        _write(self._value, labels, reading.value)
        if not self._family.interval or not shows_interval(reading):
            return
        if reading.low is not None:
            _write(self._low, labels, reading.low)
        if reading.high is not None:
            _write(self._high, labels, reading.high)

    def metrics(self) -> Iterable[Metric]:
        return (self._value, self._low, self._high) if self._family.interval else (self._value,)


class _Shown:
    """Every reading under its metric, and how many have none."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._gauges = {family.name: _Gauges(family) for family in catalogue.FAMILIES}
        self._event_time = Written(catalogue.EVENT_TIME.name, catalogue.EVENT_TIME.help)
        self._event_labels = labels_of(catalogue.EVENT_TIME)
        self._flagged = Written(catalogue.FLAGGED.name, catalogue.FLAGGED.help)
        self.unshown = 0
        for reading in readings:
            self._add(reading)

    def _add(self, reading: Reading) -> None:
        family = family_of(reading)
        if family is None:
            self.unshown += 1
            return
        self._gauges[family.name].add(reading)
        labels = self._event_labels(reading)
        _write(self._event_time, labels, event_us(reading.event_time) / _US_A_SECOND)
        for flag in reading.flags:
            if flag in _SHOWN_FLAGS:
                _write(self._flagged, f'{labels[:-1]},flag="{flag}"}}', 1.0)

    def metrics(self) -> Iterator[Metric]:
        for gauge in self._gauges.values():
            yield from gauge.metrics()
        yield self._event_time
        yield self._flagged


def _write(metric: Written, labels: str, value: float) -> None:
    # The shortest text that reads back as the same number; readings are finite, so it is a number in every format.
    metric.lines.append(f"{metric.name}{labels} {value!r}\n")


def _board(snapshot: Snapshot, unshown: int) -> Iterator[Metric]:
    counts = snapshot.counts
    yield GaugeMetricFamily(*catalogue.SERIES, value=len(snapshot.readings) - snapshot.added)
    yield GaugeMetricFamily(*catalogue.SERIES_LIMIT, value=snapshot.limit)
    yield GaugeMetricFamily(*catalogue.SERIES_UNSHOWN, value=unshown)
    yield CounterMetricFamily(*catalogue.SERIES_DROPPED, value=counts.dropped)
    yield CounterMetricFamily(*catalogue.SERIES_EXPIRED, value=counts.expired)
    outcomes = CounterMetricFamily(*catalogue.READINGS, labels=("outcome",))
    for outcome in ("applied", "stale", "malformed", "withdrawn"):
        outcomes.add_metric((outcome,), getattr(counts, outcome))
    yield outcomes


def _positions(positions: Iterable[Position]) -> Iterator[Metric]:
    position = GaugeMetricFamily(*catalogue.POSITION, labels=("topic", "partition"))
    lag = GaugeMetricFamily(*catalogue.LAG, labels=("topic", "partition"))
    for one in positions:
        labels = (one.topic, str(one.partition))
        position.add_metric(labels, one.position)
        if one.lag is not None:
            lag.add_metric(labels, one.lag)
    yield position
    yield lag
