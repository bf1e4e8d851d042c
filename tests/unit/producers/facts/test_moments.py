"""Moments: one text for one instant, and the calendar's ends."""

import datetime as dt

import pytest

from paysignal.facts.errors import Refused
from paysignal.facts.moments import (
    event_us,
    in_utc,
    instant_of,
    is_date,
    known_us,
    later,
    microseconds,
    moment_at,
    moment_of,
    months_later,
)

NOON = dt.datetime(2018, 9, 18, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "instant"),
    [
        ("2018-09-18", dt.datetime(2018, 9, 18, tzinfo=dt.UTC)),
        ("2018-09-18T12:00:00Z", NOON),
        ("2018-09-18T12:00:00.5Z", NOON.replace(microsecond=500_000)),
        ("2018-09-18T12:00:00.000001Z", NOON.replace(microsecond=1)),
        ("2020-02-29", dt.datetime(2020, 2, 29, tzinfo=dt.UTC)),
        ("0001-01-01", dt.datetime(1, 1, 1, tzinfo=dt.UTC)),
        ("9999-12-31T23:59:59.999999Z", dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC)),
    ],
)
def test_a_canonical_text_is_an_instant_in_utc(moment: str, instant: dt.datetime) -> None:
    """A date is its midnight, an instant itself, from year 1 to year 9999."""
    assert instant_of(moment) == instant
    assert instant_of(moment).tzinfo is dt.UTC


@pytest.mark.parametrize(
    "text",
    [
        "2018-09-18T12:00:00.500000Z",  # .5 is its one text
        "2018-09-18T12:00:00.0Z",
        "2018-09-18T12:00:00.0000001Z",
        "2018-09-18T12:00:00.Z",
        "2018-09-18T12:00:00",  # no zone
        "2018-09-18T12:00:00+00:00",
        "2018-09-18T12:00Z",
        "2018-09-18t12:00:00z",
        "2018-09-18 12:00:00Z",
        "2018-09-18T24:00:00Z",
        "2018-09-18T12:00:60Z",
        "2018-9-18",
        "20180918",
        "2018-W38-2",
        "2018-02-29",
        "2018-09-31",
        "2018-13-01",
        "0000-01-01",
        "10000-01-01",
        "2018-09-18\n",
        " 2018-09-18",
        "",
        "\u0662\u0660\u0661\u0668-\u0660\u0669-\u0661\u0668",  # a date in Arabic-Indic digits
        pytest.param("2018-09-18T12:00:00Z" * 10_000, id="long"),
    ],
)
def test_every_other_text_is_refused(text: str) -> None:
    """A second text for an instant, and a day no calendar has, are refused with value, rule and fix."""
    with pytest.raises(Refused) as refused:
        instant_of(text)
    assert refused.value.value == text
    assert "write 2018-09-18" in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (NOON, "2018-09-18T12:00:00Z"),
        (NOON.replace(microsecond=500_000), "2018-09-18T12:00:00.5Z"),
        (NOON.replace(microsecond=10), "2018-09-18T12:00:00.00001Z"),
        (NOON.astimezone(dt.timezone(dt.timedelta(hours=5, minutes=30))), "2018-09-18T12:00:00Z"),
        (dt.datetime(1, 1, 1, tzinfo=dt.UTC), "0001-01-01T00:00:00Z"),
    ],
)
def test_an_instant_has_one_text(instant: dt.datetime, text: str) -> None:
    """The zone it is told in does not show, and zeros that say nothing are left out."""
    assert moment_of(instant) == text


class Nowhere(dt.tzinfo):
    """A zone that does not know its offset, which makes a datetime naive."""

    def utcoffset(self, _when: dt.datetime | None) -> None:
        """Unknown."""

    def dst(self, _when: dt.datetime | None) -> None:
        """Unknown."""

    def tzname(self, _when: dt.datetime | None) -> str:
        """Nowhere."""
        return "nowhere"


@pytest.mark.parametrize("zone", [None, Nowhere()])
def test_a_naive_datetime_is_refused(zone: dt.tzinfo | None) -> None:
    """Nothing guesses a zone, not even where a tzinfo stands that has no offset."""
    with pytest.raises(Refused, match="have a time zone"):
        moment_of(NOON.replace(tzinfo=zone))


