"""Readings put in order on disk, however many: one a key and event time, the newest version of it."""

from collections.abc import Iterable, Iterator

from paysignal.command.exporting.scratch import Scratch
from paysignal.facts import wire
from paysignal.facts.moments import event_us
from paysignal.facts.readings import Reading

_TABLE = """
CREATE TABLE rows (key TEXT, at INTEGER, version INTEGER, raw BLOB, PRIMARY KEY (key, at)) WITHOUT ROWID
"""
_PUT = """
INSERT INTO rows VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET version = excluded.version, raw = excluded.raw WHERE excluded.version >= version
"""
_IN_ORDER = "SELECT raw FROM rows ORDER BY key, at"


class Pile(Scratch):
    """Holds readings by key and event time: that of the highest version, of equal ones the last."""

    def __init__(self) -> None:
        super().__init__(_TABLE)

    def put(self, readings: Iterable[Reading]) -> None:
        """Takes readings."""
        rows = ((each.key, event_us(each.event_time), each.version, wire.encode(each)) for each in readings)
        self._held.executemany(_PUT, rows)

    def __iter__(self) -> Iterator[Reading]:
        """By key, then by event time."""
        return (wire.decode_reading(raw) for (raw,) in self._held.execute(_IN_ORDER))
