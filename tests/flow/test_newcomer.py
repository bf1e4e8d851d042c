"""The recipe docs/recipes/add-an-alert.md, followed: the rule on that page greets a newcomer."""

import re

from paysignal.engine.alerting.rules import Rules
from paysignal.engine.alerting.step import step as judge
from paysignal.engine.alerting.watching import State as Watch
from paysignal.engine.asof import statements_of
from paysignal.engine.parameters import Parameters
from paysignal.engine.records import Decoded
from paysignal.engine.step import State, step
from paysignal.facts.alerts import Alert
from paysignal.facts.claims import Claim
from paysignal.thresholds.parse import rules_of
from tests.tools.alerting import record
from tests.tools.books import level, period_of
from tests.tools.need import CHECKOUT

RECIPE = CHECKOUT / "docs" / "recipes" / "add-an-alert.md"


def _rules() -> Rules:
    (text,) = re.findall(r"```yaml\n(.*?)```", RECIPE.read_text(), re.DOTALL)
    return rules_of(text.encode(), RECIPE.name)


def _alerts(*facts: Claim) -> list[Alert]:
    """What the rule says of facts that come one by one: through the indicators, then through alerting."""
    state, watch, alerts = State(Parameters(trends=frozenset({"facts_in_window"}))), Watch(), list[Alert]()
    for fact in facts:
        emitted = step(state, Decoded(statements=statements_of([fact]))).emitted
        alerts += judge(map(record, emitted.readings), watch, _rules()).alerts
    return alerts


def test_a_newcomer_is_greeted_and_then_is_one_no_more() -> None:
    """Its first figure fires the rule of the page, its second resolves it, and the third is nothing new."""
    months = [level(100.0 + at, period_of("transactions", f"2026-0{at + 1}-01"), provider="newpay") for at in range(3)]
    (hello, after) = _alerts(*months)

    assert ("newcomer", "firing", "info") == (hello.rule, hello.state, hello.severity)
    assert "welcome, newpay: the first figure of transactions in IN is known since 2026-02-01" == hello.summary
    assert ("resolved", "cleared", 2.0) == (after.state, after.reason, after.value)
