"""Attention: how much is said of a series, by how many, and how much of it is new. All read an `Attention`.

Time is counted back from the latest fact of the series: no clock has a part in it.
"""

from typing import Final, NamedTuple

import numpy as np

from paysignal.indicators.estimates import Estimate, Floats, exactly, where
from paysignal.indicators.histories import added

#: Days of the window that facts are counted in.
WINDOW_DAYS: Final = 365.0
#: News of a month ago counts half.
HALF_LIFE_DAYS: Final = 30.0


class Attention(NamedTuple):
    """What was said of n series; the first two of shape (k, n), padded with NaN.

    `ages` are days of a fact's known time before the latest of its series; `tellings` says that it was the first,
    second … to tell its figure. Of the latest level: how many publishers support it, the shown value and the least and
    the greatest that anybody told, and the days from its event time to the latest known time.
    """

    ages: Floats
    tellings: Floats
    publishers: Floats
    shown: Floats
    least: Floats
    greatest: Floats
    lag_days: Floats


@np.errstate(all="ignore")
def facts_in_window(told: Attention) -> Estimate:
    """How many facts became known in the 365 days up to the latest, Σ 1. Unit: facts. Always defined."""
    return exactly(added(np.where(told.ages <= WINDOW_DAYS, 1.0, np.nan)))


@np.errstate(all="ignore")
def corroboration(told: Attention) -> Estimate:
    """How many publishers tell the latest level, within its digits. Unit: publishers. Undefined without one."""
    return where(told.publishers > 0, exactly(told.publishers))


@np.errstate(all="ignore")
def intensity(told: Attention) -> Estimate:
    """News by newness and age, Σ 2^(-age / 30 days) / k for the k-th telling of a figure. Unit: facts. Always defined.

    A hundred copies of one story are worth five facts (the harmonic sum), not a hundred.
    """
    with np.errstate(all="ignore"):
        return exactly(added(np.exp2(-told.ages / HALF_LIFE_DAYS) / told.tellings))


@np.errstate(all="ignore")
def conflict_spread(told: Attention) -> Estimate:
    """How far apart the told values of the latest level are, (greatest - least) / shown, a ratio.

    0 where all tell the same. Undefined without a level above zero.
    """
    with np.errstate(all="ignore"):
        spread = (told.greatest - told.least) / told.shown
    return where((told.shown > 0) & np.isfinite(spread), exactly(spread))


@np.errstate(all="ignore")
def staleness(told: Attention) -> Estimate:
    """Days from the event time of the latest level to the latest known time of the series. Unit: days.

    How old the newest figure was when the series was last spoken of; negative for a figure told before its time.
    Undefined without a level.
    """
    return where(~np.isnan(told.lag_days), exactly(told.lag_days))
