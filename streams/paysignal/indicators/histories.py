"""Histories: the observations of many series as arrays, time downwards, the latest in the last row.

Series shorter than the longest are padded at the top with NaN. Everything is computed row by row, so padding changes no
bit: a batch gives what each series gives alone.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from paysignal.indicators.estimates import Estimate, Floats, where

Flags = npt.NDArray[np.bool_]

#: Ten years of months: what lies further back decides nothing here, and a batch of long series stays small.
MOST_OBSERVATIONS: Final = 128

#: Distance of 1 to the next float: what one rounding errs by, relatively, is half of it.
_EPSILON: Final = float(np.finfo(np.float64).eps)


class History(NamedTuple):
    """The levels of n series, each array of shape (k, n) but the last.

    `ages` are days before the latest observation. `linked` is whether a row is compared with the row above: for a flow
    its previous period, for a stock its previous observation; never across a declared break. `steps` is how long such a
    step is: 1 for a flow, days for a stock. `periods_a_year` is 12, 4, 2 or 1, NaN for grains that do not make a year.
    """

    ages: Floats
    values: Floats
    lows: Floats
    highs: Floats
    linked: Flags
    steps: Floats
    periods_a_year: Floats

    @property
    def rows(self) -> int:
        """How many observations the longest series has."""
        return len(self.values)

    @property
    def held(self) -> Floats:
        """How many observations each series has."""
        count: Floats = (~np.isnan(self.values)).sum(axis=0).astype(np.float64)
        return count

    @property
    def latest(self) -> Estimate:
        """The latest observation of each."""
        return self.at(0)

    def at(self, back: int) -> Estimate:
        """The observation so many rows before the latest; NaN where the series is not that long."""
        if back >= self.rows:
            return nothing(self)
        return Estimate(self.values[-1 - back], self.lows[-1 - back], self.highs[-1 - back])

    def chained(self, back: int) -> Flags:
        """Whether each of the latest `back` observations follows the one before it."""
        if back >= self.rows:
            return np.zeros(self.values.shape[1], dtype=np.bool_)
        return np.asarray(self.linked[self.rows - back :].all(axis=0))


def nothing(history: History) -> Estimate:
    """Undefined for every series."""
    none = np.full(history.values.shape[1], np.nan)
    return Estimate(none, none, none)


def above(rows: Floats) -> Floats:
    """Each row's predecessor; NaN above the first."""
    shifted = np.full_like(rows, np.nan)
    shifted[1:] = rows[:-1]
    return shifted


def log_changes(history: History) -> Floats:
    """ln(x / x of the row above), where the two compare and neither is zero."""
    base = above(history.values)
    with np.errstate(all="ignore"):
        changes = np.log(history.values / base)
    return np.where(history.linked & (base > 0) & (history.values > 0), changes, np.nan)


def added(rows: Floats) -> Floats:
    """The sum of the rows from the first to the last, NaN as nothing."""
    total = np.zeros(rows.shape[1])
    for row in rows:
        total = total + np.where(np.isnan(row), 0.0, row)
    return total


def middle(rows: Floats) -> Floats:
    """The median of each column, NaN left out; NaN where nothing is left. For an even number the mean of the two."""
    if not len(rows):
        return np.full(rows.shape[1], np.nan)
    ordered = np.sort(rows, axis=0)
    count = (~np.isnan(rows)).sum(axis=0)
    columns = np.arange(rows.shape[1])
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, len(rows) - 1)
    median: Floats = (ordered[low, columns] + ordered[high, columns]) / 2
    return np.where(count > 0, median, np.nan)


def roomy(value: Floats, low: Floats, high: Floats, operations: float | Floats, floor: float = -np.inf) -> Estimate:
    """An estimate whose ends have room for the roundings of so many operations, of terms as large as 1 + the result.

    The ends hold the value, and do not go below `floor`, the least that the truth can be.
    """
    with np.errstate(all="ignore"):
        room = operations * _EPSILON
        lower = low - room * (np.abs(low) + np.abs(value))
        upper = high + room * (np.abs(high) + np.abs(value))
    lower = np.where(np.isnan(lower), -np.inf, lower)
    upper = np.where(np.isnan(upper), np.inf, upper)
    return Estimate(value, np.maximum(np.minimum(lower, value), floor), np.maximum(upper, value))


def untold(value: Floats) -> Estimate:
    """A statistic of scatter: what digits leave open in its inputs is not carried through, so both ends are open."""
    return where(np.isfinite(value), Estimate(value, np.full_like(value, -np.inf), np.full_like(value, np.inf)))
