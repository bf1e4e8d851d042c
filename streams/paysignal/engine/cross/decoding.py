"""Decoding: records of the cross topic into a state, each refused alone where it is no member."""

from collections.abc import Iterable, Sequence

from paysignal.engine.chunks import Chunk
from paysignal.engine.cross.state import CrossState
from paysignal.engine.records import Outcomes, Record
from paysignal.facts import wire
from paysignal.facts.errors import Malformed
from paysignal.facts.partitioning import partition_of
from paysignal.facts.rejections import Reason, Rejected, rejected


def absorb_members(state: CrossState, chunks: Sequence[Chunk], partitions: int) -> Outcomes:
    """Applies chunks of the cross topic, of so many partitions, to `state`. Called by the stage for each batch.

    A member that is no newer than the one held is a duplicate.
    """
    outcomes = Outcomes()
    for record in _records(chunks):
        refused = _taken(state, record, partitions, outcomes)
        if refused is not None:
            outcomes.rejected.append(refused)
    return outcomes


def _records(chunks: Iterable[Chunk]) -> Iterable[Record]:
    return (record for chunk in chunks for record in chunk.records())


def _taken(state: CrossState, record: Record, partitions: int, outcomes: Outcomes) -> Rejected | None:
    raw = record.value or b""
    try:
        member = wire.decode_member(raw)
    except Malformed as error:
        return rejected(Reason(error.reason), error.detail, raw, record.origin)
    if record.key != member.key.encode():
        return rejected(Reason.MISROUTED, f"the key is not the member's, {member.key}", raw, record.origin)
    number = partition_of(member.section_key.encode(), partitions)
    if number != record.partition:
        detail = f"members of {member.section_key} belong on partition {number}"
        return rejected(Reason.MISROUTED, detail, raw, record.origin)
    if state.take(member, raw):
        outcomes.accepted += 1
    else:
        outcomes.duplicate += 1
    return None
