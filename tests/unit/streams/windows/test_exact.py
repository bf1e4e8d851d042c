"""Exact sums: limbs in, one correctly rounded float out."""

import math

import numpy as np
import pytest

from paysignal.windows.exact import LIMBS, cut, total

QUANTUM = 2.0**-62


def summed(*values: float) -> float:
    """The exact sum, read as a float once."""
    return total(cut(np.array(values)).sum(axis=0))


@pytest.mark.parametrize(
    "value",
    [0.01, -0.01, 0.001, 1.1, 433.0, 2955.25, 123456789.123, 2.0**61, -(2.0**61), 2.0**62 - 1024, QUANTUM, -QUANTUM],
)
def test_one_value_comes_back_to_the_bit(value: float) -> None:
    """What a float of at least a thousandth, or any multiple of the quantum, is cut into adds up to that very float."""
    assert value == summed(value)


def test_nothing_is_lost_between_the_largest_and_the_smallest() -> None:
    """A value 2 ** 123 times smaller than its neighbour is still there when the neighbour is taken off again."""
    assert QUANTUM == summed(2.0**61, QUANTUM, -(2.0**61))
    assert math.fsum([2.0**61, QUANTUM, -(2.0**61)]) == summed(2.0**61, QUANTUM, -(2.0**61))


@pytest.mark.parametrize("value", [1e-300, 5e-324, 2.0**-63, QUANTUM * 0.999, -1e-300, -(2.0**-63)])
def test_below_the_quantum_a_value_is_cut_off_towards_zero(value: float) -> None:
    """Values under 2 ** -62, subnormals among them, count as nothing, from either side."""
    assert 0.0 == summed(value)
    assert 1.0 == summed(1.0, value)


def test_what_lies_beyond_the_quantum_is_cut_off_a_larger_value_too() -> None:
    """One and a half quanta are one quantum, minus one and a half minus one."""
    assert QUANTUM == summed(1.5 * QUANTUM)
    assert -QUANTUM == summed(-1.5 * QUANTUM)


def test_a_negative_zero_is_a_zero() -> None:
    """-0.0 adds nothing and comes out as 0.0, so that readings of it are equal bytes."""
    assert 1.0 == math.copysign(1.0, summed(-0.0))


def test_the_sum_is_rounded_once_to_the_nearest_float() -> None:
    """2 ** 53 + 1 + a quantum rounds up, though adding one by one would stay at 2 ** 53."""
    assert 2.0**53 == 2.0**53 + 1.0 + QUANTUM
    assert 2.0**53 + 2.0 == summed(2.0**53, 1.0, QUANTUM)


def test_no_values_have_no_limbs() -> None:
    """An empty batch is cut into an empty array of the right shape, whose total is zero."""
    limbs = cut(np.array([], dtype=np.float64))

    assert (0, LIMBS) == limbs.shape
    assert 0.0 == total(limbs.sum(axis=0))


def test_limbs_leave_room_for_billions_of_values() -> None:
    """No limb of one value reaches 2 ** 31, so that 2 ** 32 of them fit into 64 bits."""
    assert np.abs(cut(np.array([2.0**62 - 1024, -(2.0**62 - 1024), 1 - 2.0**-53]))).max() < 2**31
