"""Windows, finals, duplicates, lateness and restores of random streams, against brute force.

PAYSIGNAL_STREAMS=10000 tries as many streams, from the seed PAYSIGNAL_STREAMS_FROM on; the suite tries 500 from 0 on.
"""

import dataclasses
import datetime as dt
import math
import os
from collections import Counter
from collections.abc import Iterable
from random import Random

import msgspec
import pytest

from paysignal.engine.blocks import Block
from paysignal.engine.decoding import decode
from paysignal.engine.emission.written import Written
from paysignal.engine.parameters import Duplicates, Parameters, asked_of
from paysignal.engine.records import Outcomes
from paysignal.engine.step import State, absorb, emit
from paysignal.facts import wire
from paysignal.facts.identity import increment_id
from paysignal.facts.increments import Increment, Tick
from paysignal.facts.readings import Reading
from tests.tools import examples
from tests.tools.batches import batches, records
from tests.tools.windows_oracle import DAY, HOUR, SPECS, Oracle, Window, publishers

STREAMS = int(os.environ.get("PAYSIGNAL_STREAMS", "500"))
FIRST = int(os.environ.get("PAYSIGNAL_STREAMS_FROM", "0"))

#: Clocks change in Berlin, New York and Cairo within the weeks that follow.
STARTS = [dt.datetime(2024, 3, 1, tzinfo=dt.UTC), dt.datetime(2024, 10, 20, 22, 30, tzinfo=dt.UTC),
          dt.datetime(1969, 12, 28, tzinfo=dt.UTC)]  # fmt: skip
ALL = ("count", "sum", "mean", "min", "max", "first", "last", "rate", "stdev")

Facts = list[Increment | Tick]


class Story(msgspec.Struct):
    """A stream, what is asked of it, and how it is cut."""

    windows: tuple[str, ...]
    parameters: Parameters
    facts: Facts
    sizes: list[int]
    finals: bool


def story(random: Random) -> Story:
    """A random stream: some series over hours or weeks, in order, jumbled or backwards, some of it twice."""
    names = tuple(random.sample(sorted(SPECS), random.randint(1, 4)))
    texts = [f"{name}:{'+'.join(_indicators(random, name))}" for name in names]
    lateness = random.choice([dt.timedelta(0), HOUR, 5 * HOUR, 3 * DAY])
    finals = random.random() < 0.8
    parameters = Parameters(
        asked_of(", ".join(texts), finals=finals), lateness_us=lateness // dt.timedelta(microseconds=1)
    )
    facts = _facts(random)
    sizes = [random.randint(1, 30) for _ in range(random.randint(1, 5))]
    return Story(names, parameters, facts, sizes, finals)


def _indicators(random: Random, name: str) -> list[str]:
    quantiles = ["p50", "p95"] if name in {"24h", "1h", "6h/2h", "90m/1h", "10m", "day@Europe/Berlin"} else []
    return random.sample([*ALL, *quantiles], random.randint(1, 4))


def _facts(random: Random) -> Facts:
    start, spread = random.choice(STARTS), random.choice([2 * HOUR, DAY, 4 * DAY, 20 * DAY, 200 * DAY])
    markets = random.sample(["IN", "CN", "RU", "BR", "NG"], random.randint(1, 4))
    facts: Facts = [
        examples.increment(
            id=increment_id("shop", str(number)),
            market=random.choice(markets),
            value=_value(random),
            at=start + _instant(random, spread),
            publisher=random.choice(["shop", "bank", "app"]),
        )
        for number in range(random.randint(1, 60))
    ]
    order = random.choice(["rising", "jittered", "jumbled", "falling"])
    if order != "jumbled":
        jitter = random.choice([HOUR, DAY]) if order == "jittered" else dt.timedelta(0)
        facts.sort(key=lambda fact: fact.at + jitter * random.random(), reverse=order == "falling")
    for _ in range(random.randint(0, 12)):  # sent again, sometimes stamped anew
        again = random.choice(facts)
        if isinstance(again, Increment):
            changes = {"at": again.at + _instant(random, spread)} if random.random() < 0.3 else {}
            facts.insert(random.randint(0, len(facts)), msgspec.structs.replace(again, **changes))
    for _ in range(random.randint(0, 3)):
        at = start + _instant(random, spread) * 1.5
        facts.insert(random.randint(0, len(facts)), Tick(id=increment_id("clock", str(at)), at=at, publisher="clock"))
    return facts


