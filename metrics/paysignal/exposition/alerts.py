"""How many series each rule fires for, and what became of the records of the alerts topic, as metrics."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from paysignal.board.alerts import AlertBoard
from paysignal.exposition import catalogue


@dataclass(frozen=True, slots=True)
class RulesInUse:
    """Name and severity of every rule in use, and whether a newer file of rules was refused."""

    rules: tuple[tuple[str, str], ...]
    refused: bool = False


class AlertsCollector(Collector):
    """The board of alerts, read anew at each scrape; `watched` names every rule there is: none is missing at 0."""

    def __init__(self, board: AlertBoard, watched: Callable[[], RulesInUse]) -> None:
        self._board = board
        self._watched = watched

    def collect(self) -> Iterator[Metric]:
        """Called by the registry at each scrape."""
        standing = Counter[tuple[str, str, str]](
            (one.rule, one.severity, one.state) for one in self._board.snapshot() if one.stands
        )
        watched = self._watched()
        for rule, severity in watched.rules:
            for state in ("firing", "possible"):
                standing.setdefault((rule, severity, state), 0)
        alerts = GaugeMetricFamily(*catalogue.ALERTS, labels=("rule", "severity", "state"))
        for labels, number in sorted(standing.items()):
            alerts.add_metric(labels, number)
        yield alerts
        yield GaugeMetricFamily(*catalogue.THRESHOLDS_REFUSED, value=watched.refused)
        counts = self._board.counts()
        outcomes = CounterMetricFamily(*catalogue.ALERT_RECORDS, labels=("outcome",))
        for outcome in ("applied", "stale", "malformed", "withdrawn", "dropped"):
            outcomes.add_metric((outcome,), getattr(counts, outcome))
        yield outcomes
