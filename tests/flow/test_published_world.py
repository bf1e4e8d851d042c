"""Kenya, Brazil, Findex, rates and single facts through the engine: what ../shared/expected/README.md has of them."""

import io
import zipfile
from collections.abc import Iterable
from functools import cache

import pytest

from paysignal.command.rates import published_rates
from paysignal.engine.breaks.suspecting import suspicions
from paysignal.engine.breaks.suspicion import BreakRule
from paysignal.engine.money.rates import RateTable, ecb_rates
from paysignal.engine.step import State, emit
from paysignal.facts.kinds import Comparison
from paysignal.facts.moments import months_later
from paysignal.facts.readings import Reading
from paysignal.facts.slugs import slug_of
from tests.tools import datasets
from tests.tools.need import shared
from tests.tools.published import Comparing, Published, extracts, percent, shown, state_of, year_of

COUNT, VALUE = "upi|IN|transactions||month||current", "upi|IN|transaction_value||month|INR|current"


@cache
def kenya() -> Published:
    """The Central Bank of Kenya's table."""
    return Published(state_of(datasets.claims("cbk-mobile-money")))


@cache
def findex() -> Published:
    """The waves of Findex."""
    return Published(state_of(datasets.claims("worldbank-findex-2025")))


def test_kenyas_years() -> None:
    """Six years of payments and value, each the sum of its months, and their growth."""
    told = Comparing()
    keys = {"tx million": ("all|KE|transactions|mobile-money|month||current", 1e6),
            "value KES billion": ("all|KE|transaction_value|mobile-money|month|KES|current", 1e9)}  # fmt: skip
    text = shared("expected", "README.md").read_text(encoding="utf-8").split("| year | tx million")[1]
    for line in text.splitlines()[2:8]:
        year, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        for (key, scale), (printed, grown) in zip(keys.values(), (cells[:2], cells[2:]), strict=True):
            added, base = (year_of(kenya(), key, f"{int(year) - back}-01-01") for back in (0, 1))
            told.level(f"{year} {key}", printed, added, scale)
            told.growth(f"{year} {key}", grown, added and base and 100 * (added / base - 1))

    assert [] == told.wrong
    assert 24 == told.cells


def test_kenyas_break_is_suspected() -> None:
    """Nobody declared it: the payments of November 2024 jump by 38 % at a level value."""
    found = [each for each in suspicions(datasets.kenya()) if each.rule is BreakRule.SIBLINGS_PARTED]

    assert "2024-12-01" in {each.before for each in found}


def test_brazils_other_instruments() -> None:
    """Twelve instruments beside Pix; DOC and TEC end in zeros, which is -100 %."""
    told = Comparing()
    published = Published(state_of(datasets.claims("bcb-payment-means")))
    text = shared("expected", "README.md").read_text(encoding="utf-8")
    listed = text.split("Other instruments, quantity YoY 2024-12-31: ")[1].split(" %.")[0]
    slugs = {"CartaoCredito": "cartao-credito", "CartaoDebito": "cartao-debito", "CartaoPrePago": "cartao-pre-pago",
             "DebitoDireto": "debito-direto", "TransIntrabancaria": "trans-intrabancaria"}  # fmt: skip
    for entry in listed.split(", "):
        name, printed = entry.split()
        provider = slugs.get(name, slug_of(name))
        point = published.points(f"{provider}|BR|transactions||quarter||current")["2025-01-01"]
        told.growth(name, printed, percent(point.year_ago))

    assert [] == told.wrong
    assert 12 == told.cells


def test_findex_shares_and_people() -> None:
    """Eight economies, 2021 to 2024: shares, points, relative growth and people are four different figures."""
    told, (rows, *_) = Comparing(), extracts(7)
    codes = {"Brazil": "BR", "United Arab Emirates": "AE", "Peru": "PE", "Zambia": "ZM", "Singapore": "SG",
             "Nigeria": "NG", "Senegal": "SN", "Argentina": "AR"}  # fmt: skip
    for row in rows:
        market = codes[row["economy"]]
        share = findex().points(f"all|{market}|adult_share|mobile-money|instant||current")
        people = findex().points(f"all|{market}|registered_users|mobile-money|instant||current")
        first, last = shown(share["2022-01-01"]), shown(share["2025-01-01"])
        assert first is not None
        assert last is not None
        told.level(f"{market} 2021", row["2021"], round(first, 6))
        told.level(f"{market} 2024", row["2024"], round(last, 6))
        told.growth(f"{market} points", row["gain, points"], 100 * (last - first))
        told.growth(f"{market} relative", row["relative growth %"], percent(share["2025-01-01"].previous))
        gained = (shown(people["2025-01-01"]) or 0) - (shown(people["2022-01-01"]) or 0)
        told.level(f"{market} people", row["gain, people"], float(round(gained)))

    assert [] == told.wrong
    assert 40 == told.cells


def test_findex_aggregates_are_regions() -> None:
    """The twelve aggregates have shares and no people; 61 economies have both waves."""
    shares = {key.split("|")[1] for key in findex().state.statements.books if "|adult_share|mobile-money|" in key}
    people = {key.split("|")[1] for key in findex().state.statements.books if "|registered_users|" in key}
    aggregates = {market for market in shares if market == "world" or market.startswith("region:")} - {"region:kosovo"}
    waves = [
        findex().points(f"all|{market}|adult_share|mobile-money|instant||current") for market in shares - aggregates
    ]
    accounts = [key for key in findex().state.statements.books if "|adult_share|account|" in key]

    assert aggregates.isdisjoint(people)
    assert 61 == sum({"2022-01-01", "2025-01-01"} <= points.keys() for points in waves)
    assert 16 == sum("2023-01-01" in findex().points(key) for key in accounts)