def _instant(random: Random, spread: dt.timedelta) -> dt.timedelta:
    exact = spread * random.random()
    return random.choice([exact, exact // HOUR * HOUR, exact // dt.timedelta(seconds=1) * dt.timedelta(seconds=1)])


def _value(random: Random) -> float:
    return random.choice([random.randint(-(10**9), 10**9) / 100, float(random.randint(0, 9)), 2.0**61, -(2.0**61), 0.1])


def counted(told: Story, random: Random) -> Story:
    """The same stream of publishers that count what they send; some numbers jump, come again, or are left out."""
    counts: Counter[tuple[str, str]] = Counter()
    facts: Facts = []
    for fact in told.facts:
        if isinstance(fact, Increment) and random.random() < 0.9:
            counter = fact.publisher, fact.market
            counts[counter] += random.choice([1, 1, 1, 1, 0, 7, 2**40])
            back = random.choice([0, 0, 0, 0, 0, 1, 3])
            facts.append(msgspec.structs.replace(fact, sequence=max(0, counts[counter] - back)))
        else:
            facts.append(fact)
    return Story(
        told.windows,
        dataclasses.replace(told.parameters, otherwise=Duplicates.SEQUENCE),
        facts,
        told.sizes,
        told.finals,
    )


class Run(msgspec.Struct):
    """What a state did with a stream: outcomes, the last reading of each key, the last final of each window."""

    outcomes: list[Outcomes]
    live: dict[bytes, bytes]
    finals: dict[tuple[bytes, str], bytes]
    latest: list[bytes]


def run(told: Story, random: Random | None) -> Run:
    """The stream in one batch; or, where chance is given, cut, emitted, stored and restored now and then."""
    state, stored, made = State(told.parameters), dict[str, bytes](), Run([], {}, {}, [])
    for batch in batches(records(told.facts), told.sizes if random else []):
        made.outcomes.append(absorb(state, decode(batch, partitions=None)))
        if random and random.random() < 0.5:
            _keep(made, state)
        if random and random.random() < 0.4:
            state = _reborn(state, stored, told.parameters)
    _keep(made, state)
    made.latest = [wire.encode(reading) for reading in state.latest()]
    return made


def _reborn(state: State, stored: dict[str, bytes], parameters: Parameters) -> State:
    for block in state.changed_blocks():
        assert 0 < len(block.key) < 100
        if block.value is None:
            del stored[block.key]
        else:
            assert len(block.value) <= 1_000_000
            stored[block.key] = block.value
    return State.restored([Block(key, value) for key, value in stored.items()], parameters)


def _keep(made: Run, state: State) -> None:
    emitted = emit(state)
    made.live.update(emitted.written)
    for final in emitted.finals:
        made.finals[final.key, str(final.reading.event_time)] = final.value


def asked(told: Story) -> Oracle:
    """The oracle after the same stream."""
    lateness = dt.timedelta(microseconds=told.parameters.lateness_us)
    oracle = Oracle(told.windows, lateness, told.finals, told.parameters.is_sequenced)
    for offset, fact in enumerate(told.facts):
        if isinstance(fact, Tick):
            oracle.tick(fact.at)
        else:
            oracle.take(fact, offset)
    return oracle


def differences(told: Story, window: Window, reading: Reading) -> list[str]:
    """What a reading says otherwise than brute force."""
    indicator = reading.indicator.removeprefix("rolling_")
    value, ordered = window.value(indicator), window.ordered()
    close = {"stdev": 1e-9, "p50": 0.01, "p95": 0.01}.get(indicator, 0.0)
    right = {
        "value": math.isclose(value, reading.value, rel_tol=close) if close else value == reading.value,
        "interval": (reading.low or 0) <= value <= (reading.high or 0) if close == 0.01 else True,
        "bounds": window.bounds == (reading.start, reading.event_time, reading.known_at),
        "facts": len(window.facts) == reading.facts,
        "version": window.version == reading.version,
        "sources": reading.sources == (publishers(ordered[:1] if reading.final else ordered)),
        "inputs": reading.inputs == tuple(fact.id for fact in ordered[: 1 if reading.final else 8]),
    }
    return [f"{name} of {reading}: {value}" for name, holds in right.items() if not holds]


@pytest.mark.timeout(120 + STREAMS)
def test_streams_equal_brute_force() -> None:
    """Cut anywhere, emitted, stored and restored at any time: every window, final and outcome is the oracle's."""
    _assert_streams_are_the_oracles(story(Random(seed)) for seed in range(FIRST, FIRST + STREAMS))


@pytest.mark.timeout(120 + STREAMS // 10)
def test_streams_told_by_sequence_equal_brute_force() -> None:
    """The same where one number a publisher and series stands for all ids, and ids only for what has no number."""
    _assert_streams_are_the_oracles(
        counted(story(Random(seed)), Random(f"sequences {seed}"))
        for seed in range(FIRST, FIRST + max(STREAMS // 20, 25))
    )


def _assert_streams_are_the_oracles(stories: Iterable[Story]) -> None:
    seen: Counter[str] = Counter()
    for seed, told in enumerate(stories, FIRST):
        oracle, made, whole = asked(told), run(told, Random(-seed)), run(told, None)
        live = {(key, name): window for key, name, window in oracle.live()}
        closed = {(key, name, window.bounds[1]): window for key, name, window in oracle.closed()}
        readings = [Written(key, value).reading for key, value in made.live.items()]
        finals = [Written(key, value).reading for (key, _), value in made.finals.items()]
        wrong = [
            text
            for reading in [*readings, *finals]
            for text in differences(
                told,
                closed[reading.series.key, reading.window, str(reading.event_time)]
                if reading.final
                else live[reading.series.key, reading.window],
                reading,
            )
        ]

        assert [] == wrong, f"stream {seed}"
        assert set(live) == {(reading.series.key, reading.window) for reading in readings}
        assert set(closed) == {(reading.series.key, reading.window, str(reading.event_time)) for reading in finals}
        assert made.finals == whole.finals, f"stream {seed}"
        assert made.latest == whole.latest == [value for _, value in sorted(made.live.items())]
        _assert_outcomes(oracle, told, made, seed)
        _assert_outcomes(oracle, told, whole, seed)
        seen += oracle.outcomes
        seen.update(streams=1, readings=len(readings), finals=len(finals), missed=len(oracle.missed))
    print(dict(seen))  # noqa: T201 - the output of the long run

    assert min(seen[name] for name in ("accepted", "duplicate", "late", "missed", "finals")) > seen["streams"] / 10


def _assert_outcomes(oracle: Oracle, told: Story, made: Run, seed: int) -> None:
    late = [item for each in made.outcomes for item in each.late]
    missed = [item for each in made.outcomes for item in each.missed]
    counted = Counter(
        accepted=sum(each.accepted for each in made.outcomes),
        duplicate=sum(each.duplicate for each in made.outcomes),
        late=len(late),
    )

    assert +oracle.outcomes == +counted, f"stream {seed}"
    assert len(told.facts) == sum(each.total for each in made.outcomes)
    assert oracle.late == [(item.origin.offset, item.windows, item.late_seconds) for item in late], f"stream {seed}"
    assert oracle.missed == [(item.origin.offset, item.windows) for item in missed], f"stream {seed}"
