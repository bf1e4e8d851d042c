"""Laws of parts, against exact arithmetic with fractions."""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from paysignal.engine.parts.addable import outermost, refusal_of
from paysignal.engine.parts.axes import Axis, alike, is_part, overlaps, place
from paysignal.engine.parts.breakdowns import Breakdown, breakdown
from paysignal.engine.parts.ranks import ranked
from paysignal.engine.parts.spend import AverageSpend, average_spend
from paysignal.engine.parts.totals import Entry, added, difference, quotient
from paysignal.facts.intervals import Interval
from paysignal.facts.kinds import Prices
from paysignal.facts.periods import Grain, Period
from paysignal.facts.series import Series
from tests.tools.books import level, monthly, only_level

JANUARY = Period("2023-01-01", "2023-02-01")
STATES = ("IN-KA", "IN-TN", "IN-MH", "IN-DL", "IN-GJ")

figures = st.just(0.0) | st.floats(1e-9, 1e15)
steps = st.sampled_from([None, 0.01, 0.1, 1.0, 1e5, 1e8])
bounds = st.sampled_from(["exact", "exact", "exact", "about", "more_than", "less_than"])
intervals = st.tuples(figures, figures).map(lambda ends: Interval(min(ends), max(ends)))
series = st.builds(
    Series,
    provider=st.sampled_from(["all", "paypal", "venmo", "upi", "imps", "npci", "phonepe", "nobody-knows"]),
    market=st.sampled_from(["world", "IN", "IN-KA", "IN-TN", "US", "region:asia"]),
    measure=st.just("transactions"),
    segment=st.sampled_from(["", "abroad", "abroad-in-store", "p2p", "daily-average"]),
    grain=st.just(Grain.MONTH),
    currency=st.just(""),
    prices=st.just(Prices.CURRENT),
)


@st.composite
def truths(draw: Callable[[st.SearchStrategy[Any]], Any], interval: Interval) -> Fraction:
    """Any number that an interval leaves open."""
    low = Fraction(interval.low or 0.0)
    high = Fraction(interval.high) if interval.high is not None else low + 10**16
    between: Fraction = draw(st.fractions(0, 1, max_denominator=1000))
    return low + (high - low) * between


def holds(interval: Interval, truth: Fraction) -> bool:
    """Whether the interval holds the exact number."""
    return (interval.low is None or Fraction(interval.low) <= truth) and (
        interval.high is None or truth <= Fraction(interval.high)
    )


@given(st.data(), st.lists(intervals, max_size=8))
def test_a_sum_holds_every_sum_of_truths(data: st.DataObject, parts: list[Interval]) -> None:
    """Whatever each figure really was; and its ends are at most one float beyond the exact sums of theirs."""
    truth = sum((data.draw(truths(part)) for part in parts), Fraction(0))
    total = added(parts)

    assert holds(total, truth)
    assert total.low == _nearest_outside(parts, "low")
    assert total.high == _nearest_outside(parts, "high")


def _nearest_outside(parts: list[Interval], side: str) -> float:
    """The exact sum of the ends, or the float next to it outside."""
    exact = sum((Fraction(getattr(part, side)) for part in parts), Fraction(0))
    found = float(exact)
    direction = -1 if side == "low" else 1
    while (Fraction(found) - exact) * direction < 0:
        found = math.nextafter(found, direction * math.inf)
    return found


@given(st.data(), intervals, intervals)
def test_a_quotient_holds_every_quotient_of_truths(data: st.DataObject, top: Interval, bottom: Interval) -> None:
    """Also where the division rounds."""
    over, under = data.draw(truths(top)), data.draw(truths(bottom))
    assume(under > 0)

    assert holds(quotient(top, bottom), over / under)


@given(st.data(), st.lists(st.tuples(figures, steps, bounds), min_size=2, max_size=6))
def test_residual_and_shares_hold_the_truth(data: st.DataObject, told: list[tuple[float, float | None, str]]) -> None:
    """For any true figures within the digits of whole and parts; the shown values are inside as well."""
    books = [
        monthly([value], step=step, bound=bound, market=market)
        for (value, step, bound), market in zip(told, ("IN", *STATES), strict=False)
    ]
    found = breakdown(books[0].series, books, Axis.MARKET, JANUARY)
    assert isinstance(found, Breakdown)
    assert found.published is not None
    whole = data.draw(truths(found.published.choice.interval))
    parts = {part.series: data.draw(truths(part.level.choice.interval)) for part in found.parts}

    assert found.residual is not None
    assert holds(found.residual.interval, whole - sum(parts.values()))
    assert found.residual.interval.holds(found.residual.value)
    assert holds(found.total.interval, sum(parts.values(), Fraction(0)))
    for part in found.parts:
        if part.share is not None and whole > 0:
            assert holds(part.share.interval, parts[part.series] / whole)
            assert part.share.interval.holds(part.share.value)


