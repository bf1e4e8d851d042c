"""Rings: the panes of many series on one grid, each allocated when it is first touched, chained by series.

    row 0   head ─▶ 415 ─▶ 412 ─▶ 411 ◀─ tail       413, 414 were never touched and take no memory
    row 1   head ─▶ 412 ◀─ tail

A batch finds or makes all its panes in a few numpy calls: what is newer than its row's head is put before it at once,
what is older walks down the chain, all rows in step.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from paysignal.windows.columns import BUCKETS, Column, Facts, Ints, Newest, Slots, add, add_newest, empty
from paysignal.windows.grids import Grid
from paysignal.windows.sketch import Sketches

_FIRST_SLOTS: Final = 256
_NONE: Final = -1
#: Below this many rows a walk in plain Python is quicker than numpy's calls.
_FEW: Final = 6


def grown(array: Column, size: int, nothing: float = 0) -> Column:
    """The array with at least `size` elements: itself, or a copy half as large again and filled up with `nothing`."""
    if len(array) >= size:
        return array
    larger = np.full((max(size, len(array) * 3 // 2), *array.shape[1:]), nothing, dtype=array.dtype)
    larger[: len(array)] = array
    return larger


@dataclass(frozen=True, slots=True)
class Held:
    """Slots of one window's panes: those of the i-th row stand from `starts[i]` on, the newest first; none is empty."""

    slots: Slots
    starts: Slots

    @property
    def ends(self) -> Slots:
        """The last slot's place of each row: its oldest pane."""
        return np.append(self.starts[1:], len(self.slots)) - 1


