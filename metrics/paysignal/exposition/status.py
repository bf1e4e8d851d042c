"""What `/status` says: how far a process has come."""

from collections.abc import Iterable

import msgspec

from paysignal.consuming.records import Position


class Status(msgspec.Struct, frozen=True, omit_defaults=True):
    """The next offset of each topic and partition, and whether the process still reads what came before it.

    Of an exporter: after how many `changes` its history stands, and how many of these it has held against each other.
    """

    positions: dict[str, dict[str, int]]
    restoring: bool
    changes: int = 0
    examined: int = 0


def status_of(positions: Iterable[Position], *, restoring: bool, changes: int = 0, examined: int = 0) -> Status:
    """The status of a process that has read as far as `positions`."""
    by_topic: dict[str, dict[str, int]] = {}
    for one in positions:
        by_topic.setdefault(one.topic, {})[str(one.partition)] = one.position
    return Status(by_topic, restoring, changes, examined)
