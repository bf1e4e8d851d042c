"""Samples put in order on disk, however many: OpenMetrics wants each series in one piece, the oldest first."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from types import TracebackType
from typing import Self

from paysignal.exposition.openmetrics import Sample

# No index beside the rows; a temporary database of SQLite's own, which is gone with the connection.
_TABLE = """
CREATE TABLE samples (
    name TEXT, labels TEXT, at INTEGER, version INTEGER, value REAL, PRIMARY KEY (name, labels, at)
) WITHOUT ROWID
"""
_PUT = """
INSERT INTO samples VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET version = excluded.version, value = excluded.value WHERE excluded.version >= version
"""
_IN_ORDER = "SELECT name, labels, at, value FROM samples ORDER BY name, labels, at"


class Sheaf:
    """Holds one sample for each name, labels and moment: that of the highest version, of equal ones the last."""

    def __init__(self) -> None:
        self._held = sqlite3.connect("", isolation_level=None)
        for line in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", _TABLE, "BEGIN"):
            self._held.execute(line)

    def put(self, samples: Iterable[tuple[Sample, int]]) -> None:
        """Takes samples, each with the version of its reading."""
        self._held.executemany(_PUT, ((*each[:3], version, each.value) for each, version in samples))

    def __len__(self) -> int:
        return int(self._held.execute("SELECT count(*) FROM samples").fetchone()[0])

    def by_name(self) -> Iterator[tuple[str, Iterator[Sample]]]:
        """Each name with its samples, by labels and then by moment."""
        found = map(Sample._make, self._held.execute(_IN_ORDER))
        return groupby(found, key=lambda sample: sample.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._held.close()
