"""Samples put in order on disk, however many: OpenMetrics wants each series in one piece, the oldest first."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from paysignal.command.exporting.scratch import Scratch
from paysignal.exposition.openmetrics import Sample

# No index beside the rows.
_TABLE = """
CREATE TABLE rows (
    name TEXT, labels TEXT, at INTEGER, version INTEGER, value REAL, PRIMARY KEY (name, labels, at)
) WITHOUT ROWID
"""
_PUT = """
INSERT INTO rows VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET version = excluded.version, value = excluded.value WHERE excluded.version >= version
"""
_IN_ORDER = "SELECT name, labels, at, value FROM rows ORDER BY name, labels, at"


class Sheaf(Scratch):
    """Holds one sample for each name, labels and moment: that of the highest version, of equal ones the last."""

    def __init__(self) -> None:
        super().__init__(_TABLE)

    def put(self, samples: Iterable[tuple[Sample, int]]) -> None:
        """Takes samples, each with the version of its reading."""
        self._held.executemany(_PUT, ((*each[:3], version, each.value) for each, version in samples))

    def by_name(self) -> Iterator[tuple[str, Iterator[Sample]]]:
        """Each name with its samples, by labels and then by moment."""
        found = map(Sample._make, self._held.execute(_IN_ORDER))
        return groupby(found, key=lambda sample: sample.name)
