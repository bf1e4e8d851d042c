"""Quantile sketches: how many values fell into each of a row of buckets, one per cent of a value wide either way.

    value    …  98.0 ┊ 99.98   102.0 ┊ 104.1 …       a bucket is told by the value that is 0.99 % from either end
    number   …  232 ──┊── 233 ────────┊── 234 …      below zero the same, mirrored; zero is a bucket of its own

Counts are integers, so that sketches merge and restore without changing a bit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil, log
from typing import Final

import numpy as np
import numpy.typing as npt

from paysignal.windows.columns import Floats, Ints, Slots

#: Under the one per cent that is promised: the logarithm's rounding may put a value into the bucket beside its own.
_ERROR: Final = 0.0099
_GAMMA: Final = (1 + _ERROR) / (1 - _ERROR)
_LOG_GAMMA: Final = log(_GAMMA)
#: Above the number of buckets down to the smallest float, 745 / 0.0198: numbers of positive values stay positive.
_SHIFT: Final = 40_000

Sketch = tuple[npt.NDArray[np.int32], Ints]


def buckets_of(values: Floats) -> npt.NDArray[np.int32]:
    """The bucket of each value: numbers that rise with it."""
    sizes = np.abs(values)
    numbers = np.zeros(len(values), dtype=np.float64)
    np.log(sizes, out=numbers, where=sizes > 0)
    numbers = np.where(sizes > 0, np.ceil(numbers / _LOG_GAMMA) + _SHIFT, 0.0)
    return (np.sign(values) * numbers).astype(np.int32)


def value_of(bucket: int) -> float:
    """What a value of this bucket is, within one per cent."""
    if bucket == 0:
        return 0.0
    size = 2 * _GAMMA ** (abs(bucket) - _SHIFT) / (_GAMMA + 1)
    return size if bucket > 0 else -size


def merged(sketches: Iterable[Sketch]) -> Sketch:
    """One sketch of all values."""
    buckets, counts = (np.concatenate(each) for each in zip(*sketches, strict=True))
    distinct, back = np.unique(buckets, return_inverse=True)
    sums = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(sums, back, counts)
    return distinct, sums


def quantile(sketch: Sketch, share: float) -> float:
    """The value up to which this share of all values lies: that of the nearest rank, within one per cent."""
    buckets, counts = sketch
    upto = np.cumsum(counts)
    rank = max(ceil(share * int(upto[-1])), 1)
    return value_of(int(buckets[np.searchsorted(upto, rank)]))


@dataclass(slots=True)
class Sketches:
    """The sketch of each slot of a ring that has one."""

    of: dict[int, Sketch] = field(default_factory=dict)

    def add(self, slots: Slots, starts: Slots, values: Floats) -> None:
        """Adds values to their slots: those from `starts[i]` up to the next start to `slots[i]`."""
        for slot, chosen in zip(slots.tolist(), np.split(buckets_of(values), starts[1:]), strict=True):
            fresh: Sketch = (chosen, np.ones(len(chosen), dtype=np.int64))
            held = self.of.get(slot)
            self.of[slot] = merged([fresh] if held is None else [held, fresh])

    def drop(self, slots: Slots) -> None:
        """Forgets slots."""
        for slot in slots.tolist():
            self.of.pop(slot, None)

    def quantile(self, slots: Slots, share: float) -> float:
        """A quantile of all values in these slots."""
        return quantile(merged([self.of[slot] for slot in slots.tolist()]), share)
