"""Explain: the formula with its numbers gives the reading again, to the last bit."""

import ast
import operator
from collections import defaultdict
from collections.abc import Callable
from random import Random

import pytest

from paysignal.command.rates import published_rates
from paysignal.engine.asof import state_of
from paysignal.engine.explaining import Explanation, Why, explain
from paysignal.engine.money.rates import RateTable
from paysignal.facts.claims import Claim
from paysignal.facts.moments import known_us
from tests.tools.oracle import Fact
from tests.tools.samples import sample_claims
from tests.tools.stories import a_day, story

_OPERATORS: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@pytest.fixture(scope="module")
def rates() -> RateTable:
    """The ECB's history."""
    return published_rates(None)


def computed(formula: str) -> float:
    """The value of an arithmetic expression of numbers; nothing else is allowed in it."""

    def value(node: ast.expr) -> float:
        match node:
            case ast.Constant(value=float(number)):
                return number
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.BinOp(left=left, op=sign, right=right):
                return _OPERATORS[type(sign)](value(left), value(right))
        raise AssertionError(f"{ast.dump(node)} in {formula!r} is no arithmetic")

    return value(ast.parse(formula, mode="eval").body)


def by_series(facts: list[Fact]) -> dict[str, list[Fact]]:
    """The facts that explain a series: its claims, and all retractions."""
    grouped: dict[str, list[Fact]] = defaultdict(list)
    for claim in (fact for fact in facts if isinstance(fact, Claim)):
        grouped[claim.series.key].append(claim)
    retractions = [fact for fact in facts if not isinstance(fact, Claim)]
    return {key: [*claims, *retractions] for key, claims in grouped.items()}


def test_every_reading_of_the_samples_is_explained_to_the_last_bit(rates: RateTable) -> None:
    """All readings of the shipped figures, converted ones included: the formula recomputes the value exactly."""
    claims = sample_claims()
    series = by_series([*claims])
    readings = state_of(claims, rates=rates).readings

    assert len(readings) > 1_000
    for key, reading in readings.items():
        told = explain(key, series[reading.series.key], rates=rates)
        assert computed(told.formula) == reading.value == told.reading.value, key


def test_every_reading_as_of_any_moment_is_explained_to_the_last_bit() -> None:
    """Explained from the same facts as of the same moment, every reading of a revised history comes out again."""
    explained = 0
    for seed in range(25):
        random = Random(seed)
        facts, moment = list(story(random).facts), known_us(a_day(random))
        series = by_series(facts)
        for key, reading in state_of(facts, moment).readings.items():
            told = explain(key, series[reading.series.key], moment)
            assert computed(told.formula) == reading.value
            assert_accounted(told, series[reading.series.key], moment)
            explained += 1

    assert explained > 100


def assert_accounted(told: Explanation, facts: list[Fact], moment: int) -> None:
    """Every claim known then about one of the periods is either used or left out for a reason, and never both."""
    used = {claim.id for each in told.evidence for claim in each.claims}
    left = {each.claim.id for each in told.left_out}
    kinds = {(claim.kind, claim.baseline_text) for each in told.evidence for claim in each.claims}
    about = {
        fact.id
        for fact in facts
        if isinstance(fact, Claim)
        and fact.known_us <= moment
        and (fact.kind, fact.baseline_text) in kinds
        and fact.dated in [each.period for each in told.evidence]
    }

    assert not used & left
    assert about == used | left
    assert {each.why for each in told.left_out} <= set(Why)


@pytest.mark.parametrize("formula", ["__import__('os')", "2 ** 3", "True", "x + 1", "1"])
def test_the_calculator_takes_arithmetic_only(formula: str) -> None:
    """A formula that is not plain arithmetic of floats fails the tests above."""
    with pytest.raises((AssertionError, KeyError)):
        computed(formula)
