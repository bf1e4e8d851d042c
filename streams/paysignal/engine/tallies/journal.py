"""The journal: increments that counted, in the order they came, in chunks that a checkpoint stores once.

    chunk 7          chunk 8          chunk 9 (filling)
    ├── 1,024 ──────┼── 1,024 ───────┼── 310 ─┤
              ▲ a group of rows was stored here: what comes after is added to it again when it is restored

It remembers ids for as long as their increments could still be counted, and carries the rows between two of their own
blocks, so that a checkpoint writes what came and not what is held.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from paysignal.engine.forms import NO_SEQUENCE
from paysignal.windows.columns import Facts, Floats, Ids, Ints, Newest
from paysignal.windows.rings import grown

#: Entries a chunk: 44 KiB, of which a quiet second writes the last one again.
CHUNK: Final = 1_024
#: An entry kept for its id alone: it is in no row that is restored.
ID_ONLY: Final = -1
#: Of a chunk with less than this share still of use the rest is moved: each entry so moves once or twice at most.
_WORTH_KEEPING: Final = 0.5


@dataclass(slots=True)
class Journal:
    """Arrays of entries; `chunks` numbers the chunks they stand in, `written` is how many entries are in blocks.

    `sequences` are the publishers', of entries that are told by them and not by their id; not held unless some are.
    """

    rows: Ints = field(default_factory=lambda: np.zeros(CHUNK, np.int64))
    ids: Ids = field(default_factory=lambda: np.zeros((CHUNK, 2), np.uint64))
    at_us: Ints = field(default_factory=lambda: np.zeros(CHUNK, np.int64))
    values: Floats = field(default_factory=lambda: np.zeros(CHUNK, np.float64))
    by: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(CHUNK, np.int32))
    sequences: Ints | None = None
    length: int = 0
    chunks: list[int] = field(default_factory=list)
    next_chunk: int = 0
    written: int = 0
    withdrawn: list[int] = field(default_factory=list)

    @property
    def position(self) -> int:
        """Where the next entry will stand: numbers that no compaction changes."""
        within = self.length % CHUNK
        return self.chunks[-1] * CHUNK + within if within else self.next_chunk * CHUNK

    def is_full(self, coming: int) -> bool:
        """Whether so many more entries may need new memory, so that it is time to look what can be forgotten.

        Asked with less than a batch brings, memory grew past the moment to look, and then for ever.
        """
        return self.length + max(coming, CHUNK) > len(self.rows)

    def append(self, rows: Ints, ids: Ids, at_us: Ints, values: Floats, by: npt.NDArray[np.int32]) -> Ints:
        """Adds entries; returns their numbers."""
        start, end = self.length, self.length + len(rows)
        self._make_room(end)
        self.rows[start:end], self.ids[start:end], self.at_us[start:end] = rows, ids, at_us
        self.values[start:end], self.by[start:end] = values, by
        if self.sequences is not None:
            self.sequences[start:end] = NO_SEQUENCE
        self.length = end
        while len(self.chunks) * CHUNK < end:
            self.chunks.append(self.next_chunk)
            self.next_chunk += 1
        return np.arange(start, end)

    @property
    def has_room(self) -> bool:
        """Whether one more entry needs no new memory."""
        return self.length < len(self.rows)

    def put(self, row: int, fact: Newest) -> int:
        """Adds one entry, where there is room; returns its number."""
        entry = self.length
        self.rows[entry], self.at_us[entry], self.values[entry], self.by[entry] = row, fact.at_us, fact.value, fact.by
        self.ids[entry, 0], self.ids[entry, 1] = fact.id
        self.length += 1
        if len(self.chunks) * CHUNK < self.length:
            self.chunks.append(self.next_chunk)
            self.next_chunk += 1
        return entry

    def _make_room(self, size: int) -> None:
        self.rows, self.ids, self.at_us = grown(self.rows, size), grown(self.ids, size), grown(self.at_us, size)
        self.values, self.by = grown(self.values, size), grown(self.by, size)
        if self.sequences is not None:
            self.sequences = grown(self.sequences, size)

    def position_of(self, entries: Ints) -> Ints:
        """The lasting number of each entry."""
        return np.array(self.chunks, dtype=np.int64)[entries // CHUNK] * CHUNK + entries % CHUNK

    def compact(self, live: npt.NDArray[np.bool_], settled: int) -> bool:
        """Takes chunks out of which less than half is live and all stands before position `settled`.

        Their live entries move to the end, for their ids alone. Returns whether any entry has moved.
        """
        whole = self.length // CHUNK
        shares = live[: whole * CHUNK].reshape(whole, CHUNK).mean(axis=1) if whole else np.zeros(0)
        old = np.array(self.chunks[:whole], dtype=np.int64) * CHUNK + CHUNK <= min(settled, self._last_written())
        gone = (shares < _WORTH_KEEPING) & old
        if not gone.any():
            return False
        leaving = np.zeros(self.length, dtype=bool)
        leaving[: whole * CHUNK] = np.repeat(gone, CHUNK)
        moved = np.flatnonzero(leaving & live)
        again = (self.rows[moved], self.ids[moved], self.at_us[moved], self.values[moved])
        self._keep(~leaving, gone)
        self.append(*again, np.full(len(moved), ID_ONLY, np.int32))
        return True

    def _last_written(self) -> int:
        return self.chunks[self.written // CHUNK - 1] * CHUNK + CHUNK if self.written >= CHUNK else 0

    def _keep(self, staying: npt.NDArray[np.bool_], gone: npt.NDArray[np.bool_]) -> None:
        left = np.flatnonzero(staying)
        for column in (self.rows, self.ids, self.at_us, self.values, self.by, self.sequences):
            if column is not None:
                column[: len(left)] = column[left]
        leaving = set(np.flatnonzero(gone).tolist())
        self.withdrawn += [chunk for number, chunk in enumerate(self.chunks) if number in leaving]
        self.chunks = [chunk for number, chunk in enumerate(self.chunks) if number not in leaving]
        self.written -= self.length - len(left)
        self.length = len(left)

    def tell(self, entries: Ints, sequences: Ints) -> None:
        """These entries are told by their publisher's sequence, where they have one."""
        if self.sequences is not None:
            self.sequences[entries] = sequences

    def told_by_id(self, length: int) -> npt.NDArray[np.bool_]:
        """Which of the first entries are."""
        return np.ones(length, dtype=bool) if self.sequences is None else self.sequences[:length] < 0

    def facts(self, entries: Ints, limbs: npt.NDArray[np.int64]) -> Facts:
        """Entries as facts again."""
        return Facts(
            self.rows[entries], self.at_us[entries], self.ids[entries], self.values[entries], self.by[entries], limbs
        )
