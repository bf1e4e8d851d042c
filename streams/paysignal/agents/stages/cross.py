"""The stage of cross-sections: members of all partitions beside each other, into readings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from paysignal.agents.advance import Advanced, of_emitted, passed
from paysignal.agents.lanes import Lane
from paysignal.agents.outgoing import Outgoing
from paysignal.engine.blocks import Block
from paysignal.engine.chunks import Chunk
from paysignal.engine.cross.decoding import absorb_members
from paysignal.engine.cross.state import CrossState, Evaluated
from paysignal.engine.step import Emitted
from paysignal.facts.topics import CROSS, READINGS, REJECTED

#: What the state is of; nothing that can be set decides it.
_MEMBERS: Final = "members"


@dataclass(frozen=True, slots=True)
class CrossSections:
    """Keeps the latest pair of each series and evaluates the touched sections once a flush."""

    name: str = "cross"
    topics: tuple[str, ...] = (CROSS,)
    outputs: tuple[str, ...] = (READINGS, REJECTED)
    transactional: bool = False

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Always the same."""
        return {CROSS: _MEMBERS}

    def new(self) -> CrossState:
        """Without members."""
        return CrossState()

    def restored(self, blocks: Mapping[str, bytes]) -> CrossState:
        """The state that wrote them."""
        return CrossState.restored(Block(key, value) for key, value in blocks.items())

    def advance(self, lane: Lane, chunks: Sequence[Chunk], partitions: int, refused: frozenset[int]) -> Advanced:
        """Members in the place of those before them."""
        read = [chunk.without(refused) for chunk in chunks] if refused else chunks
        return passed(lane, chunks, absorb_members(_state(lane), read, partitions), refused)

    def changed(self, lane: Lane) -> list[Outgoing]:
        """Readings of the sections that were touched."""
        return _outgoing(_state(lane).evaluate())

    def caught_up(self, lane: Lane) -> list[Outgoing]:
        """The same, or of all sections, and keys that must be gone."""
        state = _state(lane)
        return _outgoing(state.evaluate_all() if lane.unpublished else state.evaluate_caught_up())

    def stirred(self, lane: Lane) -> list[Outgoing] | None:
        """Never: it has no settings."""


def _state(lane: Lane) -> CrossState:
    return cast("CrossState", lane.state)


def _outgoing(evaluated: Evaluated) -> list[Outgoing]:
    return of_emitted(Emitted(evaluated.readings, evaluated.withdrawn))
