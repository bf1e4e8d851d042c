"""Facts as records of one partition, and the engine run over them in batches of any size."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice

import msgspec

from paysignal.engine.decoding import decode
from paysignal.engine.parameters import DEFAULTS, Parameters
from paysignal.engine.records import Outcomes, Record
from paysignal.engine.step import Emitted, State, Step, absorb, emit, step
from paysignal.facts import wire
from paysignal.facts.claims import Claim
from paysignal.facts.identity import identified, increment_id
from paysignal.facts.increments import Increment, Tick
from paysignal.facts.readings import Reading
from tests.tools import examples

#: A fact, or the raw value of a record.
Fact = msgspec.Struct | bytes

#: Midnight of an ordinary day; panes of hours and of days begin here.
MIDNIGHT = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)


def told(claim: Claim) -> Claim:
    """The claim with its id, as a producer sends it."""
    return identified(claim)


def paid(event: int | str, value: float, hours: float, **changes: object) -> Increment:
    """A payment of `value` so many hours after `MIDNIGHT`."""
    fields = {"at": MIDNIGHT + dt.timedelta(hours=hours), "value": value, **changes}
    return examples.increment(id=increment_id("paysignal-synthetic", str(event)), **fields)


def ticked(hours: float) -> bytes:
    """A tick so many hours after `MIDNIGHT`."""
    tick = Tick(id=increment_id("clock", str(hours)), at=MIDNIGHT + dt.timedelta(hours=hours), publisher="clock")
    return wire.encode(tick)


def records(facts: Iterable[Fact], topic: str = "facts.jsonl") -> list[Record]:
    """The facts, or raw values, as records without key and timestamp, at offsets from 0."""
    return [
        Record(topic, 0, offset, None, fact if isinstance(fact, bytes) else wire.encode(fact), None)
        for offset, fact in enumerate(facts)
    ]


def batches(items: Sequence[Record], sizes: Sequence[int]) -> Iterator[list[Record]]:
    """The items in batches of these sizes, over and over; all at once without sizes."""
    left = iter(items)
    for size in cycle(sizes or [max(len(items), 1)]):
        batch = list(islice(left, size))
        if not batch:
            return
        yield batch


def run(
    facts: Iterable[Fact], sizes: Sequence[int] = (), parameters: Parameters = DEFAULTS
) -> tuple[State, list[Step]]:
    """The state after all facts, and each batch's step."""
    state = State(parameters)
    return state, [step(state, decode(batch, partitions=None)) for batch in batches(records(facts), sizes)]


def emitted(facts: Iterable[Fact], parameters: Parameters = DEFAULTS, hours: float | None = None) -> Emitted:
    """What all facts in one batch give, and a tick at an hour where one is named."""
    given = [*facts, *([] if hours is None else [ticked(hours)])]
    state = State(parameters)
    absorb(state, decode(records(given), partitions=None))
    return emit(state)


def readings_of(facts: Iterable[Fact], sizes: Sequence[int] = ()) -> dict[tuple[str, str, str], Reading]:
    """The final readings, by indicator, window and baseline; for facts of one series."""
    state, _ = run(facts, sizes)
    return {(each.indicator, each.window, each.baseline): each for each in state.latest()}


def final_bytes(facts: Iterable[Fact], sizes: Sequence[int] = ()) -> list[bytes]:
    """The final readings as they stand on the topic, in the order of their keys."""
    state, _ = run(facts, sizes)
    return [wire.encode(reading) for reading in state.latest()]


def outcomes_of(facts: Iterable[Fact], sizes: Sequence[int] = ()) -> Outcomes:
    """What became of all facts together."""
    together = Outcomes()
    for each in (made.outcomes for made in run(facts, sizes)[1]):
        together.accepted += each.accepted
        together.duplicate += each.duplicate
        together.replayed += each.replayed
        together.evicted += each.evicted
        together.retracted += each.retracted
        together.ticks += each.ticks
        together.overturned += each.overturned
        together.rejected += each.rejected
        together.late += each.late
        together.missed += each.missed
    return together
