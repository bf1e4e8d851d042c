"""Windows, their names and their bounds."""

import pytest

from paysignal.facts.errors import Refused
from paysignal.windows.grids import DAY_US, HOUR_US, CalendarGrid, Every, FixedGrid
from paysignal.windows.spans import WINDOWS, Window, window_named


@pytest.mark.parametrize(
    ("newest", "bounds"),
    [
        # hour   0   1   2   3   4      the window of two hours around the newest instant
        #        |---|---|---|---|
        (0.0, (-1, 1)),  # .[   *)
        (0.5, (-1, 1)),
        (0.999, (-1, 1)),
        (1.0, (0, 2)),  # the start of a pane belongs to it
        (3.25, (2, 4)),
        (-0.5, (-2, 0)),  # before 1970
        (-1.0, (-2, 0)),
    ],
)
def test_a_window_ends_with_the_pane_of_the_newest_instant(newest: float, bounds: tuple[int, int]) -> None:
    """The end is the first pane border after the newest instant, the start a whole length before it."""
    window = window_named("2h")
    start, end = window.bounds(window.last_pane(round(newest * HOUR_US) // HOUR_US))

    assert bounds == (start // HOUR_US, end // HOUR_US)


def test_a_hop_of_several_panes_ends_on_hops_only() -> None:
    """90 minutes hopping by 60 are panes of 30; the earliest window with the newest pane in it ends on a whole hour.

    minutes   0    30   60   90   120
              ├────┼────┼────┼────┤
    newest         *                    pane 1: [-30, 60)
    newest              *               pane 2: [30, 120)
    """
    window = window_named("90m/60m")
    ends = [window.bounds(window.last_pane(pane))[1] // (HOUR_US // 60) for pane in range(4)]

    assert Window("90m/60m", FixedGrid(HOUR_US // 2), 3, 2) == window
    assert [60, 60, 120, 120] == ends


def test_the_windows_are_those_of_the_contract() -> None:
    """24 hours of hours, and 7, 30 and 90 days of days."""
    assert [("24h", DAY_US), ("7d", 7 * DAY_US), ("30d", 30 * DAY_US), ("90d", 90 * DAY_US)] == [
        (window.name, window.length_us) for window in WINDOWS
    ]
    assert [FixedGrid(HOUR_US), *[FixedGrid(DAY_US)] * 3] == [window.grid for window in WINDOWS]


@pytest.mark.parametrize(
    ("name", "grid", "panes", "hop"),
    [
        ("1h", FixedGrid(HOUR_US), 1, 1),
        ("30m", FixedGrid(HOUR_US // 2), 1, 1),
        ("90m", FixedGrid(HOUR_US // 2), 3, 1),
        ("24h/24h", FixedGrid(DAY_US), 1, 1),
        ("24h/1m", FixedGrid(HOUR_US // 60), 1_440, 1),
        ("36h", FixedGrid(DAY_US // 2), 3, 1),
        ("2w/1w", FixedGrid(7 * DAY_US), 2, 1),
        ("month", CalendarGrid(Every.MONTH, "UTC"), 1, 1),
        ("week@Asia/Kolkata", CalendarGrid(Every.WEEK, "Asia/Kolkata"), 1, 1),
        ("year-from-4@Asia/Kolkata", CalendarGrid(Every.YEAR, "Asia/Kolkata", 4), 1, 1),
    ],
)
def test_a_name_tells_the_window(name: str, grid: FixedGrid | CalendarGrid, panes: int, hop: int) -> None:
    """Length, hop, kind, zone and first month are all in the name."""
    assert Window(name, grid, panes, hop) == window_named(name)


@pytest.mark.parametrize(
    "name",
    ["", "24", "h", "0h", "-1h", "24H", "1h/2h", "24h/1s", "5000d", "24h|", "month@Mars/Base", "month@../etc/passwd",
     "week-from-4", "year-from-13", "year-from-0", "1h/0h", "24h ", "٣h"],
)  # fmt: skip
def test_what_names_no_window_is_refused(name: str) -> None:
    """Nothing else is taken for a window: what has no rule would have no meaning in the key of a reading."""
    with pytest.raises(Refused, match="window"):
        window_named(name)
