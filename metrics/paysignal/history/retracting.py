"""Retractions: those of claims that are held, and those whose claim has not come yet."""

from dataclasses import dataclass, field
from typing import NamedTuple

from paysignal.facts.claims import Retraction
from paysignal.facts.moments import known_us
from paysignal.facts.wire import encode


class Taken(NamedTuple):
    """A retraction as it is kept; the least of several of one claim is the one that counts: the first that was known.

    `retraction` is its encoding, which also decides between two known at once, so that arrival does not.
    """

    known_us: int
    retraction: bytes


class Waiting(NamedTuple):
    """Whose retraction of which claim it is: another publisher's takes nothing back."""

    retracts: bytes
    publisher: str


@dataclass(slots=True)
class Retractions:
    """Retractions by row, and those that wait, at most `most`: beyond that the earliest received is forgotten."""

    most: int
    forgotten: int = 0
    _of_row: dict[int, Taken] = field(default_factory=dict)
    _waiting: dict[Waiting, Taken] = field(default_factory=dict)

    def of(self, row: int) -> Taken | None:
        """What took the claim of the row back."""
        return self._of_row.get(row)

    def strike(self, row: int, taken: Taken) -> bool:
        """Take the claim of the row back; False when an earlier retraction, or the same, did that already."""
        held = self._of_row.get(row)
        if held is not None and held <= taken:
            return False
        self._of_row[row] = taken
        return True

    def wait(self, key: Waiting, taken: Taken) -> None:
        """Keep it until its claim comes."""
        held = self._waiting.get(key)
        self._waiting[key] = taken if held is None else min(held, taken)
        if len(self._waiting) > self.most:
            del self._waiting[next(iter(self._waiting))]
            self.forgotten += 1

    def arrived(self, key: Waiting) -> Taken | None:
        """The retraction that waited for this claim; it waits no longer."""
        return self._waiting.pop(key, None)

    def gone(self, row: int) -> None:
        """The claim of the row went."""
        self._of_row.pop(row, None)


def taken_of(retraction: Retraction) -> Taken:
    """The retraction as it is kept."""
    return Taken(known_us(retraction.known_at), encode(retraction))
