"""Advance: one lane, some chunks, the outgoing records they bring about. No I/O."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, cast

from paysignal.agents.lanes import Lane
from paysignal.agents.outgoing import Outgoing
from paysignal.engine.chunks import Chunk
from paysignal.engine.decoding import decode_chunks
from paysignal.engine.money.rates import RateTable
from paysignal.engine.records import Outcomes, Record
from paysignal.engine.step import Emitted, State, absorb, emit, emit_caught_up, emit_rebuilt
from paysignal.facts import topics, wire
from paysignal.facts.members import Member
from paysignal.facts.readings import Reading
from paysignal.facts.rejections import Late, Origin, Reason, Rejected, rejected

#: A hostile key beside a kept original must not make the copy larger than a record may be.
LARGEST_KEY = 4_096

_READING: Final = ((wire.SCHEMA_HEADER, wire.SCHEMAS[Reading].encode()),)
_MEMBER: Final = ((wire.SCHEMA_HEADER, wire.SCHEMAS[Member].encode()),)


@dataclass(frozen=True, slots=True)
class Advanced:
    """Absorbed chunks: the refused and the late to send, and what became of their records."""

    outgoing: list[Outgoing]
    outcomes: Outcomes


def advance(
    lane: Lane, chunks: Sequence[Chunk], partitions: int, rates: RateTable, refused: frozenset[int] = frozenset()
) -> Advanced:
    """Decodes chunks and applies them to the lane's state.

    Called by the flusher, which asks for the readings when they are due. `refused` are offsets of records that our own
    code failed on: they are rejected unread.
    """
    state, read = _state(lane), [chunk.without(refused) for chunk in chunks] if refused else chunks
    outcomes = absorb(state, decode_chunks(read, partitions, state.limits), rates)
    return passed(lane, chunks, outcomes, refused)


def passed(lane: Lane, chunks: Sequence[Chunk], outcomes: Outcomes, refused: frozenset[int]) -> Advanced:
    """Moves the lane behind chunks that are in its state; tells of their records, `refused` ones among them.

    Called by every stage at the end of its `advance`.
    """
    outcomes.rejected += [_unprocessable(record) for record in _records_at(refused, chunks)]
    lane.absorbed = chunks[-1].next_position
    lane.unsaved_bytes += sum(chunk.size_bytes for chunk in chunks)
    filled = [chunk for chunk in chunks if len(chunk)]
    if filled:
        lane.last = filled[-1].record(len(filled[-1]) - 1)
    return Advanced(_of_outcomes(outcomes, chunks), outcomes)


def changed_readings(lane: Lane, rates: RateTable) -> list[Outgoing]:
    """What the chunks absorbed since the last call changed, of a lane that is live."""
    return of_emitted(emit(_state(lane), rates))


def caught_up_readings(lane: Lane, rates: RateTable) -> list[Outgoing]:
    """What a lane that has caught up publishes before it goes live, then what must be gone.

    All readings in the order of their keys, where nobody has published them; otherwise those of what it absorbed.
    """
    state = _state(lane)
    made = emit_rebuilt(state, rates) if lane.unpublished else emit_caught_up(state, rates)
    return of_emitted(made)


def _state(lane: Lane) -> State:
    """The lane's state, which is the engine's: these are lanes of facts and increments."""
    return cast("State", lane.state)


def of_emitted(emitted: Emitted) -> list[Outgoing]:
    """The records of what an `emit` gave: readings, withdrawn keys, finals, members of cross-sections."""
    readings = [_of_reading(reading) for reading in emitted.readings]
    written = [Outgoing(topics.READINGS, each.key, each.value, _READING) for each in emitted.written]
    finals = [Outgoing(topics.FINALS, each.key, each.value, _READING) for each in emitted.finals]
    gone = [Outgoing(topics.READINGS, key.encode(), None) for key in emitted.withdrawn]
    return readings + written + gone + finals + [_of_member(each) for each in emitted.members]


def _of_reading(reading: Reading) -> Outgoing:
    return Outgoing(topics.READINGS, reading.key.encode(), wire.encode(reading), (wire.schema_header(reading),))


def _of_member(member: Member) -> Outgoing:
    value, place = wire.encode(member), member.section_key.encode()
    return Outgoing(topics.CROSS, member.key.encode(), value, _MEMBER, placed_by=place)


def _of_outcomes(outcomes: Outcomes, chunks: Sequence[Chunk]) -> list[Outgoing]:
    if not outcomes.rejected and not outcomes.late and not outcomes.missed:
        return []
    sent: list[tuple[str, Rejected | Late]] = [(topics.REJECTED, item) for item in outcomes.rejected]
    sent += [(topics.LATE, item) for item in (*outcomes.late, *outcomes.missed)]
    return [
        Outgoing(topic, _small(_key_at(item.origin, chunks)), wire.encode(item), (wire.schema_header(item),))
        for topic, item in sent
    ]


def _unprocessable(record: Record) -> Rejected:
    detail = "paysignal failed on this record, by a fault of its own; report it with the worker's log"
    return rejected(Reason.UNPROCESSABLE, detail, record.value or b"", record.origin)


def _key_at(origin: Origin, chunks: Sequence[Chunk]) -> bytes | None:
    """The key of the record that stands there; None where it came before these chunks: a claim that waited."""
    records = [] if origin.offset is None else _records_at((origin.offset,), chunks)
    return records[0].key if records else None


def _records_at(offsets: Collection[int], chunks: Sequence[Chunk]) -> list[Record]:
    """The records of the chunks that have these offsets, in their order."""
    return [
        chunk.record(row) for offset in sorted(offsets) for chunk in chunks if (row := chunk.row_at(offset)) is not None
    ]


def _small(key: bytes | None) -> bytes | None:
    return key if key is not None and len(key) <= LARGEST_KEY else None
