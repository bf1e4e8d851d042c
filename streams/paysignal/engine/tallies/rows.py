"""Rows: what is known of each series beside its panes, all of it a function of the set of its increments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from paysignal.engine.forms import NO_SEQUENCE
from paysignal.engine.tallies.recent import Recent
from paysignal.windows.columns import Facts, Ints, Newest
from paysignal.windows.rings import grown

#: The newest event time of a row that has none.
NEVER: Final = -(2**62)
_NONE: Final = -1


def _ints() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(slots=True)
class Publishers:
    """The latest event time of each publisher in each row, and the greatest `reached` of its sequences that counted.

    The pairs of a row are chained from its newest pair on; most rows have one.
    """

    names: list[str] = field(default_factory=list)
    row: Ints = field(default_factory=_ints)
    publisher: Ints = field(default_factory=_ints)
    latest_us: Ints = field(default_factory=_ints)
    older: Ints = field(default_factory=_ints)
    reached: Ints = field(default_factory=_ints)
    pairs: int = 0
    of_row: Ints = field(default_factory=_ints)  #: each row's newest pair, -1: none
    _number: dict[str, int] = field(default_factory=dict)
    _pair: dict[tuple[int, int], int] = field(default_factory=dict)

    def numbers(self, names: Sequence[str]) -> Ints:
        """The number of each publisher, given to those that have none."""
        for name in names:
            if name not in self._number:
                self._number[name] = len(self.names)
                self.names.append(name)
        return np.array([self._number[name] for name in names], dtype=np.int64)

    def number_of(self, name: str) -> int:
        """The number of a publisher; -1 where it has none yet."""
        return self._number.get(name, _NONE)

    def newest_pair(self, row: int, by: int) -> int:
        """The row's newest pair, where that is this publisher's; otherwise -1."""
        pair = self.of_row.item(row)
        return pair if pair != _NONE and self.publisher.item(pair) == by else _NONE

    def add(self, rows: Ints, by: npt.NDArray[np.int32], at_us: Ints) -> None:
        """Notes who has increments of when; event time rises within a row."""
        pairs = self.of_row[rows]
        other = np.flatnonzero((pairs == _NONE) | (self.publisher[pairs] != by) if self.pairs else pairs == _NONE)
        if len(other):
            pairs[other] = self._pairs(rows[other], by[other])
        np.maximum.at(self.latest_us, pairs, at_us)

    def reached_of(self, rows: Ints, by: npt.NDArray[np.int32]) -> Ints:
        """The greatest sequence that counted of each row and publisher; `NO_SEQUENCE` where none did."""
        pairs = self._standing(rows, by)
        return np.where(pairs == _NONE, NO_SEQUENCE, self.reached[pairs] if self.pairs else NO_SEQUENCE)

    def reach(self, rows: Ints, by: npt.NDArray[np.int32], sequences: Ints) -> None:
        """Notes sequences that counted, of pairs that `add` was told."""
        np.maximum.at(self.reached, self._standing(rows, by), sequences)

    def _standing(self, rows: Ints, by: npt.NDArray[np.int32]) -> Ints:
        """The pair of each row and publisher; -1 where there is none yet."""
        pairs = self.of_row[rows].copy()
        other = np.flatnonzero((pairs != _NONE) & (self.publisher[pairs] != by)) if self.pairs else np.zeros(0, int)
        wanted = zip(rows[other].tolist(), by[other].tolist(), strict=True)
        pairs[other] = np.array([self._pair.get(each, _NONE) for each in wanted], dtype=np.int64)
        return pairs

    def _pairs(self, rows: Ints, by: npt.NDArray[np.int32]) -> Ints:
        # A row's first publisher is looked up here once, so the dictionary holds only rows with several.
        found = []
        for row, publisher in zip(rows.tolist(), by.tolist(), strict=True):
            newest = int(self.of_row[row])
            if newest != _NONE and self.publisher[newest] == publisher:
                found.append(newest)
                continue
            pair = self._pair.get((row, publisher)) if newest != _NONE else None
            found.append(self.put(row, publisher, NEVER) if pair is None else pair)
        return np.array(found, dtype=np.int64)

    def put(self, row: int, publisher: int, latest_us: int) -> int:
        """A new pair."""
        pair, newest = self.pairs, int(self.of_row[row])
        self.pairs += 1
        for name in ("row", "publisher", "latest_us", "older"):
            setattr(self, name, grown(getattr(self, name), self.pairs))
        self.reached = grown(self.reached, self.pairs, NO_SEQUENCE)
        self.row[pair], self.publisher[pair], self.latest_us[pair] = row, publisher, latest_us
        self.older[pair], self.of_row[row] = newest, pair
        if newest != _NONE:
            self._pair[row, publisher] = pair
            self._pair.setdefault((row, int(self.publisher[newest])), newest)
        return pair

    def restore(self, names: Sequence[str]) -> None:
        """Takes over names by their numbers."""
        self.numbers(names)

    def restore_several(self, rows: Ints) -> None:
        """Notes the pairs of rows that have several, so that each is found by its publisher."""
        for row in rows.tolist():
            for pair in self.pairs_of(row):
                self._pair[row, int(self.publisher[pair])] = pair

    def since(self, row: int, start_us: int) -> list[str]:
        """The publishers with increments from an instant on, sorted."""
        return sorted(self.names[publisher] for publisher, latest in self.of(row) if latest >= start_us)

    def of(self, row: int) -> list[tuple[int, int]]:
        """A row's publishers by number, with the latest event time of each; the newest pair first."""
        return [(int(self.publisher[pair]), int(self.latest_us[pair])) for pair in self.pairs_of(row)]

    def pairs_of(self, row: int) -> list[int]:
        """A row's pairs, the newest first."""
        pair, found = int(self.of_row[row]), []
        while pair != _NONE:
            found.append(pair)
            pair = int(self.older[pair])
        return found


