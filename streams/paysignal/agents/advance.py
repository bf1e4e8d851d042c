"""Advance: one lane, some chunks, the outgoing records they bring about. No I/O."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from paysignal.agents.lanes import Lane
from paysignal.engine.chunks import Chunk
from paysignal.engine.decoding import decode
from paysignal.engine.money.rates import RateTable
from paysignal.engine.records import Outcomes, Record
from paysignal.engine.step import Emitted, absorb, emit_rebuilt, step
from paysignal.facts import topics, wire
from paysignal.facts.readings import Reading
from paysignal.facts.rejections import Late, Rejected

#: A hostile key beside a kept original must not make the copy larger than a record may be.
LARGEST_KEY = 4_096

Header = tuple[str, bytes]

_READING: Final = ((wire.SCHEMA_HEADER, wire.SCHEMAS[Reading].encode()),)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record to send; a null value withdraws its key from a compacted topic."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class Advanced:
    """Processed chunks: what to send, the fetch position behind them, and what became of their records."""

    outgoing: list[Outgoing]
    position: int
    outcomes: Outcomes


def advance(lane: Lane, chunks: Sequence[Chunk], partitions: int, rates: RateTable) -> Advanced:
    """Decodes and applies chunks to the lane's state; while the lane restores, its readings are held back.

    Called by the flusher, which sends the outgoing records before it moves the lane's position.
    """
    records = [record for chunk in chunks for record in chunk.records()]
    decoded, position = decode(records, partitions), chunks[-1].next_position
    if not lane.live:
        outcomes = absorb(lane.state, decoded, rates)
        return Advanced(_of_outcomes(outcomes, records), position, outcomes)
    made = step(lane.state, decoded, rates)
    return Advanced(_of_outcomes(made.outcomes, records) + of_emitted(made.emitted), position, made.outcomes)


def all_readings(lane: Lane, rates: RateTable) -> list[Outgoing]:
    """Every reading of a lane that has just been restored, in the order of their keys, then what must be gone."""
    return of_emitted(emit_rebuilt(lane.state, rates))


def of_emitted(emitted: Emitted) -> list[Outgoing]:
    """The records of what an `emit` gave: readings, withdrawn keys, finals."""
    readings = [_of_reading(reading) for reading in emitted.readings]
    written = [Outgoing(topics.READINGS, each.key, each.value, _READING) for each in emitted.written]
    finals = [Outgoing(topics.FINALS, each.key, each.value, _READING) for each in emitted.finals]
    gone = [Outgoing(topics.READINGS, key.encode(), None) for key in emitted.withdrawn]
    return readings + written + gone + finals


def _of_reading(reading: Reading) -> Outgoing:
    return Outgoing(topics.READINGS, reading.key.encode(), wire.encode(reading), (wire.schema_header(reading),))


def _of_outcomes(outcomes: Outcomes, records: Iterable[Record]) -> list[Outgoing]:
    if not outcomes.rejected and not outcomes.late and not outcomes.missed:
        return []
    keys = {record.origin: record.key for record in records}
    sent: list[tuple[str, Rejected | Late]] = [(topics.REJECTED, item) for item in outcomes.rejected]
    sent += [(topics.LATE, item) for item in (*outcomes.late, *outcomes.missed)]
    return [
        Outgoing(topic, _small(keys.get(item.origin)), wire.encode(item), (wire.schema_header(item),))
        for topic, item in sent
    ]


def _small(key: bytes | None) -> bytes | None:
    return key if key is not None and len(key) <= LARGEST_KEY else None
