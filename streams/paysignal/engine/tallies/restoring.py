"""Restoring the tallies from their blocks: as if they had never been interrupted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paysignal.engine.blocks import Block, StaleBlock
from paysignal.engine.forms import NO_SEQUENCE
from paysignal.engine.parameters import Parameters
from paysignal.engine.slices import joined
from paysignal.engine.tallies import codec
from paysignal.engine.tallies.codec import unpacked
from paysignal.engine.tallies.journal import CHUNK, ID_ONLY, Journal
from paysignal.engine.tallies.rows import Publishers, Rows
from paysignal.engine.tallies.stored import ALL, FACTS, GROUP, NAMES, ROWS
from paysignal.engine.tallies.tallies import Tallies
from paysignal.facts.readings import NAMED_INPUTS
from paysignal.windows.columns import Ints, fields_of
from paysignal.windows.rings import Ring

_NONE: Final = -1
_REBUILD: Final = "`paysignal rebuild` makes the state anew from the topics"
#: Groups whose bytes become arrays together.
_SLAB: Final = 512
#: Columns of rows and of panes beside those that the indicators ask for: names of the codec's fields, types, widths.
_ROW_COLUMNS: Final[tuple[tuple[str, type[np.generic], int], ...]] = (
    ("newest_us", np.int64, 0), ("facts", np.int64, 0), ("recent", np.int64, 0), ("recent_us", np.int64, 0),
    ("recent_ids", np.uint64, 2), ("pairs", np.int64, 0), ("publishers", np.int64, 0), ("latest_us", np.int64, 0),
    ("reached", np.int64, 0),
)  # fmt: skip
_PANE_COLUMNS: Final[tuple[tuple[str, type[np.generic]], ...]] = (
    ("counts", np.int64), ("panes", np.int64), ("sketch_sizes", np.int64), ("buckets", np.int32), ("numbers", np.int64),
)  # fmt: skip
#: Increments that are added again together.
_BATCH: Final = 65_536


@dataclass(slots=True)
class _Columns:
    """Columns that grow slab by slab and are joined once each: a million rows never stand in memory three times."""

    parts: dict[str, list[npt.NDArray[Any]]] = field(default_factory=dict)

    def add(self, name: str, raw: list[bytes], dtype: npt.DTypeLike, width: int = 0) -> None:
        """More of a column."""
        self.parts.setdefault(name, []).append(unpacked(raw, dtype, width))

    def take(self, name: str) -> npt.NDArray[Any]:
        """The whole column, which is forgotten here."""
        return np.concatenate(self.parts.pop(name))


def restored(blocks: Iterable[Block], parameters: Parameters) -> tuple[Tallies, list[int]]:
    """The tallies that wrote these blocks, and the rows whose readings are still to be emitted.

    Raises `StaleBlock` when the blocks are of other parameters or of another version, or some are not there.
    """
    tallies = Tallies(parameters)
    parts = _Parts(tallies)
    for key, value, slices in joined(sorted(blocks, key=_place)):
        tallies.stored.slices[key] = slices
        parts.take(key, value, parameters.fingerprint)
    if parts.all is None and not tallies.stored.slices:
        return tallies, []
    try:
        due = parts.finish()
    except (ValueError, IndexError, OverflowError) as error:  # columns that do not fit each other
        raise StaleBlock(f"the blocks do not fit each other: {error}; {_REBUILD}") from None
    tallies.stored.rows, tallies.stored.names = len(tallies.rows), len(tallies.rows.publishers.names)
    return tallies, due


def _place(block: Block) -> tuple[str, int]:
    """Where a block is read: its kind's in order of their numbers, whatever slice it is."""
    kind, _, number = block.key.partition("#")[0].rpartition(":")
    return kind, int(number) if number.isdecimal() else 0


