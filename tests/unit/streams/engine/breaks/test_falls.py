"""Falls: a stock that never fell, falls."""

from typing import Any

import pytest

from paysignal.engine.breaks.falls import fell
from paysignal.engine.breaks.suspicion import BreakRule
from paysignal.facts.claims import Break
from paysignal.facts.periods import Period
from tests.tools.books import book_of, level, monthly


def users(*values: float, **changes: Any) -> list[str]:  # noqa: ANN401 - any field
    """The ends of the observations at which monthly registered users are suspected to break."""
    return [found.before for found in fell(monthly(values, measure="registered_users", **changes))]


def test_a_fall_after_four_observations_is_suspected() -> None:
    """From 130 to 110 between the ends of April and May, with the size and the number of observations before it."""
    (found,) = fell(monthly([100, 110, 120, 130, 110], measure="registered_users"))

    assert (BreakRule.STOCK_FELL, "2023-05-01", "2023-06-01") == (found.rule, found.after, found.before)
    assert ("upi|IN|registered_users||instant||current",) == found.series
    assert [("change", 110 / 130 - 1), ("earlier_observations", 4)] == [
        (each.name, each.value) for each in found.measured
    ]
    assert found.note == (
        "registered_users of upi never fell in 4 observations up to 2023-05-01, then fell by 15.4% to 2023-06-01"
    )


@pytest.mark.parametrize(
    "values",
    [
        (100, 110, 120, 110),  # three observations show nothing
        (100, 110, 120, 130, 130),
        (100, 110, 90, 120, 130, 140, 100),  # a stock that falls
        (100, 140, 145, 200, 205, 206, 204),  # its pace scatters by more than it falls
    ],
)
def test_other_courses_are_not_suspected(values: tuple[float, ...]) -> None:
    """Too early, level, fallen before, or turning gently."""
    assert [] == users(*values)


def test_a_fall_within_the_digits_is_none() -> None:
    """130 to 120, printed in tens, may both be 125; to 110 can not."""
    assert [] == users(100, 110, 120, 130, 120, step=10.0)
    assert ["2023-06-01"] == users(100, 110, 120, 130, 110, step=10.0)


def test_a_fall_to_nothing_is_suspected() -> None:
    """A missing figure that somebody published as 0."""
    assert ["2023-06-01"] == users(100, 110, 120, 130, 0)


def test_behind_a_suspected_fall_the_series_begins_anew() -> None:
    """A second fall is suspected when four observations rose to it, and not when two did."""
    assert ["2023-06-01", "2023-10-01"] == users(100, 110, 120, 130, 70, 77, 85, 93, 50)
    assert ["2023-06-01"] == users(100, 110, 120, 130, 70, 77, 60)


def test_over_a_declared_break_nothing_falls() -> None:
    """It is known already; what counts anew from there needs its own four observations."""
    ends = ["2023-02-01", "2023-03-01", "2023-04-01", "2023-05-01", "2023-06-01", "2023-07-01"]
    claims = [
        level(
            value, Period(None, end), measure="agents", break_=Break("2023-05-15", "recount") if value == 70 else None
        )
        for value, end in zip((100.0, 110.0, 120.0, 130.0, 70.0, 60.0), ends, strict=True)
    ]

    assert [] == fell(book_of(claims))


def test_flows_and_valuations_may_fall() -> None:
    """Payments fall in February, valuations with the market."""
    assert [] == fell(monthly([100, 110, 120, 130, 90]))
    assert [] == fell(monthly([100, 110, 120, 130, 90], measure="valuation"))
