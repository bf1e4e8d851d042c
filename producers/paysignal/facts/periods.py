"""Periods, their grain, and which periods compare."""

import datetime as dt
import re
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

import msgspec

from paysignal.facts.errors import Refused
from paysignal.facts.measures import Nature
from paysignal.facts.moments import Moment, event_us, instant_of, is_date, later, months_later
from paysignal.facts.texts import form

#: One text for one length: whole months, days or hours; a year is P12M, a week P7D.
LENGTH_PATTERN = r"^P(?:[1-9][0-9]{0,3}[MD]|T[1-9][0-9]{0,3}H)\Z"

Length = Annotated[str, form("Whole months, days or hours, in ISO 8601.", pattern=LENGTH_PATTERN)]

_LENGTH = re.compile(LENGTH_PATTERN)


class Grain(StrEnum):
    """How long a period is; series of different grain are different series."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    SPAN = "span"  #: any other length
    INSTANT = "instant"  #: a stock
    OPEN = "open"  #: not stated: shown, never compared or summed
    NONE = ""  #: increments have no period


_MONTHS_OF = {1: Grain.MONTH, 3: Grain.QUARTER, 6: Grain.HALF, 12: Grain.YEAR}
_DELTA_OF = {dt.timedelta(hours=1): Grain.HOUR, dt.timedelta(days=1): Grain.DAY, dt.timedelta(days=7): Grain.WEEK}


class Period(msgspec.Struct, frozen=True, omit_defaults=True, order=False, gc=False):
    """Half-open `[start, end)`, both dates or both instants.

    `start` is null for a stock (whose `end` is the day after its as-of day) and for a period that was not stated, which
    may have a `length` in ISO 8601 (`P12M`).

    In Python: raises `Refused` when the start is not before the end, and for any other form: one period has one text.
    """

    start: Moment | None
    end: Moment
    length: Length | None = None

    def __post_init__(self) -> None:
        end = instant_of(self.end)
        if self.length is not None and not _LENGTH.match(self.length):
            raise Refused(
                "period.length", self.length, "whole months, days or hours", "write it like P12M, P7D or PT24H"
            )
        if self.start is None:
            return
        if self.length is not None:
            raise Refused("period.length", self.length, "only a period without start has one", "leave it out")
        if instant_of(self.start) >= end:
            raise Refused(
                "period", f"{self.start}/{self.end}", "a period starts before it ends", "check the two moments"
            )
        if is_date(self.start) != is_date(self.end):
            raise Refused(
                "period", f"{self.start}/{self.end}", "both ends are dates, or both are instants", "write both alike"
            )

    def check_instant(self, measure: str) -> None:
        """Raises `Refused` unless this can be the period of a level of the stock `measure`: an end and nothing else."""
        for field, value in (("period.start", self.start), ("period.length", self.length)):
            if value is not None:
                raise Refused(field, value, f"{measure} is a stock: its level stands at one day", "write null")

    @property
    def text(self) -> str:
        """`start/end` as identity and labels have it, an unstated start left empty."""
        return f"{self.start or ''}/{self.end}" + (f"/{self.length}" if self.length else "")

    @property
    def event_us(self) -> int:
        """Event time: the period's end, in microseconds since 1970."""
        return event_us(self.end)


@lru_cache(maxsize=65_536)
def months_in(start: str, end: str) -> int | None:
    """How many whole calendar months `[start, end)` is, counted from any day; None when it is not a whole number."""
    first, last = instant_of(start), instant_of(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if months > 0 and months_later(start, months) == end else None


def grain_of(period: Period, nature: Nature) -> Grain:
    """The grain of a fact's period: stocks are `instant` whatever their period, so that a change joins its stock."""
    if nature.at_instant:
        return Grain.INSTANT
    if period.start is None:
        return Grain.OPEN
    return _grain_between(period.start, period.end)


@lru_cache(maxsize=65_536)
def _grain_between(start: str, end: str) -> Grain:
    months = months_in(start, end)
    if months in _MONTHS_OF:
        return _MONTHS_OF[months]
    return _DELTA_OF.get(instant_of(end) - instant_of(start), Grain.SPAN)


def previous_of(period: Period) -> Period | None:
    """The period of the same length that ends where this one starts; None for open periods.

    Whole calendar months are counted in months, so that the month before March is February.
    """
    if period.start is None:
        return None
    months = months_in(period.start, period.end)
    try:
        if months is not None:
            return Period(months_later(period.start, -months), period.start)
        return Period(later(period.start, instant_of(period.start) - instant_of(period.end)), period.start)
    except Refused:
        return None


def year_ago_of(period: Period) -> Period | None:
    """The period with both ends exactly a year earlier; None for open periods and off the calendar."""
    if period.start is None:
        return None
    try:
        return Period(months_later(period.start, -12), months_later(period.end, -12))
    except Refused:
        return None
