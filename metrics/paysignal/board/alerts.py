"""The alerts that stand, and those resolved last: one a rule and series, as the topic of alerts has them."""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from paysignal.board.updates import Unreadable, Withdrawn
from paysignal.consuming.reader import Clock, Reader
from paysignal.consuming.records import Record
from paysignal.facts.alerts import Alert
from paysignal.facts.errors import Malformed
from paysignal.facts.topics import ALERTS
from paysignal.facts.wire import decode_alert

_LOG = logging.getLogger(__name__)

#: At some 2 KB each 20 MB; more alerts than that are read by nobody.
MOST_ALERTS = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """An alert, under its key."""

    key: str
    alert: Alert


AlertUpdate = Told | Withdrawn | Unreadable


@dataclass(frozen=True, slots=True)
class AlertCounts:
    """How many records had which outcome since the start; `dropped` are alerts that the full board refused or forgot.

    A resolved one is forgotten before a new one is refused.
    """

    applied: int = 0
    stale: int = 0
    malformed: int = 0
    withdrawn: int = 0
    dropped: int = 0


class AlertBoard:
    """The latest alert of each rule and series; called by its feed and by everything that shows alerts.

    Of one key the later record stands, unless its version is lower or it says the same again. At most `most` are held:
    for a new one the oldest resolved one goes. Safe to use from several threads; batches and snapshots are atomic.
    """

    def __init__(self, most: int = MOST_ALERTS) -> None:
        self._most = most
        self._lock = threading.Lock()
        # Both in the order of their last change.
        self._standing: dict[str, Alert] = {}
        self._resolved: dict[str, Alert] = {}
        self._shown: tuple[Alert, ...] | None = ()
        self._applied = self._stale = self._malformed = self._withdrawn = self._dropped = 0

    def apply(self, updates: Iterable[AlertUpdate]) -> None:
        """Take in a batch."""
        with self._lock:
            for update in updates:
                match update:
                    case Told(key, alert):
                        self._take(key, alert)
                    case Withdrawn(key):
                        self._withdrawn += 1
                        self._forget(key)
                    case Unreadable():
                        self._malformed += 1

    def clear(self) -> None:
        """Forget every alert: the topic was made anew. The counts stay, as counters do."""
        with self._lock:
            self._standing.clear()
            self._resolved.clear()
            self._shown = ()

    def snapshot(self) -> tuple[Alert, ...]:
        """Those that stand, then those resolved, each from the one changed last to the one changed first."""
        with self._lock:
            if self._shown is None:
                self._shown = (*reversed(self._standing.values()), *reversed(self._resolved.values()))
            return self._shown

    def counts(self) -> AlertCounts:
        """What became of the records so far."""
        with self._lock:
            return AlertCounts(self._applied, self._stale, self._malformed, self._withdrawn, self._dropped)

    def _take(self, key: str, alert: Alert) -> None:
        held = self._standing.get(key) or self._resolved.get(key)
        if held is not None and (alert.version < held.version or alert == held):
            self._stale += 1
            return
        self._forget(key)
        if len(self._standing) + len(self._resolved) >= self._most:
            self._dropped += 1
            if not self._resolved:
                return
            del self._resolved[next(iter(self._resolved))]
        (self._standing if alert.stands else self._resolved)[key] = alert
        self._applied += 1
        self._shown = None

    def _forget(self, key: str) -> None:
        for held in (self._standing, self._resolved):
            if held.pop(key, None) is not None:
                self._shown = None


def alerts_feed(board: AlertBoard, broker: str, clock: Clock) -> Reader:
    """A reader, not yet started, that keeps `board` up to date."""
    return Reader(ALERTS, broker, _into(board), clock, made_anew=board.clear)


def alert_update_of(record: Record) -> AlertUpdate:
    """The update that a record makes; a record whose key is not its alert's own is unreadable."""
    try:
        key = (record.key or b"").decode()
        if record.value is None:
            return Withdrawn(key)
        alert = decode_alert(record.value)
    except UnicodeDecodeError:
        return Unreadable("the key is not UTF-8; encode it as UTF-8")
    except Malformed as error:
        return Unreadable(str(error))
    if alert.key != key:
        return Unreadable(f"the key is not the alert's, which is {alert.key!r}; send it under that")
    return Told(key, alert)


def _into(board: AlertBoard) -> Callable[[Sequence[Record]], None]:
    def deliver(records: Sequence[Record]) -> None:
        updates = [alert_update_of(record) for record in records]
        for update in updates:
            if isinstance(update, Unreadable):
                _LOG.warning("malformed on %s: %s", ALERTS, update.reason)
                break  # every one is counted; only the first of a batch is logged, lest a flood of them fills the disk
        board.apply(updates)

    return deliver
