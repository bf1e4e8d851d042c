"""Parts in published tables: what the publishers' own totals say of what they are made of."""

import pytest

from paysignal.engine.books import Book
from paysignal.engine.parts.addable import Refusal, Why, refusal_of
from paysignal.engine.parts.axes import Axis
from paysignal.engine.parts.breakdowns import Breakdown, breakdown
from paysignal.engine.parts.ranks import ranked
from paysignal.engine.parts.spend import AverageSpend, average_spend
from paysignal.engine.parts.totals import Entry
from paysignal.facts.intervals import Interval
from paysignal.facts.periods import Period
from tests.tools import datasets
from tests.tools.books import monthly

JULY_2022 = Period("2022-07-01", "2022-08-01")
SECOND_QUARTER_2024 = Period("2024-04-01", "2024-07-01")
FEBRUARY_2026 = Period("2026-02-01", "2026-03-01")


def upi_and_apps() -> list[Book]:
    """UPI and its apps, without the other division into p2p and p2m."""
    return [book for book in datasets.upi() if not book.series.segment.startswith("p2")]


def country_and_states() -> list[Book]:
    """PhonePe in the spring of 2024 and the quarter before."""
    return datasets.phonepe(("2024Q1", "2024Q2"))


def rails() -> list[Book]:
    """The Reserve Bank's table of payment systems."""
    return datasets.rbi()


def whole(books: list[Book], measure: str, segment: str = "", market: str = "IN") -> Book:
    """The one book of a measure, segment and market."""
    (found,) = [
        book
        for book in books
        if (book.series.measure, book.series.segment, book.series.market) == (measure, segment, market)
    ]
    return found


def broken_down(books: list[Book], of: Book, axis: Axis, period: Period) -> Breakdown:
    """A breakdown that is not refused."""
    found = breakdown(of.series, books, axis, period)
    assert isinstance(found, Breakdown)
    return found


def test_the_app_table_counts_some_of_upis_payments_twice() -> None:
    """6,392.76 million payments of July 2022 by app are certainly more than the 6,288.4 million there were."""
    books = upi_and_apps()
    found = broken_down(books, whole(books, "transactions"), Axis.SEGMENT, JULY_2022)

    assert 6392.76e6 == pytest.approx(found.total.value, rel=1e-12)
    assert found.residual is not None
    assert -104.36e6 == pytest.approx(found.residual.value, abs=1e3)
    assert found.overlap


def test_an_apps_share_names_the_total_it_is_of() -> None:
    """PhonePe has 47.6 % of UPI, and only 46.8 % of the apps' sum."""
    books = upi_and_apps()
    total = whole(books, "transactions")
    shares = {}
    for known in (books, [book for book in books if book is not total]):
        found = broken_down(known, total, Axis.SEGMENT, JULY_2022)
        (share,) = [part.share for part in found.parts if part.series.segment == "app-phonepe" and part.share]
        shares[share.base] = share.value

    assert {"upi|IN|transactions||month||current": 0.476088, "sum of parts": 0.468316} == pytest.approx(
        shares, abs=1e-6
    )


def test_p2p_and_p2m_together_are_all_of_upi() -> None:
    """999.57 million in April 2020 are 550.35 and 449.23 within the digits: no overlap and no rest."""
    books = [book for book in datasets.upi() if not book.series.segment.startswith("app")]
    found = broken_down(books, whole(books, "transactions"), Axis.SEGMENT, Period("2020-04-01", "2020-05-01"))

    assert found.residual is not None
    assert found.residual.interval.holds(0.0)
    assert not found.overlap


