"""Rates: what was published, on a day or over a period; nothing else is a rate."""

import datetime as dt
from collections.abc import Sequence

import pytest

from paysignal.command.rates import published_rates
from paysignal.engine.money.rates import NO_RATES, RatesError, RateTable, ecb_rates, own_rates, rate_of
from paysignal.facts.measures import Nature
from paysignal.facts.periods import Period
from tests.tools.need import shared

ECB = [
    "Date,USD,INR,RUB,",
    "2024-07-01,1.07,89.3,N/A,",
    "2024-06-28,1.0705,89.2495,90.0,",
    "2024-06-27,1.0696,89.3,91.0,",
]
NATURES = {"stock": Nature.STOCK, "flow": Nature.FLOW}


def day(text: str) -> int:
    """A day as the tables count it."""
    return dt.date.fromisoformat(text).toordinal()


def own(*rows: str) -> RateTable:
    """A file of own rates against the dollar."""
    return own_rates(["date,base,currency,rate", *rows])


def months(rates: Sequence[float], currency: str = "INR") -> list[str]:
    """A rate for each month of 2024, until there are no more."""
    return [f"2024-{number:02}-01,USD,{currency},{rate}" for number, rate in enumerate(rates, 1)]


def test_the_ecb_table_is_read_by_column() -> None:
    """Units for one euro, in the order of their days; the last, nameless column is none."""
    table = ecb_rates(ECB)

    assert ("EUR", {"USD", "INR", "RUB"}) == (table.base, set(table.quotes))
    assert 89.2495 == table.on(day("2024-06-28"), "EUR", "INR")
    assert 1 / 89.2495 == table.on(day("2024-06-28"), "INR", "EUR")


def test_a_cross_rate_needs_both_sides_on_one_day() -> None:
    """Rubles for a dollar on 1 July: no ruble was published then, so the day before counts."""
    assert 90.0 / 1.0705 == ecb_rates(ECB).on(day("2024-07-01"), "USD", "RUB")


@pytest.mark.parametrize(
    ("source", "target", "text"),
    [
        ("USD", "KES", "2024-06-28"),  # never published
        ("KES", "USD", "2024-06-28"),
        ("KES", "NPR", "2024-06-28"),
        ("USD", "INR", "2024-06-26"),  # before the first day
        ("USD", "INR", "2024-07-09"),  # eight days after the last
        ("USD", "USD", "2024-06-28"),  # one currency has no rate against itself in a table
    ],
)
def test_no_published_rate_is_no_rate(source: str, target: str, text: str) -> None:
    """Outside of what was published nothing is guessed."""
    table = ecb_rates(ECB)

    assert table.on(day(text), source, target) is None
    assert table.over(day(text), day(text), source, target) is None
    assert table.span(day(text), day(text), source, target) is None


@pytest.mark.parametrize(("text", "found"), [("2024-06-29", True), ("2024-07-08", True), ("2024-07-09", False)])
def test_a_daily_rate_reaches_over_a_week(text: str, found: bool) -> None:  # noqa: FBT001 - a table of cases
    """Weekends and holidays have the rate of the last day; after a week without any there is none."""
    assert found == (ecb_rates(ECB).on(day(text), "EUR", "INR") is not None)


def test_a_period_has_the_average_of_its_days_in_either_direction() -> None:
    """A flow's rate is the mean of the quotes as published, and the rate back is its inverse."""
    table = ecb_rates(ECB)
    there, back = (table.over(day("2024-06-27"), day("2024-07-01"), *pair) for pair in (("EUR", "INR"), ("INR", "EUR")))

    assert there is not None
    assert there == pytest.approx((89.2495 + 89.3 + 89.3) / 3, rel=1e-15)
    assert back == pytest.approx(1 / there, rel=1e-15)


def test_a_detour_over_the_base_comes_to_the_same() -> None:
    """Rupees to euros to dollars, or rupees to dollars: one figure, whatever happened to the rates between."""
    table = ecb_rates(ECB)
    first, last = day("2024-06-27"), day("2024-07-01")
    over_euro = [table.over(first, last, *pair) for pair in (("INR", "EUR"), ("EUR", "USD"))]

    assert None not in over_euro
    assert table.over(first, last, "INR", "USD") == pytest.approx((over_euro[0] or 0) * (over_euro[1] or 0), rel=1e-15)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2024-06-27", "2024-06-28", True),
        ("2024-06-29", "2024-06-29", True),  # a Saturday: the rate of Friday
        ("2024-06-20", "2024-06-28", True),  # begins a week before the first rate
        ("2024-06-19", "2024-06-28", False),
        ("2024-06-28", "2024-07-08", True),
        ("2024-06-28", "2024-07-09", False),  # ends eight days after the last rate
    ],
)
def test_a_period_is_covered_or_has_no_rate(first: str, last: str, found: bool) -> None:  # noqa: FBT001 - a table
    """An average over a part of the period would be a guess about the rest."""
    assert found == (ecb_rates(ECB).over(day(first), day(last), "EUR", "INR") is not None)


