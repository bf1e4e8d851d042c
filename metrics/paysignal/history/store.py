"""A bounded store of claims. Pure; thin until history, as-of and explain are answered from it."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from paysignal.facts.claims import Claim, Retraction


@dataclass(frozen=True, slots=True)
class Held:
    """A claim and whether its publisher has taken it back."""

    claim: Claim
    retracted: bool


@dataclass(frozen=True, slots=True)
class Recollection:
    """The history at one moment; `held` in order of arrival."""

    held: tuple[Held, ...]
    evicted: int
    malformed: int


class History:
    """Claims by id, at most `max_claims`: beyond that the earliest received goes, and is counted.

    A retraction marks the claim when both have one publisher; it may come before its claim. The same claim again
    changes nothing. Safe to use from several threads; batches and recollections are atomic.
    """

    def __init__(self, max_claims: int) -> None:
        self._max_claims = max_claims
        self._lock = threading.Lock()
        self._claims: dict[str, Claim] = {}
        # By (retracted id, publisher), bounded like the claims: a retraction of what was never sent must not pile up.
        self._retracted: dict[tuple[str, str], None] = {}
        self._recollected: tuple[Held, ...] | None = ()
        self._evicted = 0
        self._malformed = 0

    def remember(self, facts: Iterable[Claim | Retraction], malformed: int = 0) -> None:
        """Take in a batch of facts that have their ids; `malformed` are the batch's records that were no facts."""
        with self._lock:
            self._malformed += malformed
            for fact in facts:
                if isinstance(fact, Retraction):
                    self._retract(fact)
                else:
                    self._add(fact)
            self._recollected = None

    def recollect(self) -> Recollection:
        """What is held now; costs a pass over the claims when something changed, else nothing."""
        with self._lock:
            if self._recollected is None:
                self._recollected = tuple(
                    Held(claim, (key, claim.source.publisher) in self._retracted) for key, claim in self._claims.items()
                )
            return Recollection(self._recollected, self._evicted, self._malformed)

    def _add(self, claim: Claim) -> None:
        if claim.id is None or claim.id in self._claims:
            return
        self._claims[claim.id] = claim
        if len(self._claims) > self._max_claims:
            del self._claims[next(iter(self._claims))]
            self._evicted += 1

    def _retract(self, retraction: Retraction) -> None:
        self._retracted[(retraction.retracts, retraction.source.publisher)] = None
        if len(self._retracted) > self._max_claims:
            del self._retracted[next(iter(self._retracted))]
