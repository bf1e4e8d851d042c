"""The board: versions, withdrawal, expiry, the cap."""

import msgspec

from paysignal.board.board import Board, Counts
from paysignal.board.updates import Received, Unreadable, Withdrawn
from paysignal.facts.readings import Reading
from tests.tools.figures import RUSSIA, SPEND, reading, window


def received(one: Reading) -> Received:
    """The reading under its key."""
    return Received(one.key, one)


def versions(board: Board, now: float = 0.0) -> list[int]:
    """The versions that stand."""
    return [one.version for one in board.snapshot(now).readings]


def test_a_higher_version_replaces_and_one_not_above_is_stale() -> None:
    """Of one key the highest version stands, and equal or lower ones count as stale."""
    board = Board(10, 100.0)
    board.apply([received(reading(version=number)) for number in (2, 1, 2, 5, 4)], 0.0)
    assert versions(board) == [5]
    assert board.snapshot(0.0).counts == Counts(applied=2, stale=3)


def test_a_withdrawn_key_is_gone_and_stays_gone_for_old_versions() -> None:
    """A null value removes the reading; the same version does not bring it back, a higher one does."""
    board = Board(10, 100.0)
    board.apply([received(reading(version=3)), Withdrawn(reading().key), received(reading(version=3))], 0.0)
    assert versions(board) == []
    board.apply([received(reading(version=4))], 0.0)
    assert versions(board) == [4]
    assert board.snapshot(0.0).counts == Counts(applied=2, stale=1, withdrawn=1)


def test_a_withdrawal_of_an_unknown_key_is_counted_and_harmless() -> None:
    """Withdrawing what is not held changes only a count, and leaves nothing that would hold a reading back."""
    board = Board(10, 100.0)
    board.apply([Withdrawn("nobody"), Withdrawn(reading().key), received(reading())], 0.0)
    assert versions(board) == [1]
    assert board.snapshot(0.0).counts.withdrawn == 2


def test_readings_expire_by_time_since_receipt() -> None:
    """A reading goes when its lifetime since receipt is over; a newer version begins a new lifetime."""
    board = Board(10, 100.0)
    board.apply([received(reading(RUSSIA)), received(reading(SPEND))], 0.0)
    board.apply([received(reading(RUSSIA, version=2))], 60.0)
    assert versions(board, 99.9) == [1, 2]
    assert [one.series for one in board.snapshot(100.0).readings] == [RUSSIA]
    assert versions(board, 160.0) == []
    assert board.snapshot(160.0).counts.expired == 2


def test_a_window_has_a_lifetime_of_its_own() -> None:
    """A stream that has stopped says nothing after days; a published figure holds until the next one."""
    board = Board(10, 100.0, 10.0)
    board.apply([received(reading()), received(window())], 0.0)
    assert [len(board.snapshot(now).readings) for now in (9.9, 10.0, 99.9, 100.0)] == [2, 1, 1, 0]


def test_what_was_sent_before_its_lifetime_is_not_shown_again_by_an_exporter_that_starts() -> None:
    """The topic keeps the last reading of a series for ever; read again it is as old as it was, and counted."""
    board = Board(10, 100.0)
    old, younger = (Received(reading(each).key, reading(each), age) for each, age in ((RUSSIA, 100.0), (SPEND, 99.0)))
    board.apply([old, younger], 0.0)
    assert [one.series for one in board.snapshot(0.5).readings] == [SPEND]
    assert versions(board, 1.0) == []
    assert board.snapshot(1.0).counts == Counts(applied=1, expired=2)


def test_a_newer_version_that_is_itself_too_old_takes_the_older_one_away() -> None:
    """What stands is never what a later record replaced."""
    board = Board(10, 100.0)
    board.apply([received(reading()), Received(reading().key, reading(version=2), 100.0)], 0.0)
    assert versions(board) == []


def test_a_stale_version_does_not_prolong_the_lifetime() -> None:
    """The same version received again does not keep a reading alive."""
    board = Board(10, 100.0)
    board.apply([received(reading())], 0.0)
    board.apply([received(reading())], 90.0)
    assert versions(board, 100.0) == []


def test_new_series_beyond_the_cap_are_dropped_and_counted() -> None:
    """A full board drops new keys, still takes newer versions of held ones, and has room again after an expiry."""
    board = Board(1, 100.0)
    board.apply([received(reading(RUSSIA)), received(reading(SPEND)), received(reading(RUSSIA, version=2))], 0.0)
    assert [(one.series, one.version) for one in board.snapshot(0.0).readings] == [(RUSSIA, 2)]
    assert board.snapshot(0.0).counts.dropped == 1
    board.apply([received(reading(SPEND))], 100.0)
    assert [one.series for one in board.snapshot(100.0).readings] == [SPEND]


def test_malformed_records_are_counted() -> None:
    """What could not be read changes nothing but a count."""
    board = Board(10, 100.0)
    board.apply([Unreadable("why"), received(reading())], 0.0)
    assert board.snapshot(0.0).counts == Counts(applied=1, malformed=1)


def test_a_snapshot_does_not_change_and_costs_nothing_when_nothing_changed() -> None:
    """A snapshot taken before a change keeps its readings; two without a change between share one tuple."""
    board = Board(10, 100.0)
    board.apply([received(reading())], 0.0)
    before, again = board.snapshot(0.0), board.snapshot(1.0)
    board.apply([received(msgspec.structs.replace(reading(), version=2))], 2.0)
    assert before.readings is again.readings
    assert [one.version for one in before.readings] == [1]
    assert versions(board) == [2]


def test_a_cleared_board_forgets_versions() -> None:
    """After the topic was made anew, versions begin from the start."""
    board = Board(10, 100.0)
    board.apply([received(reading(version=7))], 0.0)
    board.clear()
    assert versions(board) == []
    board.apply([received(reading(version=1))], 0.0)
    assert versions(board) == [1]
