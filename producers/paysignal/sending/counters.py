"""The producer's own metrics, on a registry that the caller passes in."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge

from paysignal.facts import topics
from paysignal.facts.rejections import Reason
from paysignal.sending.budget import Budget

OUTCOMES = ("sent", "failed", "refused")
ITEM_OUTCOMES = ("read", "unchanged", "rejected")
SOURCE_OUTCOMES = ("fact", "rejected")

_LABEL_CHARACTERS = 128

_TOPICS = (topics.FACTS, topics.INCREMENTS, topics.REJECTED)


class Counters:
    """What a producer did; every series stands at 0 from the start, so that `rate()` sees the first event.

    With a budget also what is in flight; over a spool that is in the file.
    """

    def __init__(self, registry: CollectorRegistry, budget: Budget | None = None) -> None:
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
        if budget is not None:
            _in_flight(registry, budget)
        for topic in _TOPICS:
            for outcome in OUTCOMES:
                self._facts.labels(topic, outcome)
        for reason in Reason:
            self._rejected.labels(reason.value)

    def count(self, topic: str, outcome: str, fact_id: str = "") -> None:
        """One record of `topic` ended as `outcome`; its fact's id becomes the exemplar where there is one."""
        self._facts.labels(topic, outcome).inc(1, {"fact_id": fact_id} if fact_id else None)

    def count_rejected(self, reason: Reason) -> None:
        """A reader rejected one row or sentence."""
        self._rejected.labels(reason.value).inc()


class SpoolCounters:
    """What waits in a spool, and how often the courier had to start anew."""

    def __init__(
        self, registry: CollectorRegistry, records: Callable[[], int], size: Callable[[], int], limit: int
    ) -> None:
        waiting = Gauge(
            "paysignal_producer_spool_records",
            "Records in the spool that are not on their topic yet.",
            registry=registry,
        )
        waiting.set_function(records)
        waiting_bytes = Gauge(
            "paysignal_producer_spool_bytes",
            "Bytes of the records in the spool: keys, values, headers.",
            registry=registry,
        )
        waiting_bytes.set_function(size)
        Gauge(
            "paysignal_producer_spool_limit_bytes",
            "Bytes of records from which on reading waits for room in the spool.",
            registry=registry,
        ).set(limit)
        self._reconnects = Counter(
            "paysignal_producer_spool_reconnects_total",
            "Times that sending from the spool failed and was begun anew.",
            registry=registry,
        )

    def reconnected(self) -> None:
        """Sending failed, and is begun anew."""
        self._reconnects.inc()


class SourceCounters:
    """What was read of each source, and what became of the items of watched ones: pages, entries of feeds, files."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._outcomes = Counter(
            "paysignal_producer_source_outcomes_total",
            "Rows and sentences by source: facts that were handed over, and what readers rejected.",
            ("source", "outcome"),
            registry=registry,
        )
        self._items = Counter(
            "paysignal_producer_source_items_total",
            "Pages, entries and files by source and outcome: read, unchanged, or rejected as unreadable.",
            ("source", "outcome"),
            registry=registry,
        )
        self._success = Gauge(
            "paysignal_producer_source_last_success_timestamp_seconds",
            "When an item of the source was last read or found unchanged.",
            ("source",),
            registry=registry,
        )

    def begin(self, source: str) -> None:
        """The source will be read."""
        for outcome in SOURCE_OUTCOMES:
            self._outcomes.labels(_short(source), outcome)

    def read(self, source: str, outcome: str) -> None:
        """One outcome of the source was a `fact`, or was `rejected`."""
        self._outcomes.labels(_short(source), outcome).inc()

    def start(self, source: str) -> None:
        """The source will be looked at."""
        source = _short(source)
        for outcome in ITEM_OUTCOMES:
            self._items.labels(source, outcome)
        self._success.labels(source)

    def count(self, source: str, outcome: str, now: float) -> None:
        """An item ended as `outcome` at `now`, in seconds since 1970."""
        source = _short(source)
        self._items.labels(source, outcome).inc()
        if outcome != "rejected":
            self._success.labels(source).set(now)


def _short(source: str) -> str:
    """A source as a label: an address may be of any length, and its end tells it from its like."""
    return source if len(source) <= _LABEL_CHARACTERS else f"…{source[1 - _LABEL_CHARACTERS :]}"


def _in_flight(registry: CollectorRegistry, budget: Budget) -> None:
    records = Gauge(
        "paysignal_producer_in_flight_records",
        "Records handed to the client and not yet answered for.",
        registry=registry,
    )
    records.set_function(lambda: budget.records)
    size = Gauge(
        "paysignal_producer_in_flight_bytes",
        "Bytes of the records handed to the client and not yet answered for.",
        registry=registry,
    )
    size.set_function(lambda: budget.bytes)
    Gauge(
        "paysignal_producer_in_flight_limit_bytes",
        "Bytes of records in flight from which on the next one waits.",
        registry=registry,
    ).set(budget.most_bytes)
