"""What must stand at the end, from the engine alone over the records as they stand on the topics; millions of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import Consumer, KafkaError, TopicPartition

from paysignal.agents.advance import of_emitted
from paysignal.command.rates import published_rates
from paysignal.engine.chunks import Chunk
from paysignal.engine.cross.state import CrossState
from paysignal.engine.decoding import decode_chunks
from paysignal.engine.money.rates import RateTable
from paysignal.engine.parameters import Parameters
from paysignal.engine.records import Outcomes, Record
from paysignal.engine.step import State, absorb, emit
from paysignal.facts import topics, wire
from paysignal.facts.members import Member
from paysignal.facts.rejections import Late, Origin, Rejected
from tests.tools.chaos import named, told_across

_BATCH = 20_000

Place = tuple[str, int, int]


@dataclass
class Stood:
    """The last of each key on the topics of outputs, the places of what was late or rejected, and all outcomes."""

    outputs: dict[str, dict[bytes, bytes]] = field(default_factory=lambda: {topics.READINGS: {}, topics.FINALS: {}})
    places: dict[str, set[Place]] = field(default_factory=lambda: {topics.LATE: set(), topics.REJECTED: set()})
    outcomes: dict[str, Counter[str]] = field(
        default_factory=lambda: {topics.FACTS: Counter(), topics.INCREMENTS: Counter()}
    )
    records: int = 0

    def put(self, topic: str, key: bytes, value: bytes | None) -> None:
        """One output takes the place of the one before it."""
        if value is None:
            self.outputs[topic].pop(key, None)
        else:
            self.outputs[topic][named(topic, key, value)] = value

    def differences(self, other: "Stood") -> list[str]:
        """What another has otherwise, a line each; empty when all is the same to the byte."""
        found = []
        for topic, mine in self.outputs.items():
            theirs = other.outputs[topic]
            only_mine, only_theirs = sorted(mine.keys() - theirs.keys()), sorted(theirs.keys() - mine.keys())
            differing = sorted(key for key in mine.keys() & theirs.keys() if mine[key] != theirs[key])
            if only_mine or only_theirs or differing:
                first = [(mine.get(key), theirs.get(key)) for key in (*only_mine, *only_theirs, *differing)[:2]]
                counts = f"{len(only_mine)} lacking, {len(only_theirs)} extra, {len(differing)} differ"
                found.append(f"{topic}: {counts}: {first}")
        for topic, places in self.places.items():
            if lacking := places - other.places[topic]:
                found.append(f"{topic}: {len(lacking)} lacking: {sorted(lacking)[:3]}")
            if extra := other.places[topic] - places:
                found.append(f"{topic}: {len(extra)} extra: {sorted(extra)[:3]}")
        return found


def expected(address: str, parameters: Parameters) -> Stood:
    """Of a run that nothing disturbed."""
    stood, rates, across = Stood(), published_rates(None), CrossState()
    for topic in (topics.FACTS, topics.INCREMENTS):
        for partition in range(topics.DEFAULT_PARTITIONS):
            for members in _replay(drained(address, topic, [partition]), State(parameters), rates, stood):
                for member in members:
                    across.take(member, wire.encode(member))
    stood.outputs[topics.READINGS] |= told_across(across)
    return stood


def _replay(batches: Iterable[list[Any]], state: State, rates: RateTable, stood: Stood) -> Iterator[Sequence[Member]]:
    """Yields what each batch gives to the cross-sections."""
    for messages in batches:
        topic, partition = messages[0].topic(), messages[0].partition()
        records = [
            Record(topic, partition, each.offset(), each.key(), each.value(), each.timestamp()[1]) for each in messages
        ]
        chunk = Chunk.of(records, topic, partition, records[0].offset)
        outcomes = absorb(state, decode_chunks([chunk], topics.DEFAULT_PARTITIONS), rates)
        stood.records += len(records)
        _count(stood, topic, outcomes)
        emitted = emit(state, rates)
        yield emitted.members
        for each in of_emitted(emitted):
            if each.topic in stood.outputs:
                stood.put(each.topic, each.key or b"", each.value)
        state.pass_over()  # as if it was stored, so that ids are forgotten when they can be


def _count(stood: Stood, topic: str, outcomes: Outcomes) -> None:
    stood.outcomes[topic] += Counter({
        "accepted": outcomes.accepted, "duplicate": outcomes.duplicate, "replayed": outcomes.replayed,
        "late": len(outcomes.late), "rejected": len(outcomes.rejected), "evicted": outcomes.evicted,
        "retracted": outcomes.retracted, "ticks": outcomes.ticks, "total": outcomes.total,
    })  # fmt: skip
    stood.places[topics.LATE] |= {_place(each.origin) for each in (*outcomes.late, *outcomes.missed)}
    stood.places[topics.REJECTED] |= {_place(each.origin) for each in outcomes.rejected}


def found(address: str) -> Stood:
    """What stands on the topics."""
    stood = Stood()
    for topic in stood.outputs:
        for messages in drained(address, topic, range(topics.DEFAULT_PARTITIONS)):
            for each in messages:
                stood.put(topic, each.key() or b"", each.value())
    for topic, places in stood.places.items():
        for messages in drained(address, topic, range(topics.DEFAULT_PARTITIONS)):
            places |= {_place(_origin(topic, each.value())) for each in messages}
    return stood


def _origin(topic: str, value: bytes) -> Origin:
    told: Late | Rejected = wire.decode_late(value) if topic == topics.LATE else wire.decode_rejected(value)
    return told.origin


def _place(origin: Origin) -> Place:
    assert origin.topic is not None
    assert origin.partition is not None
    assert origin.offset is not None
    return origin.topic, origin.partition, origin.offset


def drained(address: str, topic: str, partitions: Sequence[int]) -> Iterator[list[Any]]:
    """All committed records of partitions as they stand now, in batches, those of a partition in their order."""
    consumer = Consumer(
        {
            "bootstrap.servers": address, "group.id": "checking", "isolation.level": "read_committed",
            "enable.partition.eof": True, "enable.auto.commit": False, "fetch.max.bytes": 64_000_000,
            "max.partition.fetch.bytes": 8_000_000, "queued.max.messages.kbytes": 128_000,
        }
    )  # fmt: skip
    with closing(consumer):
        consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
        left = set(partitions)
        while left:
            batch = consumer.consume(_BATCH, timeout=1.0)
            messages = []
            for each in batch:
                if (error := each.error()) is None:
                    messages.append(each)
                    continue
                assert error.code() == KafkaError._PARTITION_EOF, error
                left.discard(each.partition() or 0)
            if messages:
                yield messages
