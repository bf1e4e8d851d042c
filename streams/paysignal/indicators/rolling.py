"""Rolling indicators: of increments, over the panes of a window that holds at least one of them.

Sums are exact integers until they come here as floats, correctly rounded once, so each of these errs by its own
operations alone.
"""

from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from paysignal.indicators.estimates import Estimate, Floats, exactly, outward

Counts = npt.NDArray[np.int64]

#: How far a quantile of a sketch is from the true one at most, relatively.
SKETCH_ERROR: Final = 0.01


class Held(StrEnum):
    """What the panes of a window tell together; one array each, an element a window."""

    COUNT = "count"
    SUM = "sum"
    SPREAD = "spread"  #: Σ (x - mean)²
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"
    DAYS = "days"  #: the window's own length
    P50 = "p50"
    P95 = "p95"


def count(counts: Counts) -> Estimate:
    """How many increments the window holds: n. Unit: increments. Always defined."""
    return exactly(counts.astype(np.float64))


def held(values: Floats) -> Estimate:
    """A value the window holds as it is: its exact sum Σx, least, greatest, first or last x. Unit: the measure's.

    Always defined. Of two increments of one instant the greater id is the later.
    """
    return exactly(values)


def mean(counts: Counts, sums: Floats) -> Estimate:
    """The mean Σx / n. Unit: the measure's. Always defined."""
    return exactly(sums / counts)


def rate(sums: Floats, days: Floats) -> Estimate:
    """The sum for each day of the window's length, Σx / days. Unit: the measure's, a day. Always defined.

    Of a window that is still filling it is the rate so far; a day of 23 or 25 hours is as long as it is.
    """
    return exactly(sums / days)


def stdev(counts: Counts, spreads: Floats) -> Estimate:
    """The standard deviation √(Σ(x - mean)² / n), of all increments, not of a sample. Unit: the measure's.

    Always defined; 0 for a single increment.
    """
    return exactly(np.sqrt(spreads / counts))


def quantile(values: Floats) -> Estimate:
    """A quantile as the sketch tells it, within 1 % of an increment's value of that rank. Unit: the measure's.

    Always defined: the nearest rank, the increment that the share of p are up to.
    """
    width = np.abs(values) * SKETCH_ERROR
    return outward(values, values - width, values + width)
