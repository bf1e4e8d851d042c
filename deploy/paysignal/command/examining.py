"""The exporter's thread that holds facts against each other, beside the one that serves and those that read."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from paysignal.exposition.findings import Count, Found
from paysignal.history.examining import Examined, Examiner

_LOG = logging.getLogger(__name__)

#: How long findings may be late when facts trickle in; a look at nothing new costs nothing.
_PACE_SECONDS: Final = 0.2

#: Between two pieces of work it rests as long as the first took: no scrape or page waits for a whole look.
_REST: Final = 1.0

#: And behind a look four times as long as that worked: in a flood of facts a sixth of the time goes into looking.
_REST_AFTER: Final = 4.0


class Examination:
    """Looks whenever facts came, from `start` to `stop`; `ready` tells whether the first reading of topics is done.

    Before that nothing is looked at: every provider would be looked at again and again while it grows.
    """

    def __init__(self, examiner: Examiner, ready: Callable[[], bool]) -> None:
        self._examiner = examiner
        self._ready = ready
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="examining", daemon=True)
        self.failure: str | None = None

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End after the piece of work under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            rest = _PACE_SECONDS
            while not self._stop.wait(rest):
                rest = _PACE_SECONDS
                if self._ready() and self._examiner.behind:
                    rest = max(rest, _REST_AFTER * self._look())
        except Exception as error:  # noqa: BLE001 -- whatever it is, the thread ends here and must not do so unheard
            # Told by /live like a reader's: an exporter that silently stopped looking would call every figure sound.
            self.failure = f"examining: {type(error).__name__}: {error}"
            _LOG.exception("examining stopped")

    def _look(self) -> float:
        """One look; returns the seconds that it worked."""
        worked, began = 0.0, time.perf_counter()
        for _ in self._examiner.look():
            took = time.perf_counter() - began
            worked += took
            if self._stop.wait(_REST * took):
                break
            began = time.perf_counter()
        return worked


def found(examiner: Examiner) -> Found:
    """What the exporter's metrics tell of it."""
    return Found(counts_of(examiner.examined), examiner.behind)


def counts_of(examined: Examined) -> tuple[Count, ...]:
    """How many findings and suspicions each series has, by rule, sorted."""
    counts: dict[tuple[str, str], int] = {}
    of_findings = ((each.series_key, each.rule.value) for each in examined.findings)
    of_suspicions = ((key, each.rule.value) for each in examined.suspicions for key in each.series)
    for both in (*of_findings, *of_suspicions):
        counts[both] = counts.get(both, 0) + 1
    return tuple(Count(*both, number) for both, number in sorted(counts.items()))
