"""The board: which reading of a key stands, and for how long. Time is passed in.

A figure somebody published holds until the next one, which for an annual one is a year later; a window over a stream
that has stopped says nothing after days. So the two have lifetimes of their own.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from paysignal.board.updates import Received, Unreadable, Update, Withdrawn
from paysignal.facts.periods import Grain
from paysignal.facts.readings import Reading

_NEVER = float("inf")


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
    passed since it was sent (of a window over increments `window_ttl_seconds`, where that is told). At most
    `max_series` keys are held: a new one beyond is dropped and counted. Times are seconds of any clock that never goes
    back. Safe to use from several threads; batches and snapshots are atomic.
    """

    def __init__(self, max_series: int, ttl_seconds: float, window_ttl_seconds: float | None = None) -> None:
        self._max_series = max_series
        self._ttl_seconds = ttl_seconds
        self._window_ttl_seconds = ttl_seconds if window_ttl_seconds is None else window_ttl_seconds
        self._lock = threading.Lock()
        # Each with the time at which it expires.
        self._held: dict[str, tuple[Reading, float]] = {}
        # No reading expires before.
        self._first_end = _NEVER
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
                    case Received(key, reading, age):
                        self._receive(key, reading, now, now - age + self._lifetime(reading))
                    case Withdrawn(key):
                        self._withdraw(key)
                    case Unreadable():
                        self._malformed += 1

    def clear(self) -> None:
        """Forget every reading and version: the topic was made anew. The counts stay, as counters do."""
        with self._lock:
            self._held.clear()
            self._first_end = _NEVER
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

    def _lifetime(self, reading: Reading) -> float:
        return self._window_ttl_seconds if reading.series.grain is Grain.NONE else self._ttl_seconds

    def _receive(self, key: str, reading: Reading, now: float, end: float) -> None:
        held = self._held.get(key)
        last = held[0].version if held is not None else self._withdrawn.get(key)
        if last is not None and reading.version <= last:
            self._stale += 1
            return
        if end <= now:  # sent so long ago: an exporter that starts reads what expired before it
            self._expired += 1
            self._shown = None if self._held.pop(key, None) else self._shown
            return
        if held is None and len(self._held) >= self._max_series:
            self._dropped += 1
            return
        self._held.pop(key, None)  # the order is that of receipt
        self._withdrawn.pop(key, None)
        self._held[key] = (reading, end)
        self._first_end = min(self._first_end, end)
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
        if now < self._first_end:
            return
        over = [key for key, (_, end) in self._held.items() if end <= now]
        for key in over:
            del self._held[key]
        self._first_end = min((end for _, end in self._held.values()), default=_NEVER)
        self._expired += len(over)
        self._shown = None if over else self._shown
