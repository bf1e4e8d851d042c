"""Rings: panes by row, allocated when touched, chained, given back when they leave."""

from collections.abc import Iterable
from random import Random

import numpy as np
import pytest

from paysignal.windows.columns import COUNT, FIRST, LAST, MAX, MIN, SUM, Facts
from paysignal.windows.exact import cut, total
from paysignal.windows.grids import FixedGrid
from paysignal.windows.rings import Held, Ring

PARTS = (COUNT, SUM, MIN, MAX, FIRST, LAST)


def ring_of(rows: int = 1) -> Ring:
    """A ring of 8 open panes of one microsecond, and room for some rows."""
    ring = Ring(FixedGrid(1), 8, 8, PARTS)
    ring.make_rows(rows)
    return ring


def put(ring: Ring, *values: tuple[int, int, float]) -> list[bool]:
    """Adds (row, pane, value)s in one batch; which of the panes, each once, were new."""
    ordered = sorted(values)
    rows, panes, numbers = (np.array(each) for each in zip(*ordered, strict=True))
    facts = Facts(
        rows, panes, np.zeros((len(rows), 2), np.uint64), numbers.astype(float), rows.astype(np.int32), cut(numbers)
    )
    return [bool(new) for new in ring.add(facts)[2]]


def drawn(panes: str, ring: Ring | None = None, row: int = 0) -> Ring:
    """A row: each digit is a value in the pane of its column, a dot an untouched pane."""
    ring = ring or ring_of()
    marks = [(row, pane, float(mark)) for pane, mark in enumerate(panes) if mark != "."]
    if marks:
        put(ring, *marks)
    return ring


def collected(ring: Ring, last: int, panes: int, row: int = 0) -> Held:
    """The slots of a row's window."""
    return ring.collect(np.array([row]), np.array([last]), panes)[1]


def summed(ring: Ring, last: int, panes: int, row: int = 0) -> tuple[int, float]:
    """Count and sum of a row's window."""
    slots = collected(ring, last, panes, row).slots
    return int(ring.columns["count"][slots].sum()), total(ring.columns["sum"][slots].sum(axis=0))


def chain(ring: Ring, row: int = 0) -> list[int]:
    """A row's panes as they are chained, the newest first."""
    return [int(pane) for pane in ring.pane[collected(ring, 2**40, 2**41, row).slots]]


@pytest.mark.parametrize(
    ("panes", "window", "expected"),
    [
        ("12.4", "[  ]", (3, 7.0)),
        ("12.4", " [ ]", (2, 6.0)),
        ("12.4", "[]  ", (2, 3.0)),
        ("12.4", "  [ ]", (1, 4.0)),
        ("....", "[  ]", (0, 0.0)),
        ("5...", " [ ]", (0, 0.0)),
    ],
)
def test_a_window_adds_its_panes_and_no_other(panes: str, window: str, expected: tuple[int, float]) -> None:
    """The window holds what stands under its brackets; untouched panes count nothing."""
    last = window.index("]")

    assert expected == summed(drawn(panes), last, last - window.index("[") + 1)


def test_a_window_may_begin_before_the_first_pane() -> None:
    """A window longer than the history holds what there is, panes before 1970 (negative numbers) among it."""
    ring = drawn("3")
    put(ring, (0, -2, 4.0))

    assert (2, 7.0) == summed(ring, 0, 8)


def test_rows_do_not_mix() -> None:
    """Two series with the same panes keep their own sums."""
    ring = drawn("89", drawn("12", ring_of(2)), row=1)

    assert [(2, 3.0), (2, 17.0)] == [summed(ring, 1, 2, row) for row in (0, 1)]


def test_one_pane_may_come_many_times_in_one_batch() -> None:
    """Adding three values to one pane in one call adds all three (plain indexing would keep the last)."""
    ring = ring_of()

    assert [True] == put(ring, (0, 0, 1.0), (0, 0, 2.0), (0, 0, 4.0))
    assert (3, 7.0) == summed(ring, 0, 1)
    assert 1.0 == ring.columns["min"][collected(ring, 0, 1).slots[0]]
    assert 4.0 == ring.columns["max"][collected(ring, 0, 1).slots[0]]


def test_untouched_panes_take_no_memory() -> None:
    """Only panes that hold a value are held."""
    assert 3 == drawn("1.2....3").held


@pytest.mark.parametrize("seed", range(20))
def test_panes_are_chained_in_order_however_they_come(seed: int) -> None:
    """After any batches of any panes each row's chain is its touched panes, the newest first, each new once."""
    random, ring, touched = Random(seed), ring_of(3), [set[int](), set[int](), set[int]()]
    for _ in range(12):
        batch = [(random.randrange(3), random.randrange(-5, 40), 1.0) for _ in range(random.randint(1, 9))]
        pairs = sorted({(row, pane) for row, pane, _ in batch})

        assert [pane not in touched[row] for row, pane in pairs] == put(ring, *batch)
        for row, pane in pairs:
            touched[row].add(pane)
    for row, panes in enumerate(touched):
        assert sorted(panes, reverse=True) == chain(ring, row)
        assert ring.pane[ring.tail[row]] == min(panes)


@pytest.mark.parametrize("rows", [3, 40])
def test_windows_of_few_and_of_many_rows_are_collected_alike(rows: int) -> None:
    """Rows with nothing in the window are told apart, the others' slots stand from the newest to the oldest."""
    ring = ring_of(rows)
    for row in range(rows):
        drawn("1.2.3" if row % 2 else "1....", ring, row)
    some, held = ring.collect(np.arange(rows), np.full(rows, 3), 2)

    assert [bool(row % 2) for row in range(rows)] == some.tolist()
    assert [2] * (rows // 2) == ring.pane[held.slots].tolist()
    assert ring.newest_up_to(np.arange(rows), 3).tolist() == [2 if row % 2 else 0 for row in range(rows)]


def left(ring: Ring, newest: int, most: int | None = None) -> Iterable[int]:
    """The chain after what is not needed has been dropped."""
    ring.drop(np.array([0]), np.array([newest]), most)
    return chain(ring)


def test_panes_that_leave_the_ring_give_their_slots_back_empty() -> None:
    """When pane 8 is the newest of 8, pane 0 leaves; what takes its slot next starts from nothing."""
    ring = drawn("9......1")

    assert [7] == left(ring, newest=8)
    assert 1 == ring.held
    put(ring, (0, 8, 2.0))
    assert (1, 2.0) == summed(ring, 8, 1)
    assert 2 == ring.used


def test_nothing_leaves_while_it_is_in_the_ring_or_a_window_needs_it() -> None:
    """The pane exactly as old as the ring is long, less one, stays; and older ones as long as they are asked for."""
    assert [7, 0] == left(drawn("9......1"), newest=7)
    assert [7, 1] == left(drawn("91.....1"), newest=20, most=0)


def test_a_row_may_lose_all_its_panes_and_begin_again() -> None:
    """After its last pane has left a row's chain is empty, and the next pane is its head and tail."""
    ring = drawn("12")

    assert [] == left(ring, newest=100)
    put(ring, (0, 50, 1.0))
    assert [50] == chain(ring)


def test_the_pool_grows_without_losing_what_it_holds() -> None:
    """A thousand touched panes, four times the first pool, all keep their values."""
    ring = ring_of()
    for pane in range(1_000):
        put(ring, (0, pane, float(pane)))

    assert (1_000, 499_500.0) == summed(ring, 999, 1_000)
