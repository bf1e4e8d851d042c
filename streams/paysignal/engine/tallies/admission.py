"""Admission: which increments count, decided one after the other, computed for most of them at once.

An increment is late when every ring of its series has moved past it, and a duplicate when its id is remembered. Both
depend on what came before. For a series whose batch holds nothing near the end of its rings the order does not matter,
and it is dealt with in arrays; the others are walked through one increment at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from paysignal.engine.tallies.rows import NEVER
from paysignal.engine.tallies.sequences import Counting, Sequences
from paysignal.windows.columns import Ids, Ints
from paysignal.windows.rings import Ring

Mask = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Admitted:
    """What becomes of each increment of a batch: it is `counted`, a `duplicate`, or `late`.

    `late` and `missed` give, for an increment that is too old for some rings, each ring's newest pane (None where it is
    not too old): what `missed` some counts in the others. `forgotten` are entries whose id had been forgotten and has
    come again.
    """

    counted: Mask
    duplicate: Mask
    late: dict[int, list[int | None]] = field(default_factory=dict)
    missed: dict[int, list[int | None]] = field(default_factory=dict)
    forgotten: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch before admission.

    For each increment `found` is the remembered entry with its row and id (-1: none) and `found_us` that entry's
    instant; `first` is the first of the batch with the same row and id. What is told by its publisher's sequence has
    neither.
    """

    rows: Ints
    at_us: Ints
    ids: Ids
    found: Ints
    found_us: Ints
    first: Ints
    sequences: Sequences | None = None


def admit(batch: Batch, newest_us: Ints, rings: Sequence[Ring]) -> Admitted:
    """Decides on a batch; `newest_us` is the latest event time of each row so far. Changes nothing."""
    repeated = (batch.found >= 0) | (batch.first != np.arange(len(batch.rows)))
    if batch.sequences is not None:
        repeated |= batch.sequences.repeated()
    admitted = Admitted(~repeated, repeated)
    careful = _near_the_end(batch, newest_us, rings)
    if careful.any():
        _walk(batch, np.flatnonzero(careful), admitted, newest_us, rings)
    return admitted


def _near_the_end(batch: Batch, newest_us: Ints, rings: Sequence[Ring]) -> Mask:
    """The increments of rows for which this batch holds, or remembers, something that a ring may move past."""
    size = len(newest_us)
    newest, oldest = newest_us.copy() if size <= 4 * len(batch.rows) else newest_us, batch.at_us
    if size <= 4 * len(batch.rows):
        np.maximum.at(newest, batch.rows, batch.at_us)
        latest = newest[batch.rows]
    else:  # few of many rows: sorted, so that the cost is the batch's
        order = np.lexsort((batch.at_us, batch.rows))
        rows = batch.rows[order]
        last = np.flatnonzero(np.append(rows[1:] != rows[:-1], True))
        group = np.empty(len(rows), np.int64)
        group[order] = np.repeat(np.arange(len(last)), np.diff(np.append(-1, last)))
        latest = np.maximum(newest_us[batch.rows], batch.at_us[order][last][group])
    if (batch.found >= 0).any():
        oldest = np.where(batch.found >= 0, np.minimum(oldest, batch.found_us), oldest)
    near = np.zeros(len(batch.rows), dtype=bool)
    for ring in rings:
        near |= ring.grid.panes(oldest) <= ring.grid.panes(latest) - ring.open
    if near.any():
        near = np.isin(batch.rows, batch.rows[near])
    return near


def _walk(batch: Batch, chosen: Ints, admitted: Admitted, newest_us: Ints, rings: Sequence[Ring]) -> None:
    """Decides on the chosen increments in the order they came, each against what the ones before it left."""
    panes = [ring.grid.panes(batch.at_us[chosen]).tolist() for ring in rings]
    opens = [ring.open for ring in rings]
    rows = batch.rows[chosen].tolist()
    found_panes = _panes_found(batch, chosen, rings)
    firsts = batch.first[chosen].tolist()
    newest: dict[int, list[int]] = {}
    counting = Counting(batch.sequences, {})
    counted_as: dict[int, int] = {}  # the first of equal ids in the batch, to the place that counts for it now
    for place, index in enumerate(chosen.tolist()):
        here = [each[place] for each in panes]
        row = rows[place]
        if row not in newest:
            newest[row] = _newest_panes(newest_us, row, rings)
        latest = newest[row]
        missed = [end if pane <= end - width else None for pane, end, width in zip(here, latest, opens, strict=True)]
        admitted.counted[index] = admitted.duplicate[index] = False
        if None not in missed:
            admitted.late[index] = missed
            continue
        if counting.has(index):
            if counting.is_again(index):
                admitted.duplicate[index] = True
                continue
            counting.count(index)
        held = counted_as.get(firsts[place])
        before = [each[held] for each in panes] if held is not None else found_panes(place)
        if before is not None and any(pane > latest[ring] - opens[ring] for ring, pane in enumerate(before)):
            admitted.duplicate[index] = True
            continue
        if before is not None and held is None:
            admitted.forgotten[index] = int(batch.found[index])
        admitted.counted[index] = True
        counted_as[firsts[place]] = place
        if any(end is not None for end in missed):
            admitted.missed[index] = missed
        newest[row] = [max(pair) for pair in zip(latest, here, strict=True)]


def _newest_panes(newest_us: Ints, row: int, rings: Sequence[Ring]) -> list[int]:
    newest = newest_us[row : row + 1]
    if newest[0] == NEVER:
        return [NEVER] * len(rings)
    return [int(ring.grid.panes(newest)[0]) for ring in rings]


def _panes_found(batch: Batch, chosen: Ints, rings: Sequence[Ring]) -> Callable[[int], list[int] | None]:
    """The panes of the remembered entry of a place; None where none is remembered."""
    there = batch.found[chosen] >= 0
    if not there.any():
        return lambda _: None
    instants = np.where(there, batch.found_us[chosen], batch.at_us[chosen])
    panes = [ring.grid.panes(instants).tolist() for ring in rings]
    return lambda place: [each[place] for each in panes] if there[place] else None
