"""The producer's own metrics, on a registry that the caller passes in."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from paysignal.facts import topics
from paysignal.facts.rejections import Reason
from paysignal.sending.budget import Budget

OUTCOMES = ("sent", "failed", "refused")
_TOPICS = (topics.FACTS, topics.INCREMENTS, topics.REJECTED)


class Counters:
    """What a producer did; every series stands at 0 from the start, so that `rate()` sees the first event."""

    def __init__(self, registry: CollectorRegistry, budget: Budget) -> None:
        self._facts = Counter(
            "paysignal_producer_facts_total",
            "Records by topic and outcome: acknowledged by the broker, failed, or refused as too large.",
            ("topic", "outcome"),
            registry=registry,
        )
        self._rejected = Counter(
            "paysignal_producer_rejected_total",
            "Rows and sentences that readers rejected, by reason.",
            ("reason",),
            registry=registry,
        )
        in_flight = Gauge(
            "paysignal_producer_in_flight_records",
            "Records handed to the client and not yet answered for.",
            registry=registry,
        )
        in_flight.set_function(lambda: budget.records)
        in_flight_bytes = Gauge(
            "paysignal_producer_in_flight_bytes",
            "Bytes of the records handed to the client and not yet answered for.",
            registry=registry,
        )
        in_flight_bytes.set_function(lambda: budget.bytes)
        for topic in _TOPICS:
            for outcome in OUTCOMES:
                self._facts.labels(topic, outcome)
        for reason in Reason:
            self._rejected.labels(reason.value)

    def count(self, topic: str, outcome: str) -> None:
        """One record of `topic` ended as `outcome`."""
        self._facts.labels(topic, outcome).inc()

    def count_rejected(self, reason: Reason) -> None:
        """A reader rejected one row or sentence."""
        self._rejected.labels(reason.value).inc()
