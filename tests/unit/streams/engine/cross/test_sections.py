"""Sections: who may stand beside whom; PhonePe's states as an independent calculation ranks them."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from paysignal.engine.books import Book
from paysignal.engine.cross.places import Place, can_stand, of_section, places_of
from paysignal.engine.cross.readings import readings_of
from paysignal.engine.cross.sections import Section, section_at
from paysignal.engine.emission.cases import told_of
from paysignal.engine.emission.members import of_members
from paysignal.facts.kinds import Comparison
from paysignal.facts.members import Member
from paysignal.facts.readings import Reading
from paysignal.indicators.catalogue import EVERY_FIGURE
from paysignal.indicators.trends import EVERY_TREND
from tests.tools import datasets
from tests.tools.books import monthly
from tests.tools.published import expected


def members(books: list[Book], baseline: Comparison = Comparison.YEAR_AGO) -> list[Member]:
    """Each book at its latest pair."""
    return [member for member in of_members(books, told_of(books)) if member.baseline is baseline]


def book(provider: str, market: str, before: float, now: float, **changes: Any) -> Book:  # noqa: ANN401 - any field
    """Thirteen months from one value to another."""
    return monthly([before, *[None] * 11, now], provider=provider, market=market, **changes)


def sections(found: Iterable[Member]) -> list[Section]:
    """The sections of the members, in the order of their places."""
    at: dict[Place, list[Member]] = defaultdict(list)
    for member in found:
        for place in places_of(member.series, member.baseline):
            at[place].append(member)
    return [section for place in sorted(at) if (section := section_at(place, at[place])) is not None]


def keys(found: list[Section]) -> list[tuple[str, list[str]]]:
    """What each section divides its subject into, and its members."""
    return [
        (each.place.kind, [getattr(one.series, each.place.axis) for one in each.members]) for each in found
    ]  # fmt: skip


def told(found: Iterable[Member]) -> dict[tuple[str, str, str], Reading]:
    """The readings of the only section, by indicator, provider and market."""
    [(_, readings)] = readings_of(sections(found))
    return {(each.indicator, each.series.provider, each.series.market): each for each in readings}


def test_a_provider_over_markets_and_a_market_over_providers_of_a_type() -> None:
    """UPI is a rail and PhonePe an app: they do not stand beside each other."""
    books = [book("phonepe", "IN", 1, 2), book("google-pay", "IN", 1, 3), book("google-pay", "SG", 1, 2),
             book("upi", "IN", 1, 9)]  # fmt: skip
    found = sections(members(books))

    assert [("apps", ["google-pay", "phonepe"]), ("markets", ["IN", "SG"])] == keys(found)
    assert ["all|IN|transactions||month||current", "google-pay|world|transactions||month||current"] == [
        each.place.subject for each in found
    ]


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

    assert [] == sections(members([book("google-pay", "IN", 1, 2), book("google-pay", market, 1, 2, **changes)]))


def test_who_can_stand_in_no_section_is_not_told_to_any() -> None:
    """Regions, variants, and in the world who is of no known type; they would only take room on the topic."""
    books = [book("google-pay", "region:asia", 1, 2), book("google-pay", "IN", 1, 2, segment="daily"),
             book("nobody-knows", "world", 1, 2), book("nobody-knows", "IN", 1, 2)]  # fmt: skip

    assert [False, False, False, True] == [can_stand(each.series) for each in books]
    assert ["IN"] == [member.series.market for member in members(books)]


def test_states_stand_beside_states() -> None:
    """Karnataka and Kerala are a section of India's states; India is in none with them."""
    books = [book("phonepe", market, 1, 2) for market in ("IN", "IN-KA", "IN-KL", "SG")]
    found = sections(members(books))

    assert [("markets", ["IN-KA", "IN-KL"]), ("markets", ["IN", "SG"])] == keys(found)
    assert ["phonepe|IN|", "phonepe|world|"] == [each.place.subject.partition("transactions")[0] for each in found]


def test_an_app_of_an_app_is_left_out() -> None:
    """MTN MoMo Pay is in MTN MoMo: beside it every payment would count twice."""
    books = [book(provider, "GH", 1, 2) for provider in ("mtn-momo", "mtn-momo-pay", "airtel-money")]

    assert [("apps", ["airtel-money", "mtn-momo"])] == keys(sections(members(books)))


def test_the_section_is_of_the_period_where_most_stand() -> None:
    """One that is ahead of two others makes no section; of as many on each side the later period counts."""
    markets = [("IN", "2023-02-01"), ("SG", "2023-01-01"), ("AE", "2023-01-01"), ("US", "2023-02-01")]
    books = [book("google-pay", market, 1, 2, start=start) for market, start in markets]

    assert [("markets", ["AE", "SG"])] == keys(sections(members(books[:3])))
    assert [("markets", ["IN", "US"])] == keys(sections(members(books)))


@cache
def states() -> dict[tuple[str, str, str], Reading]:
    """PhonePe's states by payments, spring of 2024 on spring of 2023."""
    return told(
        members([each for each in datasets.phonepe(("2023Q2", "2024Q2")) if each.series.measure == "transactions"])
    )


