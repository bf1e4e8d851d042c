"""The worked examples of docs/meaning/parts.md."""

import pytest

from paysignal.engine.pairs import levels_of
from paysignal.engine.parts.addable import Why, refusal_of
from paysignal.engine.parts.axes import Axis
from paysignal.engine.parts.breakdowns import Breakdown, breakdown
from paysignal.engine.parts.spend import AverageSpend, average_spend
from paysignal.engine.parts.totals import Entry
from paysignal.facts.periods import Period
from tests.tools import datasets
from tests.tools.books import monthly

JULY_2022 = Period("2022-07-01", "2022-08-01")


def test_upis_apps_overlap() -> None:
    """6,392.76 of 6,288.4 million leave between -104.70 and -104.02; PhonePe has 47.61 % of UPI, 46.83 % of the sum."""
    books = [book for book in datasets.upi() if not book.series.segment.startswith("p2")]
    (upi,) = [book for book in books if (book.series.segment, book.series.measure) == ("", "transactions")]
    with_whole, without = (
        breakdown(upi.series, known, Axis.SEGMENT, JULY_2022) for known in (books, [b for b in books if b is not upi])
    )
    assert isinstance(with_whole, Breakdown)
    assert isinstance(without, Breakdown)

    assert 67 == len(with_whole.parts)
    assert 6392.76 == pytest.approx(with_whole.total.value / 1e6, abs=1e-6)
    assert with_whole.residual is not None
    open_ = with_whole.residual.interval
    assert [-104.7, -104.36, -104.02] == pytest.approx(
        [(end or 0.0) / 1e6 for end in (open_.low, with_whole.residual.value, open_.high)], abs=1e-6
    )
    shares = [
        round(part.share.value, 4)
        for found in (with_whole, without)
        for part in found.parts
        if part.share and part.series.segment == "app-phonepe"
    ]
    assert [0.4761, 0.4683] == shares


def test_paypal_in_the_us_and_venmo_in_the_world_are_not_added() -> None:
    """Both have Venmo's US payments, and neither is part of the other."""
    refused = refusal_of(
        monthly([1], provider=name, market=market).series for name, market in (("paypal", "US"), ("venmo", "world"))
    )

    assert refused is not None
    assert refused.why is Why.CROSSING


def test_an_average_of_sums_is_no_mean_of_means() -> None:
    """101,000 / 1,001 = INR 100.90, not INR 550."""
    entries = [
        [
            Entry(book.series, level)
            for value, market in zip(told, ("IN-KA", "IN-TN"), strict=True)
            for book in (monthly([value], market=market, measure=measure),)
            for level in levels_of(book)
        ]
        for measure, told in (("transaction_value", (100_000, 1_000)), ("transactions", (1_000, 1)))
    ]
    found = average_spend(*entries)

    assert isinstance(found, AverageSpend)
    assert 100.90 == round(found.average.value, 2)
