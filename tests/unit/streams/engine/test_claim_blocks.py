"""Blocks of claims: small, in pieces where they are not, and never misread."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest

from paysignal.engine import bookcodec, slices
from paysignal.engine.blocks import Block, StaleBlock
from paysignal.engine.decoding import decode
from paysignal.engine.records import Record
from paysignal.engine.step import State, absorb, emit, step
from paysignal.facts import wire
from paysignal.facts.claims import Retraction, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Tier
from paysignal.facts.periods import Period
from tests.tools import examples
from tests.tools.batches import Fact, records, told

NPCI = Source("npci", "NPCI", Tier.OFFICIAL)


def stored(state: State) -> dict[str, bytes | None]:
    """The state's changed blocks."""
    return {block.key: block.value for block in state.changed_blocks()}


def after(*facts: Fact) -> State:
    """The state after these facts, its readings told."""
    state = State()
    step(state, decode(records(facts), None))
    return state


def early() -> Retraction:
    """A retraction whose claim nobody has seen."""
    return identified(Retraction(retracts="ab" * 16, source=NPCI, known_at="2023-05-01"))


def test_a_block_a_series_and_one_for_each_claim_that_is_waited_for() -> None:
    """The keys name the series, and the claim; what is not touched is not written again."""
    state = after(told(examples.claim()), told(examples.users()), early())

    assert stored(state).keys() == {
        "book:" + examples.claim().series_key,
        "book:" + examples.users().series_key,
        "waiting:" + "ab" * 16,
    }
    assert 3 == state.row_count
    assert not stored(state)
    absorb(state, decode(records([told(examples.claim(value=8.0e9))]), None))
    assert ["book:" + examples.claim().series_key] == list(stored(state))


def test_readings_that_are_due_are_due_after_a_restart() -> None:
    """Absorbed and stored, but not emitted: whoever takes over emits it, and says in the next block that it did."""
    state = State()
    absorb(state, decode(records([told(examples.claim())]), None))
    taken = State.restored(state.changed_blocks())

    assert ["level"] == [reading.indicator for reading in emit(taken).readings]
    again = State.restored(taken.changed_blocks())
    assert not emit(again).readings


def test_a_claim_that_came_ends_the_waiting() -> None:
    """Its block is withdrawn, and the claim counts as retracted, across a restart."""
    claim = told(examples.claim(source=NPCI))
    retraction = identified(Retraction(retracts=str(claim.id), source=NPCI, known_at="2023-06-01"))
    state = State.restored(after(retraction).changed_blocks())
    made = step(state, decode(records([claim]), None))

    assert (1, 0) == (made.outcomes.retracted, made.outcomes.accepted)
    assert stored(state)["waiting:" + str(claim.id)] is None
    assert 1 == state.row_count


def test_a_large_book_is_cut_into_slices_and_shrinks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices come back in any order; those no longer needed are withdrawn; a missing one is told."""
    monkeypatch.setattr(slices, "LARGEST_SLICE", 100)
    state = after(*(told(examples.claim(source=Source(f"p{each}", "P", Tier.PRESS))) for each in range(16)))
    blocks = state.changed_blocks()

    assert len(blocks) == state.row_count > 9
    assert all(len(block.value or b"") <= 102 for block in blocks)
    restored = State.restored(Random(1).sample(blocks, len(blocks)))
    assert state.statements.books == restored.statements.books
    with pytest.raises(StaleBlock, match="lacks slice 3"):
        State.restored(block for block in blocks if not block.key.endswith("#3"))
    monkeypatch.setattr(slices, "LARGEST_SLICE", 10_000)
    absorb(restored, decode(records([told(examples.claim(source=NPCI))]), None))
    now = restored.changed_blocks()
    assert [block.key for block in blocks[1:]] == [block.key for block in now if block.value is None]
    assert 1 == restored.row_count


def _of_other_form(monkeypatch: pytest.MonkeyPatch) -> list[Block]:
    monkeypatch.setattr(bookcodec, "FORM", "claims/0/512/16/1024")
    return after(told(examples.claim())).changed_blocks()


def _cut_short(_: pytest.MonkeyPatch) -> list[Block]:
    return [Block(block.key, (block.value or b"")[:40]) for block in after(told(examples.claim())).changed_blocks()]


def _waiting_of_other_form(_: pytest.MonkeyPatch) -> list[Block]:
    (block,) = after(early()).changed_blocks()
    return [Block(block.key, (block.value or b"").replace(b"waiting/1", b"waiting/2"))]


def _empty(_: pytest.MonkeyPatch) -> list[Block]:
    return [Block("book:" + examples.claim().series_key, b"")]


@pytest.mark.parametrize("made", [_of_other_form, _cut_short, _waiting_of_other_form, _empty])
def test_a_block_of_another_form_is_refused(
    made: Callable[[pytest.MonkeyPatch], list[Block]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other bounds or another codec make another state; half a block makes none."""
    blocks = made(monkeypatch)
    monkeypatch.undo()

    with pytest.raises(StaleBlock, match="rebuild"):
        State.restored(blocks)


def test_a_monthly_series_is_a_small_block() -> None:
    """Twenty months of one publisher, each with its address, are less than 4 kB, about half of what came in."""
    months = [f"2023-{month:02}-01" for month in range(1, 13)] + [f"2024-{month:02}-01" for month in range(1, 10)]
    source = Source("npci", "NPCI", Tier.OFFICIAL, "https://www.npci.org.in/what-we-do/upi/product-statistics")
    facts = [told(examples.claim(period=Period(*each), source=source)) for each in pairwise(months)]
    (block,) = after(*facts).changed_blocks()

    assert 20 == len(facts)
    assert len(block.value or b"") < 4_000
    assert sum(len(wire.encode(fact)) for fact in facts) > 7_000


def test_a_retraction_that_waited_is_rejected_with_where_it_stood() -> None:
    """A stranger's retraction is judged when the claim comes, a restart later, and its own record told."""
    claim = told(examples.claim(source=NPCI))
    other = identified(Retraction(retracts=str(claim.id), source=Source("x", "X", Tier.OTHER), known_at="2023-06-01"))
    state = State()
    absorb(state, decode([Record("paysignal.facts.v1", 3, 41, b"k", wire.encode(other), 7)], None))
    outcomes = absorb(State.restored(state.changed_blocks()), decode(records([claim]), None))

    assert [(3, 41)] == [(each.origin.partition, each.origin.offset) for each in outcomes.rejected]