def test_phonepes_states_fall_short_of_the_country_by_95881_payments() -> None:
    """In the second quarter of 2024, exactly; all 36 are there, and India is not counted beside them."""
    books = country_and_states()
    country = whole(books, "transactions")
    found = broken_down(books, country, Axis.MARKET, SECOND_QUARTER_2024)
    refused = refusal_of([country.series, whole(books, "transactions", market="IN-KA").series])

    assert found.residual is not None
    assert (24026109645.0, 95881.0) == (found.total.value, found.residual.value)
    assert Interval(95881.0, 95881.0) == found.residual.interval
    assert (36, ()) == (len(found.parts), found.missing)
    assert refused is not None
    assert refused.why is Why.PART


def test_maharashtra_ranks_first_and_every_rank_is_decided() -> None:
    """Counts to the payment leave no two states open."""
    books = country_and_states()
    ranks = ranked(broken_down(books, whole(books, "transactions"), Axis.MARKET, SECOND_QUARTER_2024).parts)

    assert "IN-MH" == ranks[0].series.market
    assert not any(rank.undecided for rank in ranks)


def test_a_state_that_is_left_out_is_missing_and_in_the_residual() -> None:
    """Without Karnataka's spring its winter says that something lacks."""
    books = [book for book in country_and_states() if book.series.market != "IN-KA"]
    winter = [book for book in datasets.phonepe(("2024Q1",)) if book.series.market == "IN-KA"]
    found = broken_down([*books, *winter], whole(books, "transactions"), Axis.MARKET, SECOND_QUARTER_2024)

    assert ["IN-KA"] == [series.market for series in found.missing]
    assert found.residual is not None
    assert found.residual.value > 95881


def test_the_countrys_average_payment_is_not_the_mean_of_the_states() -> None:
    """INR 1,324.41 from sums; the mean of the states' own averages is 63 rupees more."""
    books = country_and_states()

    def entries(measure: str) -> list[Entry]:
        found = broken_down(books, whole(books, measure), Axis.MARKET, SECOND_QUARTER_2024)
        return [Entry(part.series, part.level) for part in found.parts]

    values, counts = entries("transaction_value"), entries("transactions")
    spend = average_spend(values, counts)
    means = [
        value.level.choice.shown.value / count.level.choice.shown.value
        for value, count in zip(values, counts, strict=True)
    ]

    assert isinstance(spend, AverageSpend)
    assert 1324.4088 == pytest.approx(spend.average.value, abs=0.01)
    assert 1387.51 == pytest.approx(sum(means) / len(means), abs=0.01)


def test_retail_credit_transfers_are_the_sum_of_their_rails() -> None:
    """219,247.395 lakh in February 2026: UPI, IMPS, NEFT and three more, without UPI's own "of which USSD"."""
    books = rails()
    found = broken_down(books, whole(books, "transactions", "2"), Axis.SEGMENT, FEBRUARY_2026)

    assert ["2-1", "2-2", "2-4", "2-5", "2-6", "2-7"] == [part.series.segment for part in found.parts]
    assert found.residual is not None
    assert found.residual.interval.holds(0.0)
    assert 21924739500.0 == pytest.approx(found.total.value, abs=1.0)
    assert 0.930190 == pytest.approx(
        next(part.share.value for part in found.parts if part.share and part.series.segment == "2-7"), abs=1e-6
    )


def test_leaves_and_their_subtotals_are_not_added() -> None:
    """Every row of the section together would be five times the true total: the first such pair is named."""
    rows = [
        book.series for book in rails() if book.series.measure == "transactions" and book.series.segment[0] in "23456"
    ]
    refused = refusal_of(rows)

    assert refused is not None
    assert (Why.PART, "2", "2-1") == (refused.why, refused.one.segment, refused.other.segment if refused.other else "")
    assert refusal_of([each for each in rows if "-" not in each.segment]) is None


def test_a_rail_and_an_app_on_it_are_not_added() -> None:
    """PhonePe's payments are UPI's payments."""
    refused = refusal_of(
        monthly([value], provider=name).series for name, value in (("upi", 6288.4e6), ("phonepe", 2993.83e6))
    )

    assert isinstance(refused, Refusal)
    assert refused.why is Why.TYPE
