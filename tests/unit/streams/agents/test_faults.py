"""Faults: whatever records our code fails on, exactly those are refused in the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paysignal.agents.faults import Faults, UnfoundFaultError
from paysignal.engine.chunks import Chunk
from paysignal.engine.records import Record
from paysignal.facts.topics import FACTS

LANE = (FACTS, 0)
ERROR = ZeroDivisionError("ours")


def chunks_of(offsets: list[int], size: int) -> list[Chunk]:
    """Records at these offsets, so many a chunk, the positions without a gap between."""
    made, start = [], 0
    for at in range(0, len(offsets), size):
        rows = [Record(FACTS, 0, offset, None, b"", 0) for offset in offsets[at : at + size]]
        made.append(Chunk.of(rows, FACTS, 0, start))
        start = made[-1].next_position
    return made


def _once(faults: Faults, chunks: list[Chunk], poison: set[int]) -> list[int] | None:
    """A lane read from its start: the offsets it took in, or None when it failed on something and that was blamed."""
    taken: list[int] = []
    for piece, _ in faults.pieces(LANE, chunks):
        offsets = [offset for chunk in piece for offset in chunk.offsets.tolist()]
        left = [offset for offset in offsets if offset not in faults.refused(LANE)]
        if poison.intersection(left):
            faults.blame(LANE, piece, piece[0].start, piece[-1].next_position, ERROR)
            return None
        taken += left
    return taken


@given(
    offsets=st.lists(st.integers(0, 5_000), unique=True, min_size=1, max_size=300).map(sorted),
    size=st.integers(1, 100),
    data=st.data(),
)
def test_exactly_the_records_that_fail_are_refused(offsets: list[int], size: int, data: st.DataObject) -> None:
    """Among any others, in chunks of any size and with holes between: at most four reads for each."""
    poison = set(data.draw(st.lists(st.sampled_from(offsets), max_size=4)))
    faults, chunks = Faults(), chunks_of(offsets, size)
    for _ in range(4 * len(poison) + 1):
        taken = _once(faults, chunks, poison)
        if taken is not None:
            break

    assert [offset for offset in offsets if offset not in poison] == taken
    assert frozenset(poison) == faults.refused(LANE)


def test_a_suspect_stretch_comes_in_pieces_without_a_gap() -> None:
    """Every record once and in order, each piece starting where the one before ended, and told that it is suspect."""
    faults, chunks = Faults(), chunks_of(list(range(300)), 100)
    faults.blame(LANE, [], 90, 210, ERROR)
    pieces = [(chunk, suspect) for piece, suspect in faults.pieces(LANE, chunks) for chunk in piece]

    assert list(range(300)) == [offset for chunk, _ in pieces for offset in chunk.offsets.tolist()]
    assert [0, *(chunk.next_position for chunk, _ in pieces[:-1])] == [chunk.start for chunk, _ in pieces]
    assert all(suspect == (90 <= chunk.start < 210) for chunk, suspect in pieces)
    assert 60 <= len(pieces) <= 70


def test_a_failure_that_no_record_causes_ends_the_search() -> None:
    """The same stretch fails as a whole, and again with nothing narrower: the worker ends instead of going round."""
    faults = Faults()
    faults.blame(LANE, [], 0, 10, ERROR)
    with pytest.raises(UnfoundFaultError, match="no record of them alone"):
        faults.blame(LANE, [], 0, 10, ERROR)


def test_what_a_checkpoint_has_passed_is_forgotten() -> None:
    """It is never read again; what lies behind it still is."""
    faults = Faults()
    for offset in (3, 7):
        faults.blame(LANE, chunks_of([offset], 1), offset, offset + 1, ERROR)
    faults.forget(LANE, 5)
    assert faults.refused(LANE) == {7}
    faults.forget(LANE, 8)

    assert faults.refused(LANE) == frozenset()
