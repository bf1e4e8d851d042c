"""Replay: lines in, final readings out."""

import msgspec
import pytest

from paysignal.engine import replay as replaying
from paysignal.engine.replay import FinalsAsked, replay
from paysignal.facts import wire
from paysignal.facts.periods import Period
from tests.tools import examples
from tests.tools.batches import final_bytes, paid, run, ticked, told

FACTS: list[msgspec.Struct] = [
    told(examples.claim()),
    told(examples.claim(value=5e9, period=Period("2022-03-01", "2022-04-01"))),
    told(examples.growth()),
    told(examples.users()),
    *(paid(index, 1.25, index * 7) for index in range(20)),
]
LINES = [wire.encode(fact) + b"\n" for fact in FACTS]


def test_a_file_gives_what_the_running_system_has() -> None:
    """The readings of a file equal those of its facts in single batches, sorted by key."""
    replayed = replay(LINES, "facts.jsonl")

    assert final_bytes(FACTS, [1]) == [wire.encode(reading) for reading in replayed.readings]
    assert sorted(reading.key for reading in replayed.readings) == [reading.key for reading in replayed.readings]


@pytest.mark.parametrize("lines", [1, 3, 1_000])
def test_the_batch_is_no_part_of_the_answer(lines: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of any number of lines give the same readings."""
    expected = replay(LINES, "facts.jsonl")
    monkeypatch.setattr(replaying, "BATCH_LINES", lines)

    assert expected == replay(iter(LINES), "facts.jsonl")


def test_a_bad_line_is_told_with_its_number_and_empty_ones_are_passed_over() -> None:
    """Lines count from 1, blank ones included, so that an editor finds the bad one."""
    replayed = replay([b"\n", b"  \n", LINES[0], b"{\n", LINES[1]], "facts.jsonl")

    assert [4] == [item.origin.offset for item in replayed.rejected]
    assert 2 == replayed.accepted


def test_nothing_gives_nothing() -> None:
    """An empty file has no readings and no outcomes."""
    replayed = replay([], "facts.jsonl")

    assert ([], 0, []) == (replayed.readings, replayed.accepted, replayed.rejected)


def test_finals_are_told_when_asked_for() -> None:
    """The last final of each window that closed, equal to what a run in single batches told; without asking none."""
    lines = [*LINES, ticked(500)]
    replayed = replay(lines, "facts.jsonl", finals=FinalsAsked())
    _, steps = run([*FACTS, ticked(500)], [1])
    told_live = {(final.key, str(final.event_time)): final for made in steps for final in made.finals}

    assert [final for _, final in sorted(told_live.items())] == replayed.finals
    assert len(replayed.finals) > 100
    assert [] == replay(lines, "facts.jsonl").finals


def test_each_partition_closes_its_windows_at_its_own_watermark() -> None:
    """Of two series a day apart one closes the other in one partition, and nobody does where they have their own."""
    facts = [paid(1, 1.0, 0, provider="first"), paid(2, 1.0, 30, provider="second")]
    lines = [wire.encode(fact) for fact in facts]
    finals = [
        {final.series.provider for final in replay(lines, "x", finals=FinalsAsked(partitions)).finals}
        for partitions in (1, 16)
    ]

    assert [{"first"}, set()] == finals
    ticked_too = replay([*lines, ticked(2_500)], "x", finals=FinalsAsked(16))
    assert {"first", "second"} == {final.series.provider for final in ticked_too.finals}
    assert 1 == ticked_too.ticks
    assert replay(lines, "x").readings == replay(lines, "x", finals=FinalsAsked(16)).readings
