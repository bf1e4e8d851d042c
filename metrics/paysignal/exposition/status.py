"""What `/status` says: how far a process has come."""

from collections.abc import Iterable

import msgspec

from paysignal.consuming.records import Position


class Status(msgspec.Struct, frozen=True):
    """The next offset of each topic and partition, and whether the process still reads what came before it."""

    positions: dict[str, dict[str, int]]
    restoring: bool


def status_of(positions: Iterable[Position], *, restoring: bool) -> Status:
    """The status of a process that has read as far as `positions`."""
    by_topic: dict[str, dict[str, int]] = {}
    for one in positions:
        by_topic.setdefault(one.topic, {})[str(one.partition)] = one.position
    return Status(by_topic, restoring)
