"""Tallies: the increments of one partition, in panes."""

from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import Final

import numpy as np

from paysignal.engine.records import Occurrence, Outcomes
from paysignal.facts.moments import microseconds
from paysignal.facts.readings import NAMED_INPUTS
from paysignal.facts.rejections import late
from paysignal.facts.series import Series
from paysignal.windows.exact import Limbs, cut
from paysignal.windows.grids import DAY_US, HOUR_US, FixedGrid
from paysignal.windows.rings import Ring
from paysignal.windows.spans import WINDOWS, Window

_GRIDS: Final = (HOUR_US, DAY_US)
_SECOND_US: Final = 1_000_000


@dataclass(slots=True)
class Row:
    """What is known of one series beside its panes: all of it a function of the set of its increments.

    `recent` is a heap of the latest (event time, id); `publishers` has the latest event time of each; `seen` the ids,
    which `days` lists by the day on which they are forgotten.
    """

    series: Series
    newest_us: int
    facts: int = 0
    recent: list[tuple[int, str]] = field(default_factory=list)
    publishers: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    days: dict[int, list[str]] = field(default_factory=dict)


def _rings() -> dict[int, Ring]:
    return {grid: Ring(max(window.panes for window in WINDOWS if window.grid == FixedGrid(grid))) for grid in _GRIDS}


@dataclass(slots=True)
class Tallies:
    """Rows and their rings, one ring a grid."""

    rows: list[Row] = field(default_factory=list)
    _row_of: dict[str, int] = field(default_factory=dict)
    _rings: dict[int, Ring] = field(default_factory=_rings)

    def take(self, occurrences: list[Occurrence], outcomes: Outcomes) -> list[int]:
        """Adds increments to their panes; returns the rows they touched, in order."""
        accepted: list[tuple[int, int, float]] = []
        for occurrence in occurrences:
            entry = self._admit(occurrence, outcomes)
            if entry is not None:
                accepted.append(entry)
        if not accepted:
            return []
        self._add(accepted)
        touched = sorted({row for row, _, _ in accepted})
        for row in touched:
            self._forget(row)
        return touched

    def window(self, row: int, window: Window) -> tuple[int, Limbs]:
        """Count and limbs of the newest window of a row."""
        pane_us = DAY_US if window.length_us > DAY_US else HOUR_US
        return self._rings[pane_us].window(row, self.rows[row].newest_us // pane_us, window.panes)

    def _admit(self, occurrence: Occurrence, outcomes: Outcomes) -> tuple[int, int, float] | None:
        """Row, event time and value of an increment that counts; None for a duplicate or a late one."""
        fact = occurrence.fact
        at_us = microseconds(fact.at)
        index = self._row(fact.series, at_us)
        row = self.rows[index]
        day = at_us // DAY_US
        oldest = row.newest_us // DAY_US - self._rings[DAY_US].panes
        if day <= oldest:
            behind = ((oldest + 1) * DAY_US - at_us) / _SECOND_US
            names = tuple(window.name for window in WINDOWS)
            outcomes.late.append(late(behind, names, occurrence.record.value or b"", occurrence.record.origin))
            return None
        # By id alone: a sender that retries past midnight, stamped anew, still means the same event.
        if fact.id in row.seen:
            outcomes.duplicate += 1
            return None
        row.seen.add(fact.id)
        row.days.setdefault(day, []).append(fact.id)
        outcomes.accepted += 1
        _note(row, at_us, fact.id, fact.publisher)
        return index, at_us, fact.value

    def _row(self, series: Series, at_us: int) -> int:
        key = series.key
        index = self._row_of.get(key)
        if index is None:
            index = self._row_of[key] = len(self.rows)
            self.rows.append(Row(series, at_us))
            for ring in self._rings.values():
                ring.add_row()
        return index

    def _add(self, accepted: list[tuple[int, int, float]]) -> None:
        limbs = cut(np.array([value for _, _, value in accepted]))
        for grid, ring in self._rings.items():
            # An increment can be too old for the ring of hours while its day still counts.
            held = [
                (position, ring.slot(row, at_us // grid))
                for position, (row, at_us, _) in enumerate(accepted)
                if at_us // grid > self.rows[row].newest_us // grid - ring.panes
            ]
            if held:
                positions, slots = zip(*held, strict=True)
                ring.add(np.array(slots), limbs[list(positions)])

    def _forget(self, index: int) -> None:
        """Drops the panes, ids and publishers that left the rings of a row."""
        row = self.rows[index]
        for grid, ring in self._rings.items():
            ring.keep(index, row.newest_us // grid)
        oldest = row.newest_us // DAY_US - self._rings[DAY_US].panes
        for day in [day for day in row.days if day <= oldest]:
            row.seen.difference_update(row.days.pop(day))
        row.publishers = {name: at for name, at in row.publishers.items() if at // DAY_US > oldest}


def _note(row: Row, at_us: int, identity: str, publisher: str) -> None:
    row.facts += 1
    row.newest_us = max(row.newest_us, at_us)
    row.publishers[publisher] = max(row.publishers.get(publisher, at_us), at_us)
    push = heappush if len(row.recent) < NAMED_INPUTS else heappushpop
    push(row.recent, (at_us, identity))
