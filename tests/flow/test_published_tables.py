"""Published tables through mapping, wire and engine: every cell of ../shared/expected/*.csv."""

from collections.abc import Callable
from functools import cache

from paysignal.engine.emission.figures import figures_of
from paysignal.engine.emission.pasts import Past, history_of, past_of
from paysignal.engine.pairs import Level
from paysignal.engine.parts.spend import AverageSpend, average_spend
from paysignal.engine.parts.totals import Entry
from paysignal.facts.moments import months_later
from paysignal.indicators.estimates import Estimate
from paysignal.indicators.histories import History
from paysignal.indicators.spans import three_on_three, trailing_year
from paysignal.sources.pulse.places import place_of
from paysignal.sources.table.dates import day_after
from tests.tools import datasets
from tests.tools.published import Comparing, Published, expected, percent, shown, state_of


@cache
def upi() -> Published:
    """NPCI's own figures alone."""
    return Published(state_of(datasets.claims("npci-upi-monthly", "npci-upi-apps", "npci-upi-p2p-p2m")))


@cache
def kenya() -> Published:
    """The Central Bank of Kenya's table."""
    return Published(state_of(datasets.claims("cbk-mobile-money")))


@cache
def pix() -> Published:
    """The Banco Central do Brasil's table."""
    return Published(state_of(datasets.claims("bcb-payment-means")))


@cache
def pulse() -> Published:
    """Country and states of PhonePe Pulse, without the districts."""
    return Published(state_of(claim for claim in datasets.pulse() if not claim.segment))


def compared(  # noqa: PLR0917 - one series' columns of one row
    told: Comparing, where: str, row: dict[str, str], published: Published, key: str, end: str,
    level: str, scale: float, previous: str, year_ago: str,
) -> None:  # fmt: skip
    """The level and both growths of one series at one period."""
    point = published.points(key).get(end)
    told.level(f"{where} {level}", row[level], shown(point), scale)
    assert point is not None
    told.growth(f"{where} {previous}", row[previous], percent(point.previous))
    told.growth(f"{where} {year_ago}", row[year_ago], percent(point.year_ago))


def average(published: Published, value_key: str, count_key: str, end: str) -> float | None:
    """Money a payment, by the engine's sum of values over sum of counts; None where it is undefined."""
    entries = []
    for key in (value_key, count_key):
        point = published.points(key)[end]
        assert point.level is not None
        series = published.state.statements.books[key].series
        entries.append(Entry(series, Level(point.period, point.level)))
    spend = average_spend(entries[:1], entries[1:])
    return spend.average.value if isinstance(spend, AverageSpend) else None


def test_upi_as_npci_prints_it() -> None:
    """111 months of levels, month-on-month, year-on-year and average spend; 2016 grows from nothing, undefined."""
    told, published = Comparing(), upi()
    count, value = "upi|IN|transactions||month||current", "upi|IN|transaction_value||month|INR|current"
    for row in expected("upi_npci.csv"):
        end = months_later(f"{row['month']}-01", 1)
        compared(
            told, row["month"], row, published, count, end, "volume_million", 1e6, "volume_mom_pct", "volume_yoy_pct"
        )
        compared(
            told, row["month"], row, published, value, end, "value_inr_crore", 1e7, "value_mom_pct", "value_yoy_pct"
        )
        told.printed(f"{row['month']} average", row["avg_value_inr_per_tx"], average(published, value, count, end))

    assert [] == told.wrong
    assert 111 * 7 == told.cells


def over_time(published: Published, key: str, compute: Callable[[History], Estimate]) -> dict[str, float | None]:
    """What an indicator of histories says of each period, with what had ended by then, by the period's end."""
    past = past_of(published.state.statements.books[key])
    assert past is not None
    then = [Past(past.book, past.levels[:count], past.linked[:count]) for count in range(1, len(past.levels) + 1)]
    figures = figures_of(compute(history_of(then)))
    return {
        each.latest.period.end: None if figure is None else figure.value
        for each, figure in zip(then, figures, strict=True)
    }


