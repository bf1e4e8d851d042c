"""Periods: form, grain, and which compare."""

import pytest

from paysignal.facts.errors import Refused
from paysignal.facts.measures import Nature
from paysignal.facts.periods import Grain, Period, grain_of, months_in, previous_of, year_ago_of


def _of(text: str) -> Period:
    start, _, end = text.partition("/")
    return Period(start or None, end)


@pytest.mark.parametrize(
    ("start", "end", "length", "rule"),
    [
        ("2018-02-01", "2018-01-01", None, "starts before it ends"),
        ("2018-01-01", "2018-01-01", None, "starts before it ends"),
        ("2018-01-01", "2018-02-01T00:00:00Z", None, "both ends are dates, or both are instants"),
        ("2018-01-01T00:00:00Z", "2018-02-01", None, "both ends are dates, or both are instants"),
        (None, "2018-02-30", None, "a date, or an instant"),
        ("2018-02-30", "2018-03-01", None, "a date, or an instant"),
        ("2018-01-01", "2018-02-01", "P1M", "only a period without start"),
        (None, "2018-02-01", "P1Y", "whole months, days or hours"),
        (None, "2018-02-01", "P1W", "whole months, days or hours"),
        (None, "2018-02-01", "P0M", "whole months, days or hours"),
        (None, "2018-02-01", "P012M", "whole months, days or hours"),
        (None, "2018-02-01", "P12M\n", "whole months, days or hours"),
        pytest.param(None, "2018-02-01", f"P{9:0<70000}M", "whole months, days or hours", id="long"),
        (None, "2018-02-01", "", "whole months, days or hours"),
    ],
)
def test_a_period_that_is_none_is_refused(start: str | None, end: str, length: str | None, rule: str) -> None:
    """Backwards, empty, mixed, off the calendar, or with a second text for one length."""
    with pytest.raises(Refused, match=rule):
        Period(start, end, length)


@pytest.mark.parametrize(
    ("period", "grain"),
    [
        ("2018-01-01/2018-02-01", Grain.MONTH),
        ("2018-02-01/2018-03-01", Grain.MONTH),
        ("2020-02-01/2020-03-01", Grain.MONTH),
        ("2018-01-15/2018-02-15", Grain.MONTH),  # from any day
        ("2018-01-31/2018-02-28", Grain.MONTH),  # clamped
        ("2018-12-01/2019-01-01", Grain.MONTH),
        ("2018-01-01/2018-04-01", Grain.QUARTER),
        ("2017-11-01/2018-02-01", Grain.QUARTER),
        ("2018-04-01/2018-10-01", Grain.HALF),
        ("2018-04-01/2019-04-01", Grain.YEAR),
        ("2020-02-29/2021-02-28", Grain.YEAR),
        ("9998-12-31/9999-12-31", Grain.YEAR),
        ("0001-01-01/0002-01-01", Grain.YEAR),
        ("2018-01-01/2018-01-02", Grain.DAY),
        ("2018-01-01/2018-01-08", Grain.WEEK),
        ("2018-01-01T05:00:00Z/2018-01-01T06:00:00Z", Grain.HOUR),
        ("2018-01-01T05:00:00Z/2018-01-02T05:00:00Z", Grain.DAY),
        ("2018-01-01T00:00:00Z/2018-02-01T00:00:00Z", Grain.MONTH),
        ("2018-01-01/2018-01-31", Grain.SPAN),  # 30 days are no month
        ("2018-02-01/2018-03-02", Grain.SPAN),
        ("2018-01-01/2018-03-01", Grain.SPAN),  # two months have no name
        ("2018-01-01/2020-01-01", Grain.SPAN),
        ("2018-01-01T00:00:00Z/2018-02-01T00:00:00.000001Z", Grain.SPAN),
        ("/2018-07-01", Grain.OPEN),
    ],
)
def test_the_grain_is_exact(period: str, grain: Grain) -> None:
    """Whole calendar months of 1, 3, 6 and 12, and the exact hour, day and week have names; all else is a span."""
    assert grain_of(_of(period), Nature.FLOW) is grain


