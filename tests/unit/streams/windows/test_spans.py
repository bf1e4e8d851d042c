"""Windows and their bounds."""

import pytest

from paysignal.windows.spans import DAY_US, HOUR_US, WINDOWS, Window


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
    start, end = Window("2h", HOUR_US, 2).bounds(round(newest * HOUR_US))

    assert bounds == (start // HOUR_US, end // HOUR_US)


def test_the_windows_are_those_of_the_contract() -> None:
    """24 hours of hours, and 7, 30 and 90 days of days."""
    assert [("24h", DAY_US), ("7d", 7 * DAY_US), ("30d", 30 * DAY_US), ("90d", 90 * DAY_US)] == [
        (window.name, window.length_us) for window in WINDOWS
    ]
    assert {"24h": HOUR_US, "7d": DAY_US, "30d": DAY_US, "90d": DAY_US} == {
        window.name: window.pane_us for window in WINDOWS
    }
