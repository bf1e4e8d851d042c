"""Sections: who may stand beside whom; PhonePe's states as an independent calculation ranks them."""

from functools import cache
from typing import Any

import pytest

from paysignal.engine.books import Book
from paysignal.engine.cross.sections import Member, Section, Told, sections_of, told_of
from paysignal.engine.pairs import pairs
from paysignal.engine.parts.axes import Axis
from paysignal.facts.kinds import Comparison
from tests.tools import datasets
from tests.tools.books import monthly
from tests.tools.published import expected

YEAR_AGO = Comparison.YEAR_AGO


def members(books: list[Book], baseline: Comparison = YEAR_AGO) -> list[Member]:
    """The latest pair of each book."""
    return [Member(book.series, pair) for book in books if (pair := next(iter(pairs(book, baseline)), None))]


def book(provider: str, market: str, before: float, now: float, **changes: Any) -> Book:  # noqa: ANN401 - any field
    """Thirteen months from one value to another."""
    return monthly([before, *[None] * 11, now], provider=provider, market=market, **changes)


def keys(sections: list[Section]) -> list[tuple[str, list[str]]]:
    """Axis and members of each section."""
    named = {Axis.MARKET: "market", Axis.PROVIDER: "provider"}
    return [(each.axis.value, [getattr(one.series, named[each.axis]) for one in each.members]) for each in sections]


def test_a_provider_over_markets_and_a_market_over_providers_of_a_type() -> None:
    """UPI is a rail and PhonePe an app: they do not stand beside each other."""
    books = [book("phonepe", "IN", 1, 2), book("google-pay", "IN", 1, 3), book("google-pay", "SG", 1, 2),
             book("upi", "IN", 1, 9)]  # fmt: skip

    assert [("market", ["IN", "SG"]), ("provider", ["google-pay", "phonepe"])] == keys(
        sections_of(members(books), YEAR_AGO)
    )


@pytest.mark.parametrize(
    "other",
    [
        {"measure": "transaction_value"}, {"segment": "daily"}, {"market": "world"}, {"market": "region:asia"},
        {"market": "IN-KA"}, {"measure": "transaction_value", "currency": "USD"}, {"start": "2022-01-01"},
        {"months": 3},
    ],
)  # fmt: skip
def test_what_differs_stands_apart(other: dict[str, Any]) -> None:
    """Another measure, definition, currency, period or grain; a region, the world, and a part beside its whole."""
    changes = dict(other)
    market = str(changes.pop("market", "SG"))

    assert [] == sections_of(
        members([book("google-pay", "IN", 1, 2), book("google-pay", market, 1, 2, **changes)]), YEAR_AGO
    )


def test_states_stand_beside_states() -> None:
    """Karnataka and Kerala are a section of India's states; India is in none with them."""
    books = [book("phonepe", market, 1, 2) for market in ("IN", "IN-KA", "IN-KL", "SG")]

    assert [("market", ["IN-KA", "IN-KL"]), ("market", ["IN", "SG"])] == keys(sections_of(members(books), YEAR_AGO))


def test_an_app_of_an_app_is_left_out() -> None:
    """MTN MoMo Pay is in MTN MoMo: beside it every payment would count twice."""
    books = [book(provider, "GH", 1, 2) for provider in ("mtn-momo", "mtn-momo-pay", "airtel-money")]
    found = [members for axis, members in keys(sections_of(members(books), YEAR_AGO)) if axis == "provider"]

    assert [["airtel-money", "mtn-momo"]] == found


@cache
def states() -> Told:
    """PhonePe's states by payments, spring of 2024 on spring of 2023."""
    books = [each for each in datasets.phonepe(("2023Q2", "2024Q2")) if each.series.measure == "transactions"]
    (section,) = sections_of(members(books), YEAR_AGO)
    (told,) = told_of([section])
    return told


def test_phonepes_states_against_an_independent_calculation() -> None:
    """36 states: growth, share and rank of each, and what is said of all."""
    rows = {(row["state"], row["quarter"]): row for row in expected("phonepe_states.csv")}
    now = {state: int(row["tx_count"]) for (state, at), row in rows.items() if at == "2024Q2" and state != "IN"}
    then = {state: int(rows[state, "2023Q2"]["tx_count"]) for state in now}
    total, base = sum(now.values()), sum(then.values())
    order = sorted(now, key=lambda state: -now[state])
    told = states()

    assert 36 == len(told.standings)
    assert (1.0, 1.0) == (told.breadth, told.diffusion)
    assert sum((value / total) ** 2 for value in now.values()) == pytest.approx(told.concentration, rel=1e-12)
    assert [now[state] for state in order] == [standing.member.level for standing in told.standings]
    assert [now[state] / total for state in order] == pytest.approx([each.share for each in told.standings], rel=1e-12)
    assert [100 * (now[state] / then[state] - 1) for state in order] == pytest.approx(
        [100 * (each.growth or 0) for each in told.standings], abs=1e-9
    )
    assert total / base - 1 == pytest.approx(sum(each.contribution or 0 for each in told.standings), abs=1e-12)
    before = sorted(then, key=lambda state: -then[state])
    assert [before.index(state) - place for place, state in enumerate(order)] == [
        standing.rank_change for standing in told.standings
    ]


def test_order_of_arrival_changes_nothing() -> None:
    """Members are taken by key."""
    books = [book(provider, "IN", 1, value) for provider, value in (("phonepe", 3), ("google-pay", 3), ("cred", 2))]
    forth, back = (told_of(sections_of(members(each), YEAR_AGO)) for each in (books, books[::-1]))

    assert forth == back
    assert ["google-pay", "phonepe", "cred"] == [each.member.series.provider for each in forth[0].standings]
    assert [] == told_of([])


def test_who_starts_from_nothing_has_no_growth_and_keeps_its_share() -> None:
    """Breadth and dispersion are of those that grow from something."""
    books = [book("phonepe", "IN", 0, 6), book("google-pay", "IN", 1, 2)]
    (told,) = told_of(sections_of(members(books), YEAR_AGO))

    assert [None, 1.0] == [standing.growth for standing in told.standings]
    assert [0.75, 0.25] == [standing.share for standing in told.standings]
    assert (1.0, None) == (told.breadth, told.dispersion)
