"""Estimates: arrays of values with what their digits leave open.

Inside the indicators an undefined value is NaN and an unbounded side is ±∞; neither leaves the engine.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Estimate(NamedTuple):
    """`low ≤ truth ≤ high` beside the shown `value`, one element a series; shapes (n,)."""

    value: Floats
    low: Floats
    high: Floats


def exactly(value: Floats) -> Estimate:
    """An estimate that leaves nothing open."""
    return Estimate(value, value, value)


def outward(value: Floats, low: Floats, high: Floats) -> Estimate:
    """An estimate whose ends are moved out by one float, so that rounding can not have cut the truth off."""
    return Estimate(value, np.nextafter(low, -np.inf), np.nextafter(high, np.inf))


def where(defined: npt.NDArray[np.bool_], estimate: Estimate) -> Estimate:
    """The estimate with NaN wherever it is not defined."""
    return Estimate(*(np.where(defined, part, np.nan) for part in estimate))
