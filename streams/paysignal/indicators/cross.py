"""Cross-sections: many series at one moment beside each other. Numpy in, numpy out.

Arrays have the shape (members, sections): a column is one cross-section, its members in the order of their keys, padded
with NaN at the bottom. Sums go row by row, so neither padding nor the other sections change a bit.

Breadth, diffusion and dispersion are robust: each member counts once whatever its size, so a single fact of +5,000 %
moves breadth by 1 / n at most, diffusion by 2 / n, and dispersion no farther than to the next member's deviation.
"""

from typing import Final

import numpy as np

from paysignal.indicators.estimates import Floats
from paysignal.indicators.histories import added, middle

#: A median absolute deviation times this is the standard deviation of a normal distribution.
NORMAL: Final = 1.4826


@np.errstate(all="ignore")
def breadth(growths: Floats, threshold: float = 0.0) -> Floats:
    """The share of members that grow by more than the threshold, #(g > t) / n. A ratio. Undefined without members."""
    return added((growths > threshold).astype(np.float64)) / _count(growths)


@np.errstate(all="ignore")
def diffusion(growths: Floats) -> Floats:
    """Members that grow less those that shrink, (#(g > 0) - #(g < 0)) / n, a ratio. Undefined without members."""
    return added(np.sign(growths)) / _count(growths)


@np.errstate(all="ignore")
def dispersion(growths: Floats) -> Floats:
    """How far apart the members grow, 1.4826 median absolute deviations, a ratio. Undefined for fewer than two."""
    spread = NORMAL * middle(np.abs(growths - middle(growths)))
    return np.where(_count(growths) > 1, spread, np.nan)


@np.errstate(all="ignore")
def shares(levels: Floats, wholes: Floats | None = None) -> Floats:
    """Each member's share x / Σx of the members' sum, or of `wholes`, a figure a section. A ratio; shape of `levels`.

    Which of the two is the base is said where the share is shown: members may count a payment twice, or leave some out.
    Undefined on a base that is not above zero.
    """
    base = added(levels) if wholes is None else wholes
    return np.where(base > 0, levels / base, np.nan)


@np.errstate(all="ignore")
def concentration(levels: Floats) -> Floats:
    """The Herfindahl-Hirschman index Σ (x / Σx)², 1 / n to 1. A ratio. Undefined on a sum that is not above zero."""
    parts = shares(levels)
    return np.where(added(levels) > 0, added(parts * parts), np.nan)


@np.errstate(all="ignore")
def contributions(levels: Floats, bases: Floats) -> Floats:
    """What each member adds to the growth of their sum, (x - b) / Σb, a ratio (points of growth); shape of `levels`.

    They add up to the growth of the sum of those that have both. Undefined where either is missing, and on a sum of
    bases that is not above zero.
    """
    both = ~(np.isnan(levels) | np.isnan(bases))
    base = added(np.where(both, bases, np.nan))
    return np.where(both & (base > 0), (levels - bases) / base, np.nan)


def ranks(values: Floats) -> Floats:
    """Each member's place, 1 the greatest; equal values in the order of their keys. Unit: places; shape of `values`.

    Undefined for members without a value.
    """
    order = np.argsort(np.where(np.isnan(values), np.inf, -values), axis=0, kind="stable")
    places = np.empty_like(values)
    np.put_along_axis(places, order, np.arange(1.0, len(values) + 1.0)[:, np.newaxis], axis=0)
    return np.where(np.isnan(values), np.nan, places)


def rank_changes(levels: Floats, bases: Floats) -> Floats:
    """Places won since the base, rank of b less rank of x, among those that have both. Unit: places; shape of `levels`.

    A member that is new or gone moves nobody. Undefined for members without one of the two.
    """
    both = ~(np.isnan(levels) | np.isnan(bases))
    return ranks(np.where(both, bases, np.nan)) - ranks(np.where(both, levels, np.nan))


def _count(values: Floats) -> Floats:
    """How many members have a value; NaN for none, so that what is divided by it is undefined."""
    count = added((~np.isnan(values)).astype(np.float64))
    return np.where(count > 0, count, np.nan)
