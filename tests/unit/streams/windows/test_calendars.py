"""Calendar grids: local days, weeks, months and years as panes of UTC."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from paysignal.windows.grids import HOUR_US, CalendarGrid, Every

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def us(text: str, zone: str = "UTC") -> int:
    """Microseconds of a local time."""
    return (dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)) - EPOCH) // dt.timedelta(microseconds=1)


def bounds(grid: CalendarGrid, at_us: int) -> tuple[str, str]:
    """Local start and end of the pane an instant is in."""
    pane = int(grid.panes(np.array([at_us]))[0])
    instants = (EPOCH + dt.timedelta(microseconds=grid.start_us(each)) for each in (pane, pane + 1))
    start, end = (f"{instant.astimezone(ZoneInfo(grid.zone)):%Y-%m-%dT%H:%M}" for instant in instants)
    return start, end


@pytest.mark.parametrize(
    ("grid", "local", "expected"),
    [
        (CalendarGrid(Every.DAY, "Asia/Kolkata"), "2024-03-01T00:00", ("2024-03-01T00:00", "2024-03-02T00:00")),
        (CalendarGrid(Every.WEEK, "Asia/Kolkata"), "2024-03-03T23:59", ("2024-02-26T00:00", "2024-03-04T00:00")),
        (CalendarGrid(Every.WEEK, "UTC"), "2024-03-04T00:00", ("2024-03-04T00:00", "2024-03-11T00:00")),
        (CalendarGrid(Every.MONTH, "Africa/Lagos"), "2024-02-29T23:59", ("2024-02-01T00:00", "2024-03-01T00:00")),
        (CalendarGrid(Every.QUARTER, "UTC"), "2024-06-30T23:59", ("2024-04-01T00:00", "2024-07-01T00:00")),
        (CalendarGrid(Every.YEAR, "America/New_York"), "1969-06-01T00:00", ("1969-01-01T00:00", "1970-01-01T00:00")),
        (CalendarGrid(Every.YEAR, "Asia/Kolkata", 4), "2024-03-31T23:59", ("2023-04-01T00:00", "2024-04-01T00:00")),
        (CalendarGrid(Every.YEAR, "Asia/Kolkata", 4), "2024-04-01T00:00", ("2024-04-01T00:00", "2025-04-01T00:00")),
        (CalendarGrid(Every.YEAR, "UTC", 12), "2024-11-30T12:00", ("2023-12-01T00:00", "2024-12-01T00:00")),
    ],
)
def test_a_pane_is_the_calendars(grid: CalendarGrid, local: str, expected: tuple[str, str]) -> None:
    """From local midnight to local midnight, weeks from Monday, fiscal years from their month."""
    assert expected == bounds(grid, us(local, grid.zone))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2024-03-31", 23),  # 02:00 becomes 03:00
        ("Europe/Berlin", "2024-10-27", 25),
        ("America/New_York", "2024-03-10", 23),
        ("America/Sao_Paulo", "2018-11-04", 23),  # 00:00 becomes 01:00: the day has no midnight
        ("Africa/Cairo", "2024-10-31", 25),  # midnight becomes 23:00 again, of the same day
        ("Australia/Lord_Howe", "2024-04-07", 24.5),
        ("Asia/Kolkata", "2024-03-31", 24),
    ],
)
def test_days_are_as_long_as_their_zone_makes_them(zone: str, day: str, hours: float) -> None:
    """Where clocks change a day has 23 or 25 hours, and its panes neither overlap nor leave a gap."""
    grid = CalendarGrid(Every.DAY, zone)
    pane = int(grid.panes(np.array([us(f"{day}T12:00", zone)]))[0])

    assert hours == (grid.start_us(pane + 1) - grid.start_us(pane)) / HOUR_US
    edges = np.array(
        [grid.start_us(pane) - 1, grid.start_us(pane), grid.start_us(pane + 1) - 1, grid.start_us(pane + 1)]
    )
    assert [pane - 1, pane, pane, pane + 1] == grid.panes(edges).tolist()


def test_a_day_that_a_zone_left_out_has_no_instant() -> None:
    """Samoa had no 30 December 2011: the instant before its 31st is of the 29th."""
    grid = CalendarGrid(Every.DAY, "Pacific/Apia")
    change = us("2011-12-31T00:00", "Pacific/Apia")

    assert [2] == np.diff(grid.panes(np.array([change - 1, change]))).tolist()
