"""Windows: stretches of event time over the panes of a grid, and the names by which they are configured.

24h          24 hours, hopping by one          7d           7 days, hopping by one
24h/15m      24 hours, hopping by 15 minutes   1h           an hour, tumbling
month        calendar months in UTC            week@Asia/Kolkata, year-from-4@Asia/Kolkata (April to March)
"""

import re
from dataclasses import dataclass
from math import gcd
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from paysignal.facts.errors import Refused
from paysignal.windows.grids import DAY_US, HOUR_US, SECOND_US, CalendarGrid, Every, FixedGrid, Grid

#: A window of more panes would cost its memory for each series; a day of minutes has 1,440.
MOST_PANES: Final = 4_000
#: Ten years: so much of the calendar at either end is the most that decoding has to keep free.
LONGEST_US: Final = 3_660 * DAY_US

_UNITS: Final = {"s": SECOND_US, "m": 60 * SECOND_US, "h": HOUR_US, "d": DAY_US, "w": 7 * DAY_US}
_FIXED: Final = re.compile(r"([1-9][0-9]{0,5})([smhdw])(?:/([1-9][0-9]{0,5})([smhdw]))?\Z")
_CALENDAR: Final = re.compile(r"(day|week|month|quarter|year)(?:-from-([1-9]|1[0-2]))?(?:@([A-Za-z0-9_+\-/]{1,64}))?\Z")


@dataclass(frozen=True, slots=True)
class Window:
    """The `panes` panes of `grid` up to one whose number plus one is a multiple of `hop`; `name` tells all that."""

    name: str
    grid: Grid
    panes: int
    hop: int = 1

    @property
    def length_us(self) -> int:
        """Length in microseconds; of a calendar window the longest, an hour for a clock put back included."""
        if isinstance(self.grid, FixedGrid):
            return self.grid.pane_us * self.panes
        days = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 31, Every.QUARTER: 92, Every.YEAR: 366}
        return days[self.grid.every] * DAY_US + HOUR_US

    @property
    def hop_us(self) -> int:
        """From one end to the next, in microseconds: what lies at most between an increment and the end after it."""
        return self.grid.pane_us * self.hop if isinstance(self.grid, FixedGrid) else self.length_us

    def last_pane(self, newest: int) -> int:
        """The last pane of the earliest window that ends with or after pane `newest`."""
        return (newest // self.hop + 1) * self.hop - 1

    def bounds(self, last: int) -> tuple[int, int]:
        """`[start, end)` in microseconds of the window that ends with pane `last`."""
        return self.grid.start_us(last - self.panes + 1), self.grid.start_us(last + 1)


def window_named(name: str) -> Window:
    """The window of a name such as `24h`, `7d`, `24h/15m`, `month@Asia/Kolkata`; raises `Refused`."""
    if fixed := _FIXED.match(name):
        return _fixed(name, *fixed.groups())
    if calendar := _CALENDAR.match(name):
        return _calendar(name, *calendar.groups())
    raise _refused(name, "a length such as 24h or 7d, with a hop as in 24h/15m, or a calendar window such as month")


def _fixed(name: str, number: str, unit: str, hop_number: str | None, hop_unit: str | None) -> Window:
    length = int(number) * _UNITS[unit]
    # Hours as panes up to a day, days beyond, and what is no multiple of either in its own: 90m hops by 30 minutes.
    hop = gcd(length, HOUR_US if length <= DAY_US else DAY_US)
    if hop_number is not None and hop_unit is not None:
        hop = int(hop_number) * _UNITS[hop_unit]
    pane = gcd(length, hop)
    if hop > length:
        raise _refused(name, "a hop is at most its window's length, or increments would fall between windows")
    if length > LONGEST_US or length // pane > MOST_PANES:
        raise _refused(name, f"a window has at most {LONGEST_US // DAY_US} days and {MOST_PANES} panes")
    return Window(name, FixedGrid(pane), length // pane, hop // pane)


def _calendar(name: str, every: str, first_month: str | None, zone: str | None) -> Window:
    if first_month is not None and every != Every.YEAR:
        raise _refused(name, "only a year starts in a month of its own")
    try:
        ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _refused(name, "zones are those of the tz database, such as Asia/Kolkata") from None
    return Window(name, CalendarGrid(Every(every), zone or "UTC", int(first_month or 1)), 1)


def _refused(name: str, rule: str) -> Refused:
    return Refused("window", name, rule, "write it like 24h, 7d, 24h/15m, week@Asia/Kolkata or year-from-4")


#: Hours as panes up to a day, days beyond: at most 90 panes a window, and each increment is in one pane of either grid.
WINDOWS: Final = tuple(window_named(name) for name in ("24h", "7d", "30d", "90d"))