def test_a_hole_in_the_middle_is_not_bridged() -> None:
    """A quarter of which only the first and the last month have a rate has none."""
    whole, holed = own(*months([80, 82, 84, 86])), own(*months([80, 82, 84, 86])[:1], *months([80, 82, 84, 86])[2:])
    quarter = Period("2024-01-01", "2024-04-01")

    assert rate_of(whole, quarter, Nature.FLOW, "USD", "INR") == pytest.approx(82)
    assert rate_of(holed, quarter, Nature.FLOW, "USD", "INR") is None


def test_a_monthly_file_stands_for_its_months() -> None:
    """Any day of June has June's rate, June as a flow too; August, which the file has not, has none."""
    table = own(*months([80, 81, 82, 83, 84, 85, 86]))

    assert table.on(day("2024-06-30"), "USD", "INR") == 85
    assert table.over(day("2024-06-01"), day("2024-06-30"), "USD", "INR") == 85
    assert table.on(day("2024-08-02"), "USD", "INR") is None


@pytest.mark.parametrize(
    ("nature", "start", "end", "expected"),
    [
        ("stock", None, "2024-06-29", 89.2495),  # as of the 28th: its end is the day after
        ("stock", None, "2024-06-28", 89.3),
        ("flow", None, "2024-06-29", 89.2495),  # a period that was not stated: its end
        ("flow", "2024-06-27", "2024-06-29", (89.3 + 89.2495) / 2),
        ("flow", "2024-06-28T09:00:00Z", "2024-06-28T10:00:00Z", 89.2495),  # an hour has its day's
    ],
)
def test_a_stock_has_the_rate_of_its_day_and_a_flow_its_periods(
    nature: str, start: str | None, end: str, expected: float
) -> None:
    """State at an instant, rate of that day; sum over a period, average of that period."""
    found = rate_of(ecb_rates(ECB), Period(start, end), NATURES[nature], "EUR", "INR")

    assert found == pytest.approx(expected, rel=1e-15)


def test_a_currency_needs_no_rate_to_itself() -> None:
    """One for one, even without any rates."""
    assert 1.0 == rate_of(NO_RATES, Period(None, "2024-06-29"), Nature.STOCK, "KES", "KES")
    assert rate_of(NO_RATES, Period(None, "2024-06-29"), Nature.STOCK, "KES", "USD") is None


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["date,base,currency"], "line 1: no column rate; the header is date,base,currency,rate"),
        (["date,base,currency,rate", "June,USD,INR,83"], "line 2: date 'June' is no day; write 2018-09-18"),
        (["date,base,currency,rate", "2024-06-01,USD,INR,0"], "line 2: rate '0' is no positive number"),
        (["date,base,currency,rate", "2024-06-01,USD,INR,nan"], "line 2: rate 'nan' is no positive number"),
        (["date,base,currency,rate", "2024-06-01,USD,XYZ,1"], "line 2: currency 'XYZ': an ISO 4217 code"),
        (["date,base,currency,rate", "2024-06-01,USD,INR,83", "2024-06-01,EUR,INR,89"], "bases EUR, USD: a file has"),
    ],
)
def test_a_bad_file_is_told_by_line_rule_and_fix(lines: list[str], sentence: str) -> None:
    """What can not be read is never half read."""
    with pytest.raises(RatesError, match=f"^{sentence[:40].replace('(', '.')}") as error:
        own_rates(lines)

    assert str(error.value).startswith(sentence)


@pytest.mark.parametrize("rate", ["-1", "inf", "many"])
def test_a_bad_rate_of_the_ecb_is_refused(rate: str) -> None:
    """A rate is a positive number or N/A."""
    with pytest.raises(RatesError, match=r"^column 'USD': .*a rate is a positive number or N/A"):
        ecb_rates(["Date,USD", f"2024-06-28,{rate}"])


def test_two_rows_of_one_day_are_the_later_row() -> None:
    """A file that was added to has the newer word at its end."""
    assert 84.0 == own(*months([83]), *months([84])).on(day("2024-01-01"), "USD", "INR")


def test_the_installed_history_is_the_file_of_the_independent_calculation() -> None:
    """Expected section 8: 6,983 days; INR per USD on 2024-06-28, on the Saturday after, and on 2025-06-30."""
    shared("expected", "README.md")
    table = published_rates(None)
    friday, saturday, later = (table.on(day(text), "USD", "INR") for text in ("2024-06-28", "2024-06-29", "2025-06-30"))

    assert len(table.quotes["USD"].days) >= 6_983
    assert day("1999-01-04") == table.quotes["USD"].days[0]
    assert (1.0705, 89.2495) == (
        table.on(day("2024-06-29"), "EUR", "USD"),
        table.on(day("2024-06-29"), "EUR", "INR"),
    )
    assert friday == saturday == pytest.approx(83.371789, abs=5e-7)
    assert later == pytest.approx(85.802474, abs=5e-7)
    assert all(table.on(day("2024-06-28"), "USD", code) is None for code in ("KES", "NPR", "ETB"))
