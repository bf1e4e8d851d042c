"""As of: what was known at a known time, and nothing that came later.

A claim counts from its known time on (a date means the end of that day), a retraction from its own, an increment from
its instant. The readings are then those of the engine itself over the facts that remain: no look-ahead is possible,
because nothing later is there.
"""

from collections.abc import Iterable
from typing import Final

from paysignal.engine.money.rates import NO_RATES, RateTable
from paysignal.engine.records import Arrived, Decoded, Record, Statement
from paysignal.engine.step import State, step
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.moments import known_us, microseconds

#: Facts that come from memory stand in no topic.
_NOWHERE: Final = Record("memory", 0, 0, None, None, None)


def known_by(decoded: Decoded, us: int) -> Decoded:
    """The facts of a batch that were known at `us` microseconds after 1970; what is malformed was never known."""
    return Decoded(
        statements=[each for each in decoded.statements if _known_us(each.fact) <= us],
        occurrences=[each for each in decoded.occurrences if microseconds(each.fact.at) <= us],
        ticks=[tick for tick in decoded.ticks if microseconds(tick.at) <= us],
        rejected=decoded.rejected,
    )


def state_of(facts: Iterable[Claim | Retraction], as_of_us: int | None = None, rates: RateTable = NO_RATES) -> State:
    """The engine's state after these facts, up to a known time where one is given. Called by history and explain."""
    state = State()
    decoded = Decoded(statements=statements_of(facts))
    step(state, decoded if as_of_us is None else known_by(decoded, as_of_us), rates)
    return state


def statements_of(facts: Iterable[Claim | Retraction]) -> list[Statement | Arrived]:
    """Facts from memory as the engine takes them."""
    return [Statement(fact, _NOWHERE) for fact in facts]


def _known_us(fact: Claim | Retraction) -> int:
    return fact.known_us if isinstance(fact, Claim) else known_us(fact.known_at)
