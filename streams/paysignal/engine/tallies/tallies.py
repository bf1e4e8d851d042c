"""Tallies: the increments of one partition, taken in batch by batch."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from paysignal.engine.forms import NO_SEQUENCE
from paysignal.engine.parameters import DEFAULTS, Duplicates, Parameters
from paysignal.engine.records import Outcomes
from paysignal.engine.tallies.admission import Admitted, Batch, admit
from paysignal.engine.tallies.arrivals import Arrivals
from paysignal.engine.tallies.closing import Announced, Closing, cursors_of
from paysignal.engine.tallies.journal import Journal
from paysignal.engine.tallies.known import Hashes, Known, first_equal, hashed
from paysignal.engine.tallies.late import lates
from paysignal.engine.tallies.newest import FEW, take_newest
from paysignal.engine.tallies.rows import NEVER, Rows
from paysignal.engine.tallies.sequences import Sequences
from paysignal.engine.tallies.stored import Stored
from paysignal.facts.series import SEPARATOR
from paysignal.windows import columns
from paysignal.windows.columns import Floats, Ids, Ints
from paysignal.windows.exact import cut
from paysignal.windows.grids import Grid
from paysignal.windows.rings import Ring

#: Rows and instants of a batch share one sorting key of 63 bits where they fit: 200 days and 500,000 rows.
_INSTANT_BITS: Final = 44
_ROW_BITS: Final = 19

_REMEMBERED: Final = {Duplicates.IDS, Duplicates.SEQUENCE}

#: What the indicators read of a pane; count and sum are always held.
_PARTS: Final = {
    "min": columns.MIN, "max": columns.MAX, "first": columns.FIRST, "last": columns.LAST, "stdev": columns.SQUARES,
    "p50": columns.BUCKETS, "p95": columns.BUCKETS,
}  # fmt: skip


def _rings(parameters: Parameters) -> dict[Grid, Ring]:
    rings: dict[Grid, Ring] = {}
    for grid in dict.fromkeys(window.grid for window in parameters.windows):
        asked = [each for each in parameters.asked if each.window.grid == grid]
        # The panes of the longest window, or as many as the lateness reaches back over.
        takes = max([grid.panes_in(parameters.lateness_us) + 1, *(each.window.panes for each in asked)])
        final = max((each.window.panes for each in asked if each.finals), default=1)
        parts = {
            columns.COUNT,
            columns.SUM,
            *(_PARTS[name] for each in asked for name in each.indicators if name in _PARTS),
        }
        if any(each.finals for each in asked):
            parts.add(columns.LAST)  # a final names its latest increment
        rings[grid] = Ring(grid, takes, takes + final - 1, _ordered(parts))
    return rings


def _ordered(parts: Collection[str]) -> tuple[str, ...]:
    return tuple(part for part in columns.PARTS if part in parts)


@dataclass(slots=True)
class Tallies:
    """Rows, their rings by grid, and what is remembered of ids; `newest_us` is the partition's latest event time.

    `through` is the next offset of the source: an id seen again before it is a replay and no duplicate.
    """

    parameters: Parameters = DEFAULTS
    rows: Rows = field(default_factory=Rows)
    journal: Journal = field(default_factory=Journal)
    known: Known = field(default_factory=Known)
    newest_us: int = NEVER
    through: int = 0
    stored: Stored = field(default_factory=Stored)
    rings: dict[Grid, Ring] = field(default_factory=dict)
    closing: Closing = field(default_factory=lambda: Closing([]))
    _remembered: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    _sequenced: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))

    def __post_init__(self) -> None:
        self.rings = _rings(self.parameters)
        if self.parameters.is_sequenced:
            self.journal.sequences = np.full(len(self.journal.rows), NO_SEQUENCE)
        self.closing = Closing(cursors_of(self.parameters.asked, self.rings))

    @property
    def is_begun(self) -> bool:
        """Whether anything has come."""
        return self.newest_us != NEVER

    @property
    def watermark_us(self) -> int:
        """Windows that end by here are closed."""
        return self.newest_us if self.newest_us == NEVER else self.newest_us - self.parameters.lateness_us

    def tick(self, at_us: int) -> None:
        """Event time has reached an instant, whether or not an increment has."""
        self.newest_us = max(self.newest_us, at_us)

    def announce(self) -> list[Announced]:
        """The windows to be told for good, since the last time this was asked."""
        return self.closing.announce(self.watermark_us)

    def take(self, arrivals: Arrivals, outcomes: Outcomes) -> Ints:
        """Adds increments to their panes; returns the rows they touched, in order."""
        if not len(arrivals):
            return np.zeros(0, np.int64)
        if len(arrivals) > FEW or self.parameters.is_sequenced:
            return self._take_many(arrivals, outcomes)
        done, touched = take_newest(self, arrivals, outcomes)
        if done < len(arrivals):
            touched.update(self._take_many(arrivals.since(done) if done else arrivals, outcomes).tolist())
        return np.array(sorted(touched), np.int64)

    def _take_many(self, arrivals: Arrivals, outcomes: Outcomes) -> Ints:
        if self.journal.is_full(len(arrivals)):
            self.forget()
        rows = self._numbers(arrivals)
        by = self.rows.publishers.numbers(arrivals.publishers)[arrivals.publisher_of].astype(np.int32)
        hashes = hashed(rows, arrivals.ids)
        sequences = self._sequences(rows, by, arrivals) if self.parameters.is_sequenced else None
        batch = self._recognised(rows, arrivals, hashes, sequences)
        admitted = admit(batch, self.rows.newest_us, list(self.rings.values()))
        self._tell(arrivals, admitted, outcomes)
        self.newest_us = max(self.newest_us, int(arrivals.at_us.max()))
        self.through = max(self.through, int(arrivals.offsets[-1]) + 1)
        counted = np.flatnonzero(admitted.counted)
        if not len(counted):
            return counted
        position = self.journal.position
        entries = self._remember(batch, counted, hashes, (arrivals.values[counted], by[counted]), admitted.forgotten)
        places = np.searchsorted(counted, list(admitted.missed)).tolist()
        touched = self._add(entries, dict(zip(places, admitted.missed.values(), strict=True)), note=True)
        self.stored.touch(touched, np.full(len(touched), position), len(self.rows))
        return touched

    def add_again(self, entries: Ints, positions: Ints) -> None:
        """Adds entries of the journal, in order, that a restored row's block did not have; called by the restore."""
        rows, at_us, ids = self.journal.rows[entries], self.journal.at_us[entries], self.journal.ids[entries]
        new = Batch(rows, at_us, ids, np.full(len(rows), -1), at_us, np.arange(len(rows)))
        missed = admit(new, self.rows.newest_us, list(self.rings.values())).missed
        self._add(entries, missed, note=False)
        self.stored.touch(rows, positions, len(self.rows))

    def _numbers(self, arrivals: Arrivals) -> Ints:
        numbers = self.rows.numbers(arrivals.series)
        self.make_room()
        return numbers[arrivals.series_of]

    def make_room(self) -> None:
        """Arrays as long as there are rows."""
        for ring in self.rings.values():
            ring.make_rows(len(self.rows))
        fresh = self.rows.keys[len(self._remembered) :]
        if fresh:
            modes = [self.parameters.mode_of(key.split(SEPARATOR)[2]) for key in fresh]
            kept, counted = ([mode in of for mode in modes] for of in (_REMEMBERED, {Duplicates.SEQUENCE}))
            self._remembered = np.concatenate([self._remembered, np.array(kept, dtype=bool)])
            self._sequenced = np.concatenate([self._sequenced, np.array(counted, dtype=bool)])

    def remembers(self, row: int) -> bool:
        """Whether ids of a series are remembered."""
        return bool(self._remembered.item(row))

    def _sequences(self, rows: Ints, by: npt.NDArray[np.int32], arrivals: Arrivals) -> Sequences:
        publishers = self.rows.publishers
        numbers = np.where(self._sequenced[rows], arrivals.sequences, NO_SEQUENCE)
        return Sequences(numbers, rows * len(publishers.names) + by, publishers.reached_of(rows, by))

    def _recognised(self, rows: Ints, arrivals: Arrivals, hashes: Hashes, sequences: Sequences | None) -> Batch:
        unremembered = ~self._remembered[rows]
        if sequences is not None:
            unremembered |= sequences.numbers >= 0
        found, first = self._found(rows, arrivals.ids, hashes), np.arange(len(rows))
        if unremembered.any():
            # Looked for among those that are remembered alone: one told by its sequence is no other's first.
            asked = np.flatnonzero(~unremembered)
            found[unremembered] = -1
            first[asked] = asked[first_equal(rows[asked], arrivals.ids[asked], hashes[asked])]
        else:
            first = first_equal(rows, arrivals.ids, hashes)
        return Batch(rows, arrivals.at_us, arrivals.ids, found, self.journal.at_us[found], first, sequences)

    def _found(self, rows: Ints, ids: Ids, hashes: Hashes) -> Ints:
        return self.known.find(rows, ids, hashes, self.journal.rows, self.journal.ids)

    def _tell(self, arrivals: Arrivals, admitted: Admitted, outcomes: Outcomes) -> None:
        outcomes.accepted += int(admitted.counted.sum())
        again = np.flatnonzero(admitted.duplicate)
        replayed = int((arrivals.offsets[again] < self.through).sum())
        outcomes.replayed += replayed
        outcomes.duplicate += len(again) - replayed
        rings = list(self.rings.values())
        outcomes.late += lates(arrivals, admitted.late, rings, self.parameters.asked)
        final = [each for each in self.parameters.asked if each.finals]  # only what was announced can have been missed
        outcomes.missed += lates(arrivals, admitted.missed, rings, final)

    def _remember(
        self,
        batch: Batch,
        counted: Ints,
        hashes: Hashes,
        columns_: tuple[Floats, npt.NDArray[np.int32]],
        again: dict[int, int],
    ) -> Ints:
        """Notes the increments that count, in the order they came; returns their entries in the journal."""
        entries = self.journal.append(batch.rows[counted], batch.ids[counted], batch.at_us[counted], *columns_)
        if batch.sequences is not None:
            self.journal.tell(entries, batch.sequences.numbers[counted])
        kept = self._remembered[batch.rows[counted]] & self.journal.told_by_id(self.journal.length)[entries]
        if again:  # the table still has these ids, with the entry that was forgotten
            for index, entry in again.items():
                place = int(np.searchsorted(counted, index))
                self.known.replace(entry, int(entries[place]), int(hashes[index]))
                kept[place] = False
        if not self.known.insert(entries[kept], hashes[counted][kept]):
            self.rebuild_known()
        return entries

    def pass_over(self) -> None:
        """Keeps nothing only because no block has it yet; called where there are no checkpoints."""
        self.stored.pass_over(len(self.rows), self.journal)

    def forget(self) -> None:
        """Takes out of the journal what can not be counted again and stands in the rows' own blocks."""
        length = self.journal.length
        if self.journal.compact(self._live(length), self.stored.settled(self.journal.position)):
            self.rebuild_known()

    def _live(self, length: int) -> npt.NDArray[np.bool_]:
        """Which of the first entries could still be counted, if they came again."""
        rows, at_us = self.journal.rows[:length], self.journal.at_us[:length]
        live = np.zeros(length, dtype=bool)
        for ring in self.rings.values():
            live |= ring.grid.panes(at_us) > ring.grid.panes(self.rows.newest_us[rows]) - ring.open
        return live & self._remembered[rows] & self.journal.told_by_id(length)

    def rebuild_known(self) -> None:
        """Makes the table of ids anew, of those that could be counted again."""
        length = self.journal.length
        entries = np.flatnonzero(self._live(length))
        self.known.rebuild(entries, hashed(self.journal.rows[entries], self.journal.ids[entries]))

    def _add(self, entries: Ints, missed: Mapping[int, list[int | None]], *, note: bool) -> Ints:
        """Adds entries to rows and rings; `missed` are by their place those too old for some rings."""
        journal = self.journal
        order = in_order(journal.rows[entries], journal.at_us[entries], journal.ids[entries])
        chosen = entries[order]
        facts = journal.facts(chosen, cut(journal.values[chosen]))
        touched = self.rows.add(facts)
        if journal.sequences is not None:
            self.rows.publishers.reach(facts.rows, facts.by, journal.sequences[chosen])
        newest = self.rows.newest_us[touched]
        for place, ring in enumerate(self.rings.values()):
            late_here = [index for index, ends in missed.items() if ends[place] is not None]
            held = facts.only(~np.isin(order, late_here)) if late_here else facts
            if len(held.rows):
                rows, panes, fresh = ring.add(held)
                if note:
                    self.closing.note(ring, rows, panes, fresh)
            ring.drop(touched, ring.grid.panes(newest), self.closing.floor(ring))
        return touched


def in_order(rows: Ints, at_us: Ints, ids: Ids) -> Ints:
    """The order by row, event time, id."""
    since = at_us - at_us.min()
    if since.max() < 1 << _INSTANT_BITS and rows.max() < 1 << _ROW_BITS:
        order = np.argsort((rows << _INSTANT_BITS) | since)
    else:
        order = np.lexsort((at_us, rows))
    tied = (rows[order[1:]] == rows[order[:-1]]) & (at_us[order[1:]] == at_us[order[:-1]])
    return np.lexsort((ids[:, 1], ids[:, 0], at_us, rows)) if tied.any() else order
