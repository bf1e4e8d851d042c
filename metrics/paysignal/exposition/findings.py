"""What was found against figures, as metrics: by series and rule, however many figures there are."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from paysignal.exposition import catalogue
from paysignal.exposition.families import FINDINGS, SERIES_LABELS
from paysignal.exposition.labels import bounded
from paysignal.facts.series import SEPARATOR


@dataclass(frozen=True, slots=True)
class Count:
    """How often a rule found something in a series."""

    series_key: str
    rule: str
    number: int


@dataclass(frozen=True, slots=True)
class Found:
    """All counts, and whether facts are held that were not looked at yet."""

    counts: Iterable[Count]
    examining: bool


class FindingsCollector(Collector):
    """`found` is asked at each scrape."""

    def __init__(self, found: Callable[[], Found]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """Called by the registry at each scrape."""
        found = self._found()
        metric = GaugeMetricFamily(FINDINGS.name, FINDINGS.help, labels=(*SERIES_LABELS, *FINDINGS.labels))
        for count in found.counts:
            parts = map(bounded, count.series_key.split(SEPARATOR))
            metric.add_metric((*parts, count.rule), count.number)
        yield metric
        yield GaugeMetricFamily(*catalogue.EXAMINING, value=float(found.examining))
