"""A topic read into a backup, and a backup put into an empty topic: exactly once, also over kills and more partitions.

With k times the partitions each old one divides into k new ones, and records of none of them change their order: facts
of a key by their key, ticks into all k, and what was refused where it stood stays with its number and is refused again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from kafka import TopicPartition

from paysignal.command.operating.backups import BackupError, BackupReader, BackupWriter, Foot, Head, Line, raw_of, told
from paysignal.command.operating.lags import stable_ends
from paysignal.command.operating.writing import LOT_BYTES, LOT_RECORDS, Sent, Writer
from paysignal.command.topic_records import consuming, partitions_of, records_of
from paysignal.facts.errors import Malformed, PaySignalError
from paysignal.facts.increments import Tick
from paysignal.facts.partitioning import partition_of
from paysignal.facts.wire import decode_increment

_ID_CHARACTERS: Final = 24

#: Called with how many records are done, and of how many, so far as that is known.
Progress = Callable[[int, int | None], None]


class RestoreError(PaySignalError):
    """The topic is not one that this backup can be put into; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """How many records of the backup stand on the topic now, and how many of them an earlier run had sent."""

    records: int
    before: int


def backup(broker: str, topic: str, writer_of: Callable[[Head], BackupWriter], progress: Progress) -> Foot:
    """Every committed record of the topic up to its ends of now; the topic is only read.

    Raises `NoBrokerError`, `NoTopicError` and what `writer_of` raises.
    """
    with consuming(broker, "paysignal-backup") as consumer:
        partitions = partitions_of(consumer, topic, broker)
        begins, ends = consumer.beginning_offsets(partitions), stable_ends(consumer, partitions)
        writer = writer_of(_head(topic, begins, ends))
        offsets = sum(ends.values()) - sum(begins.values())
        for record in records_of(consumer, ends, from_start=True, exit_at_end=True):
            writer.add(_line(record))
            progress(writer.records, offsets)
    return writer.finish()


def _head(topic: str, begins: dict[TopicPartition, int], ends: dict[TopicPartition, int]) -> Head:
    spans = sorted((each.partition, begins[each], end) for each, end in ends.items())
    name = hashlib.sha256(f"{topic} {spans}".encode()).hexdigest()[:_ID_CHARACTERS]
    return Head(paysignal_backup=1, topic=topic, partitions=len(ends), id=name)


def _line(record: Any) -> Line:  # noqa: ANN401 - kafka-python has no types
    return Line(
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp,
        key=told(record.key),
        value=told(record.value),
        headers=[(name, told(value)) for name, value in record.headers],
    )


def restore(broker: str, reader: BackupReader, progress: Progress, *, plain: bool = False) -> Restored:
    """Puts a backup into its topic, which is empty or has the beginning of it by an earlier run that was cut off.

    Order within a key, sending times, headers and bytes are those of the backup. Raises `RestoreError` before anything
    is sent, `BackupError` where the file is not whole (check it first), `WritingError`.
    """
    topic = reader.head.topic
    with Writer(broker, f"restore-{reader.head.id}", plain=plain) as writer:
        before = writer.position()
        partitions = _wanted(broker, topic, reader.head.partitions, before)
        done, lot, size = 0, list[Sent](), 0
        for line in reader:
            done += 1
            if done <= before:
                continue
            sent = list(sent_of(line, topic, reader.head.partitions, partitions))
            lot += sent
            size += sum(len(each.value or b"") for each in sent)
            if len(lot) >= LOT_RECORDS or size >= LOT_BYTES:
                writer.write(lot, done)
                progress(done, None)
                lot, size = [], 0
        if lot:
            writer.write(lot, done)
    return Restored(done, min(before, done))


def _wanted(broker: str, topic: str, before: int, resumed: int) -> int:
    """How many partitions the topic has, when the backup can be put into it; raises `RestoreError`."""
    with consuming(broker, "paysignal-restore") as consumer:
        partitions = partitions_of(consumer, topic, broker)
        filled = any(stable_ends(consumer, partitions).values())
    if len(partitions) % before:
        fix = f"make it with {before}, {2 * before}, {3 * before} … (`paysignal topics create --partitions N`)"
        raise RestoreError(f"{topic} has {len(partitions)} partitions and had {before}: not a multiple; {fix}")
    if filled and not resumed:
        raise RestoreError(
            f"{topic} has records already, which are not of this backup; restore into a topic made anew, or on another "
            "broker (--broker)"
        )
    return len(partitions)


def sent_of(line: Line, topic: str, before: int, partitions: int) -> Iterator[Sent]:
    """The records that a line becomes on a topic of `partitions`, a multiple of the `before` it stood among. Pure."""
    try:
        key, value = raw_of(line.key), raw_of(line.value)
        headers = tuple((name, raw_of(each) or b"") for name, each in line.headers)
    except ValueError as error:
        raise BackupError(f"offset {line.offset} of partition {line.partition}: bad base64 ({error})") from None
    for partition in _partitions(line.partition, key, value, before, partitions):
        yield Sent(topic, key, value, headers, partition, line.timestamp_ms)


def _partitions(stood: int, key: bytes | None, value: bytes | None, before: int, partitions: int) -> Iterable[int]:
    if key is not None:
        belongs = partition_of(key, partitions)
        return [belongs if belongs % before == stood else stood]
    return range(stood, partitions, before) if _is_tick(value) else [stood]


def _is_tick(value: bytes | None) -> bool:
    try:
        return value is not None and isinstance(decode_increment(value), Tick)
    except Malformed:
        return False
