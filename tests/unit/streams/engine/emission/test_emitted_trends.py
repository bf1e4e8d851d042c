"""Trends in the engine: what of a book they read, and that neither order, batches nor a restart change them."""

import random
from collections.abc import Iterable, Sequence

import pytest
from msgspec.structs import replace

from paysignal.engine.decoding import decode
from paysignal.engine.emission.pasts import past_of
from paysignal.engine.explaining import UnknownKeyError, explain
from paysignal.engine.money.rates import NO_RATES, RateTable, own_rates
from paysignal.engine.parameters import Parameters, trends_of
from paysignal.engine.records import Record
from paysignal.engine.step import State, emit, step
from paysignal.facts import wire
from paysignal.facts.claims import Break, Claim, Retraction, Source
from paysignal.facts.errors import Refused
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Comparison, Kind, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Period
from paysignal.facts.readings import Flag, Reading
from paysignal.indicators.trends import EVERY_TREND
from tests.tools.books import level, monthly, period_of

ALL = Parameters(trends=EVERY_TREND)
KEY = "upi|IN|transactions||month||current"


def records(claims: Iterable[Claim], start: int = 0) -> list[Record]:
    """The claims as one partition's records."""
    return [Record("facts", 0, start + n, None, wire.encode(claim), None) for n, claim in enumerate(claims)]


def readings(claims: Iterable[Claim], rates: RateTable = NO_RATES, parameters: Parameters = ALL) -> dict[str, Reading]:
    """The latest readings of claims that came as one batch."""
    state = State(parameters)
    step(state, decode(records(claims), partitions=None), rates)
    return state.readings


def months(values: Sequence[float | None], **changes: object) -> list[Claim]:
    """One level a month from January 2022."""
    starts = [f"{2022 + index // 12}-{index % 12 + 1:02d}-01" for index in range(len(values))]
    measure = str(changes.get("measure", "transactions"))
    return [
        level(value, period_of(measure, at), **changes)
        for value, at in zip(values, starts, strict=True)
        if value is not None
    ]


def grown(count: int, by: float = 1.1) -> list[float]:
    """So many values, each `by` times the one before."""
    return [1e6 * by**index for index in range(count)]


def test_none_is_computed_unless_asked_for() -> None:
    """Who wants level and growth does not pay for histories."""
    claims = months(grown(24))
    usual, all_ = readings(claims, parameters=Parameters()), readings(claims)

    assert usual.items() <= all_.items()
    assert {reading.indicator for key, reading in usual.items()}.isdisjoint(EVERY_TREND)
    assert 20 < len(all_) - len(usual)


def test_a_years_sum_and_three_on_three() -> None:
    """Twelve months of a million each; two million a month since, on one."""
    found = readings(months([1e6] * 9 + [2e6] * 3))

    assert 15e6 == found[f"{KEY}|trailing_year|12m|"].value
    assert 1.0 == found[f"{KEY}|three_on_three_growth|3p|previous"].value
    assert ("2022-12-01", "2023-01-01") == (
        found[f"{KEY}|trailing_year|12m|"].start, found[f"{KEY}|trailing_year|12m|"].event_time
    )  # fmt: skip


def test_a_missing_month_leaves_no_sum() -> None:
    """Trailing sums need every period; the trend of the levels does not."""
    found = readings(months([*grown(6), None, *grown(8)]))

    assert f"{KEY}|trailing_year|12m|" not in found
    assert f"{KEY}|ewma_level|half-life-183d|" in found


def test_nothing_before_a_declared_break_is_read() -> None:
    """The record of the old count is no record of the new one."""
    old, new = months([9e6] * 12), months([None] * 12 + [1e6] * 6)
    broken = [*old, *new[1:], _with_break(new[0])]
    found = readings(broken)

    assert 9e6 == readings([*old, *new])[f"{KEY}|record_high|128p|"].value
    assert 1e6 == found[f"{KEY}|record_high|128p|"].value
    assert f"{KEY}|trailing_year|12m|" not in found


def _with_break(claim: Claim) -> Claim:
    return identified(replace(claim, break_=Break("2023-01-01", "counted anew")))


def test_a_new_level_is_a_suspected_break_and_a_misprint_is_none() -> None:
    """+38 % that stays is nine deviations and more; what the next month gives back is nothing."""
    usual = [1e6 * 1.01**index * (1.002 if index % 2 else 1.0) for index in range(20)]
    shifted, misprinted = list(usual), list(usual)
    shifted[18:] = [value * 1.38 for value in usual[18:]]
    misprinted[18] *= 1.38
    key = f"{KEY}|suspected_break|12p|"

    assert readings(months(shifted))[key].value > 9
    assert abs(readings(months(misprinted))[key].value) < 2


def test_stated_less_derived() -> None:
    """PayPal's 9 % was currency-neutral; its own levels say 5.3 %."""
    stated = level(0.09, Period("2022-10-01", "2023-01-01"), kind=Kind.GROWTH, unit=Unit.RATIO, step=0.01,
                   baseline=Comparison.YEAR_AGO, provider="paypal", market="world", measure="transaction_value",
                   currency="USD")  # fmt: skip
    levels = [
        level(value, Period(f"{year}-10-01", f"{year + 1}-01-01"), provider="paypal", market="world", currency="USD",
              measure="transaction_value", step=1e8)
        for value, year in ((339.5e9, 2021), (357.4e9, 2022))
    ]  # fmt: skip
    found = readings([stated, *levels])[
        "paypal|world|transaction_value||quarter|USD|current|stated_minus_derived|1p|year_ago"
    ]

    assert 0.09 - (357.4 / 339.5 - 1) == pytest.approx(found.value)
    assert found.low is not None
    assert found.low > 0


