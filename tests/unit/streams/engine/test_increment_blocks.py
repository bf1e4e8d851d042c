"""Blocks of increments: what is written, what is refused, what is taken back."""

from random import Random

import pytest

from paysignal.engine.blocks import Block, StaleBlock
from paysignal.engine.decoding import decode
from paysignal.engine.parameters import DEFAULTS, Parameters, asked_of
from paysignal.engine.step import State, absorb, emit
from paysignal.facts.increments import Increment
from tests.tools.batches import paid, records, ticked

DAY = 24
ALL = Parameters(asked_of("24h:count+sum+stdev+min+max+first+last+p50, 30d"))


def taken(state: State, facts: list[Increment]) -> State:
    """The state after facts have been absorbed and emitted."""
    absorb(state, decode(records(facts), partitions=None))
    emit(state)
    return state


def stored(blocks: list[Block], before: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """Blocks as a compacted topic keeps them."""
    kept = dict(before or {})
    for block in blocks:
        if block.value is None:
            del kept[block.key]
        else:
            kept[block.key] = block.value
    return kept


def back(kept: dict[str, bytes], parameters: Parameters = DEFAULTS) -> State:
    """The state of these blocks, which come in any order."""
    blocks = [Block(key, value) for key, value in kept.items()]
    Random(1).shuffle(blocks)
    return State.restored(blocks, parameters)


def many(rows: int, hours: float = 0) -> list[Increment]:
    """An increment of each of many series."""
    return [paid(f"{row}-{hours}", 1.5, hours, provider=f"wallet-{row}") for row in range(rows)]


def test_what_did_not_change_is_not_written_again() -> None:
    """After one increment only its chunk and the lane's own block are written; after none nothing."""
    state = taken(State(), many(200))
    first = state.changed_blocks()
    quiet = state.changed_blocks()
    taken(state, [paid("next", 1.0, 1, provider="wallet-7")])

    assert {"increments:rows:0", "increments:rows:3", "increments:facts:0", "increments:names:0", "increments:all"} < {
        block.key for block in first
    }
    assert [] == quiet
    assert {"increments:facts:0", "increments:all"} == {block.key for block in state.changed_blocks()}


@pytest.mark.parametrize("parameters", [DEFAULTS, ALL], ids=["usual", "all"])
def test_a_restored_state_has_the_same_readings_and_goes_on_alike(parameters: Parameters) -> None:
    """Readings, duplicates, finals and the next blocks are those of a state that was never interrupted."""
    facts = [*many(130), *many(130, 5.5), *many(70, 30)]
    state = taken(State(parameters), facts)
    again = back(stored(state.changed_blocks()), parameters)

    assert state.latest() == again.latest()
    assert state.row_count == again.row_count
    for each in (state, again):
        outcomes = absorb(each, decode(records([*facts[:5], *many(3, 100)]), partitions=None))
        assert (3, 5) == (outcomes.accepted, outcomes.replayed)
    assert emit(state).finals == emit(again).finals != []
    assert stored(state.changed_blocks()) == stored(again.changed_blocks())


def test_a_stored_state_is_restored_without_the_journal_that_its_rows_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are written before the journal behind them gets long, and what they hold is not added twice."""
    monkeypatch.setattr("paysignal.engine.tallies.stored._FEWEST", 100)
    monkeypatch.setattr("paysignal.engine.tallies.stored._A_ROW", 0)
    state, kept, rows_written = State(), dict[str, bytes](), 0
    for hour in range(60):
        taken(state, many(70, hour))
        blocks = state.changed_blocks()
        rows_written += sum(block.key.startswith("increments:rows:") for block in blocks)
        kept = stored(blocks, kept)

    assert 40 < rows_written <= 120
    assert state.latest() == back(kept).latest()


def test_ids_that_can_not_count_again_leave_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a year of daily payments the journal keeps the ids of about a ring, and its old chunks are withdrawn."""
    monkeypatch.setattr("paysignal.engine.tallies.stored._FEWEST", 1_000)
    monkeypatch.setattr("paysignal.engine.tallies.stored._A_ROW", 0)
    state, kept, withdrawn = State(Parameters(asked_of("7d", finals=False))), dict[str, bytes](), 0
    for day in range(200):
        taken(state, [paid(f"{day}-{number}", 1.0, day * DAY) for number in range(100)])
        blocks = state.changed_blocks()
        withdrawn += sum(block.value is None for block in blocks)
        kept = stored(blocks, kept)
    restored = back(kept, state.parameters)
    copies = records([paid(f"{day}-7", 1.0, day * DAY) for day in range(190, 200)])
    outcomes = absorb(restored, decode(copies, partitions=None))

    assert 15 <= withdrawn
    assert state.tallies.journal.length < 6_000
    assert state.latest() == restored.latest()
    assert (3, 7) == (len(outcomes.late), outcomes.replayed + outcomes.duplicate)


def test_other_parameters_are_refused_and_named() -> None:
    """State made for other windows is never read as one's own."""
    kept = stored(taken(State(), many(3)).changed_blocks())

    with pytest.raises(StaleBlock, match="other windows or settings"):
        back(kept, Parameters(lateness_us=0))


@pytest.mark.parametrize("missing", ["increments:all", "increments:rows:1", "increments:names:0", "increments:rows:2"])
def test_a_missing_block_is_refused(missing: str) -> None:
    """Of a state of which a part is not there nothing is used."""
    kept = stored(taken(State(), many(130)).changed_blocks())
    del kept[missing]

    with pytest.raises(StaleBlock):
        back(kept)


@pytest.mark.parametrize("cut", [0, 1, 5, 14, 40, -1])
def test_a_damaged_block_is_refused(cut: int) -> None:
    """Cut anywhere, of another version, or something else altogether: never misread, never another error."""
    kept = stored(taken(State(), many(3)).changed_blocks())
    value = kept["increments:rows:0"]
    for damaged in (value[:cut], value[:2] + b"XX\x02" + value[5:], b"\x00\x01PSI\x02" + value[6:]):
        with pytest.raises(StaleBlock):
            back({**kept, "increments:rows:0": damaged})


def test_a_lane_that_had_only_ticks_is_restored() -> None:
    """Event time came from a tick, no series was there yet: the restored state takes increments as ever."""
    state = taken(State(), [])
    absorb(state, decode(records([ticked(5)]), partitions=None))
    again = back(stored(state.changed_blocks()))

    assert state.tallies.newest_us == again.tallies.newest_us
    assert taken(state, many(70)).latest() == taken(again, many(70)).latest() != []
