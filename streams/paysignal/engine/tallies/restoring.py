"""Restoring the tallies from their blocks: as if they had never been interrupted."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from paysignal.engine.blocks import Block, StaleBlock
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
#: Increments that are added again together.
_BATCH: Final = 65_536


def restored(blocks: Iterable[Block], parameters: Parameters) -> tuple[Tallies, list[int]]:
    """The tallies that wrote these blocks, and the rows whose readings are still to be emitted.

    Raises `StaleBlock` when the blocks are of other parameters or of another version, or some are not there.
    """
    values = {key: (value, slices) for key, value, slices in joined(blocks)}
    tallies = Tallies(parameters)
    if not values:
        return tallies, []
    identity = parameters.fingerprint
    if ALL not in values:
        raise StaleBlock(f"block {ALL} is not there; `paysignal rebuild` makes the state anew from the topics")
    told = codec.read(codec.All, ALL, values[ALL][0], identity)
    groups = [
        codec.read(codec.Rows, key, values[key][0], identity) for key in _numbered(values, ROWS, -(-told.rows // GROUP))
    ]
    names = _numbered(values, NAMES, sum(key.startswith(NAMES) for key in values))
    tallies.stored.slices = {key: slices for key, (_, slices) in values.items()}
    _restore_rows(tallies, groups, [codec.read(codec.Names, key, values[key][0], identity) for key in names])
    _restore_all(tallies, told)
    numbers = sorted(int(key.removeprefix(FACTS)) for key in values if key.startswith(FACTS))
    chunks = [codec.read(codec.Entries, f"{FACTS}{n}", values[f"{FACTS}{n}"][0], identity) for n in numbers]
    tallies.journal = _journal(chunks, numbers, told.next_chunk)
    tallies.rebuild_known()
    _add_again(tallies, np.array([group.position for group in groups], dtype=np.int64))
    tallies.closing.resume()
    tallies.stored.rows, tallies.stored.names = len(tallies.rows), len(tallies.rows.publishers.names)
    return tallies, [int(row) for row in unpacked([told.due], np.int64)]


def _numbered(values: Mapping[str, object], prefix: str, count: int) -> list[str]:
    keys = [f"{prefix}{number}" for number in range(count)]
    missing = [key for key in keys if key not in values]
    if missing:
        raise StaleBlock(f"block {missing[0]} is not there; `paysignal rebuild` makes the state anew from the topics")
    return keys


def _restore_all(tallies: Tallies, told: codec.All) -> None:
    tallies.newest_us, tallies.through = told.newest_us, told.through
    for cursor, closed, changed in zip(tallies.closing.cursors, told.closed, told.changed, strict=True):
        cursor.closed = closed
        cursor.changed = [(unpacked([rows], np.int64), unpacked([panes], np.int64)) for rows, panes in changed]


def _restore_rows(tallies: Tallies, groups: Sequence[codec.Rows], names: Sequence[codec.Names]) -> None:
    rows = tallies.rows
    rows.restore([key for group in groups for key in group.keys])
    rows.newest_us = unpacked([group.newest_us for group in groups], np.int64)
    rows.facts = unpacked([group.facts for group in groups], np.int64)
    _restore_recent(rows, groups)
    rows.publishers.restore([name for part in names for name in part.names])
    _restore_pairs(rows.publishers, groups)
    for place, ring in enumerate(tallies.rings.values()):
        _restore_ring(ring, [group.rings[place] for group in groups])
    tallies.make_room()


def _restore_recent(rows: Rows, groups: Sequence[codec.Rows]) -> None:
    there = unpacked([group.recent for group in groups], np.int64)
    recent = rows.recent
    row, place = np.repeat(np.arange(len(there)), there), _within(there)
    place = there[row] - 1 - place  # they were told from the newest on
    recent.at_us = np.zeros((len(there), NAMED_INPUTS), np.int64)
    recent.ids = np.zeros((len(there), NAMED_INPUTS, 2), np.uint64)
    recent.at_us[row, place] = unpacked([group.recent_us for group in groups], np.int64)
    recent.ids[row, place] = unpacked([group.recent_ids for group in groups], np.uint64, 2)
    recent.pushed = there


def _within(counts: Ints) -> Ints:
    """0, 1 … for each group of so many."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def _restore_pairs(publishers: Publishers, groups: Sequence[codec.Rows]) -> None:
    counts = unpacked([group.pairs for group in groups], np.int64)
    publishers.row = np.repeat(np.arange(len(counts)), counts)
    publishers.publisher = unpacked([group.publishers for group in groups], np.int64)
    publishers.latest_us = unpacked([group.latest_us for group in groups], np.int64)
    publishers.pairs = len(publishers.row)
    publishers.older, publishers.of_row = _chained(counts)
    publishers.restore_several(np.flatnonzero(counts > 1))


