"""Growth indicators: of claims, one period against another.

Each takes the estimates of the current level and of its base and returns an estimate; NaN is undefined.
"""

import numpy as np

from paysignal.indicators.estimates import Estimate, Floats, outward, where


def level(shown: Estimate) -> Estimate:
    """The level as stated: x. Unit: the measure's. Always defined."""
    return shown


def stated(shown: Estimate) -> Estimate:
    """A change or growth as its publisher states it. Unit: the measure's, or a ratio for growth. Always defined."""
    return shown


def gain(current: Estimate, base: Estimate) -> Estimate:
    """Absolute gain x - b, in the measure's unit (points for shares), between [x₁ - b₂, x₂ - b₁].

    Undefined where the difference is larger than any float.
    """
    with np.errstate(over="ignore"):
        return outward(current.value - base.value, current.low - base.high, current.high - base.low)


def growth(current: Estimate, base: Estimate) -> Estimate:
    """Relative growth (x - b) / b, a ratio, between [(x₁ - b₂) / b₂, (x₂ - b₁) / b₁], unbounded where b may be 0.

    Undefined unless the shown base is above zero, as growth from nothing is not infinite, it is no growth; and where
    the ratio is larger than any float.
    """
    low = np.where(np.isinf(base.high), -1.0, _relative(current.low, base.high))
    high = np.where(base.low > 0, _relative(current.high, base.low), np.inf)
    ends = outward(_relative(current.value, base.value), low, high, floor=-1.0)
    return where(base.value > 0, ends)


def _relative(end: Floats, start: Floats) -> Floats:
    """(end - start) / start, which errs by two roundings of the growth itself.

    end / start - 1 would leave a small growth the rounding error of the whole ratio: 1,100,000 on 1,000,000 came out as
    10.000000000000009 %, with an interval that did not hold 10 %.
    """
    with np.errstate(all="ignore"):
        ratio: Floats = (end - start) / start
    return ratio
