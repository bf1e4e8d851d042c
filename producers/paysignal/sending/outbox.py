"""The outbox: which record a fact becomes. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from paysignal.facts import topics
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.errors import Refused
from paysignal.facts.increments import Increment, Tick
from paysignal.facts.partitioning import partition_of
from paysignal.facts.rejections import Rejected
from paysignal.facts.wire import encode, schema_header

#: What readers give and the sender takes. A retraction needs the key of what it retracts: see `retraction_record`.
Sendable = Claim | Increment | Tick | Rejected


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record as it will stand on its topic; `partition` is None where the key decides.

    `fact_id` is the id of the fact in it; empty where it is none, or came back from a spool.
    """

    topic: str
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    partition: int | None = None
    fact_id: str = field(default="", compare=False)

    @property
    def size(self) -> int:
        """Bytes of key, value and headers."""
        headers = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.key or b"") + len(self.value) + headers


def record_of(fact: Sendable) -> Outgoing:
    """The record of one fact; raises `Refused` for a claim without its dates, which is shown and never sent."""
    if isinstance(fact, Claim):
        _check_dated(fact)
        return _record(topics.FACTS, fact.partition_key.encode(), fact)
    if isinstance(fact, Increment):
        return _record(topics.INCREMENTS, fact.partition_key.encode(), fact)
    if isinstance(fact, Tick):
        raise Refused("tick", fact.id, "a tick goes to each partition", "use tick_records")
    return _record(topics.REJECTED, None, fact)


def retraction_record(retraction: Retraction, retracted: Claim) -> Outgoing:
    """The record of a retraction: it stands beside the claim it withdraws, so it has that claim's key."""
    return _record(topics.FACTS, retracted.partition_key.encode(), retraction)


def tick_records(tick: Tick, partitions: int) -> Iterator[Outgoing]:
    """The tick once for each partition of the increments topic: a tick has no key, its partition is the message."""
    for partition in range(partitions):
        yield Outgoing(topics.INCREMENTS, None, encode(tick), (schema_header(tick),), partition)


def records_of(facts: Iterable[Sendable]) -> Iterator[Outgoing]:
    """The records of many facts, in their order."""
    return map(record_of, facts)


def partition_in(record: Outgoing, partitions: int) -> int | None:
    """Where the record will stand among `partitions`: as the worker checks it; None where any partition will do."""
    if record.partition is not None or record.key is None:
        return record.partition
    return partition_of(record.key, partitions)


def _record(topic: str, key: bytes | None, fact: Claim | Increment | Rejected | Retraction) -> Outgoing:
    fact_id = "" if isinstance(fact, Rejected) else fact.id or ""
    return Outgoing(topic, key, encode(fact), (schema_header(fact),), fact_id=fact_id)


def _check_dated(claim: Claim) -> None:
    for name in ("period", "known_at"):
        if getattr(claim, name) is None:
            raise Refused(name, None, "a claim that is sent has one", "give the document's date by --published-at")
