"""Growth indicators: of claims, one period against another.

Each takes the estimates of the current level and of its base and returns an estimate; NaN is undefined.
"""

import numpy as np

from paysignal.indicators.estimates import Estimate, outward, where


def level(shown: Estimate) -> Estimate:
    """The level as stated: x. Unit: the measure's. Always defined."""
    return shown


def stated(shown: Estimate) -> Estimate:
    """A change or growth as its publisher states it. Unit: the measure's, or a ratio for growth. Always defined."""
    return shown


def gain(current: Estimate, base: Estimate) -> Estimate:
    """Absolute gain x - b, in the measure's unit (points for shares), between [x₁ - b₂, x₂ - b₁]. Always defined."""
    return outward(current.value - base.value, current.low - base.high, current.high - base.low)


def growth(current: Estimate, base: Estimate) -> Estimate:
    """Relative growth x / b - 1, a ratio, between [x₁ / b₂ - 1, x₂ / b₁ - 1], unbounded where b may be 0.

    Undefined unless the shown base is above zero: growth from nothing is not infinite, it is no growth.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        value = current.value / base.value - 1.0
        low = np.maximum(current.low / base.high - 1.0, -1.0)
        high = np.where(base.low > 0, current.high / base.low, np.inf) - 1.0
    ends = outward(value, low, high)
    return where(base.value > 0, Estimate(ends.value, np.maximum(ends.low, -1.0), ends.high))
