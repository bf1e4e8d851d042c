"""The step: what a batch brings about, seen from outside."""

import msgspec
import pytest

from paysignal.facts import wire
from paysignal.facts.claims import Baseline, Claim, Retraction, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Basis, Bound, Comparison, Kind, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Period
from paysignal.facts.readings import Flag, Reading
from tests.tools import examples
from tests.tools.batches import Fact, outcomes_of, paid, readings_of, run, told

LEVEL, GAIN, PREVIOUS, YEAR = (
    ("level", "", ""),
    ("derived_gain", "", "year_ago"),
    ("previous_period_growth", "", "previous"),
    ("year_on_year_growth", "", "year_ago"),
)


def month(start: str, end: str, value: float, **changes: object) -> Claim:
    """UPI's transactions of a month; `value` in billions, printed to a tenth."""
    return told(examples.claim(value=value * 1e9, period=Period(start, end), **changes))


def source(publisher: str, tier: Tier = Tier.PRESS) -> Source:
    """Somebody who says something."""
    return Source(publisher, publisher.title(), tier)


def withdrawal(claim: Claim, publisher: str | None = None) -> Retraction:
    """A retraction of the claim, by its own publisher unless another is named."""
    by = claim.source if publisher is None else source(publisher)
    assert claim.id is not None
    return identified(Retraction(retracts=claim.id, source=by, known_at="2024-01-01"))


MARCH_22, FEBRUARY_23, MARCH_23 = (
    month("2022-03-01", "2022-04-01", 5.4),
    month("2023-02-01", "2023-03-01", 7.5),
    month("2023-03-01", "2023-04-01", 8.7),
)


def test_three_months_give_level_gains_and_growths() -> None:
    """March 2023 is shown, and compared with February and with March 2022, each by exact values and honest ends."""
    readings = readings_of([MARCH_22, FEBRUARY_23, MARCH_23])
    growth = readings[YEAR]

    assert (8.7e9, 8.65e9, 8.75e9) == (readings[LEVEL].value, readings[LEVEL].low, readings[LEVEL].high)
    assert pytest.approx((8.7 - 5.4) / 5.4) == growth.value
    assert growth.low is not None
    assert growth.high is not None
    assert pytest.approx((8.65 / 5.45 - 1, 8.75 / 5.35 - 1)) == (growth.low, growth.high)
    assert pytest.approx((8.7 - 7.5) / 7.5) == readings[PREVIOUS].value
    assert pytest.approx(3.3e9) == readings[GAIN].value
    assert ("2023-03-01", "2023-04-01", 2, 3) == (growth.start, growth.event_time, growth.facts, growth.version)
    assert ("derived", Unit.RATIO, Bound.EXACT) == (growth.origin, growth.unit, growth.bound)


def test_a_period_that_does_not_compare_gives_no_growth() -> None:
    """January on March, and a quarter on a month, are no previous period and no year before."""
    apart = [month("2023-01-01", "2023-02-01", 8.0), MARCH_23, month("2022-04-01", "2022-07-01", 17.0)]
    state, _ = run(apart)

    assert {"level"} == {reading.indicator for reading in state.readings.values()}


def test_growth_falls_back_to_the_latest_pair_that_compares() -> None:
    """With April's figure but no April a year before, March's growth on the year still stands."""
    readings = readings_of([MARCH_22, MARCH_23, month("2023-04-01", "2023-05-01", 8.9)])

    assert "2023-05-01" == readings[LEVEL].event_time
    assert "2023-04-01" == readings[YEAR].event_time


def test_a_base_of_nothing_gives_no_growth_but_a_gain() -> None:
    """From zero there is a gain and no growth."""
    readings = readings_of([month("2022-03-01", "2022-04-01", 0.0, step=None), MARCH_23])

    assert YEAR not in readings
    assert 8.7e9 == readings[GAIN].value


def test_stated_growth_keeps_its_bound_and_no_upper_end() -> None:
    """Over 5,000 % is 50 with the low end 50, no high end and the bound more_than."""
    claim = told(examples.growth(value=50.0, bound=Bound.MORE_THAN, step=None, market="RU"))
    reading = readings_of([claim])["stated_growth", "", "year_ago"]

    assert (50.0, 50.0, None, Bound.MORE_THAN) == (reading.value, reading.low, reading.high, reading.bound)
    assert ("stated", Unit.RATIO) == (reading.origin, reading.unit)


