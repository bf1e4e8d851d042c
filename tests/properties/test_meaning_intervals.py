"""Bounds: low <= truth <= high, whatever truths the statements leave open, through all the arithmetic there is."""

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from paysignal.engine.asof import state_of
from paysignal.engine.audit.equivalents import implied_rate
from paysignal.engine.explaining import explain
from paysignal.engine.money.rates import RateTable, own_rates
from paysignal.engine.parts.totals import quotient
from paysignal.facts.claims import Claim, Source
from paysignal.facts.intervals import Interval
from paysignal.facts.kinds import Bound, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Period
from paysignal.facts.readings import Flag, Reading
from paysignal.indicators.catalogue import CONVERTED
from tests.tools import examples
from tests.tools.batches import told

BEFORE, NOW = Period("2022-03-01", "2022-04-01"), Period("2023-03-01", "2023-04-01")
SOURCES = [Source(name, name, Tier.PRESS) for name in ("a", "b", "c")]

#: Sizes that people print, and sizes that make rounding matter.
values = st.sampled_from([0.0, 0.1, 1.0, 3.0, 7.3e5, 1.1e6, 1e6, 2.05e13]) | st.floats(1e-3, 1e15)
steps = st.none() | st.sampled_from([0.001, 0.1, 1.0, 1e5, 1e12])
rates = st.sampled_from([0.012, 83.46, 1.0 / 3.0, 15_000.0]) | st.floats(1e-4, 1e5)


@st.composite
def money(draw: st.DrawFn, period: Period, source: Source = SOURCES[0]) -> Claim:
    """A level of rupees."""
    fields: dict[str, Any] = {"measure": "transaction_value", "unit": Unit.CURRENCY, "currency": "INR"}
    figure = {"value": draw(values), "step": draw(steps), "bound": draw(st.sampled_from(Bound))}
    return told(examples.claim(period=period, source=source, **figure, **fields))


def truth_in(draw: st.DataObject, *open_: Interval) -> Fraction:
    """A truth inside all of the intervals, often at one of their ends."""
    low = max(0.0 if each.low is None else each.low for each in open_)
    high = min(max(low * 1e3, 1e6) if each.high is None else each.high for each in open_)
    return Fraction(draw.draw(st.sampled_from([low, high]) | st.floats(low, high)))


def holds(reading: Reading | Interval, truth: Fraction) -> bool:
    """Whether the exact truth lies between the ends."""
    above = reading.low is None or Fraction(reading.low) <= truth
    return above and (reading.high is None or truth <= Fraction(reading.high))


def table(before: float, now: float) -> RateTable:
    """Dollars and euros for a rupee, as if each month had one rate."""
    rows = [(month, code, rate) for month, rate in (("2022-03", before), ("2023-03", now)) for code in ("USD", "EUR")]
    days = [f"{month}-{day:02},INR,{code},{rate!r}" for month, code, rate in rows for day in (1, 8, 15, 22, 29)]
    return own_rates(["date,base,currency,rate", *days])


@given(st.data(), money(BEFORE), money(NOW), rates, rates)
@settings(max_examples=150)
def test_every_reading_of_two_levels_holds_the_truth(
    data: st.DataObject, base: Claim, current: Claim, rate_before: float, rate_now: float
) -> None:
    """Levels, gains and growths, in rupees and converted: the exact truth is never outside of low and high."""
    then, now = truth_in(data, base.interval), truth_in(data, current.interval)
    quoted = table(rate_before, rate_now)
    for key, reading in state_of([base, current], rates=quoted).readings.items():
        told_ = explain(key, [base, current], rates=quoted)
        told_rates = {each.part: Fraction(each.rate or 1.0) for each in told_.evidence}
        x = now * told_rates.get("current", Fraction(1))
        b = then * told_rates.get("base", Fraction(1))
        truths = {"level": x, "gain": x - b, "growth": (x - b) / b if b else None}
        truth = truths[next(name for name in truths if name in reading.indicator)]
        assert truth is None or holds(reading, truth), f"{reading.indicator}: {truth} in {reading.low}..{reading.high}"


@given(st.data(), st.lists(st.sampled_from(Bound), min_size=1, max_size=3), values, steps)
@settings(max_examples=150)
def test_what_several_sources_leave_open_holds_the_truth(
    data: st.DataObject, bounds: list[Bound], value: float, step: float | None
) -> None:
    """Sources that are all true of one figure corroborate, and what they leave open together holds it."""
    near = st.sampled_from([value, value * 1.001, value * 0.999, value + (step or 0.0) / 2])
    claims = [
        told(examples.claim(value=data.draw(near), step=step, bound=bound, source=source))
        for bound, source in zip(bounds, SOURCES, strict=False)
    ]
    together: Interval | None = Interval(0.0, None)
    for claim in claims:
        together = None if together is None else together.overlap(claim.interval)
    if together is None:
        return
    truth = truth_in(data, together)
    [level] = state_of(claims).readings.values()

    assert len(claims) == level.facts
    assert holds(level, truth)
    assert Flag.CONFLICT not in level.flags


@given(st.data(), money(NOW), values.filter(bool), steps, st.sampled_from(Bound))
@settings(max_examples=150)
def test_a_price_computed_from_its_parts_holds_the_truth(
    data: st.DataObject, value: Claim, count: float, step: float | None, bound: Bound
) -> None:
    """Value over count: whatever both can be, the average lies inside; and so does the rate of two equivalents."""
    counted = told(examples.claim(value=count, step=step, bound=bound))
    top, bottom = truth_in(data, value.interval), truth_in(data, counted.interval)
    if not bottom:
        return
    rate = implied_rate(value, counted)

    assert holds(quotient(value.interval, counted.interval), top / bottom)
    assert rate is None or _nearly_holds(rate, top / bottom)


def _nearly_holds(open_: Interval, truth: Fraction) -> bool:
    """A check only compares with what it computes, so the last digit of its ends does not matter."""
    low = None if open_.low is None else open_.low * (1 - 1e-15)
    high = None if open_.high is None else open_.high * (1 + 1e-15)
    return holds(Interval(low, high), truth)


@given(money(BEFORE), money(NOW), rates)
@settings(max_examples=60)
def test_growth_at_one_rate_is_growth_without_one(base: Claim, current: Claim, rate: float) -> None:
    """At constant rates growth in dollars is growth in rupees: to the last digits, with an interval that holds both."""
    readings = {(each.indicator, each.baseline): each for each in _readings(base, current, rate)}
    own, dollars = (readings.get((name, "year_ago")) for name in ("year_on_year_growth", "year_on_year_growth_in_usd"))

    assert (own is None) == (dollars is None)
    if own is not None and dollars is not None:
        assert abs(own.value - dollars.value) <= 1e-14 * max(1.0, 1.0 + abs(own.value))
        assert (own.low is None, own.high is None) == (dollars.low is None, dollars.high is None)


def _readings(base: Claim, current: Claim, rate: float) -> list[Reading]:
    return list(state_of([base, current], rates=table(rate, rate)).readings.values())


def test_the_converted_indicators_are_the_ones_looked_at() -> None:
    """A currency added to the catalogue has to come into these properties."""
    assert {"USD", "EUR"} == {indicator.currency for indicator in CONVERTED}
