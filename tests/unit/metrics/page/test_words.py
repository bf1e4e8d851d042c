"""Figures as people write them."""

import pytest

from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Grain
from paysignal.page import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (433.0, "433"),
        (2955.0, "2,955"),
        (999_999.0, "999,999"),
        (1e6, "1 million"),
        (2e8, "200 million"),
        (1.8e9, "1.8 billion"),
        (1_234_567_890.0, "1.235 billion"),
        (4.17e11, "417 billion"),
        (2e12, "2 trillion"),
        (0.0004, "0.0004"),
        (12.5, "12.5"),
        (1e20, "100,000,000 trillion"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    """Thousands get commas, millions and more their word, and four digits are enough."""
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (50.0, "+5,000 %"),
        (0.425, "+42.5 %"),
        (0.43, "+43 %"),
        (-0.083, "−8.3 %"),
        (0.0, "+0 %"),
        (0.0004, "+0.04 %"),
        (0.2, "+20 %"),
    ],
)
def test_percents(ratio: float, text: str) -> None:
    """A ratio is shown in percent with its sign, at most one decimal unless it is tiny."""
    assert words.percent(ratio, sign=True) == text


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        ((50.0, Bound.MORE_THAN, Kind.GROWTH, Unit.RATIO, ""), "> +5,000 %"),
        ((2e8, Bound.MORE_THAN, Kind.CHANGE, Unit.USERS, ""), "gained > 200 million"),
        ((-3e6, Bound.ABOUT, Kind.CHANGE, Unit.USERS, ""), "lost about 3 million"),
        ((0.012, Bound.EXACT, Kind.CHANGE, Unit.RATIO, ""), "gained 1.2 points"),
        ((2955.0, Bound.EXACT, Kind.LEVEL, Unit.CURRENCY, "CNY"), "CNY 2,955"),
        ((1.4e10, Bound.EXACT, Kind.LEVEL, Unit.CURRENCY, "USD"), "US$14 billion"),
        ((0.42, Bound.AT_MOST, Kind.LEVEL, Unit.RATIO, ""), "≤ 42 %"),
        ((5e8, Bound.AT_LEAST, Kind.LEVEL, Unit.USERS, ""), "≥ 500 million"),
        ((5e8, Bound.LESS_THAN, Kind.LEVEL, Unit.USERS, ""), "< 500 million"),
    ],
)
def test_statements(stated: tuple[float, Bound, Kind, Unit, str], text: str) -> None:
    """A statement has its bound in words, a gain its verb, money its currency."""
    assert words.statement(*stated) == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (0.425, 0.435, Unit.RATIO, "42.5 to 43.5"),
        (1.5, 2.5, Unit.RATIO, "150 to 250"),
        (0.0327, 0.0332, Unit.RATIO, "3.27 to 3.32"),
        (-0.095, -0.072, Unit.RATIO, "−9.5 to −7.2"),
        (1.35e10, 1.45e10, Unit.CURRENCY, "13.5 to 14.5 billion"),
        (9.5e8, 1.05e9, Unit.USERS, "950 million to 1.05 billion"),
        (50.0, None, Unit.RATIO, ""),
        (None, 1.0, Unit.RATIO, ""),
    ],
)
def test_intervals(low: float | None, high: float | None, unit: Unit, text: str) -> None:
    """Both ends are told apart and share their magnitude's word; an open side has no interval to print."""
    assert words.interval(low, high, unit) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1.0, "not over yet"),
        (5.0, "now"),
        (60.0, "1 minute"),
        (7_200.0, "2 hours"),
        (86_400.0, "1 day"),
        (86_400.0 * 31, "1 month"),
        (86_400.0 * 366, "1 year"),
        (86_400.0 * 365.25 * 8.2, "8 years"),
    ],
)
def test_ages(seconds: float, text: str) -> None:
    """An age is whole units of the largest that fits."""
    assert words.age(seconds) == text


@pytest.mark.parametrize(
    ("start", "end", "grain", "text"),
    [
        ("2025-01-01", "2026-01-01", Grain.YEAR, "2025"),
        ("2026-01-01", "2026-04-01", Grain.QUARTER, "Q1 2026"),
        ("2026-04-01", "2027-04-01", Grain.YEAR, "Apr 2026 to Mar 2027"),
        ("2018-06-01", "2018-07-01", Grain.MONTH, "Jun 2018"),
        ("2018-06-01", "2018-09-01", Grain.QUARTER, "Jun 2018 to Aug 2018"),
        ("2018-06-14", "2018-07-16", Grain.SPAN, "14 Jun 2018 to 15 Jul 2018"),
        (None, "2018-07-01", Grain.INSTANT, "on 30 Jun 2018"),
        (None, "2018-09-18", Grain.OPEN, "not stated, told 18 Sep 2018"),
    ],
)
def test_periods(start: str | None, end: str, grain: Grain, text: str) -> None:
    """Calendar periods go by name, the rest by first and last day; ends are told as the last day, not the day after."""
    assert words.period(start, end, grain) == text


def test_an_open_period_tells_its_length() -> None:
    """A period of known length and unknown place says both."""
    assert words.period(None, "2018-09-18", Grain.OPEN, "P12M") == "12 months up to 18 Sep 2018"


def test_names_from_outside_are_made_fit_to_show() -> None:
    """Control characters and marks that turn text around are replaced, long names cut."""
    assert words.name("a\u202eb\x00c\nd") == "a�b�c�d"
    assert words.name("x" * 100_000) == "x" * 64 + "…"
