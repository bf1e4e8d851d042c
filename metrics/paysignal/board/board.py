"""The board: which reading of a key stands, and for how long. Time is passed in."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from paysignal.board.updates import Received, Unreadable, Update, Withdrawn
from paysignal.facts.readings import Reading


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records had which outcome since the start, and how many series expired.

    `dropped` are readings of new series that the full board refused.
    """

    applied: int = 0
    stale: int = 0
    malformed: int = 0
    withdrawn: int = 0
    dropped: int = 0
    expired: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The board at one moment: never changes, and its parts belong together.

    The last `added` readings stand on no topic: they come of what is held elsewhere.
    """

    readings: tuple[Reading, ...]
    counts: Counts
    limit: int
    added: int = 0


class Board:
    """The latest reading of each key; called by the feed that fills it and by everything that shows it.

    A reading stands when its version is above the last one seen of its key, until it is withdrawn or `ttl_seconds` have
    passed since it was received. At most `max_series` keys are held: a new one beyond is dropped and counted. Times
    are seconds of any clock that never goes back. Safe to use from several threads; batches and snapshots are atomic.
    """

    def __init__(self, max_series: int, ttl_seconds: float) -> None:
        self._max_series = max_series
        self._ttl_seconds = ttl_seconds
        self._lock = threading.Lock()
        # Insertion order is order of receipt, so that what expires first stands first.
        self._held: dict[str, tuple[Reading, float]] = {}
        # Versions of withdrawn keys: a record delivered again must not bring its reading back.
        self._withdrawn: dict[str, int] = {}
        self._shown: tuple[Reading, ...] | None = ()
        self._applied = self._stale = self._malformed = self._dropped = self._expired = self._withdrawals = 0

    def apply(self, updates: Iterable[Update], now: float) -> None:
        """Take in a batch that was received at `now`."""
        with self._lock:
            self._expire(now)
            for update in updates:
                match update:
                    case Received(key, reading):
                        self._receive(key, reading, now)
                    case Withdrawn(key):
                        self._withdraw(key)
                    case Unreadable():
                        self._malformed += 1

    def clear(self) -> None:
        """Forget every reading and version: the topic was made anew. The counts stay, as counters do."""
        with self._lock:
            self._held.clear()
            self._withdrawn.clear()
            self._shown = ()

    def snapshot(self, now: float) -> Snapshot:
        """What stands at `now`; costs one copy of the list of readings when something changed, else nothing."""
        with self._lock:
            self._expire(now)
            if self._shown is None:
                self._shown = tuple(reading for reading, _ in self._held.values())
            counts = Counts(
                self._applied, self._stale, self._malformed, self._withdrawals, self._dropped, self._expired
            )
            return Snapshot(self._shown, counts, self._max_series)

    def _receive(self, key: str, reading: Reading, now: float) -> None:
        held = self._held.get(key)
        last = held[0].version if held is not None else self._withdrawn.get(key)
        if last is not None and reading.version <= last:
            self._stale += 1
            return
        if held is None and len(self._held) >= self._max_series:
            self._dropped += 1
            return
        self._held.pop(key, None)
        self._withdrawn.pop(key, None)
        self._held[key] = (reading, now)
        self._applied += 1
        self._shown = None

    def _withdraw(self, key: str) -> None:
        self._withdrawals += 1
        held = self._held.pop(key, None)
        if held is None:
            return
        self._shown = None
        self._withdrawn[key] = held[0].version
        if len(self._withdrawn) > self._max_series:
            del self._withdrawn[next(iter(self._withdrawn))]

    def _expire(self, now: float) -> None:
        while self._held:
            key = next(iter(self._held))
            if now - self._held[key][1] < self._ttl_seconds:
                return
            del self._held[key]
            self._expired += 1
            self._shown = None
