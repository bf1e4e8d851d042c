"""Rolling indicators: of increments, over the panes of a window."""

import numpy as np
import numpy.typing as npt

from paysignal.indicators.estimates import Estimate, Floats, exactly


def count(counts: npt.NDArray[np.int64], sums: Floats) -> Estimate:
    """How many increments the window holds. Unit: increments. Always defined."""
    del sums
    return exactly(counts.astype(np.float64))


def total(counts: npt.NDArray[np.int64], sums: Floats) -> Estimate:
    """The sum Σx of the window's values, exact and then correctly rounded. Unit: the measure's. Always defined."""
    del counts
    return exactly(sums)
