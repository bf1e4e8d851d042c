"""Rings: the panes of many series on one grid, each allocated when it is first touched.

row 0   ┌─────┬─────┬─────┐
pane    …      │ 411 │ 412 │ 415 │      413, 414 were never touched and take no memory
row 1   └──┬──┴─────┼─────┤
slot 7   │ 412 │
└─────┘
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from paysignal.windows.exact import LIMBS, Limbs

_FIRST_SLOTS: Final = 256


def _counts() -> npt.NDArray[np.int64]:
    return np.zeros(_FIRST_SLOTS, dtype=np.int64)


def _limbs() -> Limbs:
    return np.zeros((_FIRST_SLOTS, LIMBS), dtype=np.int64)


@dataclass(slots=True)
class Ring:
    """Counts and exact sums by (row, pane); a pane that left its row's ring gives its slot back.

    Owned by one engine state and changed in place; equal adds in any order leave equal contents.
    """

    panes: int
    _slots: list[dict[int, int]] = field(default_factory=list)
    _free: list[int] = field(default_factory=list)
    _used: int = 0
    _count: npt.NDArray[np.int64] = field(default_factory=_counts)
    _sum: Limbs = field(default_factory=_limbs)

    def add_row(self) -> int:
        """A new row with no pane touched."""
        self._slots.append({})
        return len(self._slots) - 1

    def slot(self, row: int, pane: int) -> int:
        """The slot of a pane, allocated on first touch; stays valid until `keep` drops the pane."""
        slots = self._slots[row]
        found = slots.get(pane)
        if found is None:
            found = slots[pane] = self._allocate()
        return found

    def add(self, slots: npt.NDArray[np.int64], limbs: Limbs) -> None:
        """Adds one value, cut into limbs, to each slot; a slot may come several times."""
        np.add.at(self._count, slots, 1)
        np.add.at(self._sum, slots, limbs)

    def window(self, row: int, last: int, panes: int) -> tuple[int, Limbs]:
        """Count and limbs of the `panes` panes that end with pane `last`."""
        slots = self._slots[row]
        held = [slots[pane] for pane in range(last - panes + 1, last + 1) if pane in slots]
        return int(self._count[held].sum()), self._sum[held].sum(axis=0)

    def keep(self, row: int, newest: int) -> Iterable[int]:
        """Drops the row's panes that left the ring when `newest` became its newest pane; returns their numbers."""
        slots = self._slots[row]
        gone = [pane for pane in slots if pane <= newest - self.panes]
        for pane in gone:
            slot = slots.pop(pane)
            self._count[slot] = 0
            self._sum[slot] = 0
            self._free.append(slot)
        return gone

    @property
    def held(self) -> int:
        """How many panes take memory."""
        return self._used - len(self._free)

    def _allocate(self) -> int:
        if self._free:
            return self._free.pop()
        if self._used == len(self._count):
            self._count = np.concatenate([self._count, np.zeros_like(self._count)])
            self._sum = np.concatenate([self._sum, np.zeros_like(self._sum)])
        self._used += 1
        return self._used - 1
