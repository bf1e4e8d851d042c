"""Rolling indicators over what windows hold."""

import numpy as np

from paysignal.indicators import rolling

COUNTS, SUMS = np.array([1, 4]), np.array([2.5, 12.5])


def test_what_is_held_comes_out_as_it_is() -> None:
    """Counts and sums are exact: low, value and high are one figure."""
    assert [[1.0, 4.0]] * 3 == [part.tolist() for part in rolling.count(COUNTS)]
    assert [[2.5, 12.5]] * 3 == [part.tolist() for part in rolling.held(SUMS)]


def test_means_rates_and_deviations() -> None:
    """Divided by the number, by the days, and the root of the mean square; a single increment deviates from nothing."""
    assert [2.5, 3.125] == rolling.mean(COUNTS, SUMS).value.tolist()
    assert [5.0, 12.5] == rolling.rate(SUMS, np.array([0.5, 1.0])).value.tolist()
    assert [0.0, 1.5] == rolling.stdev(COUNTS, np.array([0.0, 9.0])).value.tolist()


def test_a_quantile_says_how_far_it_may_be_off() -> None:
    """The interval is one per cent either way, on both sides of zero."""
    told = rolling.quantile(np.array([-100.0, 0.0, 200.0]))

    assert [-101.0, 198.0] == np.round(told.low[[0, 2]], 9).tolist()
    assert [-99.0, 202.0] == np.round(told.high[[0, 2]], 9).tolist()
    assert told.low[1] <= 0.0 <= told.high[1]
