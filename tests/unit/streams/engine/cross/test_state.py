"""The state of cross-sections: replaced and never added, whatever the order; restored, as if nothing had been."""

import random
from collections.abc import Iterable

import msgspec
import pytest

from paysignal.engine.blocks import Block, StaleBlock
from paysignal.engine.cross.decoding import absorb_members
from paysignal.engine.cross.state import CrossState, Evaluated
from paysignal.engine.records import Record
from paysignal.facts import wire
from paysignal.facts.kinds import Comparison, Kind
from paysignal.facts.members import Member
from paysignal.facts.partitioning import partition_of
from paysignal.facts.rejections import Reason
from paysignal.facts.topics import CROSS
from tests.tools.books import monthly
from tests.tools.chunks import chunk_of
from tests.unit.streams.engine.cross.test_sections import members

APPS = ("phonepe", "google-pay", "cred")


def member(provider: str, now: float, version: int = 2, *, lost: bool = False) -> Member:
    """An app in India against a year ago, when it made one payment."""
    [made] = members([monthly([1, *[None] * 11, now], provider=provider, market="IN")])
    return msgspec.structs.replace(made, version=version, pair=None if lost else made.pair)


def state_of(*found: Member) -> CrossState:
    """A state that has taken them in this order."""
    state = CrossState()
    for each in found:
        state.take(each, wire.encode(each))
    return state


def values(evaluated: Evaluated, start: str) -> dict[str, tuple[float, int]]:
    """Value and version of the readings whose indicator starts so, by provider."""
    return {
        each.series.provider: (each.value, each.version)
        for each in evaluated.readings
        if each.indicator.startswith(start)
    }


def blocks(state: CrossState) -> list[Block]:
    """Its changed blocks in some other order."""
    return random.Random(1).sample(found := state.changed_blocks(), len(found))


def test_a_newer_pair_takes_the_place_of_the_older() -> None:
    """It is not added to it; an older one, or the same again, changes nothing and touches nothing."""
    state = state_of(member("phonepe", 2), member("google-pay", 2))
    state.evaluate()
    newer, older = member("phonepe", 6, version=3), member("phonepe", 9, version=2)

    assert state.take(newer, wire.encode(newer))
    assert {"phonepe": (0.75, 5), "google-pay": (0.25, 5)} == values(state.evaluate(), "share")
    assert not state.take(newer, wire.encode(newer))
    assert not state.take(older, wire.encode(older))
    assert Evaluated([], []) == state.evaluate()


def test_the_readings_do_not_depend_on_order_or_cuts() -> None:
    """Members in any order, evaluated in between or not, give the same last reading of each key."""
    told = [member(app, now, version) for app in APPS for now, version in ((2, 2), (5, 3), (len(app), 4))]
    wanted = state_of(*told).evaluate().readings
    for seed in range(20):
        state, last = CrossState(), {}
        draw = random.Random(seed)
        for each in draw.sample(told, len(told)):
            state.take(each, wire.encode(each))
            if draw.random() < 0.5:
                last.update({reading.key: reading for reading in state.evaluate().readings})
        last.update({reading.key: reading for reading in state.evaluate().readings})

        assert {reading.key: reading for reading in wanted} == last


def test_versions_rise_with_whatever_a_section_says() -> None:
    """Also when a member leaves it: its facts count on, so that no reader takes the newer reading for an older one."""
    state, seen = CrossState(), list[int]()
    steps = [member("phonepe", 2), member("google-pay", 3), member("cred", 4), member("cred", 4, 3, lost=True),
             member("google-pay", 9, 4)]  # fmt: skip
    for each in steps:
        state.take(each, wire.encode(each))
        seen += {reading.version for reading in state.evaluate().readings}

    assert [4, 6, 7, 9] == seen


def test_a_section_that_is_no_more_is_withdrawn() -> None:
    """Of two one loses its pair: what was told of both and of each goes; a third that leaves takes its own keys."""
    state = state_of(*(member(app, 3) for app in APPS))
    told = {reading.key for reading in state.evaluate().readings}
    gone = member("cred", 3, 3, lost=True)
    state.take(gone, wire.encode(gone))
    third = state.evaluate()
    again = member("phonepe", 3, 3, lost=True)
    state.take(again, wire.encode(again))
    second = state.evaluate()

    assert {key for key in told if key.startswith("cred|")} == set(third.withdrawn)
    assert told - set(third.withdrawn) == set(second.withdrawn)
    assert [] == second.readings