def test_stated_figures_of_each_baseline_stand_beside_each_other() -> None:
    """A growth on the year, one on the month and one since a named period are three readings."""
    since = Baseline("2020-01-01", "2020-02-01")
    claims = [
        told(examples.growth(value=value, baseline=baseline))
        for value, baseline in ((0.6, Comparison.YEAR_AGO), (0.1, Comparison.PREVIOUS), (4.0, since))
    ]

    assert {"year_ago", "previous", "2020-01-01/2020-02-01"} == {
        baseline for name, _, baseline in readings_of(claims) if name == "stated_growth"
    }


@pytest.mark.parametrize(
    ("current", "base", "bound", "ends"),
    [
        (Bound.EXACT, Bound.EXACT, Bound.EXACT, (True, True)),
        (Bound.MORE_THAN, Bound.EXACT, Bound.AT_LEAST, (True, False)),
        (Bound.EXACT, Bound.MORE_THAN, Bound.AT_MOST, (True, True)),
        (Bound.MORE_THAN, Bound.MORE_THAN, Bound.ABOUT, (True, False)),
        (Bound.LESS_THAN, Bound.EXACT, Bound.AT_MOST, (True, True)),
    ],
)
def test_a_derived_growth_is_bounded_as_its_inputs_are(
    current: Bound, base: Bound, bound: Bound, ends: tuple[bool, bool]
) -> None:
    """Over 8.7 on 5.4 is "at least", 8.7 on over 5.4 "at most", over 8.7 on over 5.4 no more than "about"."""
    claims = [
        month("2022-03-01", "2022-04-01", 5.4, bound=base, step=None),
        month("2023-03-01", "2023-04-01", 8.7, bound=current, step=None),
    ]
    reading = readings_of(claims)[YEAR]

    assert bound == reading.bound
    assert ends == (reading.low is not None, reading.high is not None)


def test_readings_that_did_not_change_are_not_sent_again() -> None:
    """A batch of duplicates changes nothing, sends nothing and withdraws nothing."""
    _, steps = run([MARCH_23, MARCH_23, MARCH_23], [1])

    assert [1, 0, 0] == [len(made.readings) for made in steps]
    assert [[], [], []] == [made.withdrawn for made in steps]


def test_what_a_retraction_leaves_without_figure_is_withdrawn() -> None:
    """After the only figure of March 2022 is retracted, the growth on it is withdrawn and the level stays."""
    state, steps = run([MARCH_22, MARCH_23, withdrawal(MARCH_22)], [1])

    assert {"derived_gain", "year_on_year_growth"} <= {key.split("|")[7] for key in steps[-1].withdrawn}
    assert ["level"] == [reading.indicator for reading in state.readings.values()]


def test_a_series_may_lose_every_reading() -> None:
    """When the only claim of a series is retracted nothing is left of it, and its key is withdrawn once."""
    state, steps = run([MARCH_23, withdrawal(MARCH_23), withdrawal(MARCH_23)], [1])

    assert {} == state.readings
    assert [0, 1, 0] == [len(made.withdrawn) for made in steps]


@pytest.mark.parametrize("sizes", [[1], [2], [1, 7], []])
def test_batches_are_no_part_of_the_answer(sizes: list[int]) -> None:
    """One by one, in pairs, unevenly or all at once: the final readings are the same."""
    facts = [MARCH_22, MARCH_23, FEBRUARY_23, withdrawal(FEBRUARY_23), told(examples.growth())]

    assert readings_of(facts) == readings_of(facts, sizes)


def test_versions_count_distinct_facts() -> None:
    """Each new fact of a series raises the version of all its readings by one; the same again does not."""
    readings = readings_of([MARCH_22, MARCH_22, MARCH_23, MARCH_23, told(examples.growth())])

    assert {3} == {reading.version for reading in readings.values()}


def test_claims_and_increments_of_one_measure_never_meet() -> None:
    """A month's claimed transactions and counted ones are different series."""
    state, _ = run([MARCH_23, paid(1, 1.0, 0, provider="upi")])

    assert {"month", ""} == {str(reading.series.grain) for reading in state.latest()}


def test_currencies_never_meet() -> None:
    """A figure in dollars is no base for one in rupees."""
    rupees, dollars = (
        told(
            examples.claim(
                measure="transaction_value", unit=Unit.CURRENCY, currency=currency, period=Period(start, end)
            )
        )
        for currency, start, end in (("INR", "2023-03-01", "2023-04-01"), ("USD", "2022-03-01", "2022-04-01"))
    )
    state, _ = run([rupees, dollars])

    assert not [reading for reading in state.readings.values() if "growth" in reading.indicator]


