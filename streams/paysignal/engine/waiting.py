"""Waiting: retractions that came before the claim they are about."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from paysignal.engine.blocks import StaleBlock
from paysignal.engine.records import Record
from paysignal.facts.claims import Retraction

#: A flood of retractions whose claims never come lets the oldest go.
MOST_WAITING: Final = 10_000

#: The form of what is written: another one is refused.
_FORM: Final = "waiting/1"


class _Stored(msgspec.Struct, array_like=True, frozen=True):
    """Those that wait for one claim; `turn` says which claim was named first."""

    form: str
    turn: int
    waiting: list[tuple[Retraction, tuple[str, int, int, bytes | None, bytes | None, int | None]]]


_ENCODE: Final = msgspec.msgpack.Encoder().encode
_DECODE: Final = msgspec.msgpack.Decoder(_Stored).decode


@dataclass(slots=True)
class _Queue:
    """By publisher, those that wait for one claim."""

    turn: int
    of_publisher: dict[str, tuple[Retraction, Record]] = field(default_factory=dict)


@dataclass(slots=True)
class Waiting:
    """Retractions by the claim they name and their publisher: no other's can keep its own one's out.

    `changed` are the ids of claims for which others wait than when it was last cleared.
    """

    changed: set[str] = field(default_factory=set, compare=False)
    _by_claim: dict[str, _Queue] = field(default_factory=dict)
    _count: int = 0
    _turn: int = 0

    def __len__(self) -> int:
        return len(self._by_claim)

    def __contains__(self, claim_id: object) -> bool:
        return claim_id in self._by_claim

    def add(self, retraction: Retraction, record: Record) -> bool:
        """Keeps a retraction; False when one of the same claim by the same publisher waits already."""
        queue = self._by_claim.get(retraction.retracts)
        if queue is None:
            self._turn += 1
            queue = self._by_claim[retraction.retracts] = _Queue(self._turn)
        if retraction.source.publisher in queue.of_publisher:
            return False
        queue.of_publisher[retraction.source.publisher] = retraction, record
        self.changed.add(retraction.retracts)
        self._count += 1
        if self._count > MOST_WAITING:
            self._pop(next(iter(self._by_claim)))
        return True

    def take(self, claim_id: str) -> list[tuple[Retraction, Record]]:
        """Those that waited for this claim, by publisher; they wait no more."""
        if claim_id not in self._by_claim:
            return []
        return [each for _, each in sorted(self._pop(claim_id).items())]

    def written(self, claim_id: str) -> bytes | None:
        """What waits for a claim, as bytes; None when nothing does."""
        queue = self._by_claim.get(claim_id)
        if queue is None:
            return None
        waiting = [(retraction, _parts(record)) for retraction, record in queue.of_publisher.values()]
        return _ENCODE(_Stored(_FORM, queue.turn, waiting))

    def restore(self, stored: Iterable[tuple[str, bytes]]) -> None:
        """Fills what is empty with what was written, by claim; raises `StaleBlock` for another form."""
        read = sorted(((_read(claim_id, value), claim_id) for claim_id, value in stored), key=lambda each: each[0].turn)
        for each, claim_id in read:
            queue = self._by_claim[claim_id] = _Queue(each.turn)
            for retraction, parts in each.waiting:
                queue.of_publisher[retraction.source.publisher] = retraction, Record(*parts)
            self._count += len(queue.of_publisher)
            self._turn = each.turn

    def _pop(self, claim_id: str) -> dict[str, tuple[Retraction, Record]]:
        queue = self._by_claim.pop(claim_id)
        self.changed.add(claim_id)
        self._count -= len(queue.of_publisher)
        return queue.of_publisher


def _read(claim_id: str, value: bytes) -> _Stored:
    try:
        stored = _DECODE(value)
    except msgspec.MsgspecError as error:
        raise StaleBlock(f"retractions of {claim_id}: {error}; rebuild the state from the topics") from None
    if stored.form != _FORM:
        raise StaleBlock(f"retractions of {claim_id} are of {stored.form[:64]!r}; rebuild the state from the topics")
    return stored


def _parts(record: Record) -> tuple[str, int, int, bytes | None, bytes | None, int | None]:
    return record.topic, record.partition, record.offset, record.key, record.value, record.timestamp_ms
