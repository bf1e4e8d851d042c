"""Which version of paysignal runs, as a metric of every process."""

from collections.abc import Iterator

from prometheus_client.core import InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from paysignal.exposition import catalogue


class BuildCollector(Collector):
    """The version as a label."""

    def __init__(self, version: str) -> None:
        self._version = version

    def collect(self) -> Iterator[Metric]:
        """Called by the registry at each scrape."""
        yield InfoMetricFamily(*catalogue.BUILD, value={"version": self._version})
