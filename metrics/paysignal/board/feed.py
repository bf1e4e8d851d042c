"""From the readings topic to the board."""

import logging
from collections.abc import Callable, Sequence

from paysignal.board.board import Board
from paysignal.board.updates import Unreadable, Update, update_of
from paysignal.consuming.reader import Clock, Reader
from paysignal.consuming.records import Record
from paysignal.facts.topics import READINGS

_LOG = logging.getLogger(__name__)

#: Every malformed value is counted; only the first of a batch is logged, lest a flood of them fills the disk.
_LOGGED_A_BATCH = 1


def readings_feed(board: Board, broker: str, clock: Clock, wall_ms: Callable[[], int]) -> Reader:
    """A reader, not yet started, that keeps `board` up to date; the age of readings is by `wall_ms`, since 1970."""
    return Reader(READINGS, broker, _into(board, clock, wall_ms), clock, made_anew=board.clear)


def _into(board: Board, clock: Clock, wall_ms: Callable[[], int]) -> Callable[[Sequence[Record]], None]:
    def deliver(records: Sequence[Record]) -> None:
        now_ms = wall_ms()
        updates = [update_of(record, now_ms) for record in records]
        _log_unreadable(updates)
        board.apply(updates, clock())

    return deliver


def _log_unreadable(updates: Sequence[Update]) -> None:
    unreadable = [update for update in updates if isinstance(update, Unreadable)]
    for update in unreadable[:_LOGGED_A_BATCH]:
        _LOG.warning("%d malformed on %s, such as: %s", len(unreadable), READINGS, update.reason)