def _chained(counts: Ints) -> tuple[Ints, Ints]:
    """For elements that stand group by group: the next of each (-1: the last), and each group's first (-1: none)."""
    total = int(counts.sum())
    following = np.arange(1, total + 1)
    ends = np.cumsum(counts)
    following[ends[counts > 0] - 1] = _NONE
    return following, np.where(counts > 0, ends - counts, _NONE)


def _restore_ring(ring: Ring, parts: Sequence[codec.Panes]) -> None:
    counts = unpacked([part.counts for part in parts], np.int64)
    older, heads = _chained(counts)
    ring.pane = unpacked([part.panes for part in parts], np.int64)
    ring.used = len(ring.pane)
    ring.older, ring.head = older.astype(np.int32), heads.astype(np.int32)
    ring.newer = np.full(ring.used, _NONE, np.int32)
    behind = np.flatnonzero(older != _NONE)
    ring.newer[older[behind]] = behind
    ring.tail = np.where(counts > 0, np.cumsum(counts) - 1, _NONE).astype(np.int32)
    for place, (name, dtype, width) in enumerate(fields_of(ring.parts)):
        ring.columns[name] = unpacked([part.columns[place] for part in parts], dtype, width)
    sizes = unpacked([part.sketch_sizes for part in parts], np.int64)
    if len(sizes):
        edges = np.cumsum(sizes)[:-1]
        buckets = np.split(unpacked([part.buckets for part in parts], np.int32), edges)
        numbers = np.split(unpacked([part.numbers for part in parts], np.int64), edges)
        ring.sketches.of = dict(enumerate(zip(buckets, numbers, strict=True)))


def _journal(chunks: Sequence[codec.Entries], numbers: list[int], next_chunk: int) -> Journal:
    if not chunks:
        return Journal(next_chunk=next_chunk)
    journal = Journal(
        rows=unpacked([chunk.rows for chunk in chunks], np.int64),
        ids=unpacked([chunk.ids for chunk in chunks], np.uint64, 2),
        at_us=unpacked([chunk.at_us for chunk in chunks], np.int64),
        values=unpacked([chunk.values for chunk in chunks], np.float64),
        by=unpacked([chunk.by for chunk in chunks], np.int32),
        chunks=numbers,
        next_chunk=next_chunk,
    )
    journal.length = journal.written = len(journal.rows)
    if -(-journal.length // CHUNK) != len(numbers):
        raise StaleBlock("a chunk of the journal is short; `paysignal rebuild` makes the state anew from the topics")
    return journal


def _add_again(tallies: Tallies, positions: Ints) -> None:
    """Adds the increments that came after their rows' blocks were written, as they were added then."""
    journal = tallies.journal
    entries = np.arange(journal.length)
    rows, at = journal.rows[: journal.length], journal.position_of(entries)
    if len(rows) and rows.max() >= len(tallies.rows):
        raise StaleBlock("the journal knows more rows than there are; `paysignal rebuild` makes the state anew")
    again = np.flatnonzero((at >= positions[rows // GROUP]) & (journal.by[: journal.length] != ID_ONLY))
    for start in range(0, len(again), _BATCH):
        chosen = again[start : start + _BATCH]
        tallies.add_again(chosen, at[chosen])
