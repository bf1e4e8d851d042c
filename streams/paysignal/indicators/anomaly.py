"""Anomaly: how unusual the latest steps are beside the series' own, from four observations on. All read a `History`.

Scores are in robust deviations: the median stands for the usual step, 1.4826 times the median absolute deviation for
its spread, so that one misprint or launch month moves neither. Steps are logarithms of the ratio, for a stock a day.
"""

from typing import Final, NamedTuple

import numpy as np

from paysignal.indicators.estimates import Estimate, Floats
from paysignal.indicators.histories import Flags, History, added, log_changes, middle, untold

#: A median absolute deviation times this is the standard deviation of a normal distribution.
_NORMAL: Final = 1.4826
#: Two years of months: the first months of a service, which double and halve, would hide every later change.
_USUAL_ROWS: Final = 24
#: Three steps of four observations.
FEWEST_STEPS: Final = 3
#: Half a per cent: what rounding and publication days move a figure by; a steadier series has no smaller spread.
_LEAST_SPREAD: Final = 0.005
#: Deviations a step that are nobody's shift (Page's reference value: half of the shift of one that is to be found).
_SLACK: Final = 0.5
#: A shift is looked for in the latest year of months.
_SHIFT_ROWS: Final = 12


class _Scores(NamedTuple):
    """The latest steps as deviations, (k, n), and how many there are."""

    rows: Floats
    held: Floats

    @property
    def latest(self) -> Floats:
        """That of the latest step; NaN where it compares with nothing."""
        return self.rows[-1] if len(self.rows) else np.full(len(self.held), np.nan)


@np.errstate(all="ignore")
def robust_z(history: History) -> Estimate:
    """The latest step's deviation, (r - median r) / (1.4826 MAD), of up to 24 steps. Unit: deviations.

    Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993. The spread is at least half a per cent. Undefined
    for fewer than four observations that follow each other, or next to zero.
    """
    scores = _scores(history)
    return untold(np.where(scores.held >= FEWEST_STEPS, scores.latest, np.nan))


@np.errstate(all="ignore")
def cusum(history: History) -> Estimate:
    """Page's cumulative sum of deviations beyond half a one a step, upward or downward, the larger. Unit: deviations.

    S⁺ = max(0, S⁺ + z - 0.5), S⁻ = max(0, S⁻ - z - 0.5); S⁺ where S⁺ ≥ S⁻, else -S⁻ (Page, Continuous Inspection
    Schemes, 1954). It finds the small shift that stays, which no single step shows. Undefined as the robust z.
    """
    scores = _scores(history)
    up, down = np.zeros(len(scores.held)), np.zeros(len(scores.held))
    for row in scores.rows:
        step = np.nan_to_num(row)
        known = ~np.isnan(row)
        up = np.where(known, np.maximum(up + step - _SLACK, 0.0), up)
        down = np.where(known, np.maximum(down - step - _SLACK, 0.0), down)
    latest = ~np.isnan(scores.latest)
    return untold(np.where((scores.held >= FEWEST_STEPS) & latest, np.where(up >= down, up, -down), np.nan))


@np.errstate(all="ignore")
def suspected_break(history: History) -> Estimate:
    """The largest deviation in the latest 12 rows that no neighbour half undoes, signed. Unit: deviations.

    A definition that changed moves a series for good; a misprint, a strike or a record month is given back by the step
    behind it, and neither of the two counts. 0 where every one was undone. The latest step counts until its next one
    comes. Undefined as the robust z.
    """
    scores = _scores(history)
    rows = scores.rows[-_SHIFT_ROWS:]
    largest = np.zeros(len(scores.held))
    among = np.pad(rows, ((1, 1), (0, 0)), constant_values=np.nan)
    for before, row, after in zip(among, among[1:], among[2:], strict=False):
        undone = _opposes(row, before) | _opposes(row, after)
        largest = np.where(~undone & (np.abs(row) > np.abs(largest)), row, largest)
    latest = ~np.isnan(scores.latest)
    return untold(np.where((scores.held >= FEWEST_STEPS) & latest, largest, np.nan))


def _opposes(row: Floats, neighbour: Floats) -> Flags:
    """Whether the neighbouring step goes half as far or farther, the other way."""
    return (row * neighbour < 0) & (2 * np.abs(neighbour) >= np.abs(row))


def _scores(history: History) -> _Scores:
    """Each of the latest steps as a deviation from their median, in spreads."""
    changes = log_changes(history)[-_USUAL_ROWS:]
    steps = history.steps[-_USUAL_ROWS:]
    paces = changes / steps
    usual = middle(paces)
    spread = _NORMAL * middle(np.abs(paces - usual))
    with np.errstate(all="ignore"):
        rows = (paces - usual) * steps / np.maximum(spread * steps, _LEAST_SPREAD)
    count = added((~np.isnan(changes)).astype(np.float64))
    return _Scores(rows, count)