def test_flags_tell_what_to_know_before_use() -> None:
    """Conflict, an estimated known time, a base under the floor and an undecided sign are each flagged."""
    small = month("2022-03-01", "2022-04-01", 1e-9, step=None, known_at_basis=Basis.ESTIMATED)
    other = month("2022-03-01", "2022-04-01", 5.4e-9, step=None, source=source("times"))
    reading = readings_of([small, other, MARCH_23])[YEAR]
    level = readings_of([MARCH_22, month("2023-03-01", "2023-04-01", 5.4)])[YEAR]

    assert {Flag.CONFLICT, Flag.SMALL_BASE} <= set(reading.flags)
    assert Flag.UNDECIDED in level.flags
    assert Flag.ESTIMATED in readings_of([small])[LEVEL].flags


@pytest.mark.parametrize(("stated", "flagged"), [(0.61, False), (0.55, False), (0.70, True), (0.5, True), (1.61, True)])
def test_a_growth_that_its_own_levels_contradict_is_flagged(stated: float, flagged: bool) -> None:  # noqa: FBT001 - a table
    """8.7 after 5.4 billion, each to 0.05, is +59 to 64 %: what is stated outside, "about" to a tenth, is flagged."""
    step = 0.1 if stated == 0.55 else 0.01
    claim = told(examples.growth(value=stated, step=step))
    reading = readings_of([MARCH_22, MARCH_23, claim])["stated_growth", "", "year_ago"]

    assert flagged == (Flag.CONTRADICTED in reading.flags)
    assert Flag.CONTRADICTED not in readings_of([MARCH_23, claim])["stated_growth", "", "year_ago"].flags
    assert Flag.CONTRADICTED not in readings_of([MARCH_22, MARCH_23, claim])[YEAR].flags


def test_a_hundred_retellings_raise_nothing_but_the_count() -> None:
    """Copies of one story by a hundred publishers change no value and no end of any reading."""
    copies = [month("2023-03-01", "2023-04-01", 8.7, source=source(f"mirror-{number}")) for number in range(100)]
    alone, retold = readings_of([MARCH_22, MARCH_23]), readings_of([MARCH_22, MARCH_23, *copies])

    assert alone.keys() == retold.keys()
    for key, reading in alone.items():
        assert (reading.value, reading.low, reading.high) == (retold[key].value, retold[key].low, retold[key].high)
        assert reading.facts < retold[key].facts


def test_every_record_has_one_outcome() -> None:
    """Accepted, duplicate, late, rejected, retracted and ticks add up to the records."""
    tick = b'{"id":"%s","at":"2024-03-01T00:00:00Z","publisher":"clock"}' % (b"0" * 32)
    facts: list[Fact] = [
        *(MARCH_22, MARCH_22, withdrawal(MARCH_23), MARCH_23, withdrawal(MARCH_22), withdrawal(MARCH_22)),
        *(tick, b"{", paid("a", 1.0, 3_000), paid("a", 1.0, 3_000), paid("b", 1.0, 0)),
    ]
    outcomes = outcomes_of(facts, [2])

    assert len(facts) == outcomes.total
    assert (1, 1, 1, 1) == (outcomes.retracted, outcomes.ticks, len(outcomes.rejected), len(outcomes.late))


def test_a_foreign_retraction_is_rejected_and_strikes_nothing() -> None:
    """Only its own publisher takes a claim back."""
    facts = [MARCH_23, withdrawal(MARCH_23, "somebody-else")]

    assert ["foreign_retraction"] == [item.reason for item in outcomes_of(facts).rejected]
    assert LEVEL in readings_of(facts)


def test_no_reading_holds_nan_or_infinity() -> None:
    """Figures at the edge of floats give readings with numbers, or none; and what is given is valid JSON."""
    edge = [
        told(examples.claim(value=value, step=step, period=Period(f"20{year}-03-01", f"20{year}-04-01")))
        for year, (value, step) in enumerate(
            [(5e-324, None), (1.7976931348623157e308, 1e308), (1e-300, 1e300), (0.0, 1.0), (2.0**61, None)], start=20
        )
    ]
    state, _ = run(edge, [1])

    assert state.readings
    for reading in state.readings.values():
        assert reading == msgspec.json.decode(wire.encode(reading), type=Reading)


def test_a_change_of_a_stock_joins_its_series() -> None:
    """Users gained from July to July are a reading of the users' series, beside the level."""
    gained = told(
        examples.users(
            kind=Kind.CHANGE,
            value=2e8,
            baseline=Comparison.YEAR_AGO,
            period=Period("2017-07-01", "2018-07-01"),
            bound=Bound.MORE_THAN,
        )
    )
    readings = readings_of([told(examples.users()), gained])

    assert {"level", "stated_gain"} == {name for name, _, _ in readings}
    assert 1 == len({reading.series for reading in readings.values()})
    assert 2e8 == readings["stated_gain", "", "year_ago"].low
