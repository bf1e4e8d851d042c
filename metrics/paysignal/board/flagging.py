"""What only many series together say: flags for readings of the board, and readings besides. Pure."""

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
_Inputs = tuple[tuple[Reading, ...], Marks, tuple[Reading, ...]]


class Flagging:
    """Snapshots of a board with what others know: `marks` as flags, and readings that stand on no topic behind its own.

    `marks` by reading key and `others` are the same objects for as long as nothing changed. While neither they nor the
    board change, a snapshot costs nothing. Safe for several threads.
    """

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        marks: Callable[[], Marks],
        others: Callable[[], tuple[Reading, ...]] = tuple,
    ) -> None:
        self._snapshot = snapshot
        self._marks = marks
        self._others = others
        self._made: tuple[_Inputs, tuple[Reading, ...]] | None = None

    def snapshot(self) -> Snapshot:
        """What stands now."""
        snapshot = self._snapshot()
        inputs = snapshot.readings, self._marks(), self._others()
        made = self._made
        if made is None or any(old is not new for old, new in zip(made[0], inputs, strict=True)):
            readings, marks, others = inputs
            made = self._made = inputs, (*_flagged(readings, marks), *others)
        return replace(snapshot, readings=made[1], added=len(inputs[2]))


def _flagged(readings: tuple[Reading, ...], marks: Marks) -> Iterator[Reading]:
    # To make a key takes longer than all the rest, and of most providers nothing is marked.
    providers = {key.partition(SEPARATOR)[0] for key in marks}
    for reading in readings:
        mark = marks.get(reading.key) if reading.series.provider in providers else None
        if mark is None or mark.event_time != reading.event_time:
            yield reading
        else:
            yield msgspec.structs.replace(reading, flags=tuple(sorted({*reading.flags, *mark.flags})))
