"""A few increments, taken one by one, against the arrays that many are taken in."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paysignal.engine.decoding import decode
from paysignal.engine.parameters import Duplicates, Parameters, asked_of
from paysignal.engine.records import Outcomes
from paysignal.engine.step import State, absorb, emit
from paysignal.engine.tallies import tallies as in_arrays
from paysignal.engine.tallies.arrivals import Arrivals, arrivals_of
from paysignal.engine.tallies.newest import FEW, take_newest
from paysignal.facts.increments import Increment
from paysignal.windows.exact import cut, cut_one
from tests.tools.batches import paid, records

STREAMS = 50
WINDOWS = (
    "24h:count+sum+min+max+mean", "1h:count+sum, month@Asia/Kolkata:sum+last", "24h:p50+p95+stdev, 7d:first+last",
    "24h, 7d, 30d, 90d",
)  # fmt: skip


@given(st.floats(min_value=-(2.0**61), max_value=2.0**61) | st.integers(-(10**12), 10**12).map(float))
def test_one_value_is_cut_as_many_are(value: float) -> None:
    """The same four limbs, whatever the value, its sign and its size."""
    assert [cut_one(value)] == [tuple(limbs) for limbs in cut(np.array([value])).tolist()]


@pytest.mark.parametrize("seed", range(STREAMS))
def test_increments_one_by_one_leave_what_arrays_leave(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every batch the same outcomes, readings, finals and blocks, bit by bit, whichever way it was taken."""
    random = Random(seed)
    facts, asked = stream(random), asked_of(random.choice(WINDOWS), finals=random.random() < 0.7)
    mode = random.choice([Duplicates.IDS, Duplicates.IDS, Duplicates.OFF])
    parameters = Parameters(asked, lateness_us=random.choice([0, 3_600_000_000]), otherwise=mode)
    singly, many = State(parameters), State(parameters)
    at = 0
    while at < len(facts):
        size = random.choice([1, 1, 2, 5, FEW])
        decoded = [decode(records(facts)[at : at + size], None) for _ in range(2)]
        monkeypatch.setattr(in_arrays, "FEW", FEW)
        outcomes = absorb(singly, decoded[0])
        monkeypatch.setattr(in_arrays, "FEW", 0)

        assert absorb(many, decoded[1]) == outcomes
        if random.random() < 0.5:
            assert emit(many) == emit(singly)
        if random.random() < 0.3:
            assert many.changed_blocks() == singly.changed_blocks()
        at += size
    assert emit(many) == emit(singly)
    assert many.latest() == singly.latest()


def stream(random: Random) -> list[Increment]:
    """Payments of few series: rising or jittered, seconds or hours apart, some publishers, some sent twice."""
    spread = random.choice([2.0, 6.0, 48.0, 900.0])
    jitter = random.choice([0.0, spread / 20, spread / 4])
    hours = sorted(random.uniform(0, spread) for _ in range(random.randint(30, 120)))
    facts = [
        paid(
            number, _value(random), at + random.uniform(0, jitter), market=random.choice(["IN", "CN", "BR"]),
            publisher=random.choice(["shop", "shop", "shop", "bank"]),
        )
        for number, at in enumerate(hours)
    ]  # fmt: skip
    for _ in range(random.randint(0, 8)):
        facts.insert(random.randint(0, len(facts)), random.choice(facts))
    return facts


def _value(random: Random) -> float:
    return random.choice([random.randint(-(10**9), 10**9) / 100, float(random.randint(0, 3)), 2.0**61, -(2.0**61), 0.1])


def arrivals(facts: list[Increment], start: int) -> Arrivals:
    """Some of the facts, as they arrive."""
    return arrivals_of(decode(records(facts)[start:], None).occurrences)


def test_the_plain_ones_are_taken_one_by_one() -> None:
    """Increments that follow each other in one pane are, up to the first that is not plain; a new series is not."""
    facts = [paid(number, 1.0, number / 60) for number in range(40)]
    late = paid("late", 1.0, 0.1)
    tallies = State(Parameters(asked_of("24h"))).tallies

    assert (0, set()) == take_newest(tallies, arrivals(facts[:10], 0), Outcomes())
    tallies.take(arrivals(facts[:10], 0), Outcomes())
    assert (10, {0}) == take_newest(tallies, arrivals(facts[:20], 10), Outcomes())
    assert (3, {0}) == take_newest(tallies, arrivals([*facts[:23], late, *facts[23:]], 20), Outcomes())
