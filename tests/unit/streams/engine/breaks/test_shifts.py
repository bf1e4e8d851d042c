"""Shifts: parts that change hands, publishers that jump, siblings that part."""

import math
from typing import Any

import pytest

from paysignal.engine.books import Book
from paysignal.engine.breaks.publishers import shifted
from paysignal.engine.breaks.reattribution import reattributed
from paysignal.engine.breaks.siblings import parted
from paysignal.engine.breaks.suspecting import suspicions
from paysignal.engine.breaks.suspicion import BreakRule, Suspicion, crossed
from paysignal.engine.pairs import pairs
from paysignal.facts.claims import Source
from paysignal.facts.kinds import Comparison, Tier
from tests.tools.books import monthly

#: A calm course: 5 % a month, a little more and a little less.
COURSE = [1000.0, 1050.0, 1108.0, 1158.0, 1221.0, 1276.0, 1346.0, 1407.0]


def jumping(factor: float, at: int = 6, **changes: Any) -> Book:  # noqa: ANN401 - any field
    """The calm course, from one observation on at another level."""
    return monthly([value * (factor if index >= at else 1) for index, value in enumerate(COURSE)], **changes)


# -------------------------------------------------------------------------------------------------- one publisher


def test_a_publisher_that_jumps_in_all_series_is_suspected() -> None:
    """Three rails lose a third in July, and keep the new level."""
    (found,) = shifted([jumping(2 / 3, provider=name) for name in ("upi", "imps", "fastag")])

    assert (BreakRule.PUBLISHER_SHIFTED, "2023-07-01", "2023-08-01") == (found.rule, found.after, found.before)
    assert ["fastag", "imps", "upi"] == [key.split("|")[0] for key in found.series]


@pytest.mark.parametrize(
    "factors",
    [
        (0.66, 0.66),  # two series are no publisher
        (0.66, 0.66, 1.0),  # two of three are not nearly all
        (0.66, 0.66, 0.66, 1.0),  # nor three of four
        (0.95, 0.95, 0.95),  # a twentieth is the economy
    ],
)
def test_fewer_series_or_smaller_moves_are_not_suspected(factors: tuple[float, ...]) -> None:
    """At least three, four of five at least, by a tenth at least."""
    names = ("upi", "imps", "fastag", "nip")

    assert [] == list(shifted([jumping(each, provider=name) for each, name in zip(factors, names, strict=False)]))


def test_series_of_several_publishers_are_no_publishers_jump() -> None:
    """Three bureaus, a series each."""
    books = [
        jumping(2 / 3, provider=name, source=Source(f"bureau-{name}", "Bureau", Tier.OFFICIAL))
        for name in ("upi", "imps", "fastag")
    ]

    assert [] == list(shifted(books))


def test_what_is_given_back_is_no_new_level() -> None:
    """A strike or a misprint moves one month: the next one takes it back."""
    values = [*COURSE[:6], COURSE[6] / 2, COURSE[7]]

    assert [] == list(shifted([monthly(values, provider=name) for name in ("upi", "imps", "fastag")]))


def test_what_comes_every_year_is_a_season() -> None:
    """December's jump is suspected the first time, and not a year later."""
    values = [1000 * 1.01**month * (1.5 if month % 12 == 11 else 1.0) + month % 3 for month in range(24)]
    books = [monthly(values, provider=name) for name in ("upi", "imps", "fastag")]

    assert "2024-01-01" not in [each.before for each in shifted(books)]
    assert "2025-01-01" not in [each.before for each in shifted(books)]
    first = [monthly(values[:12], provider=name) for name in ("upi", "imps", "fastag")]
    assert ["2024-01-01"] == [each.before for each in shifted(first)]


# --------------------------------------------------------------------------------------------- count and value


def test_a_count_that_jumps_at_level_value_is_suspected() -> None:
    """Half as many payments again for the same money; the price of them breaks with it."""
    average = jumping(2 / 3, measure="average_spend")
    (found,) = parted([jumping(1.5), jumping(1.0, measure="transaction_value"), average])

    assert (BreakRule.SIBLINGS_PARTED, "2023-07-01", "2023-08-01") == (found.rule, found.after, found.before)
    assert ["transactions", "average_spend"] == [key.split("|")[2] for key in found.series]
    assert math.isclose(2 / 3 - 1, found.measured[1].value, abs_tol=1e-9)


