"""The catalogue of cross-sections: one line each, with what the members' digits leave open.

Arrays have the shape (members, sections), as in `cross`; what is said of all members has the shape (sections,). Ends
enclose: whatever the members' truths are within their intervals, what they give lies between low and high.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from paysignal.facts.measures import Unit
from paysignal.facts.readings import Origin
from paysignal.indicators import cross
from paysignal.indicators.estimates import Estimate, Floats, exactly, outward, where
from paysignal.indicators.growth import growth
from paysignal.indicators.histories import added, roomy


class Columns(NamedTuple):
    """The members' levels, the bases they are compared with, and their growths, each an estimate of that shape."""

    levels: Estimate
    bases: Estimate
    growths: Estimate


def columns_of(levels: Estimate, bases: Estimate) -> Columns:
    """With the growths."""
    return Columns(levels, bases, growth(levels, bases))


def members(columns: Columns) -> Estimate:
    """How many members stand in the section. Unit: members. Always defined."""
    return exactly((~np.isnan(columns.levels.value)).sum(axis=0).astype(np.float64))


def breadth(columns: Columns) -> Estimate:
    """The share of members that grow: `cross.breadth`. Counts those whose interval lies above 0, up to may lie there.

    A ratio. Undefined without members that grow from something.
    """
    return Estimate(*(cross.breadth(each) for each in columns.growths))


def diffusion(columns: Columns) -> Estimate:
    """Members that grow less those that shrink: `cross.diffusion`, each counted at its interval's ends.

    A ratio, -1 to 1. Undefined without members that grow from something.
    """
    return Estimate(*(cross.diffusion(each) for each in columns.growths))


@np.errstate(all="ignore")
def dispersion(columns: Columns) -> Estimate:
    """How far apart the members grow: `cross.dispersion`. A ratio. Undefined for fewer than two growths.

    When no growth is farther than d from the shown one, the median is no farther than d from its own, and no deviation
    than 2 d; so the ends lie 1.4826 x 2 d apart from the value.
    """
    shown, low, high = columns.growths
    value = cross.dispersion(shown)
    farthest = np.fmax.reduce(np.fmax(shown - low, high - shown), axis=0, initial=0.0)
    room = 2 * cross.NORMAL * farthest
    return outward(value, value - room, value + room, floor=0.0)


def concentration(columns: Columns) -> Estimate:
    """The Herfindahl-Hirschman index: `cross.concentration`, between the sums of the squared ends of the shares.

    A ratio, 1 / n to 1; open at its high end where a level may be below zero. Undefined on a sum that is not above
    zero.
    """
    value, parts = cross.concentration(columns.levels.value), share(columns)
    open_ = np.isinf(parts.high).any(axis=0)
    low = added(np.where(open_, 0.0, parts.low * parts.low))
    high = np.where(open_, np.inf, np.minimum(added(parts.high * parts.high), 1.0))
    ends = roomy(value, low, high, 2.0 * members(columns).value, floor=0.0)
    return where(np.isfinite(value), ends)


@np.errstate(all="ignore")
def share(columns: Columns) -> Estimate:
    """Each member's share of the members' sum: `cross.shares`. A ratio. Undefined on a sum that is not above zero.

    Its low end is its own low end beside the high ends of all others. Open where a level may be below zero.
    """
    levels = columns.levels
    value = cross.shares(levels.value)
    least, most = levels.low / (levels.low + _others(levels.high)), levels.high / (levels.high + _others(levels.low))
    most = np.where(np.isinf(levels.high), 1.0, most)
    open_ = np.broadcast_to((np.nan_to_num(levels.low, nan=0.0) < 0).any(axis=0), value.shape)
    ends = roomy(value, np.nan_to_num(least, nan=0.0), np.fmin(most, 1.0), members(columns).value + 4.0, floor=0.0)
    shut = Estimate(value, np.where(open_, -np.inf, ends.low), np.where(open_, np.inf, ends.high))
    return where(np.isfinite(value), shut)