@pytest.mark.parametrize("period", ["/2018-07-01", "2018-04-01/2018-07-01"])
def test_a_stock_is_instant_whatever_its_period(period: str) -> None:
    """So a change of a stock over a period joins the stock's own series."""
    assert grain_of(_of(period), Nature.STOCK) is Grain.INSTANT


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2018-01-01", "2018-02-01", 1),
        ("2018-01-31", "2018-03-31", 2),
        ("2018-01-31", "2018-02-28", 1),
        ("2018-01-30", "2018-03-01", None),
        ("2018-01-01", "2018-01-15", None),
        ("2016-02-29", "2020-02-29", 48),
    ],
)
def test_months_are_counted_only_when_whole(start: str, end: str, months: int | None) -> None:
    """A month counts from any day of it; one day more or less and it is no number of months."""
    assert months_in(start, end) == months


@pytest.mark.parametrize(
    ("period", "previous"),
    [
        ("2018-03-01/2018-04-01", "2018-02-01/2018-03-01"),
        ("2020-03-01/2020-04-01", "2020-02-01/2020-03-01"),
        ("2018-01-01/2018-04-01", "2017-10-01/2018-01-01"),
        ("2018-01-01/2018-01-08", "2017-12-25/2018-01-01"),
        ("2020-03-01/2020-03-02", "2020-02-29/2020-03-01"),
        ("2018-01-01/2018-03-01", "2017-11-01/2018-01-01"),
        ("2018-01-01/2018-01-31", "2017-12-02/2018-01-01"),
        ("2018-01-01T00:00:00Z/2018-01-01T01:00:00Z", "2017-12-31T23:00:00Z/2018-01-01T00:00:00Z"),
        ("0002-01-01/0003-01-01", "0001-01-01/0002-01-01"),
    ],
)
def test_the_previous_period_ends_where_this_one_starts(period: str, previous: str) -> None:
    """As long in calendar months where it is whole months, otherwise as long in days or hours."""
    assert previous_of(_of(period)) == _of(previous)


@pytest.mark.parametrize(
    ("period", "year_ago"),
    [
        ("2018-03-01/2018-04-01", "2017-03-01/2017-04-01"),
        ("2020-02-01/2020-03-01", "2019-02-01/2019-03-01"),
        ("2021-02-01/2021-03-01", "2020-02-01/2020-03-01"),
        ("2020-02-29/2020-03-01", "2019-02-28/2019-03-01"),
        ("2018-01-01T00:00:00Z/2018-01-01T01:00:00Z", "2017-01-01T00:00:00Z/2017-01-01T01:00:00Z"),
        ("0002-01-01/0003-01-01", "0001-01-01/0002-01-01"),
    ],
)
def test_a_year_ago_both_ends_are_a_year_earlier(period: str, year_ago: str) -> None:
    """On the calendar, not 365 days."""
    assert year_ago_of(_of(period)) == _of(year_ago)


@pytest.mark.parametrize("period", ["/2018-07-01", "0001-01-01/0002-01-01"])
def test_where_there_is_no_earlier_period_there_is_none(period: str) -> None:
    """Open periods and the start of the calendar compare with nothing."""
    assert previous_of(_of(period)) is None
    assert year_ago_of(_of(period)) is None


def test_a_leap_day_has_no_year_ago() -> None:
    """The 28th to the 29th of February a year earlier would be empty: undefined, not an error."""
    assert year_ago_of(Period("2020-02-28", "2020-02-29")) is None


def test_the_text_tells_periods_apart() -> None:
    """Start, end and length are in the identity; an unstated start is left empty."""
    assert Period("2018-01-01", "2018-02-01").text == "2018-01-01/2018-02-01"
    assert Period(None, "2018-02-01").text == "/2018-02-01"
    assert Period(None, "2018-02-01", "P12M").text == "/2018-02-01/P12M"


def test_event_time_is_the_end() -> None:
    """In microseconds since 1970."""
    assert Period("1970-01-01", "1970-01-02").event_us == 86_400_000_000
