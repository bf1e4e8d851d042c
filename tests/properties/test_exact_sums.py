"""Laws of the exact sums: math.fsum, to the bit, whatever the order and the cut."""

import math
from fractions import Fraction

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from paysignal.facts.increments import LARGEST_INCREMENT
from paysignal.windows.exact import cut, total

QUANTUM = Fraction(1, 2**62)

allowed = st.floats(-LARGEST_INCREMENT, LARGEST_INCREMENT, exclude_min=True, exclude_max=True)
cents = st.integers(-(10**12), 10**12).map(lambda number: number / 100)


def whole(value: float) -> float:
    """The value without what lies below the quantum."""
    return float(Fraction(int(Fraction(value) / QUANTUM)) * QUANTUM)


representable = cents | allowed.map(whole) | st.integers(-(2**53), 2**53).map(lambda number: number * 2.0**-62)


def summed(values: list[float]) -> float:
    """The exact sum of one batch."""
    return total(cut(np.array(values, dtype=np.float64)).sum(axis=0))


@given(st.lists(representable, max_size=60))
@example([2.0**61, 2.0**-62, -(2.0**61)])
@example([0.1] * 10)
def test_the_sum_is_that_of_fsum(values: list[float]) -> None:
    """Sums of values that are whole quanta equal math.fsum to the bit."""
    assert math.fsum(values) == summed(values)


@given(st.data(), st.lists(allowed, min_size=1, max_size=40))
def test_order_and_batches_change_no_bit(data: st.DataObject, values: list[float]) -> None:
    """The same values in another order, cut into any two batches and merged, are the same limbs."""
    shuffled = data.draw(st.permutations(values))
    at = data.draw(st.integers(0, len(values)))
    merged = cut(np.array(shuffled[:at])).sum(axis=0) + cut(np.array(shuffled[at:])).sum(axis=0)

    assert cut(np.array(values)).sum(axis=0).tolist() == merged.tolist()


@given(st.lists(allowed, max_size=40))
@example([1e-300, 2.0**61, -0.0, 5e-324, -(2.0**61)])
def test_any_allowed_value_is_off_by_less_than_a_quantum(values: list[float]) -> None:
    """Before its one rounding the sum differs from the true one by less than 2 ** -62 a value."""
    kept = sum((Fraction(int(Fraction(value) / QUANTUM)) * QUANTUM for value in values), Fraction(0))

    assert float(kept) == summed(values)
    assert abs(kept - sum(map(Fraction, values), Fraction(0))) < QUANTUM * max(len(values), 1)
