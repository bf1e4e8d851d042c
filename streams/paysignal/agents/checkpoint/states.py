"""States: how a lane's state becomes blocks and comes back; the one place where checkpoints meet the engine."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from paysignal.engine.blocks import Block
from paysignal.engine.step import State


class States(Protocol):
    """What checkpoints ask of the engine."""

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """The identity of the parameters of each fact topic's state; state of another one is refused."""

    def new(self) -> State:
        """The state of a lane that starts from its first record."""

    def changed(self, state: State) -> Iterable[Block]:
        """The blocks that changed since the last call."""

    def restored(self, blocks: Mapping[str, bytes]) -> State:
        """The state of these blocks; raises `StaleBlock` where one is of other parameters or another codec."""
