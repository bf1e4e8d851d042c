"""A flood of label sets: the cap holds, memory stays, everything is counted."""

import tracemalloc

from paysignal.board.board import Board
from tests.tools.figures import flood

CAP = 1_000
OFFERED = 15_000

#: What the board makes to keep anything; the vocabulary's caches, filled meanwhile, have bounds of their own.
_OF_BOARD = tracemalloc.Filter(inclusive=True, filename_pattern="*/board/board.py")


def _held_bytes() -> int:
    return sum(each.size for each in tracemalloc.take_snapshot().filter_traces([_OF_BOARD]).statistics("filename"))


def test_of_many_distinct_label_sets_no_more_than_the_cap_are_held_in_bounded_memory() -> None:
    """Fifteen times the cap is offered: the first are held and kept up to date, the others counted, none of them kept.

    `tests/bench/test_scrape.py` offers a million.
    """
    board = Board(CAP, 1e9)
    tracemalloc.start()
    try:
        board.apply(flood(CAP), 0.0)
        full = _held_bytes()
        for at in range(CAP, OFFERED, CAP):
            board.apply(flood(CAP, at), float(at))
        after = _held_bytes()
    finally:
        tracemalloc.stop()
    board.apply(flood(CAP, version=2), float(OFFERED))
    snapshot = board.snapshot(float(OFFERED))

    assert len(snapshot.readings) == CAP
    assert {one.version for one in snapshot.readings} == {2}
    assert snapshot.counts.dropped == OFFERED - CAP
    assert after < 1.1 * full
    assert full > 50 * CAP
