"""India's published tables through the engine: what ../shared/expected/README.md has beyond the full series."""

from functools import cache

import pytest

from paysignal.engine.parts.addable import refusal_of
from paysignal.engine.parts.axes import Axis
from paysignal.engine.parts.breakdowns import Breakdown, breakdown
from paysignal.facts.moments import months_later
from paysignal.facts.periods import Period
from paysignal.facts.slugs import slug_of
from paysignal.sources.pulse.places import place_of
from tests.tools import datasets
from tests.tools.published import Comparing, Published, extracts, percent, shown, state_of, year_of

COUNT, VALUE = "upi|IN|transactions||month||current", "upi|IN|transaction_value||month|INR|current"


@cache
def upi() -> Published:
    """NPCI's own figures alone."""
    return Published(state_of(datasets.claims("npci-upi-monthly", "npci-upi-apps", "npci-upi-p2p-p2m")))


@cache
def both_publishers() -> Published:
    """NPCI's national table, and the Reserve Bank's."""
    return Published(state_of(datasets.claims("npci-upi-monthly", "rbi-payment-systems")))


@cache
def pulse() -> Published:
    """All of PhonePe Pulse in the quarters that the extracts are of."""
    return Published(state_of(datasets.pulse(frozenset({"2023Q2", "2024Q1", "2024Q2"}))))


def test_upis_fiscal_years() -> None:
    """Eight years from April to March, each the sum of its months, and their growth."""
    told, years = Comparing(), extracts(1)[1]
    sums = [year_of(upi(), COUNT, f"{row['fiscal year (Apr-Mar)'][2:6]}-04-01") for row in years]
    before = [year_of(upi(), COUNT, "2016-04-01"), *sums]
    for row, added, base in zip(years, sums, before, strict=False):
        told.level(row["fiscal year (Apr-Mar)"], row["volume million"], added, 1e6)
        told.growth(row["fiscal year (Apr-Mar)"], row["growth %"], added and base and 100 * (added / base - 1))

    assert [] == told.wrong
    assert 16 == told.cells


def test_two_publishers_of_one_fact() -> None:
    """In the 14 months that differ by more than rounding the Reserve Bank's figure stands, and NPCI's is a conflict."""
    told, (rows, *_) = Comparing(), extracts(2)
    for row in rows:
        end = months_later(f"{row['month']}-01", 1)
        for key, name, scale in ((COUNT, "volume million", 1e6), (VALUE, "value crore", 1e7)):
            point = both_publishers().points(key)[end]
            told.level(f"{row['month']} RBI {name}", row[f"RBI {name}"], shown(point), scale)
            others = [claim.value for claim in point.level.conflicting] if point.level else []
            told.level(f"{row['month']} NPCI {name}", row[f"NPCI {name}"], others[0] if others else shown(point), scale)
        volume = both_publishers().points(COUNT)[end].level
        assert volume is not None
        told.growth(
            f"{row['month']} RBI vs NPCI", row["RBI vs NPCI %"],
            100 * (volume.shown.value / volume.conflicting[0].value - 1) if volume.conflicting else None,
        )  # fmt: skip

    assert [] == told.wrong
    assert 14 * 5 == told.cells


def test_five_more_months_differ_by_how_they_were_rounded() -> None:
    """Their intervals do not meet either, by less than a unit of NPCI's last digit: 1,497.354 is 1,497.36."""
    apart = [
        abs(point.level.shown.value - point.level.conflicting[0].value)
        for point in both_publishers().points(COUNT).values()
        if point.level is not None and point.level.conflicting
    ]

    assert 19 == len(apart)
    assert 5 == sum(difference < 0.01e6 for difference in apart)


def test_the_reserve_bank_goes_on_where_npcis_table_ends() -> None:
    """February 2026 is the Reserve Bank's, with its growth over a year."""
    told, end = Comparing(), "2026-03-01"
    for key, level, scale, growth in ((COUNT, "20394.184", 1e6, "26.6232"), (VALUE, "2684229.30", 1e7, "22.2059")):
        point = both_publishers().points(key)[end]
        told.level(key, level, shown(point), scale)
        told.growth(key, growth, percent(point.year_ago))

    assert [] == told.wrong


