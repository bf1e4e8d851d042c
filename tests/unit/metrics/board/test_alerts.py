"""The board of alerts: versions, what stands first, the cap, what is no alert."""

from typing import Any

import pytest

from paysignal.board.alerts import AlertBoard, AlertCounts, Told, alert_update_of
from paysignal.board.updates import Unreadable, Withdrawn
from paysignal.consuming.records import Record
from paysignal.facts.wire import encode
from tests.tools.figures import RUSSIA, SPEND, alert

KEY = alert().key.encode()
RESOLVED = {"state": "resolved", "reason": "withdrawn"}


def told(*args: Any, **changes: Any) -> Told:  # noqa: ANN401 - as `alert` takes them
    """An alert under its key."""
    one = alert(*args, **changes)
    return Told(one.key, one)


def states(board: AlertBoard) -> list[tuple[str, str, int]]:
    """Market, state and version of each alert held."""
    return [(one.series.market, one.state, one.version) for one in board.snapshot()]


def test_the_later_record_of_a_key_stands_unless_its_version_is_lower() -> None:
    """A withdrawal resolves at the version of the firing, so an equal version must be taken; the same twice is not."""
    board = AlertBoard()
    board.apply([told(version=3), told(version=3), told(version=3, **RESOLVED), told(version=2)])
    assert states(board) == [("RU", "resolved", 3)]
    assert board.counts() == AlertCounts(applied=2, stale=2)


def test_what_stands_comes_first_and_what_changed_last_before_the_rest() -> None:
    """A reader sees what fires now without looking for it."""
    board = AlertBoard()
    board.apply([told(rule="a"), told(SPEND), told(rule="b", **RESOLVED), told(rule="c"), told(SPEND, version=2)])
    assert [(one.rule, one.state) for one in board.snapshot()] == [
        ("growth-surge", "firing"),
        ("c", "firing"),
        ("a", "firing"),
        ("b", "resolved"),
    ]


def test_a_full_board_forgets_what_is_resolved_and_then_refuses() -> None:
    """What fires is never forgotten for what is new; either is counted."""
    board = AlertBoard(most=2)
    board.apply([told(rule="a", **RESOLVED), told(rule="b"), told(rule="c")])
    assert [one.rule for one in board.snapshot()] == ["c", "b"]
    board.apply([told(rule="d"), told(rule="c", version=2)])
    assert [one.rule for one in board.snapshot()] == ["c", "b"]
    assert board.counts() == AlertCounts(applied=4, dropped=2)


def test_a_null_value_removes_an_alert_and_an_unknown_one_is_counted() -> None:
    """Compaction's way to delete."""
    board = AlertBoard()
    board.apply([told(RUSSIA), Withdrawn(alert().key), Withdrawn("nobody"), Unreadable("why")])
    assert board.snapshot() == ()
    assert board.counts() == AlertCounts(applied=1, withdrawn=2, malformed=1)


def test_a_topic_made_anew_starts_with_nothing() -> None:
    """The counts stay, as counters do."""
    board = AlertBoard()
    board.apply([told(version=9)])
    board.clear()
    assert board.snapshot() == ()
    board.apply([told(version=1)])
    assert states(board) == [("RU", "firing", 1)]


def test_records_become_updates() -> None:
    """An alert under its key, and a null value, which withdraws."""
    assert alert_update_of(Record(KEY, encode(alert()))) == told()
    assert alert_update_of(Record(KEY, None)) == Withdrawn(alert().key)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (KEY, b""),
        (KEY, b"{"),
        (KEY, b"x" * 900_000),
        (KEY, encode(alert()).replace(b'"firing"', b'"burning"')),
        (KEY, encode(alert()).replace(b"50.0", b"NaN")),
        (b"another|key", encode(alert())),
        (b"\xff", encode(alert())),
        (None, encode(alert())),
    ],
)
def test_anything_else_is_unreadable_with_a_reason(key: bytes | None, value: bytes) -> None:
    """Told, never raised."""
    update = alert_update_of(Record(key, value))
    assert isinstance(update, Unreadable)
    assert update.reason
