"""Replay: the engine over facts as JSON lines, without a broker."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from paysignal.engine.asof import known_by
from paysignal.engine.decoding import decode
from paysignal.engine.money.rates import NO_RATES, RateTable
from paysignal.engine.parameters import DEFAULTS, Parameters
from paysignal.engine.records import Outcomes, Record
from paysignal.engine.step import State, absorb, emit
from paysignal.facts.readings import Reading
from paysignal.facts.rejections import Late, Rejected

#: Lines a batch: large enough that numpy works on arrays, small enough that a file of any size streams through.
BATCH_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Replayed:
    """The final readings in the order of their keys, and what became of every line."""

    readings: list[Reading]
    accepted: int
    duplicate: int
    evicted: int
    retracted: int
    ticks: int
    rejected: list[Rejected]
    late: list[Late]


def replay(
    lines: Iterable[bytes],
    source: str,
    as_of_us: int | None = None,
    rates: RateTable = NO_RATES,
    parameters: Parameters = DEFAULTS,
) -> Replayed:
    """Final readings of the facts in `lines`, equal to what a running system has published of the same facts.

    Called by `paysignal replay`. `source` is named as the origin of what is rejected. Empty lines are passed over. With
    `as_of_us` only the facts known by then (microseconds after 1970) count. `parameters` are those of the system.
    """
    state = State(parameters)
    records = (
        Record(source, 0, number, None, line.strip(), None) for number, line in enumerate(lines, 1) if line.strip()
    )
    decoded = (decode(batch, partitions=None) for batch in _batches(records))
    known = decoded if as_of_us is None else (known_by(batch, as_of_us) for batch in decoded)
    outcomes = [absorb(state, batch, rates) for batch in known]
    emit(state, rates)  # once: of each key the last reading is asked for, not those on the way
    return _replayed(state, outcomes)


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(records, BATCH_LINES)):
        yield batch


def _replayed(state: State, outcomes: list[Outcomes]) -> Replayed:
    return Replayed(
        readings=state.latest(),
        accepted=sum(each.accepted for each in outcomes),
        duplicate=sum(each.duplicate for each in outcomes),
        evicted=sum(each.evicted for each in outcomes),
        retracted=sum(each.retracted for each in outcomes),
        ticks=sum(each.ticks for each in outcomes),
        rejected=[item for each in outcomes for item in each.rejected],
        late=[item for each in outcomes for item in each.late],
    )