def test_phonepes_states_against_an_independent_calculation() -> None:
    """36 states: share, contribution and rank of each, and what is said of all."""
    rows = {(row["state"], row["quarter"]): row for row in expected("phonepe_states.csv")}
    now = {state: int(row["tx_count"]) for (state, at), row in rows.items() if at == "2024Q2" and state != "IN"}
    then = {state: int(rows[state, "2023Q2"]["tx_count"]) for state in now}
    total, base = sum(now.values()), sum(then.values())
    order, before = sorted(now, key=lambda state: -now[state]), sorted(then, key=lambda state: -then[state])
    of_all = {name.partition("_over_")[0]: each for (name, _, _), each in states().items() if "_over_" in name}

    ranked = sorted((each.value, each.series.market) for (name, _, _), each in states().items() if "rank_among" in name)

    def each(name: str) -> list[float]:
        """What the indicator says of the states, the largest first."""
        return [states()[f"{name}_among_markets", "phonepe", market].value for _, market in ranked]

    assert (36, 1.0, 1.0) == tuple(of_all[name].value for name in ("members", "breadth", "diffusion"))
    assert sum((value / total) ** 2 for value in now.values()) == pytest.approx(
        of_all["concentration"].value, rel=1e-12
    )
    assert [float(place) for place in range(1, 37)] == each("rank")
    assert [now[state] / total for state in order] == pytest.approx(each("share"), rel=1e-12)
    assert [(now[state] - then[state]) / base for state in order] == pytest.approx(each("contribution"), rel=1e-9)
    assert total / base - 1 == pytest.approx(sum(each("contribution")), abs=1e-12)
    assert [before.index(state) - place for place, state in enumerate(order)] == each("rank_change")


def test_a_reading_of_a_section_names_what_it_rests_on() -> None:
    """All its members' facts and publishers; of one member among the others that one's. Both have the sum's version."""
    books = [book(provider, "IN", 1, value) for provider, value in (("phonepe", 3), ("google-pay", 2))]
    late = monthly([1, 2], provider="cred", market="IN")
    found = told(members([*books, late]))
    whole, one = found["breadth_over_apps", "all", "IN"], found["share_among_apps", "phonepe", "IN"]

    assert (4, 2, 2, 4) == (whole.facts, len(whole.inputs), one.facts, whole.version)
    assert ("2024-01-01", "2024-02-01", "year_ago", "derived") == (
        whole.start, whole.event_time, whole.baseline, whole.origin,
    )  # fmt: skip
    assert ("share_among_apps/1", 0.6, whole.version) == (one.definition, one.value, one.version)


def test_readings_of_sections_are_known_by_their_names() -> None:
    """And nothing else is taken for one."""
    found = told(members([book(name, "IN", 1, 2) for name in ("phonepe", "google-pay")]))

    assert all(of_section(name) for name, _, _ in found)
    assert not any(map(of_section, [*EVERY_FIGURE, *EVERY_TREND, "share_among_friends", "markets", "over_markets"]))


def test_what_does_not_add_up_has_ranks_and_no_shares() -> None:
    """A share of a market's share is nothing."""
    books = [book(provider, "IN", 0.2, 0.3, measure="market_share") for provider in ("phonepe", "google-pay")]
    names = {name.partition("_over_")[0].partition("_among_")[0] for name, _, _ in told(members(books))}

    assert {"members", "breadth", "diffusion", "dispersion", "rank", "rank_change"} == names


def test_order_of_arrival_changes_nothing() -> None:
    """Members are taken by key."""
    books = [book(provider, "IN", 1, value) for provider, value in (("phonepe", 3), ("google-pay", 3), ("cred", 2))]
    forth, back = (told(members(each)) for each in (books, books[::-1]))

    assert forth == back
    assert [1, 2, 3] == [
        forth["rank_among_apps", provider, "IN"].value for provider in ("google-pay", "phonepe", "cred")
    ]
    assert [] == list(readings_of([]))


def test_a_section_says_the_same_alone_and_among_others() -> None:
    """Whatever the sizes of those that are computed with it."""
    books = [book(provider, market, 1, 2 + number) for number, (provider, market) in enumerate(
        [("phonepe", "IN"), ("google-pay", "IN"), ("cred", "IN"), ("google-pay", "SG"), ("mtn-momo", "GH"),
         ("airtel-money", "GH"), ("google-pay", "AE")]
    )]  # fmt: skip
    found = sections(members(books))

    assert 3 == len(found)
    assert [*readings_of(found)] == [one for each in found for one in readings_of([each])]


def test_who_starts_from_nothing_has_no_growth_and_keeps_its_share() -> None:
    """Breadth and dispersion are of those that grow from something."""
    found = told(members([book("phonepe", "IN", 0, 6), book("google-pay", "IN", 1, 2)]))

    assert [0.75, 0.25] == [found["share_among_apps", name, "IN"].value for name in ("phonepe", "google-pay")]
    assert 1.0 == found["breadth_over_apps", "all", "IN"].value
    assert ("dispersion_over_apps", "all", "IN") not in found
