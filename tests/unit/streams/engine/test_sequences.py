"""Duplicates told by the publisher's sequence: what counts, what a restart keeps, what it costs."""

import datetime as dt

import msgspec
import pytest

from paysignal.engine.decoding import decode
from paysignal.engine.parameters import Duplicates, Parameters, asked_of
from paysignal.engine.records import Outcomes
from paysignal.engine.step import State, absorb
from paysignal.facts.identity import increment_id
from paysignal.facts.increments import Increment
from tests.tools import examples
from tests.tools.batches import records

BY_SEQUENCE = Parameters(asked_of("24h"), otherwise=Duplicates.SEQUENCE)
NOON = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)


def sent(sequence: int | None, event: str = "", *, hours: float = 0, **fields: object) -> Increment:
    """One increment; its event is its sequence unless one is given."""
    identity = increment_id("shop", event or str(sequence))
    at = NOON + dt.timedelta(hours=hours)
    return examples.increment(**{"publisher": "shop", "id": identity, "at": at, "sequence": sequence, **fields})


def told(state: State, *facts: Increment, start: int = 0) -> tuple[int, int, int, int]:
    """Accepted, duplicate, replayed and late of one batch at offsets from `start` on."""
    placed = [msgspec.structs.replace(one, offset=start + number) for number, one in enumerate(records(facts))]
    out: Outcomes = absorb(state, decode(placed, partitions=None))
    return out.accepted, out.duplicate, out.replayed, len(out.late)


def test_what_is_not_above_the_last_is_a_duplicate() -> None:
    """The same number and a lower one, in the batch and behind it; a number that jumps counts."""
    state = State(BY_SEQUENCE)

    assert (3, 2, 0, 0) == told(state, sent(0), sent(5), sent(5, "other"), sent(4), sent(2**63 - 1))
    assert (0, 2, 0, 0) == told(state, sent(2**63 - 1), sent(6), start=5)


def test_each_publisher_and_series_counts_for_itself() -> None:
    """The number of one says nothing of another's."""
    state = State(BY_SEQUENCE)

    assert (4, 0, 0, 0) == told(
        state, sent(9), sent(1, publisher="bank"), sent(1, market="CN"), sent(2, market="CN", publisher="bank")
    )
    assert (1, 1, 0, 0) == told(state, sent(1, market="CN"), sent(2, publisher="bank"), start=4)


def test_what_has_no_number_is_known_by_its_id() -> None:
    """Beside increments that have one, and an id that came with a number does not stand in its way."""
    state = State(BY_SEQUENCE)

    assert (3, 1, 0, 0) == told(state, sent(1, "a"), sent(None, "a"), sent(None, "a"), sent(2, "a"))
    assert (0, 1, 0, 0) == told(state, sent(None, "a"), start=4)


def test_a_late_one_moves_no_number() -> None:
    """Behind its rings nothing counts, and what comes next with a lower number does."""
    state = State(BY_SEQUENCE)

    assert (2, 0, 0, 1) == told(state, sent(1), sent(9, hours=-48), sent(2))
    assert (0, 1, 0, 1) == told(state, sent(9, hours=-48), sent(2), start=3)


def test_read_again_from_its_place_it_is_a_replay() -> None:
    """An offset that was taken in before is no duplicate of its sender's."""
    state = State(BY_SEQUENCE)
    told(state, sent(1), sent(2))

    assert (1, 0, 1, 0) == told(state, sent(2), sent(3), start=1)


@pytest.mark.parametrize("blocks_of_rows", [False, True])
def test_a_restored_state_knows_the_numbers(*, blocks_of_rows: bool) -> None:
    """From the journal behind the rows' blocks, and from blocks that are written anew."""
    state, blocks = State(BY_SEQUENCE), {}
    told(state, sent(3), sent(7, publisher="bank"))
    blocks.update({block.key: block for block in state.changed_blocks()})
    told(state, sent(5), start=2)
    if blocks_of_rows:
        state.tallies.stored.rows = 0  # as if the rows were new: their blocks are due
    blocks.update({block.key: block for block in state.changed_blocks()})
    again = State.restored(blocks.values(), BY_SEQUENCE)

    assert (2, 2, 0, 0) == told(again, sent(5), sent(7, publisher="bank"), sent(6), sent(8, publisher="bank"), start=3)


def test_no_id_is_kept_for_what_has_a_number() -> None:
    """5,000 increments within a ring leave one number; with ids they leave as many."""
    held = {}
    for mode in (Duplicates.SEQUENCE, Duplicates.IDS):
        state = State(Parameters(asked_of("24h"), otherwise=mode))
        for start in range(0, 5_000, 500):
            told(state, *(sent(number) for number in range(start, start + 500)), start=start)
            state.pass_over()
        state.tallies.forget()
        held[mode] = state.tallies.journal.length

    assert held[Duplicates.IDS] == 5_000
    assert held[Duplicates.SEQUENCE] < 1_024
