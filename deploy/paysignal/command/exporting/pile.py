"""Readings put in order on disk, however many: one a key and event time, the newest version of it."""

import sqlite3
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from paysignal.facts import wire
from paysignal.facts.moments import event_us
from paysignal.facts.readings import Reading

_TABLE = """
CREATE TABLE readings (key TEXT, at INTEGER, version INTEGER, raw BLOB, PRIMARY KEY (key, at)) WITHOUT ROWID
"""
_PUT = """
INSERT INTO readings VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET version = excluded.version, raw = excluded.raw WHERE excluded.version >= version
"""
_IN_ORDER = "SELECT raw FROM readings ORDER BY key, at"


class Pile:
    """Holds readings by key and event time: that of the highest version, of equal ones the last."""

    def __init__(self) -> None:
        # A temporary database of SQLite's own, in memory or in a file that is gone with the connection.
        self._held = sqlite3.connect("", isolation_level=None)
        for line in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", _TABLE, "BEGIN"):
            self._held.execute(line)

    def put(self, readings: Iterable[Reading]) -> None:
        """Takes readings."""
        rows = ((each.key, event_us(each.event_time), each.version, wire.encode(each)) for each in readings)
        self._held.executemany(_PUT, rows)

    def __len__(self) -> int:
        return int(self._held.execute("SELECT count(*) FROM readings").fetchone()[0])

    def __iter__(self) -> Iterator[Reading]:
        """By key, then by event time."""
        return (wire.decode_reading(raw) for (raw,) in self._held.execute(_IN_ORDER))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._held.close()
