"""Calendar words to moments: months, quarters, halves, years, days; all periods half-open."""

import datetime as dt
from functools import lru_cache

from paysignal.facts.errors import Refused
from paysignal.facts.moments import instant_of, months_later
from paysignal.facts.periods import Period

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"), ("october", "oct"),
            ("november", "nov"), ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
MONTH_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4}

_QUARTER_MONTHS = 3
_HALF_MONTHS = 6
_YEAR_MONTHS = 12


def month(year: int, number: int, count: int = 1) -> Period:
    """`count` months from the month of that number on; raises `Refused` off the calendar."""
    return _months(f"{year:04d}-{number:02d}-01", count)


def quarter(year: int, number: int) -> Period:
    """The first to fourth calendar quarter."""
    return month(year, (number - 1) * _QUARTER_MONTHS + 1, _QUARTER_MONTHS)


def half(year: int, number: int) -> Period:
    """The first or second half of a calendar year."""
    return month(year, (number - 1) * _HALF_MONTHS + 1, _HALF_MONTHS)


def year_of(year: int) -> Period:
    """The calendar year."""
    return month(year, 1, _YEAR_MONTHS)


def day(year: int, number: int, of_month: int) -> Period:
    """That one day; raises `Refused` when the month has no such day."""
    try:
        date = dt.date(year, number, of_month)
        return Period(date.isoformat(), (date + dt.timedelta(days=1)).isoformat())
    except (ValueError, OverflowError):
        fix = "check the date in the text"
        raise Refused("date", f"{year}-{number}-{of_month}", "a day of the calendar", fix) from None


def months_to(end: str, count: int) -> Period:
    """The `count` months that end at the date `end`."""
    return Period(months_later(end, -count), end)


def last_month_named(number: int, published: str) -> Period:
    """The latest month of that number that had begun when the text was published: "in May", without a year."""
    at = instant_of(published)
    return month(at.year if number <= at.month else at.year - 1, number)


def before(published: str, unit: str) -> Period:
    """The calendar month, quarter or year before the one of publication: "last month"."""
    at = instant_of(published)
    if unit == "year":
        return year_of(at.year - 1)
    if unit == "month":
        return _months(months_later(f"{at.year:04d}-{at.month:02d}-01", -1), 1)
    first = (at.month - 1) // _QUARTER_MONTHS * _QUARTER_MONTHS + 1
    return _months(months_later(f"{at.year:04d}-{first:02d}-01", -_QUARTER_MONTHS), _QUARTER_MONTHS)


@lru_cache(maxsize=4096)
def _months(start: str, count: int) -> Period:
    return Period(start, months_later(start, count))


def latest_quarter(number: int, published: str) -> Period:
    """The latest quarter of that number that had ended when the text was published; of a quarter under way that one."""
    at = instant_of(published)
    begun = (number - 1) * _QUARTER_MONTHS + 1
    return quarter(at.year if begun + _QUARTER_MONTHS - 1 <= at.month else at.year - 1, number)


def latest_half(number: int, published: str) -> Period:
    """The latest first or second half of a calendar year that had ended, or all but ended, by then."""
    at = instant_of(published)
    ends = number * _HALF_MONTHS
    return half(at.year if ends <= at.month else at.year - 1, number)


def half_before(published: str) -> Period:
    """The half year that ended last before the day of publication."""
    at = instant_of(published)
    return half(at.year, 1) if at.month > _HALF_MONTHS else half(at.year - 1, 2)


def months_before(published: str, count: int) -> Period:
    """The `count` months up to the day of publication: "over the last 12 months"."""
    return Period(months_later(published[:10], -count), published[:10])


def days_before(published: str, count: int) -> Period:
    """The `count` days up to the day of publication."""
    end = instant_of(published[:10])
    return Period((end - dt.timedelta(days=count)).date().isoformat(), published[:10])


def year_so_far(published: str) -> Period:
    """From the first of January through the day of publication."""
    at = instant_of(published)
    return Period(f"{at.year:04d}-01-01", (at + dt.timedelta(days=1)).date().isoformat())
