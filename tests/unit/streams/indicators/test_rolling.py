"""Rolling indicators over counts and sums of windows."""

import numpy as np

from paysignal.indicators import rolling

COUNTS, SUMS = np.array([0, 3]), np.array([0.0, 12.5])


def test_count_and_sum_are_exact_and_defined_for_empty_windows_too() -> None:
    """A window without increments counts 0 and sums to 0: it is known to be empty."""
    assert [[0.0, 3.0]] * 3 == [part.tolist() for part in rolling.count(COUNTS, SUMS)]
    assert [[0.0, 12.5]] * 3 == [part.tolist() for part in rolling.total(COUNTS, SUMS)]
