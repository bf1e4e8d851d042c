"""Averages: value over count of one period, from two series."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from paysignal.engine.asof import state_of
from paysignal.engine.averages import AVERAGE, Averages, averages_of
from paysignal.engine.explaining import explain_average
from paysignal.facts.claims import Claim, Source
from paysignal.facts.kinds import Prices, Tier
from paysignal.facts.periods import Period
from paysignal.facts.readings import Flag
from tests.tools.books import level

JUNE = Period("2025-06-01", "2025-07-01")
JULY = Period("2025-07-01", "2025-08-01")


def paid(value: float, period: Period = JUNE, **changes: Any) -> Claim:  # noqa: ANN401 - any field
    """Rupees that UPI moved."""
    return level(value, period, measure="transaction_value", **changes)


def made(value: float, period: Period = JUNE, **changes: Any) -> Claim:  # noqa: ANN401 - any field
    """Payments that UPI made."""
    return level(value, period, **changes)


def found(*claims: Claim) -> list[Averages]:
    """The averages of these claims."""
    return list(averages_of(state_of(claims).statements.books.values()))


def test_value_over_count_of_the_latest_period_that_has_both() -> None:
    """24.04 trillion rupees in 18.395 billion payments: 1,306.88; July has no count yet."""
    [averages] = found(paid(24.04e12, step=1e10), made(18.395e9, step=1e6), paid(25e12, JULY))
    reading = averages.reading

    assert reading is not None
    assert (AVERAGE, "month", "INR", "derived_average", "derived", "2025-07-01") == (
        reading.series.measure, reading.series.grain, reading.series.currency, reading.indicator, reading.origin,
        reading.event_time,
    )  # fmt: skip
    assert 24.04e12 / 18.395e9 == reading.value
    assert (round(reading.low or 0, 2), round(reading.high or 0, 2)) == (1306.57, 1307.18)
    assert (2, 3) == (reading.facts, reading.version)


def test_no_average_without_both_without_payments_or_of_other_periods() -> None:
    """A value alone, a count of another month, of nothing, at constant prices, of another segment: no figure."""
    apart = [
        [paid(1e9)],
        [paid(1e9), made(1e6, JULY)],
        [paid(1e9), made(0.0)],
        [paid(1e9, prices=Prices.CONSTANT), made(1e6)],
        [paid(1e9, segment="merchants"), made(1e6)],
        [paid(1e9, market="KE", currency="KES"), made(1e6)],
        [paid(1e9, Period(None, "2025-07-01", "P1M")), made(1e6, Period(None, "2025-07-01", "P1M"))],
    ]

    assert [None] * len(apart) == [next((each.reading for each in found(*claims)), None) for claims in apart]


def test_each_currency_has_its_own() -> None:
    """Rupees and dollars over the same count, never each other."""
    averages = found(paid(24.04e12), paid(280e9, currency="USD"), made(18.395e9))

    assert {"INR": 24.04e12 / 18.395e9, "USD": 280e9 / 18.395e9} == {
        each.series.currency: each.reading.value for each in averages if each.reading is not None
    }


def test_a_conflict_behind_it_is_flagged_and_told() -> None:
    """Another publisher's count excludes the one used: flag, and the claim among those left out."""
    other = made(9e9, step=1e9, source=Source("blog", "Blog", Tier.OTHER))
    [averages] = found(paid(24.04e12), made(18.395e9, step=1e6), other)
    explained = explain_average(averages)

    assert averages.reading is not None
    assert (Flag.CONFLICT,) == averages.reading.flags
    assert [other.id] == [left.claim.id for left in explained.left_out]
    assert "24040000000000.0 / 18395000000.0" == explained.formula


@given(
    st.floats(1e3, 1e15), st.floats(1.0, 1e12), st.sampled_from([0.1, 1.0, 10.0, 1000.0]), st.floats(-0.5, 0.5),
    st.floats(-0.5, 0.5),
)  # fmt: skip
def test_the_interval_holds_every_truth(value: float, count: float, step: float, off: float, other: float) -> None:
    """Whatever the digits of value and count hide, their true quotient lies between low and high."""
    [averages] = found(paid(value, step=step), made(count, step=step))
    reading = averages.reading
    assert reading is not None
    true_value, true_count = max(0.0, value + off * step), count + other * step
    if true_count > 0:
        assert (reading.low or 0.0) <= true_value / true_count <= (reading.high or float("inf"))
    assert (reading.low or 0.0) <= reading.value <= (reading.high or float("inf"))
