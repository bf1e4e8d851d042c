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


def outward(value: Floats, low: Floats, high: Floats, floor: float = -np.inf) -> Estimate:
    """An estimate whose ends are moved out, so that the rounding of two operations can not have cut the truth off.

    Two correctly rounded operations err by less than two floats together. The ends hold the value, and do not go below
    `floor`, the least that the truth can be.
    """
    with np.errstate(over="ignore"):  # next to the largest float stands infinity: unbounded
        lower = np.nextafter(np.nextafter(low, -np.inf), -np.inf)
        upper = np.nextafter(np.nextafter(high, np.inf), np.inf)
    return Estimate(value, np.maximum(np.minimum(lower, value), floor), np.maximum(upper, value))


def where(defined: npt.NDArray[np.bool_], estimate: Estimate) -> Estimate:
    """The estimate with NaN wherever it is not defined."""
    return Estimate(*(np.where(defined, part, np.nan) for part in estimate))
