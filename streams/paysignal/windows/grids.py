"""Grids: how event time is cut into panes. One numbering of panes for all series.

fixed, an hour     ├── 480,000 ──┼── 480,001 ──┼── 480,002 ──┤     every pane as long, from 1970 on
calendar, months   ├── 650 ─────────┼── 651 ─────────┼── 652 ──┤   as long as the calendar of a zone says
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Instants = npt.NDArray[np.int64]
Panes = npt.NDArray[np.int64]

SECOND_US: Final = 1_000_000
HOUR_US: Final = 3_600 * SECOND_US
DAY_US: Final = 24 * HOUR_US

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_ORDINAL: Final = dt.date(1970, 1, 1).toordinal()
_MONTHS: Final = 12


class Every(StrEnum):
    """The lengths of calendar windows."""

    DAY = "day"
    WEEK = "week"  #: ISO: from Monday
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


#: Months a pane of each kind has; days and weeks are counted in days.
_MONTHS_OF: Final = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: _MONTHS}
_DAYS_OF: Final = {Every.DAY: 1, Every.WEEK: 7}


@dataclass(frozen=True, slots=True)
class FixedGrid:
    """Panes of `pane_us` microseconds, numbered from 1970."""

    pane_us: int

    def panes(self, at_us: Instants) -> Panes:
        """The pane of each instant."""
        return at_us // self.pane_us

    def start_us(self, pane: int) -> int:
        """Where a pane starts; it ends where the next one starts."""
        return pane * self.pane_us

    def panes_in(self, length_us: int) -> int:
        """How many panes at most such a stretch of time reaches back over, beside the pane it ends in."""
        return -(-length_us // self.pane_us)


@dataclass(frozen=True, slots=True)
class CalendarGrid:
    """Panes that are a zone's calendar days, ISO weeks, months, quarters or years, these from `first_month` on.

    A pane starts at local midnight: the first of the two where the clock is put back over it, the moment of the change
    where it is put forward over it. So a day has 23, 24 or 25 hours, and every instant one pane.
    """

    every: Every
    zone: str
    first_month: int = 1

    def panes(self, at_us: Instants) -> Panes:
        """The pane of each instant."""
        guesses, back = np.unique(_utc_pane(self.every, self.first_month, at_us), return_inverse=True)
        # Zones are less than 27 hours from UTC, so the pane is the one UTC is in or a neighbour of it.
        starts = np.array([[self.start_us(int(guess)), self.start_us(int(guess) + 1)] for guess in guesses])
        if not len(guesses):
            return guesses
        edges = starts[back]
        return guesses[back] - 1 + (at_us >= edges[:, 0]) + (at_us >= edges[:, 1])

    def start_us(self, pane: int) -> int:
        """Where a pane starts; it ends where the next one starts."""
        return _calendar_start(self.every, self.first_month, self.zone, pane)

    def panes_in(self, length_us: int) -> int:
        """How many panes at most such a stretch of time reaches back over, beside the pane it ends in."""
        shortest = _DAYS_OF.get(self.every) or 28 * _MONTHS_OF[self.every]
        return -(-length_us // (shortest * DAY_US - HOUR_US))  # an hour is lost where clocks go forward


Grid = FixedGrid | CalendarGrid


def _utc_pane(every: Every, first_month: int, at_us: Instants) -> Panes:
    if every in _DAYS_OF:
        # Day 1 of Python's ordinals, 0001-01-01, is a Monday.
        return (at_us // DAY_US + _EPOCH_ORDINAL - 1) // _DAYS_OF[every]
    months = at_us.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    return (months - (first_month - 1)) // _MONTHS_OF[every]


@lru_cache(maxsize=65_536)
def _calendar_start(every: Every, first_month: int, zone: str, pane: int) -> int:
    first = _first_day(every, first_month, pane)
    local = dt.datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone))
    return (local - _EPOCH) // dt.timedelta(microseconds=1)


def _first_day(every: Every, first_month: int, pane: int) -> dt.date:
    if every in _DAYS_OF:
        return dt.date.fromordinal(pane * _DAYS_OF[every] + 1)
    year, month = divmod(pane * _MONTHS_OF[every] + first_month - 1, _MONTHS)
    return dt.date(1970 + year, month + 1, 1)