def test_at_constant_rates_a_growth_is_the_local_one() -> None:
    """The rupee fell; at the base's rate that does not count, and without a rate nothing is said."""
    claims = [
        level(value, Period(start, end), measure="transaction_value")
        for value, start, end in ((100e9, "2022-01-01", "2022-02-01"), (150e9, "2023-01-01", "2023-02-01"))
    ]
    quotes = [f"{year}-01-{day:02d},USD,INR,{rate}" for year, rate in ((2022, 75), (2023, 82)) for day in range(1, 32)]
    days = ["date,base,currency,rate", *quotes]
    name = "upi|IN|transaction_value||month|INR|current|year_on_year_growth_in_usd{}"
    found = readings(claims, own_rates(days))

    assert 0.5 == pytest.approx(found[name.format("_at_constant_rates|1p|year_ago")].value, rel=1e-12)
    assert 1.5 * 75 / 82 - 1 == pytest.approx(found[name.format("||year_ago")].value)
    assert not [key for key in readings(claims) if "constant_rates" in key]


def test_attention_counts_what_publishers_stand_by() -> None:
    """A retelling corroborates and is half a fact; a figure that excludes the shown one is a spread and a flag."""
    period = period_of("transactions", "2024-01-01")
    told = [
        level(value, period, known_at=known, source=Source(name, name, tier), step=1.0)
        for value, known, name, tier in (
            (100e6, "2024-02-10", "npci", Tier.COMPANY),
            (100e6, "2024-02-10", "a-paper", Tier.PRESS),
            (90e6, "2024-02-11", "a-blog", Tier.OTHER),
        )
    ]
    found = readings(told)

    assert 2.0 == found[f"{KEY}|corroboration|latest|"].value
    assert 0.1 == pytest.approx(found[f"{KEY}|conflict_spread|latest|"].value)
    assert 3.0 == found[f"{KEY}|facts_in_window|365d|"].value
    assert 1 + 1.5 * 2 ** (-1 / 30) == pytest.approx(found[f"{KEY}|intensity|half-life-30d|"].value)
    assert 11.0 == pytest.approx(found[f"{KEY}|staleness|latest|"].value, abs=1e-6)
    assert (Flag.CONFLICT,) == found[f"{KEY}|conflict_spread|latest|"].flags


@pytest.mark.parametrize("seed", range(3))
def test_order_batches_and_restarts_change_nothing(seed: int) -> None:
    """The same facts in another order, cut anywhere, half of them before a restart: the same readings to the bit."""
    claims = [*months(grown(30)), *months(grown(30, 1.02), measure="transaction_value"),
              *months([1e6, 2e6] * 15, measure="registered_users")]  # fmt: skip
    wanted = readings(claims)
    mixed = random.Random(seed).sample(claims, len(claims))
    state = State(ALL)
    for start in range(0, 40, 7):
        step(state, decode(records(mixed[start : min(start + 7, 40)], start), partitions=None))
    state = State.restored(state.changed_blocks(), ALL)
    step(state, decode(records(mixed[40:], 40), partitions=None))
    state.touch_unread()
    emit(state)

    assert wanted == {key: _as_is(reading, wanted) for key, reading in state.readings.items()}


def _as_is(reading: Reading, wanted: dict[str, Reading]) -> Reading:
    assert wire.encode(reading) == wire.encode(wanted[reading.key])
    return reading


def test_a_retracted_past_takes_its_readings_away() -> None:
    """What no fact supports any more is withdrawn: of one month there is no growth of any kind."""
    claims = months(grown(2))
    state = State(ALL)
    step(state, decode(records(claims), partitions=None))
    struck = identified(Retraction(retracts=claims[0].id or "", source=claims[0].source, known_at="2024-01-01"))
    told = Record("facts", 0, 2, None, wire.encode(struck), None)
    gone = step(state, decode([told], partitions=None)).withdrawn

    assert {f"{KEY}|log_growth|1p|previous", f"{KEY}|record_high|128p|"} <= set(gone)
    assert past_of(monthly(grown(12))) is not None


def test_a_name_that_is_none_is_refused() -> None:
    """With those that there are; `all` is all, and nothing is none."""
    with pytest.raises(Refused, match="robust_z"):
        Parameters(trends=trends_of("robust"))

    assert EVERY_TREND == trends_of("all")
    assert frozenset() == trends_of(" ")
    assert Parameters().fingerprint != ALL.fingerprint


def test_a_trend_is_explained_by_the_levels_it_reads() -> None:
    """Every one of them: the same reading again, its formula, and the latest levels; a series without it is told so."""
    claims = months(grown(30))
    for key, reading in readings(claims).items():
        if reading.indicator in EVERY_TREND:
            told = explain(key, claims)

            assert reading == told.reading
            assert [each.value for each in told.evidence] == [claim.value for claim in claims[:-9:-1]]
    with pytest.raises(UnknownKeyError):
        explain(f"{KEY}|robust_z|24p|", claims[:2])
