"""Laws of claims: order, repetition and batches are no part of the answer; every record has an outcome."""

import math
from fractions import Fraction

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from paysignal.facts import wire
from paysignal.facts.claims import Claim, Retraction, Source
from paysignal.facts.identity import identified
from paysignal.facts.intervals import Interval
from paysignal.facts.kinds import Bound, Comparison, Kind, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Period
from paysignal.facts.readings import Reading
from tests.tools import examples, strategies
from tests.tools.batches import Fact, final_bytes, outcomes_of, run, told

MONTHS = [Period(f"20{year}-0{month}-01", f"20{year}-0{month + 1}-01") for year in (22, 23) for month in (2, 3)]
PUBLISHERS = [
    Source("npci", "NPCI", Tier.OFFICIAL),
    Source("times", "Times", Tier.PRESS),
    Source("blog", "Blog", Tier.OTHER),
]

sizes = st.lists(st.integers(1, 9), max_size=4)


@st.composite
def flows(draw: st.DrawFn) -> Claim:
    """A level or growth of one of eight periods, two markets and three publishers: many meet, revise and conflict."""
    growth = draw(st.booleans())
    fields = {"kind": Kind.GROWTH, "unit": Unit.RATIO, "baseline": draw(st.sampled_from(Comparison))} if growth else {}
    return told(
        examples.claim(
            market=draw(st.sampled_from(["IN", "RU"])),
            value=draw(st.sampled_from([0.0, 1.0, 1.04, 1.1, 2.0, 100.0])),
            step=draw(st.sampled_from([None, 0.1, 1.0])),
            bound=draw(st.sampled_from(Bound)),
            period=draw(st.sampled_from(MONTHS)),
            known_at=f"2023-05-0{draw(st.integers(1, 4))}",
            source=draw(st.sampled_from(PUBLISHERS)),
            **fields,
        )
    )


@st.composite
def stocks(draw: st.DrawFn) -> Claim:
    """A level of users at one of six days, about half a year apart."""
    return told(
        examples.users(
            value=draw(st.sampled_from([0.0, 1e6, 1.1e6, 5e6])),
            bound=draw(st.sampled_from(Bound)),
            step=draw(st.sampled_from([None, 1e5])),
            period=Period(None, draw(st.sampled_from(["2017-01-01", "2017-07-01", "2018-01-11", "2018-07-04"]))),
            known_at=f"2018-09-1{draw(st.integers(1, 4))}",
            source=draw(st.sampled_from(PUBLISHERS)),
        )
    )


@st.composite
def stories(draw: st.DrawFn) -> list[Fact]:
    """Claims of few series, and retractions of claims among them or never seen, most by their own publishers."""
    claims = draw(st.lists(flows() | stocks(), min_size=1, max_size=20, unique_by=lambda claim: claim.id))
    taken_back = draw(st.lists(st.sampled_from(claims), max_size=5, unique_by=lambda claim: claim.id))
    unseen = draw(st.lists(flows(), max_size=1))
    retractions = [
        identified(Retraction(retracts=str(claim.id), source=draw(st.sampled_from(by)), known_at="2024-01-01"))
        for claim in [*taken_back, *taken_back, *unseen]
        for by in [[claim.source, claim.source, claim.source, *PUBLISHERS]]
    ]
    return [*claims, *retractions]


@given(st.data(), stories(), sizes)
@settings(max_examples=150)
def test_order_repetition_and_batches_change_no_byte(data: st.DataObject, facts: list[Fact], cuts: list[int]) -> None:
    """Shuffled, some told up to three times over, in other batches: the final readings are the same bytes."""
    again = data.draw(st.lists(st.sampled_from(facts), max_size=2 * len(facts)))

    assert final_bytes(facts) == final_bytes(data.draw(st.permutations([*facts, *again])), cuts)


@given(st.data(), stories(), st.lists(st.binary(max_size=20), max_size=4), sizes)
def test_every_record_has_one_outcome(
    data: st.DataObject, facts: list[Fact], junk: list[bytes], cuts: list[int]
) -> None:
    """Accepted, duplicate, late, rejected, evicted, retracted and ticks add up to the records, junk among them."""
    again = data.draw(st.lists(st.sampled_from(facts), max_size=5))
    all_ = data.draw(st.permutations([*facts, *again, *junk]))

    assert len(all_) == outcomes_of(all_, cuts).total


def finite_everywhere(reading: Reading) -> bool:
    """Whether value and ends are finite, in order, and survive the wire."""
    low = -math.inf if reading.low is None else reading.low
    high = math.inf if reading.high is None else reading.high
    numbers = [number for number in (reading.value, reading.low, reading.high) if number is not None]
    in_order = low <= reading.value <= high and all(map(math.isfinite, numbers))
    return in_order and reading == msgspec.json.decode(wire.encode(reading), type=Reading)


@given(
    st.lists(strategies.claims() | strategies.increments() | strategies.retractions | strategies.ticks, max_size=8),
    sizes,
)
def test_whatever_may_be_sent_stops_nothing_and_gives_finite_readings(facts: list[Fact], cuts: list[int]) -> None:
    """Any facts the vocabulary allows, of any size and any century, are processed; no NaN or infinity comes out."""
    state, steps = run(facts, cuts)

    assert len(facts) == sum(made.outcomes.total for made in steps)
    assert all(map(finite_everywhere, state.readings.values()))


@st.composite
def levels(draw: st.DrawFn) -> tuple[float, Bound, float | None]:
    """Value, bound and step of a level of any size."""
    value = draw(st.floats(0, 1e300) | st.sampled_from([0.0, 5e-324, 1e-300, 0.1, 1e6, 1.1e6, 2.0**61]))
    step = draw(st.none() | st.sampled_from([1e-300, 0.001, 0.1, 1.0, 1e5]) | st.floats(1e-9, 1e9))
    return value, draw(st.sampled_from(Bound)), step


def truth_in(data: st.DataObject, interval: Interval) -> float:
    """A truth that the statement leaves open."""
    low = interval.low if interval.low is not None else 0.0
    high = interval.high if interval.high is not None else max(low * 1e6, 1e6)
    return data.draw(st.floats(low, high) | st.sampled_from([low, high]))


def holds(reading: Reading, truth: Fraction) -> bool:
    """Whether the truth, exactly, lies between the reading's ends."""
    above = reading.low is None or Fraction(reading.low) <= truth
    return above and (reading.high is None or truth <= Fraction(reading.high))


@given(st.data(), levels(), levels())
@settings(max_examples=150)
def test_derived_intervals_hold_the_truth(
    data: st.DataObject, current: tuple[float, Bound, float | None], base: tuple[float, Bound, float | None]
) -> None:
    """Whatever truths the two statements leave open, exact gain and growth lie between low and high."""
    claims = [
        told(examples.claim(value=value, bound=bound, step=step, period=period))
        for (value, bound, step), period in zip((base, current), (MONTHS[1], MONTHS[3]), strict=True)
    ]
    before, now = (truth_in(data, claim.interval) for claim in claims)
    state, _ = run(claims)
    for reading in state.readings.values():
        if reading.indicator == "derived_gain":
            assert holds(reading, Fraction(now) - Fraction(before))
        if reading.indicator == "year_on_year_growth" and before > 0:
            assert holds(reading, (Fraction(now) - Fraction(before)) / Fraction(before))