@dataclass(slots=True)
class Ring:
    """Panes by (row, pane); owned by one engine state and changed in place.

    `open` panes up to a row's newest take increments, `kept` are held, for windows that end before. `parts` are the
    columns. Equal facts in any order leave equal panes.
    """

    grid: Grid
    open: int
    kept: int
    parts: Collection[str]
    columns: dict[str, Column] = field(default_factory=dict)
    pane: Ints = field(default_factory=lambda: np.zeros(_FIRST_SLOTS, np.int64))
    older: npt.NDArray[np.int32] = field(default_factory=lambda: np.full(_FIRST_SLOTS, _NONE, np.int32))
    newer: npt.NDArray[np.int32] = field(default_factory=lambda: np.full(_FIRST_SLOTS, _NONE, np.int32))
    head: npt.NDArray[np.int32] = field(default_factory=lambda: np.full(0, _NONE, np.int32))
    tail: npt.NDArray[np.int32] = field(default_factory=lambda: np.full(0, _NONE, np.int32))
    sketches: Sketches = field(default_factory=Sketches)
    used: int = 0
    free: Slots = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        self.columns = self.columns or empty(self.parts, _FIRST_SLOTS)

    @property
    def held(self) -> int:
        """How many panes take memory."""
        return self.used - len(self.free)

    def make_rows(self, rows: int) -> None:
        """Room for rows up to this number, with no pane touched."""
        self.head, self.tail = grown(self.head, rows, _NONE), grown(self.tail, rows, _NONE)

    def add(self, facts: Facts) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
        """Adds facts; returns the (row, pane) they touched, each once and in order, and which are new."""
        panes = self.grid.panes(facts.at_us)
        first = np.empty(len(panes), dtype=bool)
        first[:1] = True
        np.not_equal(facts.rows[1:], facts.rows[:-1], out=first[1:])
        first[1:] |= panes[1:] != panes[:-1]
        starts = np.flatnonzero(first)
        rows, panes = facts.rows[starts], panes[starts]
        slots, fresh = self.slots_of(rows, panes)
        add(self.columns, slots, starts, facts)
        if BUCKETS in self.parts:
            self.sketches.add(slots, starts, facts.values)
        return rows, panes, fresh

    def newest_slot(self, row: int, at_us: int) -> int:
        """The slot of the row's newest pane, where that is the pane of this instant; otherwise -1."""
        slot = self.head.item(row)
        if slot == _NONE:
            return _NONE
        pane = self.pane.item(slot)
        return slot if self.grid.start_us(pane) <= at_us < self.grid.start_us(pane + 1) else _NONE

    def add_newest(self, slot: int, fact: Newest) -> None:
        """Adds one fact, later than all of its row, to the slot that `newest_slot` gave."""
        add_newest(self.columns, slot, fact)
        if BUCKETS in self.parts:
            self.sketches.add(np.array([slot]), np.zeros(1, np.int64), np.array([fact.value]))

    def slots_of(self, rows: Ints, panes: Ints) -> tuple[Slots, npt.NDArray[np.bool_]]:
        """The slot of each pane, made where it is untouched, and which were; pairs in order, each once."""
        heads = self.head[rows].astype(np.int64)
        slots = np.where((heads != _NONE) & (self.pane[heads] == panes), heads, _NONE)
        newest = (heads == _NONE) | (self.pane[heads] < panes)
        below = np.flatnonzero((slots == _NONE) & ~newest)
        fresh = newest.copy()
        if len(below):
            slots[below], fresh[below] = self._slots_below(rows[below], panes[below])
        ahead = np.flatnonzero(newest)
        if len(ahead):
            slots[ahead] = self._put_before(rows[ahead], panes[ahead], heads[ahead])
        return slots, fresh

    def _put_before(self, rows: Ints, panes: Ints, heads: Slots) -> Slots:
        """New panes, each newer than its row's head; several of one row chain to each other."""
        slots = self._allocate(panes)
        same = rows[1:] == rows[:-1]
        self.older[slots] = heads
        self.older[slots[1:][same]] = slots[:-1][same]
        self.newer[slots] = _NONE
        self.newer[slots[:-1][same]] = slots[1:][same]
        first = np.append(True, ~same)
        was = heads[first]
        self.newer[was[was != _NONE]] = slots[first][was != _NONE]
        self.tail[rows[first][was == _NONE]] = slots[first][was == _NONE]
        last = np.append(~same, True)
        self.head[rows[last]] = slots[last]
        return slots

    def _slots_below(self, rows: Ints, panes: Ints) -> tuple[Slots, npt.NDArray[np.bool_]]:
        """Panes older than their row's head: found on the chain, or put into it."""
        upper, lower = self._neighbours(rows, panes)
        found = (lower != _NONE) & (self.pane[lower] == panes)
        slots, fresh = np.where(found, lower, _NONE), ~found
        gap = np.flatnonzero(fresh)
        if len(gap):
            slots[gap] = self._put_between(rows[gap], panes[gap], upper[gap], lower[gap])
        return slots, fresh

    def _neighbours(self, rows: Ints, panes: Ints) -> tuple[Slots, Slots]:
        """The chain's slots around each pane: the last above it, and the first at or under it (-1: none)."""
        tails = self.tail[rows].astype(np.int64)
        back = self.pane[tails] > panes  # older than all: history arriving backwards is not walked
        upper = np.where(back, tails, self.head[rows])
        lower = np.where(back, _NONE, self.older[upper]).astype(np.int64)
        walking = np.flatnonzero(~back)
        while len(walking):
            at = lower[walking]
            walking = walking[(at != _NONE) & (self.pane[at] > panes[walking])]
            upper[walking] = lower[walking]
            lower[walking] = self.older[upper[walking]]
        return upper, lower

    def _put_between(self, rows: Ints, panes: Ints, upper: Slots, lower: Slots) -> Slots:
        slots = self._allocate(panes)
        same = (rows[1:] == rows[:-1]) & (upper[1:] == upper[:-1])
        first, last = np.append(True, ~same), np.append(~same, True)
        self.older[slots], self.newer[slots] = lower, upper
        self.older[slots[1:][same]] = slots[:-1][same]
        self.newer[slots[:-1][same]] = slots[1:][same]
        self.older[upper[last]] = slots[last]
        end = lower[first] == _NONE
        self.newer[lower[first][~end]] = slots[first][~end]
        self.tail[rows[first][end]] = slots[first][end]
        return slots

    def _allocate(self, panes: Ints) -> Slots:
        again = min(len(panes), len(self.free))
        slots = np.empty(len(panes), dtype=np.int64)
        slots[:again], self.free = self.free[len(self.free) - again :], self.free[: len(self.free) - again]
        more = len(panes) - again
        slots[again:] = np.arange(self.used, self.used + more)
        self.used += more
        self._make_room(self.used)
        self.pane[slots] = panes
        return slots

    def _make_room(self, size: int) -> None:
        if size > len(self.pane):
            self.pane = grown(self.pane, size)
            self.older, self.newer = grown(self.older, size, _NONE), grown(self.newer, size, _NONE)
            nothing = empty(self.parts, 1)
            self.columns = {name: _refilled(column, size, nothing[name]) for name, column in self.columns.items()}

    def drop(self, rows: Ints, newest: Ints, most: int | None) -> None:
        """Drops the rows' panes that no window needs: `kept` behind the newest, and not above `most` (None: any)."""
        horizon = newest - self.kept
        if most is not None:
            horizon = np.minimum(horizon, most)
        while len(rows):
            tails = self.tail[rows].astype(np.int64)
            gone = (tails != _NONE) & (self.pane[tails] <= horizon)
            rows, horizon, tails = rows[gone], horizon[gone], tails[gone]
            if not len(rows):
                return
            above = self.newer[tails].astype(np.int64)
            self.tail[rows] = above
            self.older[above[above != _NONE]] = _NONE
            self.head[rows[above == _NONE]] = _NONE
            for name, nothing in empty(self.parts, 1).items():
                self.columns[name][tails] = nothing
            self.sketches.drop(tails)
            self.free = np.concatenate([self.free, tails])

    def newest_up_to(self, rows: Ints, last: int) -> Ints:
        """Each row's newest touched pane up to `last`; a very low number where it has none."""
        slots = self.head[rows].astype(np.int64)
        walking = np.flatnonzero(slots != _NONE)
        while len(walking):
            walking = walking[self.pane[slots[walking]] > last]
            slots[walking] = self.older[slots[walking]]
            walking = walking[slots[walking] != _NONE]
        return np.where(slots == _NONE, -(2**62), self.pane[slots])

    def collect(self, rows: Ints, last: Ints, panes: int) -> tuple[npt.NDArray[np.bool_], Held]:
        """The slots of each row's panes in `(last - panes, last]`; which rows have any, and only those are told."""
        if len(rows) <= _FEW:
            chains = [self._chain(row, end, panes) for row, end in zip(rows.tolist(), last.tolist(), strict=True)]
            lengths = np.array([len(chain) for chain in chains], dtype=np.int64)
            slots = np.array([slot for chain in chains for slot in chain], dtype=np.int64)
        else:
            slots, lengths = self._chains(rows, last, panes)
        some = lengths > 0
        lengths = lengths[some]
        return some, Held(slots, np.cumsum(lengths) - lengths)

    def _chain(self, row: int, last: int, panes: int) -> list[int]:
        slot, chain = self.head.item(row), []
        while slot != _NONE and (pane := self.pane.item(slot)) > last - panes:
            if pane <= last:
                chain.append(slot)
            slot = self.older.item(slot)
        return chain

    def _chains(self, rows: Ints, last: Ints, panes: int) -> tuple[Slots, Ints]:
        slots = self.head[rows].astype(np.int64)
        steps: list[Slots] = []
        walking = np.arange(len(rows))
        while True:
            walking = walking[slots[walking] != _NONE]
            here = self.pane[slots[walking]]
            within = here > last[walking] - panes
            walking, here = walking[within], here[within]
            if not len(walking):
                break
            step = np.full(len(rows), _NONE, dtype=np.int64)
            inside = walking[here <= last[walking]]
            step[inside] = slots[inside]
            steps.append(step)
            slots[walking] = self.older[slots[walking]]
        if not steps:
            return np.zeros(0, np.int64), np.zeros(len(rows), np.int64)
        table = np.stack(steps, axis=1)
        taken = table != _NONE
        return table[taken], taken.sum(axis=1)


def _refilled(column: Column, size: int, nothing: Column) -> Column:
    larger = np.empty((max(size, len(column) * 3 // 2), *column.shape[1:]), dtype=column.dtype)
    larger[: len(column)] = column
    larger[len(column) :] = nothing[0]
    return larger
