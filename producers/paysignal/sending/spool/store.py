"""The spool's file: records that wait, and marks of what was read, in one SQLite database."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from paysignal.sending.errors import SpoolRefused
from paysignal.sending.outbox import Outgoing

#: The version of the tables; a file of another one is refused, never guessed at.
VERSION = 1

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waiting (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, key BLOB, value BLOB NOT NULL, headers BLOB NOT NULL,
  partition INTEGER, size INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS marks (
  source TEXT NOT NULL, item TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (source, item)
) WITHOUT ROWID;
"""

_Headers = tuple[tuple[str, bytes], ...]
_HEADERS = msgspec.msgpack.Decoder(_Headers)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of an item of a source: of a file how far it was read, of a page its ETag, of an entry its hash."""

    source: str
    item: str
    state: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits, with its place in the order of all that were ever put."""

    seq: int
    record: Outgoing


class Spool:
    """One file, one process: readers put, one courier takes.

    `limit_bytes` bounds what waits; `put` waits for room. `new_id` names a file that is made now, and with it the
    transactions that empty it. Raises `SpoolRefused` when the file is another's, in use, or of another version. Safe
    between threads.
    """

    def __init__(self, path: Path, new_id: str, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._changed = threading.Condition()
        self._connection = _opened(path)
        try:
            with self._transaction() as database:
                for statement in _TABLES.split(";"):
                    database.execute(statement)
                self.id = _identity(database, path, new_id)
                records, size = database.execute("SELECT count(*), coalesce(sum(size), 0) FROM waiting").fetchone()
                self._records, self._bytes = int(records), int(size)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise SpoolRefused(path, str(error)) from error
        except SpoolRefused:
            self._connection.close()
            raise

    def put(self, records: Iterable[Outgoing], marks: Iterable[Mark] = (), seconds: float | None = None) -> bool:
        """Keeps records and marks together, once there is room; False, nothing kept, when there was none for `seconds`.

        A batch larger than the whole spool is let through when nothing else waits, so that it can not wait for ever.
        """
        rows = [_row(record) for record in records]
        size = sum(row[-1] for row in rows)
        with self._changed:
            if not self._changed.wait_for(lambda: not self._bytes or self._bytes + size <= self._limit, seconds):
                return False
            with self._transaction() as database:
                database.executemany(
                    "INSERT INTO waiting (topic, key, value, headers, partition, size) VALUES (?, ?, ?, ?, ?, ?)", rows
                )
                database.executemany(
                    "INSERT OR REPLACE INTO marks VALUES (?, ?, ?)",
                    [(mark.source, mark.item, mark.state) for mark in marks],
                )
            self._records += len(rows)
            self._bytes += size
            self._changed.notify_all()
        return True

    def mark(self, source: str, item: str) -> str | None:
        """The state last kept of an item; None for one that was never read."""
        with self._changed:
            found = self._connection.execute(
                "SELECT state FROM marks WHERE source = ? AND item = ?", (source, item)
            ).fetchone()
        return None if found is None else str(found[0])

    def take(self, records: int, size: int, seconds: float) -> list[Waiting]:
        """The oldest records that wait, so many and so many bytes at most, at least one; empty when none came in time.

        They stay in the spool until `sent`.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._records > 0, seconds)
            rows = self._connection.execute(
                "SELECT seq, topic, key, value, headers, partition, size FROM waiting ORDER BY seq LIMIT ?", (records,)
            ).fetchall()
        taken: list[Waiting] = []
        for seq, topic, key, value, headers, partition, own in rows:
            size -= own
            if taken and size < 0:
                break
            taken.append(Waiting(seq, Outgoing(topic, key, value, _HEADERS.decode(headers), partition)))
        return taken

    def sent(self, through: int) -> int:
        """Lets go of every record up to and with `through`, which stand on their topics; returns how many."""
        with self._changed:
            with self._transaction() as database:
                size = database.execute(
                    "SELECT coalesce(sum(size), 0) FROM waiting WHERE seq <= ?", (through,)
                ).fetchone()[0]
                gone = database.execute("DELETE FROM waiting WHERE seq <= ?", (through,)).rowcount
            self._records -= gone
            self._bytes -= size
            self._changed.notify_all()
        return gone

    def wait_until_empty(self, seconds: float) -> bool:
        """Waits until nothing waits any more; False when that took longer."""
        with self._changed:
            return self._changed.wait_for(lambda: self._records == 0, seconds)

    @property
    def records(self) -> int:
        """How many records wait."""
        return self._records

    @property
    def bytes(self) -> int:
        """Bytes of the records that wait: keys, values and headers."""
        return self._bytes

    def close(self) -> None:
        """Closes the file; what waits, waits for the next run."""
        with self._changed:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        database = self._connection
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")


def _opened(path: Path) -> sqlite3.Connection:
    """The database, locked for this process.

    With a write-ahead log a process that is killed loses nothing that was committed. A power cut may take the last
    commits, records together with the marks of what was read: that is read again, so nothing is lost by it either.
    """
    try:
        connection = sqlite3.connect(path, timeout=1.0, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error as error:
        raise SpoolRefused(path, str(error)) from error
    return connection


def _identity(database: sqlite3.Connection, path: Path, new_id: str) -> str:
    database.execute("INSERT OR IGNORE INTO meta VALUES ('version', ?)", (str(VERSION),))
    database.execute("INSERT OR IGNORE INTO meta VALUES ('id', ?)", (new_id,))
    told = dict(database.execute("SELECT name, value FROM meta").fetchall())
    if told["version"] != str(VERSION):
        raise SpoolRefused(path, f"its version is {told['version']}, this paysignal reads {VERSION}")
    return str(told["id"])


def _row(record: Outgoing) -> tuple[str, bytes | None, bytes, bytes, int | None, int]:
    headers = msgspec.msgpack.encode(record.headers)
    return record.topic, record.key, record.value, headers, record.partition, record.size
