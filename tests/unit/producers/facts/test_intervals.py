"""Intervals: what a printed figure leaves open."""

import math

import pytest

from paysignal.facts.errors import Refused
from paysignal.facts.intervals import Interval, interval_of, is_finite, step_of
from paysignal.facts.kinds import Bound, Kind


@pytest.mark.parametrize(
    ("digits", "step"),
    [
        ("1800000000", 1e8),
        ("50", 10.0),
        ("7", 1.0),
        ("100", 100.0),
        ("2.073", 0.001),
        ("0.430", 0.001),
        ("100.0", 0.1),
        ("0", 1.0),
        ("0.0", 0.1),
        ("00120", 10.0),
        ("-250", 10.0),
        ("+3", 1.0),
        (".5", 0.1),
        ("5.", 1.0),
        ("1.8e9", 1e8),
        ("1.80e9", 1e8),
        ("15e-1", 0.1),
        ("123456789012345678901234567890", 10.0),  # more digits than Decimal keeps by default
        ("0.1234567890123456789012345678901", 1e-31),
    ],
)
def test_the_step_is_the_unit_of_the_last_printed_digit(digits: str, step: float) -> None:
    """Zeros before the point were not printed on purpose, zeros behind it were."""
    assert step_of(digits) == step


@pytest.mark.parametrize(
    "digits",
    [
        "",
        ".",
        "e5",
        "1,000",
        "1_000",
        " 5",
        "5\n",
        "nan",
        "inf",
        "0x10",
        "five",
        "\u0665",
        "1e400",
        "1e-400",
        "1e1000000",
    ],
)
def test_what_is_no_plain_number_is_refused(digits: str) -> None:
    """Also what Decimal takes for a number, and what no float can hold."""
    with pytest.raises(Refused, match=r"write it like 1800000 or 0\.43"):
        step_of(digits)


@pytest.mark.parametrize(
    ("kind", "value", "bound", "step", "low", "high"),
    [
        (Kind.LEVEL, 1.8e9, Bound.EXACT, 1e8, 1.75e9, 1.85e9),
        (Kind.LEVEL, 1.8e9, Bound.ABOUT, 1e8, 1.7e9, 1.9e9),
        (Kind.LEVEL, 7e8, Bound.MORE_THAN, 1e8, 7e8, None),
        (Kind.LEVEL, 7e8, Bound.AT_LEAST, None, 7e8, None),
        (Kind.LEVEL, 7e8, Bound.LESS_THAN, 1e8, 0.0, 7e8),
        (Kind.LEVEL, 7e8, Bound.AT_MOST, None, 0.0, 7e8),
        (Kind.GROWTH, 50.0, Bound.MORE_THAN, 10.0, 50.0, None),
        (Kind.GROWTH, 0.1, Bound.LESS_THAN, 0.1, -1.0, 0.1),
        (Kind.CHANGE, -5.0, Bound.LESS_THAN, 1.0, None, -5.0),
        (Kind.CHANGE, 2e8, Bound.MORE_THAN, 1e8, 2e8, None),
        (Kind.LEVEL, 3.0, Bound.EXACT, None, 3.0, 3.0),
        (Kind.LEVEL, 0.3, Bound.ABOUT, 1.0, 0.0, 1.3),  # never below nothing
        (Kind.GROWTH, -0.95, Bound.ABOUT, 0.1, -1.0, -0.85),
        (Kind.CHANGE, 0.3, Bound.ABOUT, 1.0, -0.7, 1.3),
        (Kind.GROWTH, 0.435, Bound.EXACT, 0.01, 0.43, 0.44),  # to the bit: 0.435 - 0.005 is 0.43
        (Kind.LEVEL, 1.7e308, Bound.ABOUT, 1e308, 7e307, None),  # an end no float can hold
        (Kind.CHANGE, -1.7e308, Bound.ABOUT, 1e308, None, -7e307),
    ],
)
def test_the_interval_of_a_statement(  # noqa: PLR0917 - a row of the table
    kind: Kind, value: float, bound: Bound, step: float | None, low: float | None, high: float | None
) -> None:
    """Half a step either way, a whole one for about, one side for bounds, and never below what the kind allows."""
    assert interval_of(value, bound, step, kind) == Interval(low, high)


def test_an_interval_that_is_upside_down_is_refused() -> None:
    """Low is at most high."""
    with pytest.raises(Refused, match="low is at most high"):
        Interval(2.0, 1.0)


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        (Interval(0, 2), Interval(1, 3), Interval(1, 2)),
        (Interval(0, 1), Interval(1, 2), Interval(1, 1)),  # ends that touch meet
        (Interval(0, 1), Interval(2, 3), None),
        (Interval(None, 1), Interval(0, None), Interval(0, 1)),
        (Interval(None, 0), Interval(1, None), None),
        (Interval(None, None), Interval(None, None), Interval(None, None)),
        (Interval(0, None), Interval(1, None), Interval(1, None)),
    ],
)
def test_two_intervals_meet_where_some_truth_fits_both(
    first: Interval, second: Interval, overlap: Interval | None
) -> None:
    """In either order."""
    assert first.overlap(second) == second.overlap(first) == overlap
    assert first.meets(second) is (overlap is not None)


def test_an_interval_holds_its_ends() -> None:
    """And nothing beyond them; an open side holds all."""
    assert Interval(0, 1).holds(0)
    assert Interval(0, 1).holds(1)
    assert not Interval(0, 1).holds(1.001)
    assert not Interval(0, 1).holds(-0.001)
    assert Interval(None, 1).holds(-1e308)
    assert Interval(0, None).holds(1e308)


def test_the_width_of_an_open_interval_is_infinite() -> None:
    """A bounded one's is high less low."""
    assert Interval(1, 3).width == 2
    assert math.isinf(Interval(None, 3).width)
    assert math.isinf(Interval(1, None).width)


def test_what_a_float_can_not_hold_is_not_finite() -> None:
    """NaN, the infinities, and integers beyond the largest float, which math.isfinite raises on."""
    assert is_finite(1.7e308)
    assert is_finite(5)
    for number in (math.nan, math.inf, -math.inf, 10**400):
        assert not is_finite(number)
