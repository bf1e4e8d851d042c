"""Lag as an outsider sees it: what is committed on each topic that workers read, and how far each partition's is."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

from paysignal.agents.checkpoint.markers import SOURCES
from paysignal.command.operating.places import checkpointed, group_offsets
from paysignal.command.topic_records import consuming
from paysignal.facts.topics import FACTS, INCREMENTS
from paysignal.sending.errors import TopicsMissing

_POLL_MS: Final = 200
_ASK_MS: Final = 10_000
_READ_SECONDS: Final = 30.0

#: kafka-python has no types.
_Consumer = Any
_Offsets = Mapping[TopicPartition, int]


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """One partition that workers read, in offsets.

    `end` is the last stable offset: what is behind it is of a transaction that is not over. `checkpoint` is where the
    last checkpoint is, None without one: a worker that starts reads from the beginning. `mirror` is what the group says
    of it to lag tools. `records` is what lies between position and end (of an aborted transaction, or its mark, as
    well), 0 where nothing of it can be read; `seconds` how long the first record there has waited since it was sent.
    """

    topic: str
    partition: int
    end: int
    checkpoint: int | None
    mirror: int | None
    records: int
    seconds: float | None


def lags(broker: str, group: str, now_ms: int) -> list[Lag]:
    """The lag of every partition that workers of the group read, in the order of topic and partition.

    Called by `paysignal lag` and `doctor`; needs no worker. Raises `NoBrokerError` and, without facts or increments,
    `TopicsMissing`.
    """
    with consuming(broker, "paysignal-lag") as consumer:
        partitions = _partitions(consumer, broker)
        begins: _Offsets = consumer.beginning_offsets(partitions)
        ends = stable_ends(consumer, partitions)
        filled = [each for each in partitions if ends[each]]
        checkpoints = checkpointed(consumer, group, [(each.topic, each.partition) for each in filled])
        positions = {each: max(checkpoints.get((each.topic, each.partition), 0), begins[each]) for each in filled}
        behind = {each: at for each, at in positions.items() if at < ends[each]}
        firsts = _sent(consumer, behind, ends)
        mirrors = group_offsets(broker, group, partitions)
    return [
        Lag(
            topic=each.topic,
            partition=each.partition,
            end=ends[each],
            checkpoint=checkpoints.get((each.topic, each.partition)),
            mirror=mirrors.get(each),
            records=ends[each] - behind[each] if each in firsts else 0,
            seconds=max(now_ms - firsts[each], 0) / 1_000 if each in firsts else None,
        )
        for each in partitions
    ]


def stable_ends(consumer: _Consumer, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """The last stable offset of each partition; the consumer, of `read_committed`, is assigned to none afterwards.

    Asked for its end, the embedded broker tells that of the last batch's first record: so what is there is read.
    Raises `KafkaTimeoutError` when the broker stops answering.
    """
    ends: dict[TopicPartition, int] = consumer.end_offsets(list(partitions), _ASK_MS)
    if not (filled := [each for each, end in ends.items() if end]):
        return ends
    consumer.assign(filled)
    for each in filled:
        consumer.seek(each, ends[each] - 1)
    deadline, got = time.monotonic() + _ASK_MS / 1_000, True
    while got or any(consumer.position(each) < ends[each] for each in filled):
        if time.monotonic() > deadline:
            raise KafkaTimeoutError("the ends of the topics were not told in time")
        got = bool(consumer.poll(timeout_ms=_POLL_MS))
        if done := [each for each in filled if consumer.position(each) >= (consumer.highwater(each) or ends[each] + 1)]:
            consumer.pause(*done)  # what comes from now on is another look's
    ends |= {each: max(ends[each], consumer.position(each)) for each in filled}
    consumer.unsubscribe()
    return ends


def _partitions(consumer: _Consumer, broker: str) -> list[TopicPartition]:
    numbers = {topic: sorted(consumer.partitions_for_topic(topic) or ()) for topic in SOURCES}
    if missing := [topic for topic in (FACTS, INCREMENTS) if not numbers[topic]]:
        raise TopicsMissing(broker, tuple(missing))
    return [TopicPartition(topic, number) for topic in SOURCES for number in numbers[topic]]


def _sent(consumer: _Consumer, positions: _Offsets, ends: _Offsets) -> dict[TopicPartition, int]:
    """When the first record from each position on was sent; a partition without one before its end is left out."""
    found: dict[TopicPartition, int] = {}
    consumer.assign(list(positions))
    for each, position in positions.items():
        consumer.seek(each, position)
    left, deadline = set(positions), time.monotonic() + _READ_SECONDS
    while left:
        if time.monotonic() > deadline:
            raise KafkaTimeoutError("what waits on the topics was not given in time")
        for each, records in consumer.poll(timeout_ms=_POLL_MS).items():
            if each in left and records and records[0].offset < ends[each]:
                found[each] = records[0].timestamp
        done = {each for each in left if each in found or consumer.position(each) >= ends[each]}
        consumer.pause(*done)
        left -= done
    return found


def worst(found: Iterable[Lag]) -> Lag | None:
    """The partition with the most records before it; None where nothing waits."""
    return max((each for each in found if each.records), key=lambda each: each.records, default=None)
