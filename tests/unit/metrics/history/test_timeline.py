"""The timeline: what the indicators said at each event time."""

from collections.abc import Mapping

from paysignal.command.rates import published_rates
from paysignal.engine.asof import state_of
from paysignal.engine.money.rates import NO_RATES
from paysignal.engine.parameters import DEFAULTS
from paysignal.facts.claims import Break, Claim, Retraction
from paysignal.facts.identity import identified
from paysignal.facts.moments import event_us, known_us
from paysignal.facts.readings import Reading
from paysignal.history.store import History
from paysignal.history.timeline import timeline
from tests.tools.books import BUREAU, level, period_of
from tests.tools.samples import sample_claims

MAY, JUNE, JULY = (period_of("transactions", f"2024-0{month}-01") for month in (5, 6, 7))


def _past(*facts: Claim | Retraction, as_of_us: int | None = None) -> dict[tuple[str, str], float]:
    """Values by indicator and event time, of the transactions of one month after the other."""
    history = History(100)
    history.remember(facts)
    (stretch,) = timeline(history, DEFAULTS, NO_RATES, as_of_us)
    return {(each.indicator, each.event_time): each.value for each in stretch.readings}


def _intervals(readings: Mapping[str, Reading]) -> dict[str, tuple[float, float | None, float | None]]:
    return {key: (each.value, each.low, each.high) for key, each in readings.items()}


def test_each_moment_has_what_the_engine_says_of_all_that_had_ended_by_then() -> None:
    """For every sample that ships, at five moments: the readings that those claims alone give."""
    history, rates = History(10_000), published_rates(None)
    claims = sample_claims()
    history.remember(claims)
    along: dict[tuple[str, str], Reading] = {
        (each.key, each.event_time): each for stretch in timeline(history, DEFAULTS, rates) for each in stretch.readings
    }
    for moment in ("2016-01-01", "2019-07-01", "2021-01-01", "2023-04-01", "2024-01-01"):
        state = state_of([each for each in claims if each.dated.event_us <= event_us(moment)], rates=rates)
        expected = {key: each for key, each in state.readings.items() if each.event_time == moment}
        found = {key: each for (key, at), each in along.items() if at == moment}
        assert expected
        assert _intervals(expected) == _intervals(found)


def test_a_revised_figure_is_the_revised_one_and_what_was_taken_back_is_gone() -> None:
    """And as of before both, everything is as it was told first."""
    first, revised = level(100, MAY), level(110, MAY, known_at="2024-12-01")
    june, july = level(121, JUNE), level(99, JULY)
    gone = identified(Retraction(retracts=str(july.id), source=BUREAU, known_at="2024-12-01"))
    now, then = (_past(first, revised, june, july, gone, as_of_us=as_of) for as_of in (None, known_us("2024-09-01")))

    assert now == {
        ("level", "2024-06-01"): 110,
        ("level", "2024-07-01"): 121,
        ("derived_gain", "2024-07-01"): 11,
        ("previous_period_growth", "2024-07-01"): 0.1,
    }
    assert (then["level", "2024-06-01"], then["level", "2024-08-01"]) == (100, 99)


def test_a_break_of_one_grain_parts_the_others() -> None:
    """All grains of a series are computed together, as they are on one partition."""
    quarters = [
        level(value, period_of("transactions", start, 3)) for value, start in ((300, "2024-01-01"), (600, "2024-04-01"))
    ]
    broken = level(200, MAY, break_=Break("2024-05-01", "counts refunds as well"))

    assert ("previous_period_growth", "2024-07-01") in _past(*quarters)
    assert ("previous_period_growth", "2024-07-01") not in _past(*quarters, broken)