@pytest.mark.parametrize(("year", "hours"), [(1, 14), (9999, -12)])
def test_an_instant_off_the_calendar_in_utc_is_refused(year: int, hours: int) -> None:
    """Local time in year 1 or 9999 may be no time in UTC: refused, not an OverflowError."""
    edge = dt.datetime(1, 1, 1) if year == 1 else dt.datetime(9999, 12, 31, 23)  # noqa: DTZ001 - zone follows
    with pytest.raises(Refused, match="from 1 to 9999"):
        in_utc(edge.replace(tzinfo=dt.timezone(dt.timedelta(hours=hours))))


def test_dates_and_instants_are_told_apart() -> None:
    """A published date never turns into a midnight."""
    assert is_date("2018-09-18")
    assert not is_date("2018-09-18T00:00:00Z")


def test_event_time_of_a_date_is_its_midnight_and_known_time_its_last_microsecond() -> None:
    """Periods end at a date's start; what was published on a date may not have been known before its end."""
    assert event_us("1970-01-02") == 86_400_000_000
    assert known_us("1970-01-02") == 2 * 86_400_000_000 - 1
    assert event_us("1970-01-02T00:00:00Z") == known_us("1970-01-02T00:00:00Z") == 86_400_000_000


def test_microseconds_are_exact_at_both_ends_of_the_calendar() -> None:
    """No float in between: year 9999 to the microsecond, and back."""
    last = dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC)
    assert microseconds(last) == 253_402_300_799_999_999
    assert moment_at(microseconds(last)) == "9999-12-31T23:59:59.999999Z"
    assert moment_at(-62_135_596_800_000_000) == "0001-01-01T00:00:00Z"


@pytest.mark.parametrize("us", [253_402_300_800_000_000, -62_135_596_800_000_001, 10**30])
def test_microseconds_off_the_calendar_are_refused(us: int) -> None:
    """Refused, not an OverflowError."""
    with pytest.raises(Refused, match="an instant of the years 1 to 9999; check the unit"):
        moment_at(us)


@pytest.mark.parametrize(
    ("moment", "months", "then"),
    [
        ("2018-01-31", 1, "2018-02-28"),
        ("2020-01-31", 1, "2020-02-29"),
        ("2020-02-29", 12, "2021-02-28"),
        ("2020-02-29", -12, "2019-02-28"),
        ("2020-02-29", 48, "2024-02-29"),
        ("2018-12-31", 2, "2019-02-28"),
        ("2018-03-31", -1, "2018-02-28"),
        ("2018-01-01", -1, "2017-12-01"),
        ("2018-11-30", 1, "2018-12-30"),
        ("2018-12-15", 0, "2018-12-15"),
        ("1900-02-28", 12, "1901-02-28"),
        ("1896-02-29", 48, "1900-02-28"),
        ("9999-11-30", 1, "9999-12-30"),
        ("9999-12-31", 0, "9999-12-31"),
        ("0001-02-01", -1, "0001-01-01"),
        ("2018-01-31T23:59:59.5Z", 1, "2018-02-28T23:59:59.5Z"),
    ],
)
def test_months_later_clamps_to_the_last_day(moment: str, months: int, then: str) -> None:
    """Month ends, leap days, both ends of the calendar; the form of the moment and its time of day stay."""
    assert months_later(moment, months) == then


@pytest.mark.parametrize(("moment", "months"), [("9999-12-01", 1), ("0001-01-31", -1), ("2018-01-01", 10**9)])
def test_months_off_the_calendar_are_refused(moment: str, months: int) -> None:
    """Refused, not an OverflowError."""
    with pytest.raises(Refused, match="outside the calendar"):
        months_later(moment, months)


def test_later_keeps_the_form() -> None:
    """A date moves by days and stays a date, an instant stays an instant; off the calendar is refused."""
    assert later("2018-12-31", dt.timedelta(days=1)) == "2019-01-01"
    assert later("2018-12-31T23:00:00Z", dt.timedelta(hours=1)) == "2019-01-01T00:00:00Z"
    for moment, days in (("9999-12-31", 1), ("0001-01-01", -1)):
        with pytest.raises(Refused, match="outside the calendar"):
            later(moment, dt.timedelta(days=days))
