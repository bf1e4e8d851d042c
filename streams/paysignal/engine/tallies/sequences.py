"""Sequences: what a publisher that counts its increments has sent before, told by one number a series and publisher."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from paysignal.windows.columns import Ints


@dataclass(frozen=True, slots=True)
class Sequences:
    """Of each increment of a batch: its sequence (-1: it is told by its id), who counts, and how far that one came.

    `counters` are equal for increments of one row and publisher; `reached` is the greatest sequence of these that
    counted before the batch (-1: none did). Both mean nothing where there is no sequence.
    """

    numbers: Ints
    counters: Ints
    reached: Ints

    def repeated(self) -> npt.NDArray[np.bool_]:
        """Which are not above all before them of their counter, if all of these that could count did."""
        again = np.zeros(len(self.numbers), dtype=bool)
        chosen = np.flatnonzero(self.numbers >= 0)
        if not len(chosen):
            return again
        again[chosen] = self.numbers[chosen] <= self.reached[chosen]
        counters, ranks = (np.unique(each[chosen], return_inverse=True)[1] for each in (self.counters, self.numbers))
        order = np.argsort(counters, kind="stable")
        # Counters one above the other, so that a running maximum over all of them is one of each.
        heights = (counters * len(chosen) + ranks)[order]
        again[chosen[order[1:]]] |= heights[1:] <= np.maximum.accumulate(heights)[:-1]
        return again


@dataclass(slots=True)
class Counting:
    """How far the counters of a batch have come while it is walked through; of a batch without sequences nothing."""

    sequences: Sequences | None
    reached: dict[int, int]

    def has(self, index: int) -> bool:
        """Whether an increment is told by its sequence."""
        return self.sequences is not None and bool(self.sequences.numbers[index] >= 0)

    def is_again(self, index: int) -> bool:
        """Whether its sequence is not above its counter's last that counted."""
        told = self.sequences
        return told is not None and bool(
            told.numbers[index] <= self.reached.get(int(told.counters[index]), int(told.reached[index]))
        )

    def count(self, index: int) -> None:
        """It counts: its counter is there."""
        if self.sequences is not None:
            self.reached[int(self.sequences.counters[index])] = int(self.sequences.numbers[index])
