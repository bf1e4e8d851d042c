"""Rings: panes by row, allocated when touched, given back when they leave."""

import numpy as np
import pytest

from paysignal.windows.exact import cut, total
from paysignal.windows.rings import Ring


def drawn(panes: str, ring: Ring | None = None) -> tuple[Ring, int]:
    """A ring of 8 panes with one new row: each digit is a value in the pane of its column, a dot an untouched pane."""
    ring = ring or Ring(8)
    row = ring.add_row()
    for pane, mark in enumerate(panes):
        if mark != ".":
            ring.add(np.array([ring.slot(row, pane)]), cut(np.array([float(mark)])))
    return ring, row


def read(ring: Ring, row: int, window: str) -> tuple[int, float]:
    """Count and sum of the window drawn as brackets over its panes."""
    first, last = window.index("["), window.index("]")
    count, limbs = ring.window(row, last, last - first + 1)
    return count, total(limbs)


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
    assert expected == read(*drawn(panes), window)


def test_a_window_may_begin_before_the_first_pane() -> None:
    """A window longer than the history holds what there is, panes before 1970 (negative numbers) among it."""
    ring, row = drawn("3")
    ring.add(np.array([ring.slot(row, -2)]), cut(np.array([4.0])))

    assert (2, 7.0) == (ring.window(row, 0, 8)[0], total(ring.window(row, 0, 8)[1]))


def test_rows_do_not_mix() -> None:
    """Two series with the same panes keep their own sums."""
    ring, first = drawn("12")
    _, second = drawn("89", ring)

    assert (2, 3.0) == read(ring, first, "[]")
    assert (2, 17.0) == read(ring, second, "[]")


def test_one_slot_may_come_many_times_in_one_batch() -> None:
    """Adding three values to one pane in one call adds all three (plain indexing would keep the last)."""
    ring, row = drawn(".")
    slot = ring.slot(row, 0)
    ring.add(np.array([slot, slot, slot]), cut(np.array([1.0, 2.0, 4.0])))

    assert (3, 7.0) == (ring.window(row, 0, 1)[0], total(ring.window(row, 0, 1)[1]))


def test_untouched_panes_take_no_memory() -> None:
    """Only panes that hold a value are held."""
    ring, _ = drawn("1.2....3")

    assert 3 == ring.held


def test_panes_that_leave_the_ring_give_their_slots_back_empty() -> None:
    """When pane 8 is the newest of 8, pane 0 leaves; what takes its slot next starts from nothing."""
    ring, row = drawn("9......1")
    gone = list(ring.keep(row, newest=8))
    reused = ring.slot(row, 8)

    assert [0] == gone
    assert 2 == ring.held
    assert (0, 0.0) == (ring.window(row, 8, 1)[0], total(ring.window(row, 8, 1)[1]))
    assert reused == ring.slot(row, 8)


def test_nothing_leaves_while_it_is_in_the_ring() -> None:
    """The pane that is exactly as old as the ring is long, less one, stays."""
    ring, row = drawn("9......1")

    assert [] == list(ring.keep(row, newest=7))
    assert 2 == ring.held


def test_the_pool_grows_without_losing_what_it_holds() -> None:
    """A thousand touched panes, four times the first pool, all keep their values."""
    ring = Ring(1_000)
    row = ring.add_row()
    for pane in range(1_000):
        ring.add(np.array([ring.slot(row, pane)]), cut(np.array([float(pane)])))

    assert (1_000, 499_500.0) == (ring.window(row, 999, 1_000)[0], total(ring.window(row, 999, 1_000)[1]))
