"""Moments: dates and instants as text, and the calendar arithmetic on them.

A moment is a date (`2018-09-18`) or an instant in UTC (`2018-09-18T07:30:00Z`). Both stay text on the wire and in the
structs, in one canonical form, so that equal moments are equal strings and a published date never turns into a
midnight.
"""

import datetime as dt
import re
from functools import lru_cache
from typing import Annotated

from paysignal.facts.errors import Refused
from paysignal.facts.texts import form

#: One text for one moment: ASCII digits, no hour 24, no trailing zero in a fraction.
MOMENT_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{0,5}[1-9])?Z)?\Z"
)

Moment = Annotated[str, form("A date, or an instant in UTC with no trailing zeros.", pattern=MOMENT_PATTERN)]

_MOMENT = re.compile(MOMENT_PATTERN)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DAY_US = 86_400_000_000
_DATE_LENGTH = len("2018-09-18")
_MONTHS_A_YEAR = 12


@lru_cache(maxsize=65_536)
def instant_of(moment: str) -> dt.datetime:
    """The moment as an aware UTC datetime, a date at its midnight; raises `Refused` unless it is in canonical form."""
    try:
        if _MOMENT.match(moment):
            instant = dt.datetime.fromisoformat(moment)
            return instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
    except ValueError:
        pass
    raise Refused(
        "moment",
        moment,
        "a date, or an instant in UTC without trailing zeros",
        "write 2018-09-18 or 2018-09-18T07:30:00Z",
    )


def moment_of(instant: dt.datetime) -> str:
    """The canonical text of an aware datetime, as an instant; raises `Refused` as `in_utc` does."""
    text = in_utc(instant).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def in_utc(instant: dt.datetime) -> dt.datetime:
    """The same instant in UTC; raises `Refused` when it has no time zone or, in UTC, no year from 1 to 9999."""
    if instant.utcoffset() is None:
        raise Refused("instant", instant, "instants have a time zone", "attach one, such as UTC")
    try:
        return instant.astimezone(dt.UTC)
    except OverflowError:
        raise Refused("instant", instant, "its year in UTC is from 1 to 9999", "check the year") from None


def is_date(moment: str) -> bool:
    """Whether the moment is a date rather than an instant."""
    return len(moment) == _DATE_LENGTH


def microseconds(instant: dt.datetime) -> int:
    """Microseconds since 1970 of an aware datetime, exact."""
    return (instant - _EPOCH) // dt.timedelta(microseconds=1)


@lru_cache(maxsize=65_536)
def event_us(moment: str) -> int:
    """Event time of a moment in microseconds since 1970, a date at its midnight: dates are where periods end."""
    return microseconds(instant_of(moment))


@lru_cache(maxsize=65_536)
def known_us(moment: str) -> int:
    """Known time of a moment in microseconds since 1970; a date means its last one, so nothing is known early."""
    return event_us(moment) + (_DAY_US - 1 if is_date(moment) else 0)


def moment_at(us: int) -> str:
    """The instant, as text, that is `us` microseconds after 1970; raises `Refused` outside the years 1 to 9999."""
    try:
        return moment_of(_EPOCH + dt.timedelta(microseconds=us))
    except OverflowError:
        raise Refused("microseconds", us, "an instant of the years 1 to 9999", "check the unit") from None


@lru_cache(maxsize=65_536)
def months_later(moment: str, months: int) -> str:
    """The moment `months` calendar months later (negative: earlier), the day clamped to the month's last.

    Raises `Refused` when that lies outside the years 1 to 9999.
    """
    start = instant_of(moment)
    year, month = divmod(start.year * _MONTHS_A_YEAR + start.month - 1 + months, _MONTHS_A_YEAR)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise Refused("moment", moment, f"{months} months later is outside the calendar", "check the year")
    day = min(start.day, _days_in(year, month + 1))
    return like(moment, start.replace(year=year, month=month + 1, day=day))


def later(moment: str, delta: dt.timedelta) -> str:
    """The moment `delta` later, in the form of `moment`: a date moves by whole days.

    Raises `Refused` when that lies outside the years 1 to 9999.
    """
    try:
        return like(moment, instant_of(moment) + delta)
    except OverflowError:
        raise Refused("moment", moment, f"{delta} later is outside the calendar", "check the year") from None


def like(moment: str, instant: dt.datetime) -> str:
    """`instant` written in the form of `moment`: as a date where that is one."""
    return instant.date().isoformat() if is_date(moment) else moment_of(instant)


def _days_in(year: int, month: int) -> int:
    following = dt.date(year + month // 12, month % 12 + 1, 1) if (year, month) != (dt.MAXYEAR, 12) else None
    return 31 if following is None else (following - dt.timedelta(days=1)).day