@dataclass(slots=True)
class Rows:
    """The series of a lane by number: `newest_us` their latest event time, `facts` how many distinct increments."""

    keys: list[str] = field(default_factory=list)
    newest_us: Ints = field(default_factory=_ints)
    facts: Ints = field(default_factory=_ints)
    recent: Recent = field(default_factory=Recent)
    publishers: Publishers = field(default_factory=Publishers)
    _number: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.keys)

    def numbers(self, keys: Sequence[str]) -> Ints:
        """The row of each series, made for those that have none."""
        number = self._number
        found = [number.get(key, _NONE) for key in keys]
        for place, row in enumerate(found):
            if row == _NONE:
                found[place] = number.setdefault(keys[place], len(self.keys))
                if found[place] == len(self.keys):
                    self.keys.append(keys[place])
        self.make_room()
        return np.array(found, dtype=np.int64)

    def number_of(self, key: str) -> int:
        """The row of a series; -1 where it has none yet."""
        return self._number.get(key, _NONE)

    def put(self, row: int, pair: int, fact: Newest) -> None:
        """Adds one fact, later than all of its row, of the publisher of this pair of the row."""
        self.facts[row] += 1
        self.newest_us[row] = fact.at_us
        self.recent.put(row, fact)
        if fact.at_us > self.publishers.latest_us.item(pair):
            self.publishers.latest_us[pair] = fact.at_us

    def restore(self, keys: list[str]) -> None:
        """Takes over series by their numbers."""
        self.keys = keys
        self._number = {key: number for number, key in enumerate(keys)}

    def make_room(self) -> None:
        """Arrays as long as there are rows."""
        rows = len(self.keys)
        self.newest_us, self.facts = grown(self.newest_us, rows, NEVER), grown(self.facts, rows)
        self.publishers.of_row = grown(self.publishers.of_row, rows, _NONE)
        self.recent.make_rows(rows)

    def add(self, facts: Facts) -> Ints:
        """Adds facts; returns the rows they touched, in order."""
        starts = np.flatnonzero(np.append(True, facts.rows[1:] != facts.rows[:-1]))
        lengths = np.diff(np.append(starts, len(facts.rows)))
        rows = facts.rows[starts]
        self.facts[rows] += lengths
        self.newest_us[rows] = np.maximum(self.newest_us[rows], facts.at_us[starts + lengths - 1])
        self.recent.add(facts, rows, starts, lengths)
        self.publishers.add(facts.rows, facts.by, facts.at_us)
        return rows
