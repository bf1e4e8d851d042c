"""The index of the board, made anew when it is asked for and something changed, but not at every change."""

import threading
import time
from collections.abc import Callable
from typing import Final

from paysignal.board.flagging import Marks
from paysignal.facts.readings import Reading
from paysignal.page.query.index import Index, index_of

#: Readers see what is at most a second old; where it takes long to make, as old as 20 times that: under 5 % of a core.
_FRESH_SECONDS: Final = 1.0
_SHARE: Final = 20.0

Inputs = tuple[tuple[Reading, ...], Marks, tuple[Reading, ...]]


class Freshness:
    """Called from the server's worker threads; `inputs` are the board's readings, marks, and readings besides.

    They are the same objects for as long as nothing changed.
    """

    def __init__(self, inputs: Callable[[], Inputs], clock: Callable[[], float]) -> None:
        self._inputs = inputs
        self._clock = clock
        self._lock = threading.Lock()
        self._made: tuple[Inputs, Index] | None = None
        self._next = float("-inf")

    def fresh(self) -> Index | None:
        """The index where it need not be made anew yet; costs nothing."""
        made = self._made
        return made[1] if made is not None and self._clock() < self._next else None

    def index(self) -> Index:
        """The index, as new as said above."""
        with self._lock:
            now = self._clock()
            if self._made is not None and now < self._next:
                return self._made[1]
            inputs = self._inputs()
            if self._made is None or any(old is not new for old, new in zip(self._made[0], inputs, strict=True)):
                self._make(inputs)
            self._next = now + max(_FRESH_SECONDS, _SHARE * (self._clock() - now))
            assert self._made is not None  # noqa: S101 - made above
            return self._made[1]

    def _make(self, inputs: Inputs) -> None:
        before = self._made[1] if self._made is not None else None
        readings, marks, others = inputs
        number = before.number + 1 if before is not None else 1
        self._made = inputs, index_of(number, (*readings, *others), marks, before)


def freshness(inputs: Callable[[], Inputs]) -> Freshness:
    """By the clock of this machine."""
    return Freshness(inputs, time.monotonic)