def test_upi_over_quarters_and_years() -> None:
    """111 months of three months on three, and of trailing twelve-month sums, which need all of their months."""
    told, published, count = Comparing(), upi(), "upi|IN|transactions||month||current"
    quarters, years = over_time(published, count, three_on_three), over_time(published, count, trailing_year)
    for row in expected("upi_npci.csv"):
        end = months_later(f"{row['month']}-01", 1)
        grown = quarters[end]
        told.growth(f"{row['month']} 3m", row["volume_3m_vs_prev_3m_pct"], None if grown is None else 100 * grown)
        told.level(f"{row['month']} 12m", row["volume_trailing_12m_million"], years[end], 1e6)

    assert [] == told.wrong
    assert 111 * 2 == told.cells


def test_kenya_as_its_central_bank_prints_it() -> None:
    """216 months of agents and accounts (stocks), cash in and out (flows) and their average, with every growth."""
    told, published = Comparing(), kenya()
    key = "all|KE|{}|mobile-money|{}|{}|current".format
    count, value = key("transactions", "month", ""), key("transaction_value", "month", "KES")
    series = (
        (key("agents", "instant", ""), "agents", 1.0, "agents"),
        (key("registered_users", "instant", ""), "accounts_million", 1e6, "accounts"),
        (count, "tx_million", 1e6, "tx"),
        (value, "value_kes_billion", 1e9, "value"),
    )
    for row in expected("kenya.csv"):
        month, end = row["month"], months_later(f"{row['month']}-01", 1)
        for each, level, scale, name in series:
            compared(told, month, row, published, each, end, level, scale, f"{name}_mom_pct", f"{name}_yoy_pct")
        told.printed(f"{month} average", row["avg_kes_per_tx"], average(published, value, count, end))

    assert [] == told.wrong
    assert 216 * 13 == told.cells


def test_pix_from_true_zero() -> None:
    """24 quarters, seven of them true zeros: no growth has such a base, and no average either."""
    told, published = Comparing(), pix()
    count, value = "pix|BR|transactions||quarter||current", "pix|BR|transaction_value||quarter|BRL|current"
    for row in expected("pix.csv"):
        when = row["quarter_end"]
        end = day_after(when)
        compared(
            told, when, row, published, count, end, "quantity_thousand", 1e3, "quantity_qoq_pct", "quantity_yoy_pct"
        )
        compared(told, when, row, published, value, end, "value_brl_million", 1e6, "value_qoq_pct", "value_yoy_pct")
        told.printed(f"{when} average", row["avg_brl_per_tx"], average(published, value, count, end))

    assert [] == told.wrong
    assert 24 * 7 == told.cells


def test_phonepes_country_and_states() -> None:
    """962 quarters of payments, money, users and app opens: app opens that were not counted grow by nothing."""
    told, published = Comparing(), pulse()
    for row in expected("phonepe_states.csv"):
        market, end = place(row)
        key = f"phonepe|{market}|{{}}||{{}}|{{}}|current".format
        count, value = key("transactions", "quarter", ""), key("transaction_value", "quarter", "INR")
        where = f"{row['state']} {row['quarter']}"
        for each, level, name in (
            (count, "tx_count", "count"),
            (value, "tx_amount_inr", "amount"),
            (key("registered_users", "instant", ""), "registered_users", "users"),
            (key("app_opens", "quarter", ""), "app_opens", "opens"),
        ):
            compared(told, where, row, published, each, end, level, 1.0, f"{name}_qoq_pct", f"{name}_yoy_pct")
        told.printed(f"{where} average", row["avg_spend_inr"], average(published, value, count, end))

    assert [] == told.wrong
    assert 962 * 13 == told.cells


def place(row: dict[str, str]) -> tuple[str, str]:
    """Market and end of the quarter of a row of Pulse."""
    year, quarter = row["quarter"].split("Q")
    state = "" if row["state"] == "IN" else f"state/{row['state']}/"
    found = place_of(f"aggregated/user/country/india/{state}{year}/{quarter}.json")
    return found.market, found.end