@given(st.data(), st.lists(st.tuples(figures, steps, bounds), min_size=1, max_size=5))
def test_shares_of_a_sum_hold_the_truth(data: st.DataObject, told: list[tuple[float, float | None, str]]) -> None:
    """The part varies in its own base as well: its share stays from 0 to 1."""
    books = [
        monthly([value], step=step, bound=bound, market=market)
        for (value, step, bound), market in zip(told, STATES, strict=False)
    ]
    found = breakdown(monthly([1]).series, books, Axis.MARKET, JANUARY)
    assert isinstance(found, Breakdown)
    parts = {part.series: data.draw(truths(part.level.choice.interval)) for part in found.parts}
    whole = sum(parts.values(), Fraction(0))
    for part in found.parts:
        if part.share is not None and whole > 0:
            assert holds(part.share.interval, parts[part.series] / whole)
            assert part.share.interval.holds(part.share.value)
            assert 0 <= (part.share.interval.low or 0) <= (part.share.interval.high or 0) <= 1


@given(st.lists(st.tuples(figures, figures), min_size=1, max_size=6))
def test_average_spend_is_the_ratio_of_exact_sums(paid: list[tuple[float, float]]) -> None:
    """Σ value / Σ count in fractions lies in the interval, and the shown average within 1e-15 of it."""
    values = [
        Entry(book.series, only_level(book))
        for (value, _), at in zip(paid, STATES, strict=False)
        for book in (monthly([value], market=at, measure="transaction_value"),)
    ]
    counts = [
        Entry(book.series, only_level(book))
        for (_, count), at in zip(paid, STATES, strict=False)
        for book in (monthly([count], market=at),)
    ]
    made = sum((Fraction(count) for _, count in paid[: len(STATES)]), Fraction(0))
    assume(made > 0)
    found = average_spend(values, counts)
    exact = sum((Fraction(value) for value, _ in paid[: len(STATES)]), Fraction(0)) / made

    assert isinstance(found, AverageSpend)
    assume(found.average.interval.high is not None)
    assert holds(found.average.interval, exact)
    assert abs(Fraction(found.average.value) - exact) <= exact * Fraction(1, 10**15)


@given(figures, st.lists(figures, max_size=5))
def test_parts_cut_from_a_whole_leave_the_rest(rest: float, parts: list[float]) -> None:
    """The residual of an exact whole and exact parts holds the exact rest."""
    exact = Fraction(rest) + sum((Fraction(part) for part in parts), Fraction(0))
    whole = float(exact)
    left = difference(
        only_level(monthly([whole])),
        [only_level(monthly([part], segment=f"part-{at}")) for at, part in enumerate(parts)],
    )

    assert holds(left.interval, Fraction(whole) - exact + Fraction(rest))


@given(st.lists(series, max_size=5, unique=True))
def test_what_is_refused_does_not_depend_on_the_order(told: list[Series]) -> None:
    """Nor does it ever let two pass that share something."""
    assert refusal_of(told) == refusal_of(told[::-1])
    if refusal_of(told) is None:
        assert not any(overlaps(one, other) for one, other in combinations(told, 2))


@given(series, series, series)
def test_being_a_part_is_an_order(one: Series, two: Series, three: Series) -> None:
    """Nothing is part of its part, and the part of a part is a part."""
    assert not is_part(one, one)
    assert not (is_part(one, two) and is_part(two, one))
    if is_part(one, two) and is_part(two, three):
        assert is_part(one, three)
    if is_part(one, two):
        assert alike(one, two)
        assert any(place(one, axis) != place(two, axis) for axis in Axis)


@given(st.lists(series, max_size=6, unique=True))
def test_the_outermost_cover_all(told: list[Series]) -> None:
    """Every series is among them or a part of one of them, and none of them is part of another."""
    kept = outermost(told)

    assert all(each in kept or any(is_part(each, whole) for whole in kept) for each in told)
    assert not any(is_part(one, other) for one in kept for other in kept)


@given(st.data(), st.lists(st.tuples(figures, steps, bounds), min_size=1, max_size=5))
def test_a_true_rank_lies_between_best_and_worst(
    data: st.DataObject, told: list[tuple[float, float | None, str]]
) -> None:
    """For any true figures within the digits, ties in either order."""
    books = [
        monthly([value], step=step, bound=bound, market=market)
        for (value, step, bound), market in zip(told, STATES, strict=False)
    ]
    found = breakdown(level(1.0, JANUARY).series, books, Axis.MARKET, JANUARY)
    assert isinstance(found, Breakdown)
    truth = {part.series: data.draw(truths(part.level.choice.interval)) for part in found.parts}
    for rank in ranked(found.parts):
        above = sum(value > truth[rank.series] for value in truth.values())
        level_with = sum(value == truth[rank.series] for value in truth.values())
        assert rank.best <= above + level_with
        assert above + 1 <= rank.worst
        assert rank.best <= rank.place <= rank.worst
