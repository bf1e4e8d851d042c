"""Flags that come to readings from elsewhere: what only many series together say of one. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

import msgspec

from paysignal.board.board import Snapshot
from paysignal.facts.readings import Reading
from paysignal.facts.series import SEPARATOR


class Marked(Protocol):
    """Flags for the reading of a key, as long as it is about the period that ends at `event_time`."""

    @property
    def event_time(self) -> str:
        """The end of the period."""

    @property
    def flags(self) -> tuple[str, ...]:
        """The values of `Reading.flags` that are to be there."""


Marks = Mapping[str, Marked]


class Flagging:
    """Snapshots of a board whose readings have the flags of `marks` besides their own; safe for several threads.

    `marks` gives one mapping by reading key for as long as nothing changed. While neither it nor the board changes, a
    snapshot costs nothing.
    """

    def __init__(self, snapshot: Callable[[], Snapshot], marks: Callable[[], Marks]) -> None:
        self._snapshot = snapshot
        self._marks = marks
        self._made: tuple[tuple[Reading, ...], Marks, tuple[Reading, ...]] | None = None

    def snapshot(self) -> Snapshot:
        """What stands now, flagged."""
        snapshot, marks = self._snapshot(), self._marks()
        made = self._made
        if made is None or made[0] is not snapshot.readings or made[1] is not marks:
            made = self._made = snapshot.readings, marks, tuple(_flagged(snapshot.readings, marks))
        return replace(snapshot, readings=made[2])


def _flagged(readings: tuple[Reading, ...], marks: Marks) -> Iterator[Reading]:
    # To make a key takes longer than all the rest, and of most providers nothing is marked.
    providers = {key.partition(SEPARATOR)[0] for key in marks}
    for reading in readings:
        mark = marks.get(reading.key) if reading.series.provider in providers else None
        if mark is None or mark.event_time != reading.event_time:
            yield reading
        else:
            yield msgspec.structs.replace(reading, flags=tuple(sorted({*reading.flags, *mark.flags})))