@np.errstate(all="ignore")
def contribution(columns: Columns) -> Estimate:
    """What each member adds to the growth of the members' sum: `cross.contributions`. A ratio, in points of growth.

    Undefined on a sum of bases that is not above zero; open at both ends where that sum may be zero.
    """
    levels, bases = columns.levels, columns.bases
    value = cross.contributions(levels.value, bases.value)
    least, most = levels.low - bases.high, levels.high - bases.low
    under, over = added(bases.low), added(bases.high)
    low = np.where(under > 0, least / np.where(least < 0, under, over), -np.inf)
    high = np.where(under > 0, most / np.where(most < 0, over, under), np.inf)
    return where(np.isfinite(value), roomy(value, low, high, members(columns).value + 4.0))


def rank(columns: Columns) -> Estimate:
    """Each member's place by level, 1 the greatest; equal levels by key: `cross.ranks`. Unit: places. Always defined.

    Its best place is behind those that are greater for certain, its worst behind all that may be.
    """
    return _ranks(columns.levels)


def rank_change(columns: Columns) -> Estimate:
    """Places won since the base: `cross.rank_changes`, between the ends of both ranks. Unit: places. Always defined."""
    now, then = _ranks(columns.levels), _ranks(columns.bases)
    value = cross.rank_changes(columns.levels.value, columns.bases.value)
    return Estimate(value, then.low - now.high, then.high - now.low)


@dataclass(frozen=True, slots=True)
class CrossIndicator:
    """`compute` says something of each section, or of `each` of its members; in `formula` x is a level, b its base.

    One that is `additive` is of measures that add up: a sum of shares of markets is nothing.
    """

    name: str
    compute: Callable[[Columns], Estimate]
    formula: str
    unit: Unit
    each: bool = False
    additive: bool = False
    revision: int = 1
    origin: Origin = "derived"


SECTIONS: Final = (
    CrossIndicator("members", members, "n", Unit.MEMBERS),
    CrossIndicator("breadth", breadth, "#(g > 0) / n", Unit.RATIO),
    CrossIndicator("diffusion", diffusion, "(#(g > 0) - #(g < 0)) / n", Unit.RATIO),
    CrossIndicator("dispersion", dispersion, "1.4826 median |g - median g|", Unit.RATIO),
    CrossIndicator("concentration", concentration, "Σ (x / Σx)²", Unit.RATIO, additive=True),
    CrossIndicator("share", share, "x / Σx", Unit.RATIO, each=True, additive=True),
    CrossIndicator("contribution", contribution, "(x - b) / Σb", Unit.RATIO, each=True, additive=True),
    CrossIndicator("rank", rank, "place of x, 1 the greatest", Unit.PLACES, each=True),
    CrossIndicator("rank_change", rank_change, "place of b - place of x", Unit.PLACES, each=True),
)


@np.errstate(all="ignore")
def _others(ends: Floats) -> Floats:
    """The sum of the others' ends beside each member: infinite where one of them is."""
    endless = np.isinf(ends)
    limited = np.where(endless, 0.0, ends)
    rest = added(limited) - np.nan_to_num(limited, nan=0.0)
    return np.where(endless.sum(axis=0) - endless > 0, np.inf, np.maximum(rest, 0.0))


def _ranks(levels: Estimate) -> Estimate:
    value = cross.ranks(levels.value)
    best, worst = np.full_like(value, np.nan), np.full_like(value, np.nan)
    for at in range(value.shape[1]):
        held = ~np.isnan(value[:, at])
        low, high = levels.low[held, at], levels.high[held, at]
        best[held, at] = 1 + len(low) - np.searchsorted(np.sort(low), high, side="right")
        worst[held, at] = len(high) - np.searchsorted(np.sort(high), low, side="left")
    return Estimate(value, np.fmin(best, value), np.fmax(worst, value))
