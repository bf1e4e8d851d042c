"""Growth of claims: values, ends, and where it is undefined."""

import numpy as np
import pytest

from paysignal.indicators import growth
from paysignal.indicators.estimates import Estimate, exactly

INF = float("inf")


def one(value: float, low: float, high: float) -> Estimate:
    """The estimate of one series."""
    return Estimate(np.array([value]), np.array([low]), np.array([high]))


def told(estimate: Estimate) -> tuple[float, float, float]:
    """Value, low and high of one series."""
    value, low, high = (part.item() for part in estimate)
    return value, low, high


def test_growth_and_gain_of_the_press_note() -> None:
    """CNY 2,073 to 2,955 is a gain of 882 and a growth of 42.5 %, each between the ends that half a yuan gives."""
    current, base = one(2955, 2954.5, 2955.5), one(2073, 2072.5, 2073.5)

    assert pytest.approx((882, 881, 883)) == told(growth.gain(current, base))
    assert pytest.approx((882 / 2073, 2954.5 / 2073.5 - 1, 2955.5 / 2072.5 - 1)) == told(growth.growth(current, base))


def test_a_small_growth_keeps_its_digits() -> None:
    """1,100,000 on 1,000,000 is 0.1 to the bit: 1.1 - 1 would be 0.10000000000000009."""
    value, low, high = told(growth.growth(exactly(np.array([1.1e6])), exactly(np.array([1e6]))))

    assert 0.1 == value
    assert low < 0.1 < high


@pytest.mark.parametrize("base", [0.0, -0.0, -5.0])
def test_growth_from_nothing_or_less_is_undefined(base: float) -> None:
    """A base that is not above zero gives no growth: neither 0 nor infinity."""
    assert np.isnan(growth.growth(one(5, 5, 5), one(base, base, base)).value).all()


def test_a_fall_to_nothing_is_minus_one() -> None:
    """From 8 to 0 is -100 %, and nothing below that."""
    value, low, _ = told(growth.growth(one(0, 0, 0.5), one(8, 7.5, 8.5)))

    assert -1.0 == value == low


def test_a_bound_goes_through() -> None:
    """Over 5 on exactly 2 is at least +150 %, unbounded above; exactly 5 on over 2 anything up to +150 %."""
    exact, over = one(2, 2, 2), one(5, 5, INF)

    assert pytest.approx((1.5, 1.5, INF)) == told(growth.growth(over, exact))
    assert pytest.approx((1.5, -1.0, 1.5)) == told(growth.growth(one(5, 5, 5), one(2, 2, INF)))
    assert pytest.approx((3.0, 3.0, INF)) == told(growth.gain(over, exact))


def test_a_base_that_may_be_nothing_leaves_growth_unbounded() -> None:
    """With a base between 0 and 4 the growth has no upper end."""
    assert INF == told(growth.growth(one(5, 5, 5), one(2, 0, 4)))[2]


def test_what_is_larger_than_any_float_is_infinite_and_no_warning() -> None:
    """Overflow gives infinities, which the engine leaves out, and no warning that a test would take for an error."""
    assert INF == told(growth.growth(one(1e308, 1e308, 1e308), one(1e-10, 1e-10, 1e-10)))[0]
    assert INF == told(growth.gain(one(1.7976931348623157e308, 1e308, 1.7976931348623157e308), one(0, 0, 0)))[2]


def test_levels_and_stated_figures_pass_as_they_are() -> None:
    """What a publisher states is shown unchanged, with its own ends."""
    shown = one(50, 50, INF)

    assert shown is growth.level(shown)
    assert shown is growth.stated(shown)
