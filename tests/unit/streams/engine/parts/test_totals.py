"""Totals: sums over parts and periods."""

import math

import pytest

from paysignal.engine.books import Book
from paysignal.engine.pairs import levels_of
from paysignal.engine.parts.addable import Refusal, Why
from paysignal.engine.parts.spend import AverageSpend, average_spend
from paysignal.engine.parts.totals import Amount, Entry, added, quotient, total
from paysignal.facts.intervals import Interval
from tests.tools.books import monthly


def entries(*books: Book) -> list[Entry]:
    """Every level of the books."""
    return [Entry(book.series, level) for book in books for level in levels_of(book)]


def test_a_flow_is_summed_over_parts_and_periods() -> None:
    """UPI 10 + 20 and IMPS 1 + 2 are 33; every figure is open by half a unit."""
    summed = total(entries(monthly([10, 20], step=1.0), monthly([1, 2], provider="imps", step=1.0)))

    assert Amount(33.0, Interval(31.0, 35.0)) == summed


def test_nothing_adds_up_to_zero() -> None:
    """The sum of no figures is 0, and leaves nothing open."""
    assert Amount(0.0, Interval(0.0, 0.0)) == total([])


def test_a_stock_is_summed_over_parts_and_not_over_time() -> None:
    """Users of two states add up on one day; users of March and April are the same people."""
    karnataka, tamil_nadu = (monthly([5], measure="registered_users", market=market) for market in ("IN-KA", "IN-TN"))
    two_months = monthly([5, 6], measure="registered_users")
    other_day = monthly([7], "2023-02-01", measure="registered_users", market="IN-TN")

    assert Amount(10.0, Interval(10.0, 10.0)) == total(entries(karnataka, tamil_nadu))
    assert Refusal(Why.INSTANT, two_months.series) == total(entries(two_months))
    assert Refusal(Why.INSTANT, karnataka.series, other_day.series) == total(entries(karnataka, other_day))


def test_parts_are_summed_over_the_same_periods_only() -> None:
    """January and February of UPI and January alone of IMPS are the total of nothing."""
    upi, imps = monthly([10, 20]), monthly([1], provider="imps")

    assert Refusal(Why.PERIODS, upi.series, imps.series) == total(entries(upi, imps))


def test_periods_that_overlap_are_not_summed() -> None:
    """Three months from January and three from February share two."""
    first, second = (monthly([9], start, 3) for start in ("2023-01-01", "2023-02-01"))

    assert Refusal(Why.PERIODS, first.series) == total(entries(first, second))
    assert Refusal(Why.PERIODS, first.series) == total(entries(first, first))


def test_ends_are_exact_or_the_next_float_outside() -> None:
    """0.1 + 0.2 is between two floats: both ends hold it; whole numbers stay whole."""
    tenths = added([Interval(0.1, 0.1), Interval(0.2, 0.2)])

    assert tenths.low is not None
    assert tenths.high == math.nextafter(tenths.low, 1.0)
    assert Interval(3.0, 3.0) == added([Interval(1.0, 1.0), Interval(2.0, 2.0)])


def test_an_open_side_stays_open() -> None:
    """More than 700 million and 5 are at least 700,000,005; so is a sum that no float can hold."""
    assert Interval(705.0, None) == added([Interval(700.0, None), Interval(5.0, 6.0)])
    assert added([Interval(0.0, 1.7e308), Interval(0.0, 1.7e308)]).high is None


def test_a_ratio_to_what_may_be_nothing_is_unbounded() -> None:
    """And to nothing at all it is anything."""
    assert quotient(Interval(1.0, 2.0), Interval(0.0, 4.0)).high is None
    assert Interval(0.0, None) == quotient(Interval(1.0, 2.0), Interval(0.0, 0.0))


def test_average_spend_weighs_by_payments() -> None:
    """Rs. 100 in 1,000 payments and Rs. 1,000 in one are Rs. 100.90 together, not Rs. 550."""
    values = entries(monthly([100_000, 1_000], measure="transaction_value"))
    found = average_spend(values, entries(monthly([1_000, 1])))

    assert isinstance(found, AverageSpend)
    assert ("INR", 101_000 / 1_001) == (found.currency, found.average.value)
    assert found.average.interval.holds(101_000 / 1_001)


def test_average_spend_needs_value_and_count_of_the_same() -> None:
    """A month without its count, two currencies, no payments: each is refused with a reason."""
    values, counts = monthly([100, 200], measure="transaction_value"), monthly([1, 2])
    dollars = monthly([3, 4], measure="transaction_value", currency="USD", provider="imps")
    refused = [
        average_spend(entries(values), entries(monthly([1]))),
        average_spend(entries(values), entries(counts, monthly([1], provider="imps"))),
        average_spend(entries(values, dollars), entries(counts, monthly([1, 2], provider="imps"))),
        average_spend(entries(values), entries(monthly([0, 0]))),
        average_spend(entries(counts), entries(values)),
    ]

    assert [Why.COUNTERPART, Why.COUNTERPART, Why.CURRENCY, Why.ZERO, Why.MEASURE] == [
        each.why for each in refused if isinstance(each, Refusal)
    ]
    assert average_spend([], []) is None


@pytest.mark.parametrize("bound", ["more_than", "at_least"])
def test_a_bounded_value_gives_an_average_bounded_alike(bound: str) -> None:
    """More than Rs. 100 in 4 payments is an average of more than Rs. 25."""
    found = average_spend(entries(monthly([100], measure="transaction_value", bound=bound)), entries(monthly([4])))

    assert isinstance(found, AverageSpend)
    assert found.average.interval == Interval(math.nextafter(25.0, 0.0), None)
