"""Marks: the flags that findings and suspicions over several series bring to readings."""

from paysignal.engine.asof import state_of
from paysignal.engine.audit.auditing import audit
from paysignal.engine.breaks.suspicion import BreakRule, Suspicion
from paysignal.engine.marks import Mark, marks_of
from paysignal.engine.parameters import Parameters
from paysignal.engine.records import Decoded, Record, Statement
from paysignal.engine.step import State, step
from paysignal.facts.claims import Claim
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Comparison
from paysignal.facts.periods import Period
from paysignal.facts.readings import Flag
from paysignal.indicators.trends import EVERY_TREND
from tests.tools.books import level
from tests.tools.examples import growth

SERIES = "upi|IN|transactions||month||current"
MONTHS = [Period(f"2023-{month:02}-01", f"2023-{month + 1:02}-01") for month in range(1, 9)]
LEVELS = [level(1000.0 * 1.05**at, month, step=0.1) for at, month in enumerate(MONTHS)]
STATED = identified(growth(value=0.5, period=MONTHS[-1], baseline=Comparison.PREVIOUS))


def suspected(after: str, before: str, *series: str) -> Suspicion:
    """A level shift of a publisher between two days."""
    return Suspicion(BreakRule.PUBLISHER_SHIFTED, series or (SERIES,), after, before, "counted anew", ())


def test_a_suspicion_marks_what_compares_across_it_and_nothing_else() -> None:
    """The latest month on the one before; not the levels, and not where the break lies earlier or elsewhere."""
    state = state_of(LEVELS)
    across = marks_of(state, [], [suspected("2023-08-01", "2023-09-01")])

    assert {"derived_gain", "previous_period_growth"} == {key.split("|")[7] for key in across}
    assert {Mark("2023-09-01", (Flag.SUSPECTED_BREAK,))} == set(across.values())
    assert {} == marks_of(state, [], [suspected("2023-07-01", "2023-08-01")])
    assert {} == marks_of(state, [], [suspected("2023-08-01", "2023-09-01", "imps|IN|transactions||month||current")])


def test_a_finding_marks_what_rests_on_the_claims_it_names() -> None:
    """The stated growth that the levels contradict, and no growth that is computed from these."""
    claims: list[Claim] = [*LEVELS, STATED]
    state = state_of(claims)
    found = audit(state.statements.books.values(), claims)

    assert [(str(STATED.id),)] == [each.claims for each in found]
    assert {f"{SERIES}|stated_growth||previous": Mark("2023-09-01", (Flag.CONTRADICTED,))} == marks_of(state, found, [])


def test_trends_are_left_alone() -> None:
    """A median of many figures is not in question for one of them; its readings beside others change nothing."""
    state = State(parameters=Parameters(trends=EVERY_TREND))
    record = Record("memory", 0, 0, None, None, None)
    step(state, Decoded(statements=[Statement(claim, record) for claim in LEVELS]))
    suspicions = [suspected("2023-08-01", "2023-09-01")]

    assert any(reading.indicator in EVERY_TREND for reading in state.readings.values())
    assert marks_of(state_of(LEVELS), [], suspicions) == marks_of(state, [], suspicions)