@cache
def federal() -> RateTable:
    """The Federal Reserve's monthly rates, by the command's own reader."""
    return published_rates(shared("data", "fx", "frb_monthly.csv"))


def readings(claims: Iterable[object], rates: RateTable) -> dict[str, Reading]:
    """The latest readings of claims at these rates."""
    state: State = state_of(claims, rates)  # type: ignore[arg-type]
    emit(state, rates)
    return state.readings


def until(*names: str, end: str) -> list[object]:
    """The claims of these tables whose periods end by then."""
    return [claim for claim in datasets.claims(*names) if claim.dated.end <= end]


@pytest.mark.parametrize(("month", "in_inr", "in_usd"), [("2025-06", 19.7725, 16.4022), ("2024-06", 36.0305, 34.0179)])
def test_upi_in_dollars_at_monthly_rates(month: str, in_inr: float, in_usd: float) -> None:
    """A year's growth of UPI in rupees and in dollars, each month at its own rate."""
    told = Comparing()
    found = readings(until("npci-upi-monthly", end=months_later(f"{month}-01", 1)), federal())
    key = f"{VALUE}|{{}}||{Comparison.YEAR_AGO}".format
    told.growth("INR", str(in_inr), 100 * found[key("year_on_year_growth")].value)
    told.growth("USD", str(in_usd), 100 * found[key("year_on_year_growth_in_usd")].value)

    assert [] == told.wrong


def test_upi_in_billions_of_dollars() -> None:
    """The five months that are shown, in dollars at the month's rate."""
    told, (rows, *_) = Comparing(), extracts(8)
    for row in rows:
        found = readings(until("npci-upi-monthly", end=months_later(f"{row['month']}-01", 1)), federal())
        told.level(row["month"], row["value USD billion"], found[f"{VALUE}|level_in_usd||"].value, 1e9)

    assert [] == told.wrong
    assert 5 == told.cells


def test_pix_in_dollars_at_the_mean_of_three_months() -> None:
    """45.5451 % in reais are 23.3607 % in dollars."""
    told = Comparing()
    found = readings(datasets.claims("bcb-payment-means"), federal())
    growth = found["pix|BR|transaction_value||quarter|BRL|current|year_on_year_growth_in_usd||year_ago"]
    told.growth("Pix", "23.3607", 100 * growth.value)

    assert [] == told.wrong


def test_what_has_no_rate_is_refused() -> None:
    """Neither table has Kenya's shilling: its money is told in no dollars, and the level stays."""
    found = readings(datasets.claims("cbk-mobile-money"), federal())

    assert any("|transaction_value|" in key and "|level||" in key for key in found)
    assert [] == [key for key in found if "_in_usd" in key or "_in_eur" in key]


def test_the_ecbs_rates() -> None:
    """Rupees a dollar through the euro on two days; on a Saturday those of the Friday before."""
    with (
        zipfile.ZipFile(shared("data", "fx", "eurofxref-hist.zip")) as packed,
        packed.open(packed.namelist()[0]) as raw,
    ):
        rates = ecb_rates(io.TextIOWrapper(raw, encoding="ascii", newline=""))
    days = [739065, 739066, 739432]

    assert [83.371789, 83.371789, 85.802474] == pytest.approx([rates.on(day, "USD", "INR") for day in days], abs=1e-6)


def test_paypals_growth_beside_the_stated_one() -> None:
    """Eighteen quarters of payment volume: levels and year-on-year, undefined where a quarter is missing."""
    told, (rows, *_) = Comparing(), extracts(9)
    published = Published(state_of(datasets.claims("provider-facts")))
    points = published.points("paypal|world|transaction_value||quarter|USD|current")
    for row in rows:
        end = months_later(f"{row['quarter end'][:7]}-01", 1)
        told.level(row["quarter end"], row["TPV USD billion"], shown(points.get(end)), 1e9)
        told.growth(row["quarter end"], row["computed yoy %"], percent(points[end].year_ago))

    assert [] == told.wrong
    assert 36 == told.cells


def test_what_the_facts_table_states_and_we_do_not_take() -> None:
    """One row of 123 is rejected: it states users, who stand at a day, over a quarter."""
    rejected = [each for each in datasets.outcomes("provider-facts") if not hasattr(each, "provider")]

    assert 1 == len(rejected)
    assert "is a stock" in getattr(rejected[0], "detail", "")


def test_alipay_and_ant() -> None:
    """450 to 1,200 million users is +166.67 %, not the 160 % stated; Ant's valuation by its observations."""
    published = Published(state_of(datasets.claims("provider-facts")))
    users = published.points("alipay|world|registered_users||instant||current")
    worth = published.points("ant-group|CN|valuation||instant|USD|current")
    path = [percent(point.previous) for _, point in sorted(worth.items())]

    assert 20.0 == pytest.approx(100 * ((shown(users["2019-07-01"]) or 0) / (shown(users["2019-01-01"]) or 1) - 1))
    assert [None, 150.0, 33.3333, 57.5, -36.5079] == pytest.approx(path, abs=1e-4)
