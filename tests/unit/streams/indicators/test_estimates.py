"""Estimates and their ends."""

import numpy as np

from paysignal.indicators.estimates import Estimate, exactly, outward, where


def test_exactly_leaves_nothing_open() -> None:
    """The ends of an exact estimate are its value."""
    value = np.array([1.0, -2.0])

    assert all((part == value).all() for part in exactly(value))


def test_outward_moves_each_end_by_two_floats() -> None:
    """Both ends move by two floats, enough for the rounding of two operations, and no further."""
    one = np.array([1.0])
    _, low, high = outward(one, one, one)

    assert np.nextafter(np.nextafter(1.0, 0.0), 0.0) == low.item()
    assert np.nextafter(np.nextafter(1.0, 2.0), 2.0) == high.item()


def test_outward_keeps_the_value_between_the_ends_and_the_floor_under_them() -> None:
    """Ends that rounding put on the wrong side of the value give way to it; no end goes under the floor."""
    value = np.array([0.5, -1.0])
    estimate = outward(value, np.array([0.6, -1.0]), np.array([0.4, -1.0]), floor=-1.0)

    assert (estimate.low <= value).all()
    assert (value <= estimate.high).all()
    assert -1.0 == estimate.low[1]


def test_open_ends_stay_open() -> None:
    """Infinities stay where they are."""
    _, low, high = outward(np.array([1.0]), np.array([-np.inf]), np.array([np.inf]))

    assert (-np.inf, np.inf) == (low.item(), high.item())


def test_where_blanks_all_three_parts() -> None:
    """An undefined element is NaN in value, low and high, the others stay."""
    estimate = where(np.array([True, False]), Estimate(*(np.array([1.0, 2.0]) for _ in range(3))))

    assert all(part[0] == 1.0 and np.isnan(part[1]) for part in estimate)
