"""Unrated: where there is no rate there is no figure, and it is counted."""

import pytest
from prometheus_client import CollectorRegistry

from paysignal.agents.metrics import WorkerMetrics
from paysignal.command.rates import published_rates
from paysignal.engine.decoding import decode
from paysignal.engine.step import State, Step, step
from paysignal.facts.claims import Claim
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Period
from paysignal.facts.topics import FACTS
from tests.tools import examples
from tests.tools.batches import batches, records, told


def money(currency: str, start: str = "2023-03-01", end: str = "2023-04-01") -> Claim:
    """A month's value."""
    fields = {"measure": "transaction_value", "unit": Unit.CURRENCY, "currency": currency}
    return told(examples.claim(period=Period(start, end), known_at="2024-01-01", **fields))


def growth_of_money() -> Claim:
    """A stated growth, which no rate is needed for."""
    return told(examples.growth(measure="transaction_value", currency="KES"))


def steps(claims: list[Claim], sizes: list[int]) -> tuple[State, list[Step]]:
    """The claims through the engine, with the ECB's rates."""
    state, rates = State(), published_rates(None)
    return state, [step(state, decode(batch, None), rates) for batch in batches(records(claims), sizes)]


@pytest.mark.parametrize("sizes", [[], [1], [2, 3]])
def test_a_figure_without_a_rate_is_counted_once(sizes: list[int]) -> None:
    """Shillings have no rate, rubles none after March 2022, rupees and euros have; a duplicate is no figure."""
    ruble, early = money("RUB"), money("RUB", "2021-03-01", "2021-04-01")
    claims = [money("KES"), ruble, money("KES"), early, money("INR"), money("EUR"), growth_of_money(), ruble]
    state, made = steps(claims, sizes)
    counted = [outcomes.unrated for outcomes in (each.outcomes for each in made)]

    assert {"KES": 1, "RUB": 1} == {code: sum(each.get(code, 0) for each in counted) for code in ("KES", "RUB")}
    assert not {code for each in counted for code in each} - {"KES", "RUB"}
    assert not [
        key for key in state.readings if key.startswith("upi|IN|transaction_value||month|KES") and "_in_" in key
    ]
    assert [key for key in state.readings if "|RUB|" in key and "_in_" in key]  # of 2021


@pytest.mark.parametrize("sizes", [[], [1]])
def test_outcomes_still_add_up(sizes: list[int]) -> None:
    """An unrated figure is an accepted one: the outcomes add up to the records."""
    claims = [money("KES"), money("RUB"), money("KES")]

    assert 3 == sum(made.outcomes.total for made in steps(claims, sizes)[1])


def test_the_worker_counts_them_by_currency() -> None:
    """An alert can be set on figures that are missing in dollars."""
    registry = CollectorRegistry()
    metrics = WorkerMetrics(registry)
    for made in steps([money("KES"), money("KES", "2023-02-01", "2023-03-01"), money("INR")], [])[1]:
        metrics.count(FACTS, made.outcomes)

    assert 2 == registry.get_sample_value("paysignal_worker_unrated_total", {"currency": "KES"})
    assert registry.get_sample_value("paysignal_worker_unrated_total", {"currency": "INR"}) is None
    assert 3 == registry.get_sample_value("paysignal_worker_facts_total", {"topic": FACTS, "outcome": "accepted"})
