"""Oldest first: which claim goes when the history is full."""

import heapq
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from paysignal.history.columns import Columns

#: How many are looked for at a time: a look costs milliseconds over 200,000 rows, so it is not had for each claim.
_AT_A_TIME: Final = 1_024

_LEAST: Final = int(np.iinfo(np.int64).min)

#: Event time, known time, id: no two claims have the same.
Age = tuple[int, int, bytes]


@dataclass(slots=True)
class Oldest:
    """The oldest rows of the columns, ready to be taken; all rows with an event time up to `_until_us` are in it."""

    _heap: list[tuple[Age, int]] = field(default_factory=list)
    _until_us: int = _LEAST

    def entered(self, columns: Columns, row: int) -> None:
        """A row was added: it may be older than those that were found."""
        if columns.event_us[row] <= self._until_us:
            heapq.heappush(self._heap, (age_of(columns, row), row))

    def take(self, columns: Columns) -> int:
        """The oldest row, which the caller removes; there must be one."""
        if not self._heap:
            self._find(columns)
        return heapq.heappop(self._heap)[1]

    def _find(self, columns: Columns) -> None:
        held = columns.held_rows()
        events = columns.event_us[held]
        at = min(_AT_A_TIME, len(held)) - 1
        self._until_us = int(np.partition(events, at)[at])
        self._heap = [(age_of(columns, int(row)), int(row)) for row in held[events <= self._until_us]]
        heapq.heapify(self._heap)


def age_of(columns: Columns, row: int) -> Age:
    """Sorts the claim of the earliest event time first, then that known first."""
    return int(columns.event_us[row]), int(columns.known_us[row]), columns.ids[row]
