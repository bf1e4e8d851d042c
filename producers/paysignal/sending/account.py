"""The account a sender keeps: what became of each record, counted, the first failures with their reasons."""

import threading
from dataclasses import dataclass

from paysignal.sending.counters import Counters
from paysignal.sending.outbox import Outgoing

#: How many failures are kept with their reasons: the first tell what went wrong, the others are counted.
KEPT_FAILURES = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """One record that was not sent, and why."""

    topic: str
    key: str
    error: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the records given to a sender: acknowledged, failed, refused as too large."""

    sent: int = 0
    failed: int = 0
    refused: int = 0
    failures: tuple[Failure, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every record was acknowledged."""
        return not (self.failed or self.refused)


class Account:
    """Records by what became of them; moves `counters` along. Safe between threads: clients answer in their own."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._lock = threading.Lock()
        self._outcomes = {"sent": 0, "failed": 0, "refused": 0}
        self._failures: list[Failure] = []

    def ended(self, record: Outgoing, outcome: str, detail: str) -> None:
        """One record was `sent`, or it `failed` or was `refused` for the reason in `detail`."""
        self._counters.count(record.topic, outcome, record.fact_id)
        with self._lock:
            self._outcomes[outcome] += 1
            if detail and len(self._failures) < KEPT_FAILURES:
                key = (record.key or b"").decode("utf-8", "replace")
                self._failures.append(Failure(record.topic, key, detail))

    @property
    def tally(self) -> Tally:
        """What became of the records so far."""
        with self._lock:
            return Tally(**self._outcomes, failures=tuple(self._failures))
