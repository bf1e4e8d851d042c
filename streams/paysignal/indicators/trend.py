"""Trend: where a series stands beside its own past, however irregular. All read a `History`."""

from typing import Final

import numpy as np

from paysignal.indicators.estimates import Estimate, Floats, where
from paysignal.indicators.histories import History, above, added, log_changes, roomy, untold

#: Half-life in days: what lies half a year back counts half. Long enough for quarters, short enough for a turn to show.
HALF_LIFE_DAYS: Final = 182.625

#: Volatility is of the latest year of months.
_SCATTER_ROWS: Final = 12
#: Fewer steps have no scatter worth a number.
_FEWEST_STEPS: Final = 3
#: Of one observation the mean and the greatest say what the level says.
_FEWEST: Final = 2


@np.errstate(all="ignore")
def ewma_level(history: History) -> Estimate:
    """Time-decayed mean of the levels, Σwx / Σw with w = 2^(-age / half-life of 182.6 days). Unit: the measure's.

    Irregular spacing counts by its days (Eckner, Algorithms for Unevenly Spaced Time Series, 2019). Undefined for fewer
    than two observations.
    """
    weights = np.where(np.isnan(history.values), np.nan, np.exp2(-history.ages / HALF_LIFE_DAYS))
    return where(
        history.held >= _FEWEST, _mean(weights, Estimate(history.values, history.lows, history.highs), floor=0.0)
    )


@np.errstate(all="ignore")
def ewma_growth(history: History) -> Estimate:
    """Time-decayed mean of the growths on the previous period or observation, Σwg / Σw, w as for levels. A ratio.

    Undefined unless two growths are defined.
    """
    base, base_low, base_high = above(history.values), above(history.lows), above(history.highs)
    with np.errstate(all="ignore"):
        value = (history.values - base) / base
        low = np.where(np.isinf(base_high), -1.0, (history.lows - base_high) / base_high)
        high = np.where(base_low > 0, (history.highs - base_low) / base_low, np.inf)
    defined = history.linked & (base > 0) & np.isfinite(value)
    growths = Estimate(*(np.where(defined, part, np.nan) for part in (value, low, high)))
    weights = np.where(defined, np.exp2(-history.ages / HALF_LIFE_DAYS), np.nan)
    return where(defined.sum(axis=0) >= _FEWEST, _mean(weights, growths, floor=-1.0))


@np.errstate(all="ignore")
def momentum(history: History) -> Estimate:
    """How far the latest level stands above its time-decayed mean, x / m - 1, a ratio.

    Undefined for fewer than two observations and on a mean of zero.
    """
    current, mean = history.latest, ewma_level(history)
    with np.errstate(all="ignore"):
        value = current.value / mean.value - 1.0
        low = np.where(np.isinf(mean.high), -1.0, current.low / mean.high - 1.0)
        high = np.where(mean.low > 0, current.high / mean.low - 1.0, np.inf)
        low, high = low - 4e-16 * (2 + np.abs(low)), high + 4e-16 * (2 + np.abs(high))
    return where(mean.value > 0, roomy(value, low, high, operations=4, floor=-1.0))


@np.errstate(all="ignore")
def volatility(history: History) -> Estimate:
    """Standard deviation of the logarithmic growths in the latest twelve rows, √(Σ(r - r̄)² / (n - 1)), a ratio a step.

    Undefined for fewer than three such growths. Steps of a stock count as they come, however long.
    """
    steps = log_changes(history)[-_SCATTER_ROWS:]
    count = (~np.isnan(steps)).sum(axis=0)
    with np.errstate(all="ignore"):
        mean = added(steps) / count
        spread = np.sqrt(added((steps - mean) ** 2) / (count - 1))
    return untold(np.where(count >= _FEWEST_STEPS, spread, np.nan))


@np.errstate(all="ignore")
def record_high(history: History) -> Estimate:
    """The greatest level, max x. Unit: the measure's. Undefined for fewer than two observations."""
    highest = _running_max(Estimate(history.values, history.lows, history.highs))
    return where(history.held >= _FEWEST, highest)


@np.errstate(all="ignore")
def drawdown(history: History) -> Estimate:
    """How far the latest level is below the greatest, x / max x - 1, a ratio: 0 at a record.

    Undefined for fewer than two observations, and where nothing was above zero.
    """
    current, highest = history.latest, record_high(history)
    with np.errstate(all="ignore"):
        value = (current.value - highest.value) / highest.value
        low = np.where(np.isinf(highest.high), -1.0, (current.low - highest.high) / highest.high)
        high = np.where(highest.low > 0, np.minimum((current.high - highest.low) / highest.low, 0.0), 0.0)
    return where(
        highest.value > 0, roomy(value, low - 4e-16, np.where(value == 0, 0.0, high), operations=4, floor=-1.0)
    )


def _mean(weights: Floats, of: Estimate, floor: float) -> Estimate:
    """Weighted mean by column of values and of both ends; it rises with each."""
    total = added(weights)
    with np.errstate(all="ignore"):
        value, low, high = (added(weights * part) / total for part in of)
        # An end at infinity makes the mean's end infinite: NaN comes of 0 * inf where a weight has vanished.
        low, high = np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
    return roomy(value, low, high, operations=4.0 * ((~np.isnan(weights)).sum(axis=0) + 2), floor=floor)


def _running_max(of: Estimate) -> Estimate:
    best = Estimate(*(np.full(part.shape[1], -np.inf) for part in of))
    for rows in zip(*of, strict=True):
        best = Estimate(*(np.fmax(so_far, row) for so_far, row in zip(best, rows, strict=True)))
    return Estimate(best.value, np.minimum(best.low, best.value), np.maximum(best.high, best.value))