def test_the_reserve_banks_subtotals_are_not_added_to_their_leaves() -> None:
    """Retail credit transfers are the sum of their leaves; the whole section in one sum is refused."""
    books = datasets.rbi()
    (retail,) = [book for book in books if (book.series.segment, book.series.measure) == ("2", "transactions")]
    found = breakdown(retail.series, books, Axis.SEGMENT, Period("2026-02-01", "2026-03-01"))

    assert isinstance(found, Breakdown)
    assert 219247.395e5 == pytest.approx(found.total.value, rel=1e-9)
    assert refusal_of(book.series for book in books if book.series.measure == "transactions") is not None


def test_upis_apps() -> None:
    """The eight largest in July 2022: volume, growth of volume and value, and an app that is new has none."""
    told, (rows, *_) = Comparing(), extracts(3)
    for row in rows:
        segment = f"app-{slug_of(row['app'])}"
        count = upi().points(COUNT.replace("||", f"|{segment}|", 1))["2022-08-01"]
        value = upi().points(VALUE.replace("||", f"|{segment}|", 1))["2022-08-01"]
        told.level(row["app"], row["volume million 2022-07"], shown(count), 1e6)
        told.growth(f"{row['app']} yoy", row["volume yoy %"], percent(count.year_ago))
        told.growth(f"{row['app']} value yoy", row["value yoy %"], percent(value.year_ago))
        told.growth(f"{row['app']} mom", row["volume mom %"], percent(count.previous))
        told.growth(f"{row['app']} share", row["share of the table %"], share_of_apps(segment))
    counts = [
        {end for end, point in upi().points(key).items() if point.level}
        for key in upi().state.statements.books
        if "|transactions|app-" in key
    ]

    assert [] == told.wrong
    assert 40 == told.cells
    assert 42 == sum("2022-08-01" in ends and "2021-08-01" not in ends for ends in counts)
    assert 29 == sum("2022-08-01" not in ends and "2021-08-01" in ends for ends in counts)


def share_of_apps(segment: str) -> float | None:
    """An app's share of the sum of all apps in July 2022, in per cent: the base is named so."""
    books = [book for book in datasets.upi() if book.series.segment.startswith("app-")]
    whole = next(book.series for book in datasets.upi() if not book.series.segment)
    found = breakdown(whole, books, Axis.SEGMENT, Period("2022-07-01", "2022-08-01"))
    assert isinstance(found, Breakdown)
    (share,) = [part.share for part in found.parts if part.series.segment == segment and part.share]
    assert "sum of parts" == share.base
    return 100 * share.value


def test_merchants_pass_people_in_august_2022() -> None:
    """P2M is more than P2P first then; of all of UPI it is 44.9423 % in April 2020 and 58.5412 % in August 2023."""
    p2m, p2p = (upi().points(COUNT.replace("||", f"|{segment}|", 1)) for segment in ("p2m", "p2p"))
    shares = {end: 100 * (shown(p2m[end]) or 0) / (shown(upi().points(COUNT)[end]) or 1) for end in p2m}

    assert "2022-09-01" == min(end for end in p2m if (shown(p2m[end]) or 0) > (shown(p2p[end]) or 0))
    assert (44.9423, 58.5412) == pytest.approx((shares["2020-05-01"], shares["2023-09-01"]), abs=1e-4)


RANKED = {
    "transaction count": ("transactions", "quarter", ""),
    "transaction amount": ("transaction_value", "quarter", "INR"),
    "registered users": ("registered_users", "instant", ""),
}


