"""Stored: which parts of the tallies a checkpoint has to write, so that it writes what came and not what is held.

increments:facts:9      a chunk of the journal: written when it grew
increments:rows:12      64 rows with their panes: written when new, and before the journal behind them gets long
increments:names:0      publishers' names by number
increments:all          event time, cursors, and what is still to be emitted
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from paysignal.engine.blocks import Block
from paysignal.engine.slices import sliced
from paysignal.engine.tallies.journal import CHUNK, Journal
from paysignal.windows.columns import Ints
from paysignal.windows.rings import grown

PREFIX: Final = "increments:"
ALL, ROWS, FACTS, NAMES = (f"{PREFIX}{part}" for part in ("all", "rows:", "facts:", "names:"))

#: Rows a block: of quiet series some 30 KiB, and a quarter of a million groups of a million series are too many keys.
GROUP: Final = 64
NAMES_A_BLOCK: Final = 256

#: Increments that may stand in the journal alone: a restore adds them again, at under a microsecond each. With many
#: rows more of them, or the rows would be written more often than their increments are worth.
_FEWEST: Final = 131_072
_MOST: Final = 1_048_576
_A_ROW: Final = 2

_CLEAN: Final = -1


@dataclass(slots=True)
class Stored:
    """`since` is, by group of rows, the journal's position from which on its block lacks increments (-1: none)."""

    since: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    rows: int = 0
    names: int = 0
    last_all: bytes = b""
    slices: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many blocks stand."""
        return sum(self.slices.values())

    def touch(self, rows: Ints, positions: Ints, held: int) -> None:
        """Some of `held` rows got increments at these positions of the journal, which rise."""
        self.since = grown(self.since, -(-held // GROUP), _CLEAN)
        groups, first = np.unique(rows // GROUP, return_index=True)
        clean = self.since[groups] == _CLEAN
        self.since[groups[clean]] = positions[first[clean]]

    def holds(self, row: int) -> bool:
        """Whether the row's group has been touched or written before."""
        return row // GROUP < len(self.since)

    def touch_one(self, row: int, position: int) -> None:
        """The same of one row, of a group that this `holds`."""
        group = row // GROUP
        if self.since.item(group) == _CLEAN:
            self.since[group] = position

    def settled(self, position: int) -> int:
        """The journal's position up to which all rows' blocks hold it."""
        lacking = self.since[self.since != _CLEAN]
        return int(lacking.min()) if len(lacking) else position

    def due(self, held: int, position: int) -> list[int]:
        """The groups whose blocks are to be written now, in order."""
        self.since = grown(self.since, -(-held // GROUP), _CLEAN)
        most = min(max(_FEWEST, _A_ROW * held), _MOST)
        due = np.zeros(len(self.since), dtype=bool)
        if position - self.settled(position) > most:
            due = (self.since != _CLEAN) & (self.since < position - most // 2)
        if held > self.rows:
            due[self.rows // GROUP : -(-held // GROUP)] = True
        groups = np.flatnonzero(due)
        self.since[groups] = _CLEAN
        self.rows = held
        return [int(group) for group in groups]

    def pass_over(self, held: int, journal: Journal) -> None:
        """Takes everything for stored, of a state that nobody stores."""
        self.since = np.full(-(-held // GROUP), _CLEAN)
        self.rows = held
        journal.written = journal.length
        journal.withdrawn.clear()

    def blocks(self, key: str, value: bytes) -> list[Block]:
        """A part's blocks; several where one could be larger than a record."""
        made, self.slices[key] = sliced(key, value, self.slices.get(key, 0))
        return made

    def chunks(self, journal: Journal, written: Callable[[int], bytes]) -> Iterable[Block]:
        """The journal's chunks that grew or are gone."""
        for number in journal.withdrawn:
            self.slices.pop(f"{FACTS}{number}", None)
            yield Block(f"{FACTS}{number}", None)
        journal.withdrawn.clear()
        if journal.written < journal.length:
            for place in range(journal.written // CHUNK, len(journal.chunks)):
                yield from self.blocks(f"{FACTS}{journal.chunks[place]}", written(place))
        journal.written = journal.length
