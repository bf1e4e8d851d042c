"""Collectors: what stands on the board at the moment of the scrape, as metrics.

Built from a snapshot at each scrape, so a series that went quiet leaves no stale child behind, and all samples of one
scrape belong together.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from paysignal.board.board import Snapshot
from paysignal.board.intervals import shows_interval
from paysignal.consuming.records import Position
from paysignal.exposition import catalogue
from paysignal.exposition.families import EVENT_TIME, FAMILIES, FLAGGED, HIGH, LOW, Family, help_of_bound
from paysignal.exposition.labels import series_text, way_of
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
    claims_limit: int
    claims_bytes: int
    claims_evicted: int
    facts_malformed: int
    thresholds: tuple[Threshold, ...]


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
    """Positions, history and thresholds of the exporter."""

    def __init__(self, own: Callable[[], Own]) -> None:
        self._own = own

    def collect(self) -> Iterator[Metric]:
        """Called by the registry at each scrape."""
        own = self._own()
        yield from _positions(own.positions)
        yield GaugeMetricFamily(*catalogue.CLAIMS, value=own.claims)
        yield GaugeMetricFamily(*catalogue.CLAIMS_LIMIT, value=own.claims_limit)
        yield GaugeMetricFamily(*catalogue.CLAIMS_BYTES, value=own.claims_bytes)
        yield CounterMetricFamily(*catalogue.CLAIMS_EVICTED, value=own.claims_evicted)
        yield CounterMetricFamily(*catalogue.FACTS_MALFORMED, value=own.facts_malformed)
        thresholds = GaugeMetricFamily(*catalogue.THRESHOLD, labels=("rule",))
        for threshold in own.thresholds:
            thresholds.add_metric((threshold.rule,), threshold.value)
        yield thresholds


class _Gauges:
    """A family, its `_low` and its `_high`, written reading by reading."""

    def __init__(self, family: Family) -> None:
        self._interval = family.interval
        self._scale = family.scale
        self._value = Written(family.name, family.help)
        self._low, self._high = (Written(family.name + end, help_of_bound(family, end)) for end in (LOW, HIGH))

    def add(self, reading: Reading, labels: str) -> None:
        """`labels` in braces."""
        _write(self._value, labels, reading.value * self._scale)
        if self._interval and shows_interval(reading):
            if reading.low is not None:
                _write(self._low, labels, reading.low * self._scale)
            if reading.high is not None:
                _write(self._high, labels, reading.high * self._scale)

    @property
    def metrics(self) -> tuple[Written, ...]:
        return self._value, self._low, self._high


class _Shown:
    """Every reading under its metric, and how many have none."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._gauges = {family.name: _Gauges(family) for family in FAMILIES}
        self._event_time = Written(EVENT_TIME.name, EVENT_TIME.help)
        self._flagged = Written(FLAGGED.name, FLAGGED.help)
        self.unshown = 0
        for reading in readings:
            self._add(reading)

    def _add(self, reading: Reading) -> None:
        way = way_of(reading)
        if way is None:
            self.unshown += 1
            return
        series = series_text(reading.series)
        self._gauges[way.family.name].add(reading, f"{{{series}{way.own}}}")
        _write(self._event_time, f"{{{series}{way.of_event}}}", event_us(reading.event_time) / _US_A_SECOND)
        for flag in reading.flags:
            if flag in _SHOWN_FLAGS:
                _write(self._flagged, f'{{{series}{way.of_event},flag="{flag}"}}', 1.0)

    def metrics(self) -> Iterator[Metric]:
        """Those that have a sample: of the rest, some hundred names, nobody asked."""
        written = [each for gauge in self._gauges.values() for each in gauge.metrics]
        return (each for each in (*written, self._event_time, self._flagged) if each.lines)


def _write(metric: Written, labels: str, value: float) -> None:
    # The shortest text that reads back as the same number; readings are finite, so it is a number in every format.
    metric.lines.append(f"{metric.name}{labels} {value!r}\n")


def _board(snapshot: Snapshot, unshown: int) -> Iterator[Metric]:
    counts = snapshot.counts
    yield GaugeMetricFamily(*catalogue.SERIES, value=len(snapshot.readings) - snapshot.added)
    yield GaugeMetricFamily(*catalogue.SERIES_LIMIT, value=snapshot.limit)
    yield GaugeMetricFamily(*catalogue.SERIES_UNSHOWN, value=unshown)
    dropped = CounterMetricFamily(*catalogue.SERIES_DROPPED, labels=("reason",))
    for reason, number in (("full", counts.dropped), ("expired", counts.expired)):
        dropped.add_metric((reason,), number)
    yield dropped
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
