"""Waiting: retractions that came before the claim they are about."""

from dataclasses import dataclass, field
from typing import Final

from paysignal.engine.records import Record
from paysignal.facts.claims import Retraction

#: A flood of retractions whose claims never come lets the oldest go.
MOST_WAITING: Final = 10_000


@dataclass(slots=True)
class Waiting:
    """Retractions by the claim they name and their publisher: no other's can keep its own one's out."""

    _by_claim: dict[str, dict[str, tuple[Retraction, Record]]] = field(default_factory=dict)
    _count: int = 0

    def add(self, retraction: Retraction, record: Record) -> bool:
        """Keeps a retraction; False when one of the same claim by the same publisher waits already."""
        of_claim = self._by_claim.setdefault(retraction.retracts, {})
        if retraction.source.publisher in of_claim:
            return False
        of_claim[retraction.source.publisher] = retraction, record
        self._count += 1
        if self._count > MOST_WAITING:
            self._count -= len(self._by_claim.pop(next(iter(self._by_claim))))
        return True

    def take(self, claim_id: str) -> list[tuple[Retraction, Record]]:
        """Those that waited for this claim, by publisher; they wait no more."""
        found = self._by_claim.pop(claim_id, {})
        self._count -= len(found)
        return [each for _, each in sorted(found.items())]
