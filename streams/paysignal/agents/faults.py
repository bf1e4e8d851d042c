"""Faults: finds the record that our own code fails on, so that it alone is rejected. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from paysignal.engine.chunks import Chunk
from paysignal.facts.errors import PaySignalError

#: A suspect stretch is tried in so many pieces: of 2,000 records one is found at the third try.
_PIECES: Final = 64

LaneName = tuple[str, int]


class UnfoundFaultError(PaySignalError):
    """Our code fails, and on no record: the worker ends rather than go round in circles."""


@dataclass(slots=True)
class _Suspicion:
    """A stretch of offsets that one record in it, or more, spoils; `refused` are those found."""

    low: int = 0
    high: int = 0
    refused: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Faults:
    """What is suspected of each lane; outlives the lanes, whose state is thrown away when a fault spoils it.

    A failure leaves the state half changed. So the lane is restored, its records are read again, those of the suspect
    stretch in pieces, and the piece that fails is the next suspect, down to one record, which is refused.
    """

    _of: dict[LaneName, _Suspicion] = field(default_factory=dict)

    def refused(self, lane: LaneName) -> frozenset[int]:
        """Offsets of records that are to be rejected unread."""
        suspicion = self._of.get(lane)
        return frozenset() if suspicion is None else frozenset(suspicion.refused)

    def pieces(self, lane: LaneName, chunks: Sequence[Chunk]) -> Iterator[tuple[list[Chunk], bool]]:
        """The chunks, a suspect stretch of them in pieces; with each, whether it is suspect."""
        suspicion = self._of.get(lane)
        if suspicion is None or chunks[-1].next_position <= suspicion.low or chunks[0].start >= suspicion.high:
            yield list(chunks), False
            return
        for chunk in chunks:
            for piece in _cut(chunk, _cuts(suspicion.low, suspicion.high)):
                yield [piece], suspicion.low <= piece.start < suspicion.high

    def blame(self, lane: LaneName, chunks: Iterable[Chunk], low: int, high: int, error: Exception) -> None:
        """Notes that what lies in `[low, high)` failed, which `chunks` are.

        Raises `UnfoundFaultError` when that is no narrower than what was suspected before.
        """
        offsets = [int(offset) for chunk in chunks for offset in chunk.offsets if low <= offset < high]
        suspicion = self._of.setdefault(lane, _Suspicion())
        if len(offsets) == 1 and offsets[0] not in suspicion.refused:
            suspicion.refused.add(offsets[0])
            suspicion.low = suspicion.high = 0
        elif high > low and (suspicion.low, suspicion.high) != (low, high):
            suspicion.low, suspicion.high = low, high
        else:
            raise UnfoundFaultError(
                f"{lane[0]}/{lane[1]}: offsets {low} to {high} fail with {error!r}, and no record of them alone does; "
                "report it with the worker's log"
            ) from error

    def forget(self, lane: LaneName, position: int) -> None:
        """Drops what a committed checkpoint has passed: it will not be read again."""
        suspicion = self._of.get(lane)
        if suspicion is None:
            return
        suspicion.refused = {offset for offset in suspicion.refused if offset >= position}
        if not suspicion.refused and suspicion.high <= position:
            del self._of[lane]


def _cuts(low: int, high: int) -> list[int]:
    """Where the stretch is cut, both ends included."""
    step = max((high - low + _PIECES - 1) // _PIECES, 1)
    return [*range(low, high, step), high]


def _cut(chunk: Chunk, cuts: Sequence[int]) -> Iterator[Chunk]:
    """The chunk in pieces that meet at the cuts, without a gap between their positions."""
    inner = [at for at in cuts if chunk.start < at < chunk.next_position]
    edges = [chunk.start, *inner, chunk.next_position]
    rows = chunk.records()
    for start, end in pairwise(edges):
        yield Chunk.of([row for row in rows if start <= row.offset < end], chunk.topic, chunk.partition, start, end)
