"""Texts: the claims that were read from one, which the page shows first."""

import heapq
from collections.abc import Callable
from typing import Final

from paysignal.facts.claims import Claim
from paysignal.history.held import Held
from paysignal.history.packing import Packed, unpacked

#: Decoded claims take 2 KB and more: the newest so many are shown, of however many there are.
MOST_SHOWN: Final = 5_000


class Texts:
    """Rows of claims that have a place in a text, with their known times, in order of arrival."""

    def __init__(self) -> None:
        self._known_us: dict[int, int] = {}
        self._decoded: dict[int, Held] = {}
        self._shown: tuple[Held, ...] | None = ()

    def reworded(self, row: int, claim: Claim) -> None:
        """The row has this claim now."""
        if claim.source.span is None:
            self.gone(row)
            return
        self._known_us[row] = claim.known_us
        self.retracted(row)

    def retracted(self, row: int) -> None:
        """What was decoded of the row is no longer so."""
        if row in self._known_us:
            self._decoded.pop(row, None)
            self._shown = None

    def gone(self, row: int) -> None:
        """The row has no such claim any more."""
        self.retracted(row)
        self._known_us.pop(row, None)

    def shown(self, packed: Callable[[int], Packed]) -> tuple[Held, ...]:
        """The newest `MOST_SHOWN` by known time, in order of arrival."""
        if self._shown is None:
            known = self._known_us
            newest = set(heapq.nlargest(MOST_SHOWN, known, key=known.__getitem__))
            self._decoded = {row: self._decoded.get(row) or unpacked(packed(row)) for row in known if row in newest}
            self._shown = tuple(self._decoded.values())
        return self._shown
