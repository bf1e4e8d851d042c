"""Replay: the engine over facts as JSON lines, without a broker."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from paysignal.engine.asof import known_by
from paysignal.engine.cross.state import CrossState
from paysignal.engine.decoding import decode
from paysignal.engine.emission.windows import of_announced
from paysignal.engine.money.rates import NO_RATES, RateTable
from paysignal.engine.parameters import DEFAULTS, Parameters
from paysignal.engine.records import Decoded, Outcomes, Record
from paysignal.engine.step import State, absorb, emit
from paysignal.facts import wire
from paysignal.facts.members import Member
from paysignal.facts.moments import microseconds
from paysignal.facts.partitioning import partition_of
from paysignal.facts.readings import Reading
from paysignal.facts.rejections import Late, Rejected

#: Lines a batch: large enough that numpy works on arrays, small enough that a file of any size streams through.
BATCH_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Replayed:
    """The final readings in the order of their keys, and what became of every line.

    `finals` are the last ones of every window that closed, in the order of their keys and ends; none unless asked for.
    """

    readings: list[Reading]
    finals: list[Reading]
    accepted: int
    duplicate: int
    evicted: int
    retracted: int
    ticks: int
    rejected: list[Rejected]
    late: list[Late]


@dataclass(frozen=True, slots=True)
class FinalsAsked:
    """That finals are asked for, as a system tells them whose topics have so many partitions.

    Each partition has a watermark of its own, which closes its windows. A file does not say where a tick stood: it
    counts for all of them.
    """

    partitions: int = 1


def replay(  # noqa: PLR0913, PLR0917 - what a run of the command is told
    lines: Iterable[bytes],
    source: str,
    as_of_us: int | None = None,
    rates: RateTable = NO_RATES,
    parameters: Parameters = DEFAULTS,
    finals: FinalsAsked | None = None,
) -> Replayed:
    """Final readings of the facts in `lines`, equal to what a running system has published of the same facts.

    Called by `paysignal replay`. `source` is named as the origin of what is rejected. Empty lines are passed over. With
    `as_of_us` only the facts known by then (microseconds after 1970) count. `parameters` are those of the system.
    """
    parameters = parameters if finals else _untold(parameters)
    states = [State(parameters) for _ in range(finals.partitions if finals else 1)]
    limits = states[0].limits
    records = (
        Record(source, 0, number, None, line.strip(), None) for number, line in enumerate(lines, 1) if line.strip()
    )
    decoded = (decode(batch, None, limits) for batch in _batches(records))
    known = decoded if as_of_us is None else (known_by(batch, as_of_us) for batch in decoded)
    outcomes, told = [], dict[tuple[str, str], Reading]()
    for batch in known:
        for state, part in zip(states, _dealt(batch, len(states)), strict=True):
            for tick in batch.ticks:
                state.tallies.tick(microseconds(tick.at))
            outcomes.append(absorb(state, part, rates))
            state.pass_over()
            finished = (each.reading for each in of_announced(state.tallies, state.tallies.announce()))
            told.update(((final.key, str(final.event_time)), final) for final in finished)
    # Once: of each key the last reading is asked for, not those on the way.
    members = [member for state in states for member in emit(state, rates).members]
    latest = [each for state in states for each in state.latest()] + _across(members)
    readings = sorted(latest, key=lambda reading: reading.key)
    return _replayed(readings, [final for _, final in sorted(told.items())], outcomes)


def _across(members: Iterable[Member]) -> list[Reading]:
    """What the cross-sections of these members say."""
    state = CrossState()
    for member in members:
        state.take(member, wire.encode(member))
    return state.evaluate().readings


def _untold(parameters: Parameters) -> Parameters:
    """The same without finals, which cost panes and time, and change no reading."""
    return replace(parameters, asked=tuple(replace(each, finals=False) for each in parameters.asked))


def _dealt(batch: Decoded, partitions: int) -> list[Decoded]:
    """A batch as the partitions of a system get it; claims, which wait for no watermark, all in the first."""
    if partitions == 1:
        return [batch]
    parts = [replace(batch, occurrences=[]), *(Decoded() for _ in range(1, partitions))]
    for occurrence in batch.occurrences:
        parts[partition_of(occurrence.fact.partition_key.encode(), partitions)].occurrences.append(occurrence)
    return parts


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(records, BATCH_LINES)):
        yield batch


def _replayed(readings: list[Reading], finals: list[Reading], outcomes: list[Outcomes]) -> Replayed:
    return Replayed(
        readings=readings,
        finals=finals,
        accepted=sum(each.accepted for each in outcomes),
        duplicate=sum(each.duplicate for each in outcomes),
        evicted=sum(each.evicted for each in outcomes),
        retracted=sum(each.retracted for each in outcomes),
        ticks=sum(each.ticks for each in outcomes),
        rejected=[item for each in outcomes for item in each.rejected],
        late=[item for each in outcomes for item in each.late],
    )
