"""Converting: UPI and Pix in dollars against the independent calculation; growth at current and at constant rates."""

import csv
from collections.abc import Iterator
from fractions import Fraction

import pytest

from paysignal.engine.books import Book
from paysignal.engine.money.converting import at_rate, converted
from paysignal.engine.money.rates import NO_RATES, RateTable, own_rates
from paysignal.engine.pairs import Level, levels_of
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Bound
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Period
from tests.tools import examples
from tests.tools.batches import told
from tests.tools.need import shared

#: The country of the Federal Reserve's table → the currency whose units it gives for one dollar.
COUNTRIES = {"India": "INR", "Brazil": "BRL", "China": "CNY", "Japan": "JPY"}
CRORE = 1e7

#: ../shared/expected/README.md, sections 6 and 8: crores of rupees, millions of reais.
UPI = {"2023-06": 1475464.26, "2024-05": 2044937.05, "2024-06": 2007081.2, "2025-05": 2514297.01, "2025-06": 2403930.69}
UPI_USD = {"2023-06": 179.441857, "2024-05": 245.233633, "2024-06": 240.484208, "2025-05": 294.945348,
           "2025-06": 279.928815}  # fmt: skip
PIX = {("2023-10-01", "2024-01-01"): 5300155.0e6, ("2024-10-01", "2025-01-01"): 7714115.37e6}


@pytest.fixture(scope="module")
def federal_reserve() -> RateTable:
    """The monthly rates of the Federal Reserve, rewritten as a file of own rates."""

    def lines() -> Iterator[str]:
        yield "date,base,currency,rate"
        with shared("data", "fx", "frb_monthly.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["Country"] in COUNTRIES and row["Exchange rate"]:
                    yield f"{row['Date']},USD,{COUNTRIES[row['Country']]},{row['Exchange rate']}"

    return own_rates(lines())


def value(currency: str, amount: float, period: Period, **changes: object) -> Claim:
    """The value of a period's transactions."""
    fields = {"unit": Unit.CURRENCY, "currency": currency, "value": amount, "step": None, "known_at": "2025-07-01"}
    return told(examples.claim(measure="transaction_value", period=period, **(fields | changes)))


def month(text: str) -> Period:
    """A calendar month by its name."""
    year, number = map(int, text.split("-"))
    return Period(f"{text}-01", f"{year + number // 12}-{number % 12 + 1:02}-01")


def level(claim: Claim) -> Level:
    """The claim as a chosen level."""
    book = Book(claim.series)
    book.put(claim)
    return levels_of(book)[0]


def in_dollars(claim: Claim, rates: RateTable) -> float:
    """The claim in dollars."""
    told_ = converted(level(claim), claim.series, "USD", rates)
    assert told_ is not None
    return told_.value


@pytest.mark.parametrize("name", list(UPI))
def test_upi_in_dollars(name: str, federal_reserve: RateTable) -> None:
    """Expected section 8: a month's rupees in dollars at the Federal Reserve's rate of the month."""
    dollars = in_dollars(value("INR", UPI[name] * CRORE, month(name)), federal_reserve)

    assert dollars / 1e9 == pytest.approx(UPI_USD[name], abs=5e-7)


@pytest.mark.parametrize(
    ("base", "current", "in_rupees", "in_usd"),
    [("2024-06", "2025-06", 19.7725, 16.4022), ("2023-06", "2024-06", 36.0305, 34.0179)],
)
def test_growth_at_current_and_at_constant_rates(
    base: str, current: str, in_rupees: float, in_usd: float, federal_reserve: RateTable
) -> None:
    """Each month at its own rate is growth in dollars; both at the base month's rate is growth in rupees."""
    claims = [value("INR", UPI[name] * CRORE, month(name)) for name in (base, current)]
    before, now = (in_dollars(claim, federal_reserve) for claim in claims)
    rate = before / (UPI[base] * CRORE)
    constant = [at_rate(level(claim), rate).value for claim in claims]

    assert 100 * (now - before) / before == pytest.approx(in_usd, abs=1e-4)
    assert 100 * (constant[1] - constant[0]) / constant[0] == pytest.approx(in_rupees, abs=1e-4)
    assert 100 * (UPI[current] / UPI[base] - 1) == pytest.approx(in_rupees, abs=1e-4)


def test_a_quarter_has_the_mean_of_its_three_monthly_rates(federal_reserve: RateTable) -> None:
    """Expected section 8: Pix 2023Q4 at 4.951233 and 2024Q4 at 5.841633 reais a dollar grew by 23.3607 % in dollars."""
    claims = [value("BRL", amount, Period(*ends), market="BR", provider="pix") for ends, amount in PIX.items()]
    before, now = (in_dollars(claim, federal_reserve) for claim in claims)

    assert [claim.value / dollars for claim, dollars in zip(claims, (before, now), strict=True)] == pytest.approx(
        [4.951233, 5.841633], abs=5e-7
    )
    assert 100 * (now - before) / before == pytest.approx(23.3607, abs=1e-4)


@pytest.mark.parametrize("currency", ["KES", "NPR", "ETB"])
def test_a_currency_without_rates_gives_no_figure(currency: str, federal_reserve: RateTable) -> None:
    """Refused, not guessed."""
    claim = value(currency, 1e12, month("2024-06"))

    assert converted(level(claim), claim.series, "USD", federal_reserve) is None
    assert converted(level(claim), claim.series, "USD", NO_RATES) is None


@pytest.mark.parametrize(
    ("bound", "low", "high"),
    [(Bound.EXACT, 95.0, 105.0), (Bound.MORE_THAN, 100.0, None), (Bound.LESS_THAN, 0.0, 100.0)],
)
def test_the_interval_goes_with_the_value(bound: Bound, low: float, high: float | None) -> None:
    """Ends at the same rate, an open one stays open, nothing is below zero, and rounding cuts no truth off."""
    told_ = at_rate(level(value("INR", 100.0, month("2024-06"), bound=bound, step=10.0)), 0.3)
    ends = told_.interval

    assert told_.value == 100.0 * 0.3
    assert ends.low is not None
    assert ends.low == pytest.approx(low * 0.3)
    assert 0 <= Fraction(ends.low) <= Fraction(low) * Fraction(0.3)
    assert (ends.high is None) == (high is None)
    if ends.high is not None and high is not None:
        assert ends.high == pytest.approx(high * 0.3)
        assert Fraction(high) * Fraction(0.3) <= Fraction(ends.high)


def test_an_end_beyond_every_float_is_open() -> None:
    """Infinity is no end."""
    told_ = at_rate(level(value("INR", 1e308, month("2024-06"), bound=Bound.ABOUT, step=5e307)), 1.5)

    assert told_.interval.high is None