@dataclass(slots=True)
class _Parts:
    """What has been read so far: rows by the slab, the journal's chunks, names."""

    tallies: Tallies
    all: codec.All | None = None
    names: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    columns: _Columns = field(default_factory=_Columns)
    positions: list[int] = field(default_factory=list)
    slab: list[codec.Rows] = field(default_factory=list)
    chunks: list[codec.Entries] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    name_blocks: int = 0

    def take(self, key: str, value: bytes, identity: bytes) -> None:
        """One block's value; the blocks of a kind come in the order of their numbers."""
        if key == ALL:
            self.all = codec.read(codec.All, key, value, identity)
        elif key.startswith(ROWS):
            self._expect(key, ROWS, len(self.positions))
            rows = codec.read(codec.Rows, key, value, identity)
            self.positions.append(rows.position)
            self.slab.append(rows)
            if len(self.slab) == _SLAB:
                self._empty_slab()
        elif key.startswith(FACTS):
            self.chunks.append(codec.read(codec.Entries, key, value, identity))
            self.numbers.append(int(key.removeprefix(FACTS)))
        elif key.startswith(NAMES):
            self._expect(key, NAMES, self.name_blocks)
            self.name_blocks += 1
            self.names += codec.read(codec.Names, key, value, identity).names
        else:
            raise StaleBlock(f"block {key} is of no known kind; {_REBUILD}")

    @staticmethod
    def _expect(key: str, prefix: str, number: int) -> None:
        if key != f"{prefix}{number}":
            raise StaleBlock(f"block {prefix}{number} is not there, {key} is; {_REBUILD}")

    def _empty_slab(self) -> None:
        slab, columns = self.slab, self.columns
        self.keys += [key for group in slab for key in group.keys]
        for name, dtype, width in _ROW_COLUMNS:
            columns.add(name, [getattr(group, name) for group in slab], dtype, width)
        for place, ring in enumerate(self.tallies.rings.values()):
            parts = [group.rings[place] for group in slab]
            for name, dtype in _PANE_COLUMNS:
                columns.add(f"{place}.{name}", [getattr(part, name) for part in parts], dtype)
            for number, (name, dtype, width) in enumerate(fields_of(ring.parts)):
                columns.add(f"{place}.column.{name}", [part.columns[number] for part in parts], dtype, width)
        self.slab = []

    def finish(self) -> list[int]:
        """Puts everything together; returns the rows that are due."""
        told, tallies = self.all, self.tallies
        if told is None or len(self.positions) != -(-told.rows // GROUP) or len(self.names) != told.names:
            raise StaleBlock(f"a block of the lane, its rows or its names is not there; {_REBUILD}")
        if told.rows:
            self._empty_slab()
            _restore_rows(tallies, self.keys, self.columns, self.names)
        _restore_all(tallies, told)
        if self.chunks:
            tallies.journal = _journal(self.chunks, self.numbers, is_sequenced=tallies.parameters.is_sequenced)
        tallies.journal.next_chunk = told.next_chunk
        tallies.rebuild_known()
        _add_again(tallies, np.array(self.positions, dtype=np.int64))
        tallies.closing.resume()
        return [int(row) for row in unpacked([told.due], np.int64)]


def _restore_all(tallies: Tallies, told: codec.All) -> None:
    tallies.newest_us, tallies.through = told.newest_us, told.through
    for cursor, closed, changed in zip(tallies.closing.cursors, told.closed, told.changed, strict=True):
        cursor.closed = closed
        cursor.changed = [(unpacked([rows], np.int64), unpacked([panes], np.int64)) for rows, panes in changed]


def _restore_rows(tallies: Tallies, keys: list[str], columns: _Columns, names: list[str]) -> None:
    rows = tallies.rows
    rows.restore(keys)
    rows.newest_us, rows.facts = columns.take("newest_us"), columns.take("facts")
    _restore_recent(rows, columns)
    rows.publishers.restore(names)
    _restore_pairs(rows.publishers, columns)
    for place, ring in enumerate(tallies.rings.values()):
        _restore_ring(ring, columns, f"{place}.")
    tallies.make_room()


def _restore_recent(rows: Rows, columns: _Columns) -> None:
    there = columns.take("recent")
    recent = rows.recent
    row, place = np.repeat(np.arange(len(there)), there), _within(there)
    place = there[row] - 1 - place  # they were told from the newest on
    recent.at_us = np.zeros((len(there), NAMED_INPUTS), np.int64)
    recent.ids = np.zeros((len(there), NAMED_INPUTS, 2), np.uint64)
    recent.at_us[row, place] = columns.take("recent_us")
    recent.ids[row, place] = columns.take("recent_ids")
    recent.pushed = there


def _within(counts: Ints) -> Ints:
    """0, 1 … for each group of so many."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def _restore_pairs(publishers: Publishers, columns: _Columns) -> None:
    counts = columns.take("pairs")
    publishers.row = np.repeat(np.arange(len(counts)), counts)
    publishers.publisher = columns.take("publishers")
    publishers.latest_us = columns.take("latest_us")
    publishers.pairs = len(publishers.row)
    reached = columns.take("reached")
    publishers.reached = reached if len(reached) else np.full(publishers.pairs, NO_SEQUENCE)
    publishers.older, publishers.of_row = _chained(counts)
    publishers.restore_several(np.flatnonzero(counts > 1))


def _chained(counts: Ints) -> tuple[Ints, Ints]:
    """For elements that stand group by group: the next of each (-1: the last), and each group's first (-1: none)."""
    total = int(counts.sum())
    following = np.arange(1, total + 1)
    ends = np.cumsum(counts)
    following[ends[counts > 0] - 1] = _NONE
    return following, np.where(counts > 0, ends - counts, _NONE)


def _restore_ring(ring: Ring, columns: _Columns, prefix: str) -> None:
    counts = columns.take(f"{prefix}counts")
    older, heads = _chained(counts)
    panes = columns.take(f"{prefix}panes")
    if not len(panes):  # all rows are still in the journal alone: a ring keeps room for the first slot
        ring.head, ring.tail = heads.astype(np.int32), heads.astype(np.int32)
        return
    ring.pane, ring.used = panes, len(panes)
    ring.older, ring.head = older.astype(np.int32), heads.astype(np.int32)
    ring.newer = np.full(ring.used, _NONE, np.int32)
    behind = np.flatnonzero(older != _NONE)
    ring.newer[older[behind]] = behind
    ring.tail = np.where(counts > 0, np.cumsum(counts) - 1, _NONE).astype(np.int32)
    for name, _, _ in fields_of(ring.parts):
        ring.columns[name] = columns.take(f"{prefix}column.{name}")
    sizes, buckets, numbers = (columns.take(f"{prefix}{name}") for name in ("sketch_sizes", "buckets", "numbers"))
    if len(sizes):
        edges = np.cumsum(sizes)[:-1]
        ring.sketches.of = dict(enumerate(zip(np.split(buckets, edges), np.split(numbers, edges), strict=True)))


def _journal(chunks: Sequence[codec.Entries], numbers: list[int], *, is_sequenced: bool) -> Journal:
    journal = Journal(
        rows=unpacked([chunk.rows for chunk in chunks], np.int64),
        ids=unpacked([chunk.ids for chunk in chunks], np.uint64, 2),
        at_us=unpacked([chunk.at_us for chunk in chunks], np.int64),
        values=unpacked([chunk.values for chunk in chunks], np.float64),
        by=unpacked([chunk.by for chunk in chunks], np.int32),
        sequences=unpacked([chunk.sequences for chunk in chunks], np.int64) if is_sequenced else None,
        chunks=numbers,
    )
    journal.length = journal.written = len(journal.rows)
    if -(-journal.length // CHUNK) != len(numbers):
        raise StaleBlock(f"a chunk of the journal is short; {_REBUILD}")
    return journal


def _add_again(tallies: Tallies, positions: Ints) -> None:
    """Adds the increments that came after their rows' blocks were written, as they were added then."""
    journal = tallies.journal
    entries = np.arange(journal.length)
    rows, at = journal.rows[: journal.length], journal.position_of(entries)
    if len(rows) and rows.max() >= len(tallies.rows):
        raise StaleBlock(f"the journal knows more rows than there are; {_REBUILD}")
    again = np.flatnonzero((at >= positions[rows // GROUP]) & (journal.by[: journal.length] != ID_ONLY))
    for start in range(0, len(again), _BATCH):
        chosen = again[start : start + _BATCH]
        tallies.add_again(chosen, at[chosen])
