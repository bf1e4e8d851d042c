"""What the indicators said, period by period: the past of every series from its claims. Pure.

history ─> lines (a series in all its grains) ─> some at once ─> by event time: step, step, step ─> readings
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from paysignal.engine.asof import statements_of
from paysignal.engine.money.rates import RateTable
from paysignal.engine.parameters import Parameters
from paysignal.engine.records import Decoded
from paysignal.engine.step import State, step
from paysignal.facts.claims import Claim
from paysignal.facts.readings import Reading
from paysignal.history.held import standing
from paysignal.history.lines import line_of
from paysignal.history.store import History

#: Claims computed together: numpy has arrays to work on, and unpacked they take some 30 MB.
_CLAIMS_AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """The readings of some series at all their event times, from so many claims.

    Of two readings with one key and one event time the later one holds.
    """

    claims: int
    readings: list[Reading]


def timeline(
    history: History, parameters: Parameters, rates: RateTable, as_of_us: int | None = None
) -> Iterator[Stretch]:
    """The readings of every series at each of its event times, some series at once.

    Called by exports. A reading says what its indicator gives of the claims about what had ended by then, as they are
    known now, or were at `as_of_us`: of a revised figure the revision, and nothing that was taken back.
    """
    for claims in _lots(history, as_of_us):
        yield Stretch(len(claims), list(_along(claims, parameters, rates)))


def _along(claims: list[Claim], parameters: Parameters, rates: RateTable) -> Iterator[Reading]:
    state = State(parameters)
    claims.sort(key=_event_us)
    for _, ended in groupby(claims, key=_event_us):
        yield from step(state, Decoded(statements=statements_of(ended)), rates).emitted.readings


def _lots(history: History, as_of_us: int | None) -> Iterator[list[Claim]]:
    """All claims, those of one line together."""
    lot: list[Claim] = []
    for provider in history.providers():
        for line in sorted({line_of(key) for key in history.series_keys(provider)}):
            lot += standing(history.facts_of_line(line, as_of_us))
            if len(lot) >= _CLAIMS_AT_ONCE:
                yield lot
                lot = []
    if lot:
        yield lot


def _event_us(claim: Claim) -> int:
    return claim.dated.event_us
