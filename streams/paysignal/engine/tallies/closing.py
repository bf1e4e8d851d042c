"""Closing: which windows the watermark has passed, and for which series each of them has something to tell.

    panes        …  410   411   412   413   414          window of three panes, hopping by one
    row 0            ▪           ▪                        ends with 411: closed    ┐ cursor
    row 1                        ▪     ▪                  ends with 412: closed  ◀─┘
    watermark                      ▲                      ends with 413: open

A window is closed once. Only series with something in it are looked at: those that had something in the window before,
and those that touched a pane since. An increment that reaches a pane under the cursor has its windows told again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from paysignal.engine.parameters import Asked
from paysignal.engine.tallies.rows import NEVER
from paysignal.windows.columns import Ints
from paysignal.windows.grids import Grid
from paysignal.windows.rings import Ring

#: No pane is as low: nothing has been closed.
BEFORE_ALL: Final = NEVER


def _none() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(slots=True)
class Cursor:
    """How far one window is closed: up to the end with pane `closed`. `rows` have something in the last one closed.

    `changed` are (rows, panes) at or under the cursor that got increments since the last announcement.
    """

    asked: Asked
    ring: Ring
    closed: int = BEFORE_ALL
    rows: Ints = field(default_factory=_none)
    changed: list[tuple[Ints, Ints]] = field(default_factory=list)

    @property
    def needed(self) -> int:
        """Panes up to this one are in no window that is still to be told, as far as this cursor knows."""
        lowest = min((int(panes.min()) for _, panes in self.changed), default=self.closed)
        return min(lowest, self.closed) - self.asked.window.panes

    def corrections(self) -> tuple[Ints, Ints]:
        """Rows and last panes of the closed windows that changed, each once, in order; forgets them."""
        window, told = self.asked.window, []
        for rows, panes in self.changed:
            first = (panes // window.hop + 1) * window.hop - 1
            for hops in range(-(-window.panes // window.hop)):
                last = first + hops * window.hop
                inside = (last <= self.closed) & (last - window.panes < panes)
                told.append(np.stack([rows[inside], last[inside]]))
        self.changed = []
        if not told:
            return _none(), _none()
        rows, lasts = np.unique(np.concatenate(told, axis=1), axis=1)
        return rows, lasts


@dataclass(frozen=True, slots=True)
class Announced:
    """Windows to be told for good: those of `asked` that end, for `rows[i]`, with pane `lasts[i]`."""

    asked: Asked
    ring: Ring
    rows: Ints
    lasts: Ints


@dataclass(slots=True)
class Closing:
    """The cursors of the windows whose finals are sent, and the rows that touched each pane beyond them."""

    cursors: list[Cursor]
    touched: dict[int, dict[int, list[Ints]]] = field(default_factory=dict)

    def note(self, ring: Ring, rows: Ints, panes: Ints, fresh: npt.NDArray[np.bool_]) -> None:
        """Takes in which panes of a ring got increments, and which of them are new; in order of row and pane."""
        cursors = [cursor for cursor in self.cursors if cursor.ring is ring]
        if not cursors:
            return
        for cursor in cursors:
            under = panes <= cursor.closed
            if under.any():
                cursor.changed.append((rows[under], panes[under]))
                inside = under & (panes > cursor.closed - cursor.asked.window.panes)
                cursor.rows = np.union1d(cursor.rows, rows[inside])
        ahead = fresh & (panes > min(cursor.closed for cursor in cursors))
        self.touch(ring, rows[ahead], panes[ahead])

    def is_ahead(self, ring: Ring, pane: int) -> bool:
        """Whether a pane is in no window of this ring that has been told for good."""
        return all(pane > cursor.closed for cursor in self.cursors if cursor.ring is ring)

    def touch(self, ring: Ring, rows: Ints, panes: Ints) -> None:
        """Notes new panes beyond a cursor."""
        by_pane = self.touched.setdefault(id(ring), {})
        order = np.argsort(panes, kind="stable")
        distinct, starts = np.unique(panes[order], return_index=True)
        for pane, chosen in zip(distinct.tolist(), np.split(rows[order], starts[1:]), strict=False):
            by_pane.setdefault(pane, []).append(chosen)

    def resume(self) -> None:
        """Finds again, after a restore, which rows have something in the last window closed, and the panes ahead."""
        for ring in {id(cursor.ring): cursor.ring for cursor in self.cursors}.values():
            cursors = [cursor for cursor in self.cursors if cursor.ring is ring]
            rows = np.arange(len(ring.head))
            for cursor in cursors:
                newest = ring.newest_up_to(rows, cursor.closed)
                cursor.rows = rows[newest > cursor.closed - cursor.asked.window.panes]
            ahead = rows[ring.head >= 0]
            lowest = min(cursor.closed for cursor in cursors)
            ahead = ahead[ring.pane[ring.head[ahead]] > lowest]
            some, held = ring.collect(ahead, np.full(len(ahead), -BEFORE_ALL // 2), -BEFORE_ALL // 2 - lowest)
            lengths = np.diff(np.append(held.starts, len(held.slots)))
            self.touch(ring, np.repeat(ahead[some], lengths), ring.pane[held.slots])

    def floor(self, ring: Ring) -> int | None:
        """The pane up to which a ring may drop panes; None: any."""
        return min((cursor.needed for cursor in self.cursors if cursor.ring is ring), default=None)

    def announce(self, watermark_us: int) -> list[Announced]:
        """What is to be told now that event time has come this far: corrections first, then the newly closed."""
        announced, moved = [], False
        for cursor in self.cursors:
            target = _last_closed(cursor, watermark_us)
            if target == cursor.closed and not cursor.changed:
                continue  # most times: an emission asks after every few facts
            moved = True
            told = [cursor.corrections()]
            told += self._closed(cursor, target)
            rows, lasts = (np.concatenate(each) for each in zip(*told, strict=True))
            if len(rows):
                announced.append(Announced(cursor.asked, cursor.ring, rows, lasts))
        if moved:
            self._forget()
        return announced

    def _closed(self, cursor: Cursor, target: int) -> Iterable[tuple[Ints, Ints]]:
        by_pane, window = self.touched.get(id(cursor.ring), {}), cursor.asked.window
        waiting = sorted(pane for pane in by_pane if cursor.closed < pane <= target)
        while cursor.closed < target:
            if not len(cursor.rows) and not waiting:
                cursor.closed = target
                return
            last = cursor.closed + window.hop if len(cursor.rows) else window.last_pane(waiting[0])
            arrived = []
            while waiting and waiting[0] <= last:
                arrived += by_pane[waiting.pop(0)]
            rows = np.union1d(cursor.rows, np.concatenate(arrived)) if arrived else cursor.rows
            some = cursor.ring.newest_up_to(rows, last) > last - window.panes
            cursor.rows, cursor.closed = rows[some], last
            yield cursor.rows, np.full(len(cursor.rows), last)

    def _forget(self) -> None:
        """Panes that every cursor has passed."""
        for ring in {id(cursor.ring): cursor.ring for cursor in self.cursors}.values():
            lowest = min(cursor.closed for cursor in self.cursors if cursor.ring is ring)
            by_pane = self.touched.get(id(ring), {})
            for pane in [pane for pane in by_pane if pane <= lowest]:
                del by_pane[pane]


def _last_closed(cursor: Cursor, watermark_us: int) -> int:
    """The last pane of the latest window that ends by the watermark."""
    if watermark_us == NEVER:
        return cursor.closed
    window = cursor.asked.window
    last = int(window.grid.panes(np.array([watermark_us]))[0]) - 1
    return max(cursor.closed, (last + 1) // window.hop * window.hop - 1)


def cursors_of(asked: Sequence[Asked], rings: Mapping[Grid, Ring]) -> list[Cursor]:
    """A cursor for each window whose finals are sent."""
    return [Cursor(each, rings[each.window.grid]) for each in asked if each.finals]
