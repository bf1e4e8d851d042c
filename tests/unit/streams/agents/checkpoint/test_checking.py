"""Checking: a state is taken as it is or refused, with what differs and the command."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from paysignal.agents.checkpoint import markers
from paysignal.agents.checkpoint.checking import Standing, check, lost, marker_of
from paysignal.agents.checkpoint.errors import StateRefused
from paysignal.agents.checkpoint.ledger import Ledger
from paysignal.agents.checkpoint.markers import Marker
from paysignal.engine.records import Record
from paysignal.facts.topics import FACTS

LANE = f"{FACTS}/3"
LAST = Record(FACTS, 3, 9, b"key", b"value", 5)
ROWS = {"a": b"1", "b": b"2"}


def ledger_of(rows: dict[str, bytes]) -> Ledger:
    """A ledger of these rows."""
    ledger = Ledger()
    ledger.enter(rows.items())
    return ledger


MARKER = Marker(
    position=10,
    last_offset=9,
    fingerprint=markers.fingerprint_of(LAST),
    partitions=8,
    parameters="windows",
    rows=2,
    row_sum=ledger_of(ROWS).row_sum,
    held=False,
    owner="somebody",
    written_ms=0,
)
STANDING = Standing(LANE, partitions=8, begin=0, end=12, parameters="windows", last=LAST)


def test_a_state_that_belongs_here_is_taken() -> None:
    """Also at the very end of the topic, and where its last record is gone."""
    marker = marker_of(LANE, markers.encode(MARKER), ledger_of(ROWS))

    assert marker == MARKER
    check(MARKER, STANDING)
    check(MARKER, replace(STANDING, end=10))
    check(MARKER, replace(STANDING, begin=10, last=None))


def test_a_lane_without_rows_and_marker_is_new() -> None:
    """It starts from its first record."""
    assert marker_of(LANE, None, Ledger()) is None


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        pytest.param(None, ROWS, id="no marker"),
        pytest.param(b"{}", ROWS, id="no marker's bytes"),
        pytest.param(markers.encode(MARKER), {"a": b"1"}, id="a row lost"),
        pytest.param(markers.encode(MARKER), {"a": b"1", "b": b"3"}, id="a row changed"),
        pytest.param(markers.encode(MARKER), {**ROWS, "c": b""}, id="a row too many"),
        pytest.param(markers.encode(msgspec.structs.replace(MARKER, version=2)), ROWS, id="another version"),
    ],
)
def test_rows_that_are_not_what_the_marker_says_are_refused(value: bytes | None, rows: dict[str, bytes]) -> None:
    """The error names the lane and the command that makes the state again."""
    with pytest.raises(StateRefused, match="paysignal rebuild") as refused:
        marker_of(LANE, value, ledger_of(rows))

    assert refused.value.lane == LANE


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"partitions": 16}, "8 partitions of its topic, which has 16", id="widened"),
        pytest.param({"parameters": "other"}, "settings windows, the worker has other", id="other settings"),
        pytest.param({"end": 9, "last": None}, "goes to offset 10, its topic ends at 9", id="made anew, shorter"),
        pytest.param(
            {"last": msgspec.structs.replace(LAST, value=b"x")}, "offset 9 is not the one", id="made anew, longer"
        ),
    ],
)
def test_a_state_of_other_facts_partitions_or_settings_is_refused(change: dict[str, Any], says: str) -> None:
    """The error says what differs, and the command."""
    with pytest.raises(StateRefused, match=says) as refused:
        check(MARKER, replace(STANDING, **change))

    assert "`paysignal rebuild`" in str(refused.value)


def test_what_retention_took_unprocessed_is_counted() -> None:
    """From the marker's position to the partition's begin; nothing while the begin is behind it."""
    assert (0, 5) == (lost(MARKER, STANDING), lost(MARKER, replace(STANDING, begin=15, end=20)))
