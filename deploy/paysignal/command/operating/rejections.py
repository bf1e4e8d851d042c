"""Rejections read back, and their originals sent again: each once, however often it was rejected or asked for.

That an original was sent again stands on the rejected topic itself: a record without a value, whose key is the
original's place, written in the transaction that sends it. It is kept as long as the rejections are.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from kafka import TopicPartition

from paysignal.command.operating.writing import LOT_BYTES, LOT_RECORDS, Sent, Writer
from paysignal.command.topic_records import consuming, partitions_of, records_of
from paysignal.facts.claims import Retraction
from paysignal.facts.errors import Malformed
from paysignal.facts.increments import Tick
from paysignal.facts.rejections import Origin, Reason, Rejected
from paysignal.facts.topics import FACTS, INCREMENTS, REJECTED
from paysignal.facts.wire import decode_claim, decode_increment, decode_rejected, schema_header
from paysignal.sending.outbox import record_of
from paysignal.subscribe.ends import true_ends

#: Kafka header of a record that was sent again: where the original stands.
REPLAYED_HEADER: Final = "paysignal-replayed"

_NAME: Final = "rejected"
_POLL_MS: Final = 1_000

#: kafka-python has no types.
_Consumer = Any


@dataclass(frozen=True, slots=True)
class Standing:
    """One rejection as it stands on its topic; None where the record is none of ours."""

    place: str
    sent_ms: int
    rejected: Rejected | None


@dataclass(slots=True)
class Replayed:
    """What became of the rejections that were asked for; `left` by why they were not sent."""

    sent: int = 0
    before: int = 0  #: sent again by an earlier run, or the same original rejected once more
    left: Counter[str] = field(default_factory=Counter)


def place_of(origin: Origin) -> str | None:
    """The place of a record, None for what stood in a file."""
    return None if origin.topic is None else f"{origin.topic}/{origin.partition}@{origin.offset}"


def rejections(broker: str, reason: Reason | None = None) -> Iterator[Standing]:
    """Every rejection that stands, of one reason if told, each partition in its order; nothing that comes meanwhile."""
    with consuming(broker, "paysignal-rejected") as consumer:
        ends = true_ends(consumer, partitions_of(consumer, REJECTED, broker))
        for record in records_of(consumer, ends, from_start=True, exit_at_end=True):
            if record.value is None:
                continue
            try:
                found = decode_rejected(record.value)
            except Malformed:
                found = None
            if reason is None or (found is not None and found.reason is reason):
                yield Standing(f"{record.topic}/{record.partition}@{record.offset}", record.timestamp, found)


def replay(broker: str, reason: Reason | None, *, dry_run: bool, plain: bool) -> Replayed:
    """Sends the originals again that are facts by now; raises `NoBrokerError` or `WritingError`.

    Exactly once also when it is killed and run again; two at a time fence each other. What another version of the
    rules still refuses, what was cut, and what never was a record of a topic is left and counted.
    """
    if dry_run:
        return _replayed(broker, reason, None)
    with Writer(broker, _NAME, plain=plain) as writer:
        return _replayed(broker, reason, writer)


def _replayed(broker: str, reason: Reason | None, writer: Writer | None) -> Replayed:
    noted, done = _noted(broker), Replayed()
    lot: list[Sent] = []
    with consuming(broker, "paysignal-originals") as originals:
        for each in rejections(broker, reason):
            place = each.rejected and place_of(each.rejected.origin)
            if place in noted:
                done.before += 1
                continue
            again = _again(each.rejected, originals)
            if isinstance(again, str):
                done.left[again] += 1
                continue
            noted.add(str(place))
            done.sent += 1
            lot += [again, Sent(REJECTED, str(place).encode(), None)]
            if len(lot) >= LOT_RECORDS or sum(len(one.value or b"") for one in lot) >= LOT_BYTES:
                _write(writer, lot)
    _write(writer, lot)
    return done


def _write(writer: Writer | None, lot: list[Sent]) -> None:
    if writer is not None and lot:
        writer.write(lot)
    lot.clear()


def _noted(broker: str) -> set[str | None]:
    """The places whose originals were sent again."""
    with consuming(broker, "paysignal-rejected") as consumer:
        ends = true_ends(consumer, partitions_of(consumer, REJECTED, broker))
        found = records_of(consumer, ends, from_start=True, exit_at_end=True)
        return {record.key.decode(errors="replace") for record in found if record.value is None and record.key}


def _again(rejected: Rejected | None, originals: _Consumer) -> Sent | str:
    """The original as it is sent again, or why it is not."""
    if why := _unfit(rejected):
        return why
    assert rejected is not None  # noqa: S101 - that is unfit
    origin, value = rejected.origin, rejected.original
    try:
        fact = decode_claim(value) if origin.topic == FACTS else decode_increment(value)
    except Malformed as error:
        return f"still refused: {error.reason}"
    if isinstance(fact, Tick):
        return "a tick: its publisher sends the next"
    key = _key_at(originals, origin, value) if isinstance(fact, Retraction) else record_of(fact).key
    if key is None:
        return "a retraction that is not on its topic any more"
    headers = (schema_header(fact), (REPLAYED_HEADER, str(place_of(origin)).encode()))
    return Sent(str(origin.topic), key, value, headers)


def _unfit(rejected: Rejected | None) -> str | None:
    """Why there is nothing that could be sent, whatever the rules are; None where there is."""
    if rejected is None:
        return "no rejection of ours"
    if rejected.origin.topic not in {FACTS, INCREMENTS}:
        return "from a file or page: produce it again"
    value = rejected.original
    if len(value) != rejected.length or hashlib.sha256(value).hexdigest() != rejected.sha256:
        return "not kept whole"
    return None


def _key_at(originals: _Consumer, origin: Origin, value: bytes) -> bytes | None:
    """The key of the record at its place, None where it is gone: only that tells which claim's a retraction is."""
    partition = TopicPartition(origin.topic, origin.partition)
    originals.assign([partition])
    if not originals.beginning_offsets([partition])[partition] <= (origin.offset or 0):
        return None
    originals.seek(partition, origin.offset)
    records = originals.poll(timeout_ms=_POLL_MS, max_records=1).get(partition, ())
    key: bytes | None = next((each.key for each in records if each.value == value), None)
    return key


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A rejection as `rejected list --json` tells it; `begins` is text for people, not the bytes."""

    at: str
    reason: str
    detail: str
    place: str
    length: int
    whole: bool
    sha256: str
    begins: str
