"""Known ids: an exact set of (series row, id), as an open table of numbers into the journal.

    table   ┌────┬────┬────┬────┬────┬────┐        journal   0  row 4, id 9f…
            │ -1 │  2 │ -1 │  0 │  1 │ -1 │                  1  row 7, id 02…
            └────┴────┴────┴────┴────┴────┘                  2  row 4, id c1…

With the journal, which has the whole increment, it takes 60 bytes an id; a Python set takes 83 for the id alone.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from paysignal.engine.tallies.journal import Journal
from paysignal.windows.columns import Ids, Ints

_FIRST_ROOM: Final = 1_024
_EMPTY: Final = -1
_ROUNDS: Final = 4

Hashes = npt.NDArray[np.uint64]

#: Odd, with bits all over: multiplying by them spreads ids whose sender chose them badly.
_K1, _K2, _K3 = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))
_HALF: Final = np.uint64(32)
_N1, _N2, _N3 = int(_K1), int(_K2), int(_K3)
_WORD: Final = 2**64 - 1


def hashed(rows: Ints, ids: Ids) -> Hashes:
    """A number for each (row, id), spread evenly."""
    mixed: Hashes = (ids[:, 0] * _K1) ^ (ids[:, 1] * _K2) ^ (rows.astype(np.uint64) * _K3)
    mixed ^= mixed >> _HALF
    mixed *= _K1
    return mixed ^ (mixed >> _HALF)


def hashed_one(row: int, high: int, low: int) -> int:
    """The same number for one of them."""
    mixed = (high * _N1 ^ low * _N2 ^ row * _N3) & _WORD
    mixed = (mixed ^ mixed >> 32) * _N1 & _WORD
    return mixed ^ mixed >> 32


def first_equal(rows: Ints, ids: Ids, hashes: Hashes) -> Ints:
    """For each element the first one with the same row and id: itself, unless it is a repetition."""
    size = 1 << max(int(4 * len(rows)).bit_length(), 8)
    owners = np.empty(size, dtype=np.int64)
    first = np.arange(len(rows))
    open_ = first.copy()
    for shift in range(_ROUNDS):
        place = (hashes[open_] >> np.uint64(8 * shift)) & np.uint64(size - 1)
        owners[place[::-1]] = open_[::-1]  # of several that want one place the last written, so the first, has it
        owner = owners[place]
        same = (rows[owner] == rows[open_]) & (ids[owner] == ids[open_]).all(axis=1)
        first[open_[same]] = owner[same]
        open_ = open_[~same]
        if not len(open_):
            return first
    seen: dict[tuple[int, int, int], int] = {}
    for index in open_.tolist():
        key = (int(rows[index]), int(ids[index, 0]), int(ids[index, 1]))
        first[index] = seen.setdefault(key, index)
    return first


@dataclass(slots=True)
class Known:
    """The table. The journal holds rows and ids of its entries and is handed in with each call."""

    _table: npt.NDArray[np.int32] = field(default_factory=lambda: np.full(_FIRST_ROOM, _EMPTY, np.int32))
    _used: int = 0

    def find(self, rows: Ints, ids: Ids, hashes: Hashes, entry_rows: Ints, entry_ids: Ids) -> Ints:
        """The entry of each (row, id); -1 where there is none."""
        mask = len(self._table) - 1
        place = (hashes & np.uint64(mask)).astype(np.int64)
        found = self._table[place].astype(np.int64)
        looking = np.flatnonzero(found != _EMPTY)
        while len(looking):
            entry = found[looking]
            other = (entry_rows[entry] != rows[looking]) | (entry_ids[entry] != ids[looking]).any(axis=1)
            looking = looking[other]
            place[looking] = (place[looking] + 1) & mask
            found[looking] = self._table[place[looking]]
            looking = looking[found[looking] != _EMPTY]
        return found

    def insert(self, entries: Ints, hashes: Hashes) -> bool:
        """Puts entries in whose (row, id) are distinct and not there yet; False: no room, `rebuild` first."""
        if 2 * (self._used + len(entries)) > len(self._table):
            return False
        mask = len(self._table) - 1
        place = (hashes & np.uint64(mask)).astype(np.int64)
        while len(entries):
            vacant = self._table[place] == _EMPTY
            self._table[place[vacant]] = entries[vacant]
            left = self._table[place] != entries
            self._used += len(entries) - int(left.sum())
            entries, place = entries[left], (place[left] + 1) & mask
        return True

    def holds(self, row: int, fact_id: tuple[int, int], hashed_: int, journal: Journal) -> bool:
        """Whether one (row, id) is there."""
        mask = len(self._table) - 1
        place = hashed_ & mask
        while (entry := self._table.item(place)) != _EMPTY:
            ids = journal.ids
            if journal.rows.item(entry) == row and (ids.item(entry, 0), ids.item(entry, 1)) == fact_id:
                return True
            place = (place + 1) & mask
        return False

    @property
    def has_room(self) -> bool:
        """Whether one more can be put in."""
        return 2 * (self._used + 1) <= len(self._table)

    def put(self, entry: int, hashed_: int) -> None:
        """Puts one entry in that is not there yet, where there is room."""
        mask = len(self._table) - 1
        place = hashed_ & mask
        while self._table.item(place) != _EMPTY:
            place = (place + 1) & mask
        self._table[place] = entry
        self._used += 1

    def replace(self, old: int, new: int, hashed_: int) -> None:
        """Another entry for an (row, id) whose entry has been forgotten."""
        mask = len(self._table) - 1
        place = hashed_ & mask
        while self._table[place] != old:
            place = (place + 1) & mask
        self._table[place] = new

    def rebuild(self, entries: Ints, hashes: Hashes) -> None:
        """Makes the table anew, of these entries and with room for as many again."""
        size = _FIRST_ROOM
        while size < 4 * len(entries):
            size *= 2
        self._table, self._used = np.full(size, _EMPTY, np.int32), 0
        self.insert(entries, hashes)
