"""States: how a lane's state becomes blocks and comes back; the one place where checkpoints meet the engine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from paysignal.engine.blocks import Block
from paysignal.engine.parameters import DEFAULTS, Parameters
from paysignal.engine.step import State
from paysignal.facts.topics import FACTS, INCREMENTS

#: What the state of claims is of; their blocks carry the version of their own form.
_CLAIMS: Final = "claims"


class States(Protocol):
    """What checkpoints ask of the engine."""

    @property
    def topics(self) -> frozenset[str]:
        """The topics whose lanes are saved; others start from their first record each time."""

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """The identity of the parameters of each fact topic's state; state of another one is refused."""

    def new(self) -> State:
        """The state of a lane that starts from its first record."""

    def changed(self, state: State) -> Iterable[Block]:
        """The blocks that changed since the last call."""

    def restored(self, blocks: Mapping[str, bytes]) -> State:
        """The state of these blocks; raises `StaleBlock` where one is of other parameters or another codec."""


@dataclass(frozen=True, slots=True)
class EngineStates:
    """The engine's own states, of these parameters."""

    parameters: Parameters = DEFAULTS
    topics: frozenset[str] = frozenset({FACTS, INCREMENTS})

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Of increments that of the parameters; claims are kept as they were told, whatever is computed of them."""
        return {FACTS: _CLAIMS, INCREMENTS: self.parameters.fingerprint.hex()}

    def new(self) -> State:
        """An empty state."""
        return State(self.parameters)

    def changed(self, state: State) -> Iterable[Block]:
        """Its blocks."""
        return state.changed_blocks()

    def restored(self, blocks: Mapping[str, bytes]) -> State:
        """The state that wrote them."""
        return State.restored((Block(key, value) for key, value in blocks.items()), self.parameters)
