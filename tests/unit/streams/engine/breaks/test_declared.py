"""Declared breaks: which pairs they stop, with periods that straddle them."""

import pytest

from paysignal.engine.asof import state_of
from paysignal.engine.histories import history_of
from paysignal.engine.pairs import pairs
from paysignal.engine.records import Decoded, Record, Statement
from paysignal.engine.step import State, emit_rebuilt, step
from paysignal.facts.claims import Break, Claim, Retraction
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Comparison, Kind
from paysignal.facts.periods import Period
from tests.tools.books import BUREAU, book_of, level


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


# --- a break of one grain counts for the others --------------------------------------------------------------------

_QUARTERLY = "upi|IN|transactions||quarter||current"
_GROWTH = f"{_QUARTERLY}|previous_period_growth||previous"


def _both_grains() -> tuple[list[Claim], Claim]:
    """Two quarters, and a month of the second that declares a break at its start."""
    quarters = [
        level(value, Period(start, end))
        for value, start, end in ((10.0, "2023-01-01", "2023-04-01"), (20.0, "2023-04-01", "2023-07-01"))
    ]
    month = level(7.0, Period("2023-04-01", "2023-05-01"), break_=Break("2023-04-01", "counted anew"))
    return quarters, month


def _taken(state: State, *facts: Claim | Retraction) -> tuple[list[str], list[str]]:
    """The keys that change and those that go when these facts come."""
    record = Record("facts", 0, 0, None, None, None)
    done = step(state, Decoded(statements=[Statement(fact, record) for fact in facts]))
    return [reading.key for reading in done.readings], done.withdrawn


def test_a_break_of_the_months_stops_the_quarters() -> None:
    """Both grains are one line of figures: declared on a month, it takes the quarter's growth back, and no level."""
    quarters, month = _both_grains()
    state = State()
    grown, _ = _taken(state, *quarters)
    _, withdrawn = _taken(state, month)

    assert _GROWTH in grown
    assert _GROWTH in withdrawn
    assert f"{_QUARTERLY}|level||" in state.readings
    assert state.readings == state_of([month, *quarters]).readings


def test_a_break_in_other_money_or_of_another_segment_stops_nothing() -> None:
    """Only the grain may differ: another definition of something else says nothing of this."""
    quarters, _ = _both_grains()
    other = level(
        7.0, Period("2023-04-01", "2023-05-01"), segment="merchants", break_=Break("2023-04-01", "counted anew")
    )

    assert _GROWTH in state_of([*quarters, other]).readings


def test_a_lifted_break_gives_the_other_grain_its_growth_back() -> None:
    """Taken back by its publisher: the quarters compare again, under versions that only rise."""
    quarters, month = _both_grains()
    state = state_of([*quarters, month])
    broken = state.readings[f"{_QUARTERLY}|level||"].version
    back = identified(Retraction(retracts=str(month.id), source=BUREAU, known_at="2023-08-01"))
    changed, _ = _taken(state, back)

    assert _GROWTH in changed
    assert state_of(quarters).readings[f"{_QUARTERLY}|level||"].version < broken < state.readings[_GROWTH].version


def test_where_no_break_was_declared_the_grains_count_for_themselves() -> None:
    """A month without a break is no fact of the quarters: not a byte of their readings differs."""
    quarters, month = _both_grains()
    plain = level(7.0, Period("2023-04-01", "2023-05-01"))
    alone = state_of(quarters).readings

    assert alone == {key: each for key, each in state_of([plain, *quarters]).readings.items() if key in alone}
    assert month.series.key not in alone


def test_a_worker_that_died_behind_a_break_leaves_no_growth_of_the_other_grain() -> None:
    """Rebuilt, it withdraws what the quarters may have had before the month's break was known."""
    quarters, month = _both_grains()

    assert _GROWTH in emit_rebuilt(state_of([*quarters, month])).withdrawn


def test_the_history_of_the_quarters_tells_the_break_of_the_months() -> None:
    """The quarter that the date lies in has its note."""
    quarters, month = _both_grains()
    book = state_of([*quarters, month]).statements.books[_QUARTERLY]

    assert [None, "counted anew"] == [point.broken for point in history_of(book)]
