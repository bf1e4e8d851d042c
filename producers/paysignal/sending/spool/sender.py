"""The sender over a spool: what is kept is on disk, and leaves the disk once it is on its topic."""

import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from prometheus_client import CollectorRegistry

from paysignal.facts.topics import LARGEST_RECORD
from paysignal.sending.account import Account, Tally
from paysignal.sending.counters import Counters, SpoolCounters
from paysignal.sending.outbox import Outgoing
from paysignal.sending.spool.courier import Courier, CourierTimes
from paysignal.sending.spool.store import Mark, Spool

#: kafka-python's frame around a record takes some 70 bytes, its headers' lengths included.
_FRAME = 256

#: A commit of SQLite costs a fifth of a millisecond, whatever it holds.
_HELD_RECORDS = 500
_HELD_BYTES = 1_048_576

#: How often a reader that waits for room looks whether it should rather end.
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class SpoolLimits:
    """Bytes that may wait in the file; seconds without progress after which `close` leaves the rest to the next run."""

    bytes: int = 256 * 1_048_576
    stalled_seconds: float = 180.0
    times: CourierTimes = field(default_factory=CourierTimes)


class SpoolSender:
    """`Sender` with a file between: `send` holds a record, `keep` makes what is held durable together with marks.

    A broker that is away stops nothing until the file is full; then `keep` waits. `stop` ends every wait: what is not
    kept by then is not marked either, and is read again. Raises `SpoolRefused` when the file can not be used, and from
    `keep` and `close` whatever ended the courier.
    """

    def __init__(
        self,
        broker: str,
        registry: CollectorRegistry,
        path: Path,
        limits: SpoolLimits = SpoolLimits(),
        stop: threading.Event | None = None,
    ) -> None:
        self._limits = limits
        self._stop = stop or threading.Event()
        self._held: list[Outgoing] = []
        self._held_bytes = 0
        self._spool = Spool(path, secrets.token_hex(6), limits.bytes)
        self.counters = Counters(registry)
        self._account = Account(self.counters)
        spool_counters = SpoolCounters(registry, lambda: self._spool.records, lambda: self._spool.bytes, limits.bytes)
        self._courier = Courier(broker, self._spool, self._account.ended, limits.times, spool_counters.reconnected)
        self._courier.start()

    def send(self, record: Outgoing) -> None:
        """Hold one record until `keep`."""
        if record.size > LARGEST_RECORD - _FRAME:
            detail = f"{record.size} bytes: a record has at most {LARGEST_RECORD - _FRAME}; send less text in it"
            self._account.ended(record, "refused", detail)
            return
        self._held.append(record)
        self._held_bytes += record.size

    @property
    def due(self) -> bool:
        """Whether enough is held to be worth keeping."""
        return len(self._held) >= _HELD_RECORDS or self._held_bytes >= _HELD_BYTES

    def keep(self, marks: Iterable[Mark] = ()) -> bool:
        """Makes what is held durable, together with the marks of what it was read from; False when told to stop."""
        marks = tuple(marks)
        while not self._spool.put(self._held, marks, _LOOK_SECONDS):
            self._check_courier()
            if self._stop.is_set():
                return False
        self._held = []
        self._held_bytes = 0
        self._check_courier()
        return True

    def mark(self, source: str, item: str) -> str | None:
        """The state last kept of an item."""
        return self._spool.mark(source, item)

    @property
    def waiting(self) -> int:
        """Records in the file."""
        return self._spool.records

    def flush(self) -> None:
        """Keep what is held."""
        self.keep()

    def close(self) -> Tally:
        """Wait until all is on its topic, or nothing moved for long, or told to stop; tell what became of the records.

        What waits in the file is sent by the next run. May be called twice.
        """
        if not self._courier.stopped:
            self.keep()
            self._wait()
            self._end()
            self._check_courier()
        return self.tally

    @property
    def tally(self) -> Tally:
        """What became of the records so far, those of an earlier run included that were sent by this one."""
        return self._account.tally

    def _wait(self) -> None:
        left, since = self._spool.records, time.monotonic()
        while not self._spool.wait_until_empty(_LOOK_SECONDS):
            if self._spool.records != left:
                left, since = self._spool.records, time.monotonic()
            stalled = time.monotonic() - since > self._limits.stalled_seconds
            if stalled or self._stop.is_set() or not self._courier.alive:
                return

    def _check_courier(self) -> None:
        if self._courier.failure is not None:
            raise self._courier.failure

    def _end(self) -> None:
        self._courier.stop(self._limits.times.start_seconds)
        if not self._courier.alive:  # else its thread still uses the file, and ends with the process
            self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self.close()
        elif not self._courier.stopped:
            self._end()
