"""Recent increments: the latest eight of each series by event time, then id, which readings name as their inputs."""

from dataclasses import dataclass, field

import numpy as np

from paysignal.facts.readings import NAMED_INPUTS
from paysignal.windows.columns import Facts, Ids, Ints, Newest, compared
from paysignal.windows.rings import grown


def _instants() -> Ints:
    return np.zeros((0, NAMED_INPUTS), np.int64)


def _ids() -> Ids:
    return np.zeros((0, NAMED_INPUTS, 2), np.uint64)


@dataclass(slots=True)
class Recent:
    """Eight places a row: the newest of `pushed[row]` entries stands at `(pushed - 1) % 8`, older ones before it."""

    at_us: Ints = field(default_factory=_instants)
    ids: Ids = field(default_factory=_ids)
    pushed: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def make_rows(self, rows: int) -> None:
        """Room for rows up to this number."""
        self.at_us, self.ids, self.pushed = (
            grown(self.at_us, rows), grown(self.ids, rows), grown(self.pushed, rows),
        )  # fmt: skip

    def add(self, facts: Facts, rows: Ints, starts: Ints, lengths: Ints) -> None:
        """Adds facts in their order; those of `rows[i]` stand from `starts[i]` on."""
        newest = (self.pushed[rows] - 1) % NAMED_INPUTS
        held_us = self.at_us[rows, newest]
        ahead = (self.pushed[rows] == 0) | (facts.at_us[starts] > held_us)
        tied = np.flatnonzero(~ahead & (facts.at_us[starts] == held_us))
        if len(tied):
            ahead[tied] = compared(facts.ids[starts[tied]], self.ids[rows[tied], newest[tied]]) > 0
        most = np.minimum(lengths, NAMED_INPUTS)
        self._push(facts, rows[ahead], (starts + lengths)[ahead], most[ahead])
        if not ahead.all():
            self._merge(facts, rows[~ahead], (starts + lengths)[~ahead], most[~ahead])

    def put(self, row: int, fact: Newest) -> None:
        """Appends one fact that is newer than all of its row."""
        pushed = self.pushed.item(row)
        place = pushed % NAMED_INPUTS
        self.at_us[row, place] = fact.at_us
        self.ids[row, place, 0], self.ids[row, place, 1] = fact.id
        self.pushed[row] = pushed + 1

    def _push(self, facts: Facts, rows: Ints, ends: Ints, most: Ints) -> None:
        """Appends to each row the `most` facts before `ends`, which are newer than all it has."""
        if not len(rows):
            return
        back = np.arange(int(most.sum())) - np.repeat(np.cumsum(most), most)  # -most … -1 within each row
        chosen = np.repeat(ends, most) + back
        into = np.repeat(rows, most)
        place = (np.repeat(self.pushed[rows] + most, most) + back) % NAMED_INPUTS
        self.at_us[into, place] = facts.at_us[chosen]
        self.ids[into, place] = facts.ids[chosen]
        self.pushed[rows] += most

    def _merge(self, facts: Facts, rows: Ints, ends: Ints, most: Ints) -> None:
        """The same of facts some of which are older than what a row has: the latest eight of both are sorted anew."""
        for row, end, count in zip(rows.tolist(), ends.tolist(), most.tolist(), strict=True):
            held = min(int(self.pushed[row]), NAMED_INPUTS)
            at_us = np.concatenate([self.at_us[row, :held], facts.at_us[end - count : end]])
            ids = np.concatenate([self.ids[row, :held], facts.ids[end - count : end]])
            order = np.lexsort((ids[:, 1], ids[:, 0], at_us))[-NAMED_INPUTS:]
            self.at_us[row, : len(order)], self.ids[row, : len(order)] = at_us[order], ids[order]
            self.pushed[row] = len(order)

    def latest(self, rows: Ints) -> tuple[Ints, Ids, Ints]:
        """Instants and ids of each row, the newest first, shapes (n, 8), and how many of them there are."""
        order = (self.pushed[rows, None] - 1 - np.arange(NAMED_INPUTS)) % NAMED_INPUTS
        there = np.minimum(self.pushed[rows], NAMED_INPUTS)
        return self.at_us[rows[:, None], order], self.ids[rows[:, None], order], there
