"""Declared breaks: which pairs they stop, with periods that straddle them."""

import pytest

from paysignal.engine.pairs import pairs
from paysignal.facts.claims import Break, Claim
from paysignal.facts.kinds import Comparison, Kind
from paysignal.facts.periods import Period
from tests.tools.books import book_of, level


def _compared(claims: list[Claim], comparison: Comparison) -> list[str]:
    """The ends of the current periods that still compare, earliest first."""
    return [pair.current.period.end for pair in pairs(book_of(claims), comparison)][::-1]


def _quarters(broken_at: str) -> list[Claim]:
    starts = ("2023-01-01", "2023-04-01", "2023-07-01", "2023-10-01", "2024-01-01")
    declared = Break(broken_at, "another definition")
    return [
        level(10.0, Period(start, end), break_=declared if end == "2024-01-01" else None)
        for start, end in zip(starts, (*starts[1:], "2024-04-01"), strict=True)
    ]


@pytest.mark.parametrize(
    ("broken_at", "previous", "year_ago"),
    [
        ("2023-07-01", ["2023-07-01", "2024-01-01", "2024-04-01"], []),
        ("2023-08-15", ["2023-07-01", "2024-04-01"], []),
        ("2023-01-01", ["2023-07-01", "2023-10-01", "2024-01-01", "2024-04-01"], ["2024-04-01"]),
        ("2024-04-01", ["2023-07-01", "2023-10-01", "2024-01-01", "2024-04-01"], ["2024-04-01"]),
        ("2024-03-31", ["2023-07-01", "2023-10-01", "2024-01-01"], []),
    ],
)
def test_a_flow_does_not_compare_over_or_into_a_break(broken_at: str, previous: list[str], year_ago: list[str]) -> None:
    """Between quarters it parts two; inside one that quarter, being both, compares with neither neighbour."""
    claims = _quarters(broken_at)

    assert previous == _compared(claims, Comparison.PREVIOUS)
    assert year_ago == _compared(claims, Comparison.YEAR_AGO)


@pytest.mark.parametrize(
    ("broken_at", "compared"),
    [
        ("2023-02-01", ["2023-02-01", "2023-04-01"]),
        ("2023-02-02", ["2023-02-01", "2023-04-01"]),
        ("2023-01-31", ["2023-03-01", "2023-04-01"]),
        ("2023-03-01", ["2023-02-01", "2023-03-01"]),
    ],
)
def test_a_stock_seen_the_day_before_a_break_is_before_it(broken_at: str, compared: list[str]) -> None:
    """A stock of 31 January ends on 1 February: a break of that day is behind it, one of the 31st before it."""
    ends = ("2023-01-01", "2023-02-01", "2023-03-01", "2023-04-01")
    claims = [
        level(
            9.0,
            Period(None, end),
            measure="agents",
            break_=Break(broken_at, "counted anew") if end > "2023-03" else None,
        )
        for end in ends
    ]

    assert compared == _compared(claims, Comparison.PREVIOUS)


def test_a_stated_growth_is_told_over_a_break() -> None:
    """Its publisher compared, perhaps on restated figures: the break stops what we derive, not what is said."""
    claims = _quarters("2023-07-01")
    book = book_of(claims)

    assert 5 == len(book.choices(Kind.LEVEL))
    assert [] == _compared(claims, Comparison.YEAR_AGO)
