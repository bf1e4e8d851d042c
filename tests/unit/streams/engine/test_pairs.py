"""Pairs: which levels compare."""

import pytest

from paysignal.engine.books import Book
from paysignal.engine.pairs import pairs
from paysignal.facts.claims import Break, Claim
from paysignal.facts.kinds import Comparison
from paysignal.facts.periods import Period
from tests.tools import examples
from tests.tools.batches import run, told


def flow(start: str | None, end: str, **changes: object) -> Claim:
    """UPI's transactions of a period."""
    return told(examples.claim(period=Period(start, end), **changes))


def stock(end: str, **changes: object) -> Claim:
    """Alipay's users at a day."""
    return told(examples.users(period=Period(None, end), **changes))


def compared(comparison: Comparison, *claims: Claim) -> list[tuple[str, str, int | None]]:
    """Ends of the current and the base period, and the gap, of every pair."""
    book = Book(claims[0].series)
    for claim in claims:
        book.put(claim)
    return [(pair.current.period.end, pair.base.period.end, pair.gap_days) for pair in pairs(book, comparison)]


MONTHS = [flow("2022-02-01", "2022-03-01"), flow("2023-01-01", "2023-02-01"), flow("2023-02-01", "2023-03-01")]


def test_a_flow_compares_with_exactly_its_neighbour_and_its_year_before() -> None:
    """February 2023 with January 2023 and with February 2022, and nothing else with anything."""
    assert [("2023-03-01", "2023-02-01", None)] == compared(Comparison.PREVIOUS, *MONTHS)
    assert [("2023-03-01", "2022-03-01", None)] == compared(Comparison.YEAR_AGO, *MONTHS)


@pytest.mark.parametrize(
    ("base", "found"),
    [("2017-06-15", False), ("2017-06-16", True), ("2017-07-01", True), ("2017-07-16", True), ("2017-07-17", False)],
)
def test_a_stock_is_a_year_old_within_fifteen_days(base: str, found: bool) -> None:  # noqa: FBT001 - a table's column
    """Fifteen days around the same day of the year before compare, sixteen do not."""
    assert found == bool(compared(Comparison.YEAR_AGO, stock(base), stock("2018-07-01")))


def test_of_two_days_around_a_year_before_the_nearer_then_the_later_counts() -> None:
    """Three days before beat five after, and of four before and four after the later counts."""
    now = stock("2018-07-01")

    assert [("2018-07-01", "2017-06-28", 368)] == compared(
        Comparison.YEAR_AGO, stock("2017-06-28"), stock("2017-07-06"), now
    )
    assert [("2018-07-01", "2017-07-05", 361)] == compared(
        Comparison.YEAR_AGO, stock("2017-06-27"), stock("2017-07-05"), now
    )


def test_a_stock_compares_with_its_latest_earlier_day_and_tells_the_gap() -> None:
    """The previous observation, however long ago, with the days between."""
    assert [("2018-07-01", "2018-01-01", 181), ("2018-01-01", "2016-01-01", 731)] == compared(
        Comparison.PREVIOUS, stock("2016-01-01"), stock("2018-07-01"), stock("2018-01-01")
    )


def test_open_periods_compare_with_nothing() -> None:
    """A figure whose period was not stated is shown and never compared."""
    assert [] == compared(Comparison.PREVIOUS, flow(None, "2023-02-01"), flow(None, "2023-03-01"))


@pytest.mark.parametrize(("date", "found"), [("2017-12-31", True), ("2018-01-01", False), ("2018-06-30", False)])
def test_nothing_compares_across_a_break(date: str, found: bool) -> None:  # noqa: FBT001 - a table's column
    """A break at or after the base's day and before the current one's parts them; one before both does not."""
    broken = stock("2018-07-01", break_=Break(date, "counted anew"))

    assert found == bool(compared(Comparison.PREVIOUS, stock("2018-01-01"), broken))


def test_a_stock_of_the_first_year_has_no_year_before() -> None:
    """A level in year 1 is compared with nothing, and is no poison."""
    state, _ = run([stock("0001-06-01")])

    assert ["level"] == [reading.indicator for reading in state.readings.values()]
