"""Breakdowns: a whole and its parts."""

from paysignal.engine.books import Book
from paysignal.engine.parts.addable import Refusal, Why
from paysignal.engine.parts.axes import Axis
from paysignal.engine.parts.breakdowns import SUM_OF_PARTS, Breakdown, breakdown
from paysignal.engine.parts.ranks import ranked, undecided
from paysignal.facts.intervals import Interval
from paysignal.facts.periods import Period
from paysignal.facts.providers import ProviderType
from paysignal.facts.series import Series
from tests.tools.books import monthly

JANUARY = Period("2023-01-01", "2023-02-01")


def broken_down(whole: Series, books: list[Book], axis: Axis, period: Period = JANUARY) -> Breakdown:
    """A breakdown that is not refused."""
    found = breakdown(whole, books, axis, period)
    assert isinstance(found, Breakdown)
    return found


def test_what_the_parts_leave_over_is_an_interval() -> None:
    """Of 100 (to a unit) Karnataka has 40 and Tamil Nadu 35: between 23.5 and 26.5 are in no state."""
    whole = monthly([100], step=1.0)
    states = [monthly([value], market=at, step=1.0) for at, value in (("IN-KA", 40), ("IN-TN", 35))]
    found = broken_down(whole.series, [whole, *states], Axis.MARKET)

    assert found.residual is not None
    assert (25.0, Interval(23.5, 26.5)) == (found.residual.value, found.residual.interval)
    assert not found.overlap
    assert [0.4, 0.35] == [part.share.value for part in found.parts if part.share]
    assert {whole.series.key} == {part.share.base for part in found.parts if part.share}


def test_parts_that_are_certainly_more_than_the_whole_overlap() -> None:
    """60 and 50 of 100 do, 60 and 41 with a unit of rounding each do not."""
    whole = monthly([100], step=1.0)
    for second, overlap in ((50, True), (41, False)):
        parts = [monthly([value], segment=name, step=1.0) for name, value in (("p2p", 60), ("p2m", second))]

        assert overlap is broken_down(whole.series, [whole, *parts], Axis.SEGMENT).overlap


def test_without_a_published_whole_shares_are_of_the_sum_of_parts() -> None:
    """A share of what is added up says so, and is 1 at most."""
    parts = [monthly([value], provider=name, step=1.0) for name, value in (("upi", 30), ("imps", 10))]
    whole = monthly([1], provider="all").series
    found = broken_down(whole, parts, Axis.PROVIDER)

    assert found.residual is None
    assert not found.overlap
    assert [(SUM_OF_PARTS, 0.25), (SUM_OF_PARTS, 0.75)] == [
        (part.share.base, part.share.value) for part in found.parts if part.share
    ]
    only = broken_down(whole, parts[:1], Axis.PROVIDER).parts[0].share
    assert only is not None
    assert (1.0, 1.0) == (only.value, only.interval.high)


def test_a_share_of_nothing_is_undefined() -> None:
    """Before its first payment a rail has no shares."""
    whole, part = monthly([0]), monthly([0], segment="p2p")

    assert broken_down(whole.series, [whole, part], Axis.SEGMENT).parts[0].share is None
    assert broken_down(whole.series, [part], Axis.SEGMENT).parts[0].share is None


def test_a_part_told_before_or_after_but_not_now_is_missing() -> None:
    """Told in December or February it is missing in January; told a year ago only it has ended."""
    whole = monthly([100, 100, 100], "2022-12-01")
    books = [
        whole,
        monthly([10, None, None], "2022-12-01", market="IN-KA"),
        monthly([None, None, 10], "2022-12-01", market="IN-TN"),
        monthly([10], "2022-01-01", market="IN-MH"),
        monthly([10, 10, 10], "2022-12-01", market="IN-DL"),
    ]
    found = broken_down(whole.series, books, Axis.MARKET)

    assert ["IN-DL"] == [part.series.market for part in found.parts]
    assert ["IN-KA", "IN-TN"] == [series.market for series in found.missing]


def test_a_stocks_neighbours_are_its_nearest_observations() -> None:
    """A part observed when the whole was last observed before is missing now; farther back than a year it has ended."""
    whole = monthly([100, None, None, 100], measure="registered_users")
    near = monthly([10], measure="registered_users", segment="p2p")
    far = monthly([10], "2021-01-01", measure="registered_users", segment="p2m")
    found = broken_down(whole.series, [whole, near, far], Axis.SEGMENT, Period(None, "2023-05-01"))

    assert (near.series,) == found.missing


def test_of_a_state_and_its_country_the_world_takes_the_country() -> None:
    """And the state where the country is not told: nothing is counted twice, and nothing told is left out."""
    world = monthly([100], market="world").series
    india, karnataka = monthly([40], market="IN"), monthly([10], market="IN-KA")

    assert [40.0, 10.0] == [
        broken_down(world, books, Axis.MARKET).total.value for books in ([india, karnataka], [karnataka])
    ]


def test_rails_and_apps_are_not_one_breakdown() -> None:
    """PhonePe's payments run over UPI: without a type the parts of `all` are refused, with one they are not."""
    whole = monthly([100], provider="all")
    books = [whole, monthly([60], provider="upi"), monthly([30], provider="phonepe")]
    refused = breakdown(whole.series, books, Axis.PROVIDER, JANUARY)
    rails = breakdown(whole.series, books, Axis.PROVIDER, JANUARY, ProviderType.RAIL)

    assert isinstance(refused, Refusal)
    assert isinstance(rails, Breakdown)
    assert (Why.TYPE, ["upi"]) == (refused.why, [part.series.provider for part in rails.parts])


def test_a_price_has_no_breakdown() -> None:
    """Average spends of states are no parts of the country's."""
    whole, part = (monthly([9], measure="average_spend", market=market) for market in ("IN", "IN-KA"))

    assert [Why.NATURE, Why.NATURE] == [
        refused.why
        for books in ([whole, part], [whole])
        if isinstance(refused := breakdown(whole.series, books, Axis.MARKET, JANUARY), Refusal)
    ]


def test_variants_are_no_parts() -> None:
    """A daily average is left out of the breakdown, the total and the ranks."""
    whole, part, variant = monthly([100]), monthly([60], segment="p2p"), monthly([3], segment="daily-average")
    found = broken_down(whole.series, [whole, part, variant], Axis.SEGMENT)

    assert [part.series] == [each.series for each in found.parts]
    assert found.total.value == 60.0


def test_ranks_say_where_the_order_is_open() -> None:
    """41 and 40 to two units may stand either way, 90 stands first whatever the digits."""
    parts = [monthly([value], market=at, step=2.0) for at, value in (("IN-KA", 40), ("IN-TN", 41), ("IN-MH", 90))]
    found = broken_down(monthly([200]).series, parts, Axis.MARKET).parts
    ranks = [(rank.series.market, rank.place, rank.best, rank.worst, rank.undecided) for rank in ranked(found)]

    assert [("IN-MH", 1, 1, 1, False), ("IN-TN", 2, 2, 3, True), ("IN-KA", 3, 2, 3, True)] == ranks
    assert [("IN-TN", "IN-KA")] == [(one.market, other.market) for one, other in undecided(found)]


def test_more_than_leaves_every_rank_above_open() -> None:
    """More than 50 may be more than 90."""
    parts = [monthly([90], market="IN-MH"), monthly([50], market="IN-KA", bound="more_than")]
    found = broken_down(monthly([200]).series, parts, Axis.MARKET).parts

    assert [(1, 1, 2), (2, 1, 2)] == [(rank.place, rank.best, rank.worst) for rank in ranked(found)]
