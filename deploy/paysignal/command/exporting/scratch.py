"""Scratch: rows put in order on disk, however many, that are gone when nobody needs them any more."""

import sqlite3
from types import TracebackType
from typing import Self

#: Nothing of it has to outlive a crash.
_QUICKLY = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF")


class Scratch:
    """A temporary database with one table, `rows`, made by `table`; a context, which ends with the rows."""

    def __init__(self, table: str) -> None:
        # SQLite's own kind: in memory or in a file that is gone with the connection.
        self._held = sqlite3.connect("", isolation_level=None)
        for line in (*_QUICKLY, table, "BEGIN"):
            self._held.execute(line)

    def __len__(self) -> int:
        return int(self._held.execute("SELECT count(*) FROM rows").fetchone()[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._held.close()
