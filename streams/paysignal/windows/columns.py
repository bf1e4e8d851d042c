"""Columns: what each pane holds of its increments, in arrays, an element a slot.

Only what the configured windows read is held: a column costs its bytes for every pane of every series.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from paysignal.windows.exact import LIMBS, SQUARE_LIMBS, Limbs, squares

Slots = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
#: A column of whatever type it has.
Column = npt.NDArray[Any]

COUNT, SUM, SQUARES, MIN, MAX, FIRST, LAST, BUCKETS = (
    "count", "sum", "squares", "min", "max", "first", "last", "buckets"
)  # fmt: skip

#: All of them, in the order of their blocks.
PARTS: Final = (COUNT, SUM, SQUARES, MIN, MAX, FIRST, LAST, BUCKETS)

#: Columns of each part with their types and widths. `first` and `last` know the instant and id, which decide ties.
_FIELDS: Final[dict[str, tuple[tuple[str, type[np.generic], int], ...]]] = {
    COUNT: (("count", np.int64, 0),),
    SUM: (("sum", np.int64, LIMBS),),
    SQUARES: (("squares", np.int64, SQUARE_LIMBS),),
    MIN: (("min", np.float64, 0),),
    MAX: (("max", np.float64, 0),),
    FIRST: (("first_us", np.int64, 0), ("first_id", np.uint64, 2), ("first", np.float64, 0)),
    LAST: (
        ("last_us", np.int64, 0), ("last_id", np.uint64, 2), ("last", np.float64, 0), ("last_by", np.int32, 0)
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """Increments that count, in the order of row, event time, id; one element each.

    `limbs` are the values cut; `by` numbers the publishers.
    """

    rows: Ints
    at_us: Ints
    ids: Ids
    values: Floats
    by: npt.NDArray[np.int32]
    limbs: Limbs

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Facts":
        """Those that are chosen."""
        return Facts(
            self.rows[chosen], self.at_us[chosen], self.ids[chosen], self.values[chosen], self.by[chosen],
            self.limbs[chosen],
        )  # fmt: skip


class Newest(NamedTuple):
    """One increment that counts, later than all its series has: what `Facts` has of many."""

    at_us: int
    id: tuple[int, int]
    value: float
    by: int
    limbs: tuple[int, int, int, int]


def fields_of(parts: Collection[str]) -> list[tuple[str, type[np.generic], int]]:
    """Name, type and width (0: none) of the columns of these parts, in the order of their blocks."""
    return [field for part, fields in _FIELDS.items() if part in parts for field in fields]


def empty(parts: Collection[str], size: int) -> dict[str, Column]:
    """Columns of `size` slots that hold nothing."""
    columns = {name: np.zeros((size, width) if width else size, dtype) for name, dtype, width in fields_of(parts)}
    for name, nothing in (("min", np.inf), ("max", -np.inf), ("first_us", _NEVER), ("last_us", -_NEVER)):
        if name in columns:
            columns[name][:] = nothing
    return columns


def add(columns: dict[str, Column], slots: Slots, starts: Slots, facts: Facts) -> None:
    """Adds facts to their slots: those from `starts[i]` up to the next start to `slots[i]`; no slot comes twice."""
    ends = np.append(starts[1:], len(facts.rows)) - 1
    columns["count"][slots] += ends - starts + 1
    columns["sum"][slots] += np.add.reduceat(facts.limbs, starts, axis=0)
    if SQUARES in columns:
        columns["squares"][slots] += np.add.reduceat(squares(facts.limbs), starts, axis=0)
    if MIN in columns:
        columns["min"][slots] = np.minimum(columns["min"][slots], np.minimum.reduceat(facts.values, starts))
    if MAX in columns:
        columns["max"][slots] = np.maximum(columns["max"][slots], np.maximum.reduceat(facts.values, starts))
    if FIRST in columns:
        _place(columns, FIRST, slots, starts, facts, -1)
    if LAST in columns:
        replaced, chosen = _place(columns, LAST, slots, ends, facts, 1)
        columns["last_by"][replaced] = facts.by[chosen]


def add_newest(columns: dict[str, Column], slot: int, fact: "Newest") -> None:
    """Adds one fact to its slot, which holds some that are all earlier: what `add` does, number by number."""
    columns["count"][slot] += 1
    sums = columns["sum"]
    for place, limb in enumerate(fact.limbs):
        sums[slot, place] += limb
    if SQUARES in columns:
        columns["squares"][slot] += squares(np.array([fact.limbs]))[0]
    if MIN in columns and fact.value < columns["min"].item(slot):
        columns["min"][slot] = fact.value
    if MAX in columns and fact.value > columns["max"].item(slot):
        columns["max"][slot] = fact.value
    if LAST in columns:
        columns["last_us"][slot], columns["last"][slot], columns["last_by"][slot] = fact.at_us, fact.value, fact.by
        ids = columns["last_id"]
        ids[slot, 0], ids[slot, 1] = fact.id


def _place(  # noqa: PLR0913, PLR0917 - one of the two ends
    columns: dict[str, Column], end: str, slots: Slots, chosen: Slots, facts: Facts, sign: int
) -> tuple[Slots, Slots]:
    """Puts the chosen facts where they are earlier (sign -1) or later (1) than what is held; returns where."""
    held_us, held_id = columns[f"{end}_us"][slots], columns[f"{end}_id"][slots]
    at_us, ids = facts.at_us[chosen], facts.ids[chosen]
    beyond = at_us > held_us if sign > 0 else at_us < held_us
    tied = np.flatnonzero(at_us == held_us)
    if len(tied):
        order = compared(ids[tied], held_id[tied])
        beyond[tied] = order == sign
    replaced, chosen = slots[beyond], chosen[beyond]
    columns[f"{end}_us"][replaced] = facts.at_us[chosen]
    columns[f"{end}_id"][replaced] = facts.ids[chosen]
    columns[end][replaced] = facts.values[chosen]
    return replaced, chosen


def compared(left: Ids, right: Ids) -> Ints:
    """-1, 0 or 1 for each pair of ids, shape (n, 2), as their texts compare."""
    above = (left[:, 0] > right[:, 0]) | ((left[:, 0] == right[:, 0]) & (left[:, 1] > right[:, 1]))
    return np.where((left == right).all(axis=1), 0, np.where(above, 1, -1)).astype(np.int64)


#: Beyond every instant of the calendar.
_NEVER: Final = 2**62
