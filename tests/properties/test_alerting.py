"""Laws of alerting: no cut, restart or repetition changes what is told, and every crossing is told once."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paysignal.engine.alerting.rules import Rules
from paysignal.engine.alerting.watching import State
from paysignal.engine.blocks import StaleBlock
from paysignal.engine.records import Record
from paysignal.facts.alerts import Alert
from tests.tools.alerting import SENT_MS, growths, month, record, rules, told, valued
from tests.tools.figures import RUSSIA

MARKETS = ("RU", "CN", "KE")
VALUES = st.sampled_from([-0.5, 0.0, 0.6, 0.9, 1.0, 1.2, 3.0])
RULES = st.fixed_dictionaries(
    {},
    optional={
        "clear": st.sampled_from([0.5, 1]),
        "certain": st.booleans(),
        "readings": st.sampled_from([1, 2, 3]),
        "for": st.sampled_from(["1s", "40d"]),
        "cool_down": st.sampled_from(["1s", "50d"]),
        "max_age": st.sampled_from(["2000d", "2100d"]),
        "unless": st.just("conflict"),
    },
)


@st.composite
def streams(draw: Any) -> list[Record]:  # noqa: ANN401 - hypothesis
    """Readings and withdrawals of three keys, with intervals, flags, times that go back, and versions that may not."""
    records, sent_ms = list[Record](), SENT_MS
    for offset in range(draw(st.integers(0, 25))):
        sent_ms += draw(st.integers(-1, 100)) * 86_400_000
        series = msgspec.structs.replace(RUSSIA, market=draw(st.sampled_from(MARKETS)))
        value, width = draw(VALUES), draw(st.sampled_from([0.0, 0.5]))
        version = offset + 1 if draw(st.booleans()) else draw(st.integers(1, 25))
        one = valued(
            value,
            version,
            series=series,
            low=value - width,
            high=None if draw(st.booleans()) and width else value + width,
            event_time=month(draw(st.integers(0, 12))),
            start=None,
            flags=("conflict",) if draw(st.integers(0, 5)) == 0 else (),
        )
        records.append(record(one.key if draw(st.integers(0, 6)) == 0 else one, offset, sent_ms))
    return records


def restarted(state: State, stored: dict[str, bytes]) -> State:
    """The state as a checkpoint stores it and the next worker reads it back."""
    for block in state.changed_blocks():
        if block.value is None:
            del stored[block.key]
        else:
            stored[block.key] = block.value
    assert state.row_count == len(stored)
    return State.restored(stored)


@settings(max_examples=60, deadline=None)
@given(streams(), RULES, st.data())
def test_no_cut_restart_or_repetition_changes_what_is_told(
    stream: list[Record], fields: dict[str, object], data: st.DataObject
) -> None:
    """In one go, or in pieces with a restart behind each, the same; and readings that are repeated add nothing."""
    asked = rules(**fields)
    whole = told(stream, asked)

    pieces, state, stored, rest = list[Alert](), State(), dict[str, bytes](), list(stream)
    while rest:
        cut = data.draw(st.integers(1, len(rest)))
        pieces += told(rest[:cut], asked, state)
        rest = rest[cut:]
        state = restarted(state, stored)
    assert pieces == whole
    # A withdrawal has no version, so said again it is said anew.
    withdrawn = {each.key for each in stream if each.value is None}
    assert told([each for each in stream if each.key not in withdrawn], asked, state) == []


NEXT = {"resolved": ("firing", "possible"), "possible": ("firing", "resolved"), "firing": ("resolved",)}


def standing(alerts: Sequence[Alert]) -> dict[str, str]:
    """What stands of each key in the end; fails where the order of the alerts is impossible."""
    held = dict[str, str]()
    for each in alerts:
        before = held.get(each.key, "resolved")
        assert each.state in NEXT[before], (before, each)
        held[each.key] = each.state
    return held


@settings(max_examples=60, deadline=None)
@given(streams(), RULES)
def test_every_firing_has_one_resolved_and_what_is_gone_does_not_stand(
    stream: list[Record], fields: dict[str, object]
) -> None:
    """Firing, then resolved, by turns; and nothing stands for a key that was withdrawn."""
    held = standing(told(stream, rules(**fields)))
    last = {(each.key or b"").decode().rsplit("|", 3)[0]: each.value for each in stream}

    assert {"resolved"} >= {held.get(f"surge|{key}", "resolved") for key, value in last.items() if value is None}


@given(st.lists(st.booleans(), max_size=40))
def test_as_many_firings_and_resolved_as_crossings(beyond: list[bool]) -> None:
    """Counted against the plain definition: a crossing is a false followed by a true."""
    alerts = told(growths(*(3.0 if each else 0.0 for each in beyond)), rules())
    ups = sum(now and not before for before, now in zip([False, *beyond], beyond, strict=False))
    downs = sum(before and not now for before, now in pairwise(beyond))
    assert ([each.state for each in alerts].count("firing"), [each.state for each in alerts].count("resolved")) == (
        ups,
        downs,
    )


@settings(max_examples=60, deadline=None)
@given(streams(), RULES, RULES)
def test_rules_that_change_leave_the_same_standing_as_if_they_had_always_been(
    stream: list[Record], first: dict[str, object], second: dict[str, object]
) -> None:
    """Of rules without memory (no counting, no quiet, no clear level): the last readings alone decide."""
    plain = [{name: fields[name] for name in ("certain", "unless") if name in fields} for fields in (first, second)]
    before, after = (rules(**fields) for fields in plain)
    state = State()
    alerts = told(stream, before, state) + told([], after, state)
    fires = {key for key, each in standing(alerts).items() if each == "firing"}
    expected = {key for key, each in standing(told(stream, after)).items() if each == "firing"}
    assert fires == expected


def test_a_block_of_another_form_is_refused() -> None:
    """It is rebuilt, never misread."""
    with pytest.raises(StaleBlock):
        State.restored({"watch": b"\x09"})


def test_fingerprints_tell_rules_apart() -> None:
    """What decides whether watched keys are judged anew: equal for equal files, other for any other number."""
    one: Rules = rules()
    assert one.fingerprint == rules().fingerprint
    assert one.fingerprint != rules(above=1.1).fingerprint