@pytest.mark.parametrize("moved", [member("cred", 7, 3), member("cred", 3, 3, lost=True)])
def test_a_restored_state_goes_on_as_if_it_had_never_been_interrupted(moved: Member) -> None:
    """Members are in blocks of their own, in any order; what it tells next, and withdraws, is the same."""
    state = state_of(*(member(app, 3) for app in APPS))
    state.evaluate()
    again = CrossState.restored(blocks(state))

    assert (3, 3, []) == (again.row_count, again.held, again.changed_blocks())
    assert [state.take(moved, wire.encode(moved)), Evaluated([], [])] == [True, CrossState.restored([]).evaluate()]
    assert again.take(moved, wire.encode(moved))
    assert state.evaluate() == again.evaluate()
    assert state.changed_blocks() == again.changed_blocks()


def test_who_catches_up_withdraws_what_a_former_owner_may_have_told() -> None:
    """It may have told of cred between two records, and died: cred's keys go, and only where something was touched."""
    state = CrossState.restored(blocks(state_of(*(member(app, 3) for app in APPS[:2]))))
    for each in (member("cred", 4), member("cred", 4, 3, lost=True)):
        state.take(each, wire.encode(each))
    caught_up = state.evaluate_caught_up()
    everything = CrossState.restored(blocks(state_of(*(member(app, 3) for app in APPS[:2])))).evaluate_all()

    assert {"share", "contribution", "rank", "rank_change"} == {
        key.split("|")[7].partition("_among_")[0] for key in caught_up.withdrawn if key.startswith("cred|")
    }
    assert all(key.startswith("cred|") for key in caught_up.withdrawn)
    assert {reading.key for reading in caught_up.readings} == {reading.key for reading in everything.readings}
    assert [] == everything.withdrawn


@pytest.mark.parametrize("value", [None, b"", b"m0{}", b"m1{}", b"m1" + b"\xff"])
def test_a_block_of_another_form_is_refused(value: bytes | None) -> None:
    """It is rebuilt from the topic, never misread."""
    with pytest.raises(StaleBlock):
        CrossState.restored([Block("k", value)])


def records(found: Iterable[Member]) -> list[Record]:
    """The members as records of their partition, of four."""
    return [
        Record(CROSS, partition_of(each.section_key.encode(), 4), offset, each.key.encode(), wire.encode(each), 0)
        for offset, each in enumerate(found)
    ]


def test_records_that_are_no_members_are_refused_alone() -> None:
    """Malformed, under another key, on another partition, without a value; each with its reason, the others count."""
    good = member("phonepe", 3)
    [record] = records([good])
    other = (record.partition + 1) % 4
    bad = [
        msgspec.structs.replace(record, offset=1, value=b"{"),
        msgspec.structs.replace(record, offset=2, value=wire.encode(good).replace(b'"phonepe"', b'"PhonePe"')),
        msgspec.structs.replace(record, offset=3, value=None),
        msgspec.structs.replace(record, offset=4, key=b"another"),
        msgspec.structs.replace(record, offset=5),
    ]
    state = CrossState()
    outcomes = absorb_members(state, [chunk_of(record, *bad)], 4)
    astray = absorb_members(state, [chunk_of(msgspec.structs.replace(record, partition=other))], 4)

    assert (1, 1, 6) == (outcomes.accepted, outcomes.duplicate, outcomes.total)
    assert [Reason.BAD_JSON, Reason.BAD_TYPE, Reason.BAD_JSON, Reason.MISROUTED] == [
        each.reason for each in outcomes.rejected
    ]
    assert [Reason.MISROUTED] == [each.reason for each in astray.rejected]
    assert 1 == state.held


def test_both_baselines_are_members_of_their_own() -> None:
    """A series with both comparisons; one that lost its pair stays, without it, for its version."""
    book = monthly([2, *[1] * 11, 4], provider="phonepe", market="IN")
    previous, year_ago = (members([book], each)[0] for each in (Comparison.PREVIOUS, Comparison.YEAR_AGO))
    latest = book.choices(Kind.LEVEL)[0][2].shown
    book.retract(latest.id or "", "ab" * 16)
    [lost] = members([book], Comparison.YEAR_AGO)

    assert [1.0, 2.0] == [each.pair.base for each in (previous, year_ago) if each.pair is not None]
    assert (2, previous.version + 1, None) == (state_of(previous, year_ago).held, lost.version, lost.pair)
