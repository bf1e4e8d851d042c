"""Columns: what is looked at of every claim as numbers, and the claim itself as the bytes it travelled as.

A claim as a struct takes 2 KB and more; as bytes, a few hundred, and few are ever looked at whole.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Micros = npt.NDArray[np.int64]

#: The retraction time of a claim that stands: later than any moment.
NEVER: Final = int(np.iinfo(np.int64).max)

_FIRST_ROWS: Final = 1_024


class Columns:
    """One row a claim; a row whose claim went is given to the next one.

    `known_us`, `event_us` and `retracted_us` (`NEVER` while the claim stands) are microseconds since 1970, `series` is
    the number of the claim's series, `ids` the sixteen bytes of its id, `encoded` the claim as JSON (None in free
    rows).
    """

    def __init__(self) -> None:
        self.known_us: Micros = np.zeros(_FIRST_ROWS, dtype=np.int64)
        self.event_us: Micros = np.zeros(_FIRST_ROWS, dtype=np.int64)
        self.retracted_us: Micros = np.full(_FIRST_ROWS, NEVER, dtype=np.int64)
        self.series: npt.NDArray[np.int32] = np.zeros(_FIRST_ROWS, dtype=np.int32)
        self.ids: list[bytes] = []
        self.encoded: list[bytes | None] = []
        self.size = 0
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self.ids) - len(self._free)

    def add(self, identity: bytes, known_us: int, event_us: int, series: int, encoded: bytes) -> int:
        """Enter a claim that stands; returns its row."""
        row = self._free.pop() if self._free else self._appended()
        self.known_us[row] = known_us
        self.event_us[row] = event_us
        self.retracted_us[row] = NEVER
        self.series[row] = series
        self.ids[row] = identity
        self.encoded[row] = encoded
        self.size += len(encoded)
        return row

    def reword(self, row: int, encoded: bytes) -> None:
        """Put other bytes of the same claim in place of those held."""
        self.size += len(encoded) - len(self.bytes_of(row))
        self.encoded[row] = encoded

    def remove(self, row: int) -> None:
        """Let a claim go."""
        self.size -= len(self.bytes_of(row))
        self.encoded[row] = None
        self._free.append(row)

    def bytes_of(self, row: int) -> bytes:
        """The claim of a row that has one."""
        encoded = self.encoded[row]
        assert encoded is not None  # noqa: S101 - rows come from the indices, which name no free one
        return encoded

    def held_rows(self) -> npt.NDArray[np.intp]:
        """The rows that have a claim."""
        held = np.ones(len(self.ids), dtype=np.bool_)
        held[self._free] = False
        return np.flatnonzero(held)

    def _appended(self) -> int:
        row = len(self.ids)
        if row == len(self.known_us):
            for name in ("known_us", "event_us", "retracted_us", "series"):
                column = getattr(self, name)
                setattr(self, name, np.concatenate((column, np.zeros_like(column))))
        self.ids.append(b"")
        self.encoded.append(None)
        return row
