"""Writing the tallies' blocks."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from paysignal.engine.blocks import Block
from paysignal.engine.tallies.codec import All, Entries, Names, Panes, Rows, packed, written
from paysignal.engine.tallies.journal import CHUNK
from paysignal.engine.tallies.rows import Publishers
from paysignal.engine.tallies.stored import ALL, GROUP, NAMES, NAMES_A_BLOCK, ROWS
from paysignal.engine.tallies.tallies import Tallies
from paysignal.facts.readings import NAMED_INPUTS
from paysignal.windows.columns import Ints, fields_of
from paysignal.windows.rings import Ring

#: Beyond every pane.
_LAST: Final = 2**61


def changed_blocks(tallies: Tallies, due: Iterable[int]) -> list[Block]:
    """The blocks that changed since the last call; `due` are rows whose readings are still to be emitted."""
    stored, identity = tallies.stored, tallies.parameters.fingerprint
    position = tallies.journal.position
    blocks: list[Block] = []
    for group in stored.due(len(tallies.rows), position):
        blocks += stored.blocks(f"{ROWS}{group}", written(_rows(tallies, group, position), identity))
    blocks += stored.chunks(tallies.journal, lambda place: written(_entries(tallies, place), identity))
    blocks += _names(tallies, identity)
    told = written(_all(tallies, due), identity)
    if told != stored.last_all and (len(tallies.rows) or tallies.is_begun):
        blocks += stored.blocks(ALL, told)
        stored.last_all = told
    return blocks


def _names(tallies: Tallies, identity: bytes) -> list[Block]:
    names, stored = tallies.rows.publishers.names, tallies.stored
    blocks: list[Block] = []
    for place in range(
        stored.names // NAMES_A_BLOCK, -(-len(names) // NAMES_A_BLOCK) if stored.names < len(names) else 0
    ):
        part = Names(names[place * NAMES_A_BLOCK : (place + 1) * NAMES_A_BLOCK])
        blocks += stored.blocks(f"{NAMES}{place}", written(part, identity))
    stored.names = len(names)
    return blocks


def _all(tallies: Tallies, due: Iterable[int]) -> All:
    cursors = tallies.closing.cursors
    return All(
        newest_us=tallies.newest_us,
        through=tallies.through,
        rows=len(tallies.rows),
        names=len(tallies.rows.publishers.names),
        next_chunk=tallies.journal.next_chunk,
        closed=[cursor.closed for cursor in cursors],
        due=packed(np.array(sorted(due), dtype=np.int64)),
        changed=[[(packed(rows), packed(panes)) for rows, panes in cursor.changed] for cursor in cursors],
    )


def _entries(tallies: Tallies, place: int) -> Entries:
    journal = tallies.journal
    chunk = slice(place * CHUNK, min((place + 1) * CHUNK, journal.length))
    return Entries(
        packed(journal.rows[chunk]), packed(journal.ids[chunk]), packed(journal.at_us[chunk]),
        packed(journal.values[chunk]), packed(journal.by[chunk]),
        b"" if journal.sequences is None else packed(journal.sequences[chunk]),
    )  # fmt: skip


def _rows(tallies: Tallies, group: int, position: int) -> Rows:
    held = tallies.rows
    rows = np.arange(group * GROUP, min((group + 1) * GROUP, len(held)))
    at_us, ids, there = held.recent.latest(rows)
    inside = np.arange(NAMED_INPUTS) < there[:, None]
    pairs, publishers, latest_us, reached = _pairs(held.publishers, rows)
    return Rows(
        position=position,
        keys=held.keys[rows[0] : rows[-1] + 1],
        newest_us=packed(held.newest_us[rows]),
        facts=packed(held.facts[rows]),
        recent=packed(there),
        recent_us=packed(at_us[inside]),
        recent_ids=packed(ids[inside]),
        pairs=packed(pairs),
        publishers=packed(publishers),
        latest_us=packed(latest_us),
        rings=[_panes(ring, rows) for ring in tallies.rings.values()],
        reached=packed(reached) if tallies.parameters.is_sequenced else b"",
    )


def _pairs(publishers: Publishers, rows: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """How many publishers each row has; their numbers, latest event times and sequences reached, newest pair first."""
    told = [publishers.pairs_of(row) for row in rows.tolist()]
    flat = np.array([pair for pairs in told for pair in pairs], dtype=np.int64)
    counts = np.array([len(pairs) for pairs in told], dtype=np.int64)
    return counts, publishers.publisher[flat], publishers.latest_us[flat], publishers.reached[flat]


def _panes(ring: Ring, rows: Ints) -> Panes:
    some, held = ring.collect(rows, np.full(len(rows), _LAST), 2 * _LAST)
    counts = np.zeros(len(rows), dtype=np.int64)
    counts[some] = np.diff(np.append(held.starts, len(held.slots)))
    sketches = [ring.sketches.of[slot] for slot in held.slots.tolist() if slot in ring.sketches.of]
    return Panes(
        counts=packed(counts),
        panes=packed(ring.pane[held.slots]),
        columns=[packed(ring.columns[name][held.slots]) for name, _, _ in fields_of(ring.parts)],
        sketch_sizes=packed(np.array([len(buckets) for buckets, _ in sketches], dtype=np.int64)),
        buckets=b"".join(packed(buckets) for buckets, _ in sketches),
        numbers=b"".join(packed(numbers) for _, numbers in sketches),
    )
