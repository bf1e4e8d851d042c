"""The worker's own counters, declared and registered in one place, zero-initialised.

An exemplar says of which fact a counter last moved; OpenMetrics has room for them, the plain text has not.
"""

from collections import Counter as Count
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from paysignal.agents.outgoing import Outgoing
from paysignal.engine.records import Outcomes, Record
from paysignal.facts.rejections import Origin, Reason

#: From a batch in memory to a broker that has gone away.
_FLUSH_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_OUTCOMES = ("accepted", "duplicate", "late", "rejected", "evicted", "retracted", "tick")


class _Identified(msgspec.Struct):
    id: str = ""


_IDENTIFIED = msgspec.json.Decoder(_Identified)

#: The length of a fact's id in characters; what is longer is none, and would not fit an exemplar.
_ID_CHARACTERS = 32


class StateMetrics:
    """What the keeper and the take-over move: the state's way to its topic and back."""

    def __init__(self, registry: CollectorRegistry) -> None:
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


class WorkerMetrics:
    """Counters the flusher moves, of source topics and of outputs, and those of the state.

    `registry` is the worker's own, never the global.
    """

    def __init__(self, registry: CollectorRegistry, topics: Iterable[str] = (), outputs: Iterable[str] = ()) -> None:
        self._last: _Example = {}
        self._facts = Counter(
            "paysignal_worker_facts",
            "Records processed, by topic (facts, increments, what later stages read) and what became of them.",
            ["topic", "outcome"],
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
        self._sent = Counter(
            "paysignal_worker_records_sent", "Records acknowledged by the broker, by their topic.", ["topic"],
            registry=registry,
        )  # fmt: skip
        self._flush_seconds = Histogram(
            "paysignal_worker_flush_seconds", "From computing what changed to its acknowledged records.",
            buckets=_FLUSH_BUCKETS, registry=registry,
        )  # fmt: skip
        self.state = StateMetrics(registry)
        for topic in outputs:
            self._sent.labels(topic)
        for topic in topics:
            for outcome in _OUTCOMES:
                self._facts.labels(topic, outcome)
        for reason in Reason:
            self._rejected.labels(reason)

    def count(self, topic: str, outcomes: Outcomes, last: Record | None = None) -> None:
        """Adds a batch's outcomes; `last` is its last record."""
        self._last = _example_of(last)
        whole = outcomes.accepted == outcomes.total  # else the last record may be one of the others
        for counted in (
            _Counted("accepted", outcomes.accepted, self._last if whole else {}),
            _Counted("duplicate", outcomes.duplicate),
            _Counted("late", len(outcomes.late), _place_of(each.origin for each in outcomes.late[-1:])),
            _Counted("rejected", len(outcomes.rejected), _place_of(each.origin for each in outcomes.rejected[-1:])),
            _Counted("evicted", outcomes.evicted),
            _Counted("retracted", outcomes.retracted),
            _Counted("tick", outcomes.ticks),
        ):
            if counted.number:
                self._facts.labels(topic, counted.outcome).inc(counted.number, counted.example or None)
        for item in outcomes.rejected:
            self._rejected.labels(item.reason).inc(1, _place_of([item.origin]) or None)
        for currency, number in outcomes.unrated.items():
            self._unrated.labels(currency).inc(number)

    def sent(self, outgoing: Iterable[Outgoing]) -> None:
        """Adds records that were acknowledged."""
        for topic, number in Count(each.topic for each in outgoing).items():
            self._sent.labels(topic).inc(number)

    def flushed(self, seconds: float) -> None:
        """Adds a flush; its example is the last fact that it may hold."""
        self._flush_seconds.observe(seconds, self._last or None)


_Example = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Counted:
    outcome: str
    number: int
    example: _Example = field(default_factory=dict)


def _example_of(record: Record | None) -> _Example:
    """The id of a fact; empty for what has none: a tick, what is malformed, a record of another kind."""
    if record is None or record.value is None:
        return {}
    try:
        found = _IDENTIFIED.decode(record.value).id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return {"fact_id": found} if len(found) == _ID_CHARACTERS else {}


def _place_of(origins: Iterable[Origin]) -> _Example:
    """Where a record stands that is no fact, or of which a topic has the rest."""
    for origin in origins:
        if origin.topic is not None:
            return {"record": f"{origin.topic}/{origin.partition}@{origin.offset}"}
    return {}