def test_a_value_that_jumps_is_the_one_accused() -> None:
    """At a level count it is the value that is told otherwise."""
    (found,) = parted([jumping(1.0), jumping(0.5, measure="transaction_value")])

    assert ["transaction_value"] == [key.split("|")[2] for key in found.series]


@pytest.mark.parametrize(("count", "value"), [(0.5, 0.5), (1.2, 1.0), (1.5, 0.8)])
def test_a_crisis_or_a_small_move_accuses_nobody(count: float, value: float) -> None:
    """Both fall; one moves by less than a quarter; both move, each its way."""
    assert [] == list(parted([jumping(count), jumping(value, measure="transaction_value")]))


def test_siblings_are_of_one_provider_market_segment_and_grain() -> None:
    """India's count and Kenya's value are none."""
    assert [] == list(parted([jumping(1.5), jumping(1.0, measure="transaction_value", market="KE", currency="KES")]))


# ------------------------------------------------------------------------------------------------ whole and parts


def parts(*shares: float) -> list[Book]:
    """A whole on its calm course and two parts, the first with these shares of it."""
    first = [value * share for value, share in zip(COURSE, shares, strict=True)]
    second = [value - part for value, part in zip(COURSE, first, strict=True)]
    return [monthly(COURSE), monthly(first, segment="p2p"), monthly(second, segment="p2m")]


def test_parts_that_trade_places_under_a_calm_whole_are_suspected() -> None:
    """A tenth of all payments is called p2m from August on; both parts break, the whole does not."""
    (found,) = reattributed(parts(0.60, 0.60, 0.601, 0.60, 0.60, 0.60, 0.60, 0.50))

    assert (BreakRule.PARTS_REATTRIBUTED, "2023-08-01", "2023-09-01") == (found.rule, found.after, found.before)
    assert ["p2m", "p2p"] == [key.split("|")[3] for key in found.series]


@pytest.mark.parametrize(
    "shares",
    [
        (0.60, 0.60, 0.601, 0.60, 0.60, 0.60, 0.60, 0.56),  # a twenty-fifth
        (0.60, 0.55, 0.62, 0.60, 0.52, 0.58, 0.63, 0.55),  # as ever
    ],
)
def test_small_and_usual_trades_are_not_suspected(shares: tuple[float, ...]) -> None:
    """Under a twentieth of the whole, or no more than at other times."""
    assert [] == list(reattributed(parts(*shares)))


def test_when_the_whole_moves_as_well_nothing_is_said_of_its_parts() -> None:
    """A new part that brings its own payments takes none from the others."""
    whole = [*COURSE[:7], COURSE[7] * 2]
    first = [value * 0.6 for value in COURSE]
    second = [value - part for value, part in zip(whole, first, strict=True)]
    books = [monthly(whole), monthly(first, segment="p2p"), monthly(second, segment="p2m")]

    assert [] == list(reattributed(books))


# ----------------------------------------------------------------------------------------------------- crossing


def test_a_pair_crosses_when_it_begins_before_and_ends_behind() -> None:
    """June against July and July of last year against this one do; the month after does not, nor the month before."""
    book = monthly([100.0] * 14, "2022-07-01")
    suspected = Suspicion(BreakRule.STOCK_FELL, (book.series.key,), "2023-07-01", "2023-08-01", "", ())
    flagged = {
        comparison: [pair.current.period.start for pair in pairs(book, comparison) if crossed(pair, [suspected])]
        for comparison in (Comparison.PREVIOUS, Comparison.YEAR_AGO)
    }

    assert {Comparison.PREVIOUS: ["2023-07-01"], Comparison.YEAR_AGO: ["2023-08-01", "2023-07-01"]} == flagged
    assert not crossed(next(pairs(book, Comparison.YEAR_AGO)), [])


def test_all_rules_are_told_in_the_order_of_time() -> None:
    """A fall in June, then a jump in July."""
    books = [
        *(jumping(2 / 3, provider=name) for name in ("upi", "imps", "fastag")),
        monthly([100, 110, 120, 130, 90], measure="agents"),
    ]

    assert [BreakRule.STOCK_FELL, BreakRule.PUBLISHER_SHIFTED] == [each.rule for each in suspicions(books)]