@pytest.mark.parametrize("table", range(1, 7))
def test_phonepes_states_ranked(table: int) -> None:
    """The five that grew most and the three that grew least, of 36, with both levels: country and states apart."""
    told, rows = Comparing(), extracts(4)[table]
    measure, grain, currency = list(RANKED.values())[(table - 1) // 2]
    base = "2024-04-01" if table % 2 else "2023-07-01"
    grown: dict[str, float] = {}
    for key in pulse().state.statements.books:
        provider, market, of, segment, of_grain, of_currency, _ = key.split("|")
        if (provider, of, segment, of_grain, of_currency) == (
            "phonepe",
            measure,
            "",
            grain,
            currency,
        ) and market != "IN":
            point = pulse().points(key)["2024-07-01"]
            found = percent(point.previous if table % 2 else point.year_ago)
            assert found is not None
            grown[market] = found
    ranked = sorted(grown, key=lambda market: -grown[market])
    for row in rows:
        market = place_of(f"map/user/country/india/state/{row['state']}/2024/2.json").market
        points = pulse().points(f"phonepe|{market}|{measure}||{grain}|{currency}|current")
        told.growth(f"{row['state']} growth", row["growth %"], grown[market])
        told.level(f"{row['state']} to", row["to"], shown(points["2024-07-01"]))
        told.level(f"{row['state']} from", row["from"], shown(points[base]))
        if row["rank"] != "bottom":
            assert market == ranked[int(row["rank"]) - 1]

    assert [] == told.wrong
    assert 36 == len(ranked)
    assert {row["state"] for row in rows if row["rank"] == "bottom"} == {
        row["state"] for row in rows
        if place_of(f"map/user/country/india/state/{row['state']}/2024/2.json").market in ranked[-3:]
    }  # fmt: skip


def test_phonepes_categories_and_districts() -> None:
    """The country's five categories; the five districts that grew most of those above a million payments."""
    told, tables = Comparing(), extracts(4)
    segments = {"Financial Services": "financial-services", "Merchant payments": "p2m", "Others": "others",
                "Peer-to-peer payments": "p2p", "Recharge & bill payments": "bills"}  # fmt: skip
    for row in tables[7]:
        segment = segments[row["category (country)"]]
        count = pulse().points(f"phonepe|IN|transactions|{segment}|quarter||current")["2024-07-01"]
        value = pulse().points(f"phonepe|IN|transaction_value|{segment}|quarter|INR|current")["2024-07-01"]
        told.level(segment, row["count 2024Q2"], shown(count))
        told.growth(f"{segment} qoq", row["qoq %"], percent(count.previous))
        told.growth(f"{segment} yoy", row["yoy %"], percent(count.year_ago))
        told.growth(f"{segment} average", row["avg spend INR"], (shown(value) or 0) / (shown(count) or 1))
    large = {
        key: percent(point.year_ago) or 0
        for key in pulse().state.statements.books
        if "|transactions|district-" in key
        and (point := pulse().points(key).get("2024-07-01")) is not None
        and (shown(pulse().points(key).get("2023-07-01")) or 0) >= 1e6
    }
    ranked = sorted(large, key=lambda key: -large[key])
    for row, key in zip(tables[8], ranked, strict=False):
        told.growth(key, row["growth %"], large[key])
        told.level(f"{key} to", row["to"], shown(pulse().points(key)["2024-07-01"]))
        told.level(f"{key} from", row["from"], shown(pulse().points(key)["2023-07-01"]))
        assert slug_of(f"district {row['district YoY count growth, base >= 1 million, top 5'][:-9]}") in key

    assert [] == told.wrong
    assert 20 + 15 == told.cells


def test_phonepes_largest_gains_in_users() -> None:
    """Maharashtra gained most; the country's gain is its own figure, not a sum."""
    points = {
        key.split("|")[1]: pulse().points(key)["2024-07-01"]
        for key in pulse().state.statements.books
        if key.startswith("phonepe|") and "|registered_users||" in key
    }
    gains = {
        market: (shown(point) or 0) - (shown(pulse().points(f"phonepe|{market}|registered_users||instant||current").get(
            "2024-04-01")) or 0)
        for market, point in points.items()
    }  # fmt: skip
    ranked = sorted(gains, key=lambda market: -gains[market])

    assert ["IN", "IN-MH", "IN-UP", "IN-KA", "IN-AP", "IN-RJ"] == ranked[:6]
    assert [20203442, 2580347, 2170384, 1622465, 1295010, 1268105] == [gains[market] for market in ranked[:6]]
