"""What the shell asks of any stage's state; only the stage itself looks deeper."""

from typing import Protocol

from paysignal.engine.blocks import Block


class LaneState(Protocol):
    """What a stage knows of one lane."""

    @property
    def held(self) -> int:
        """How many keys have a reading, or whatever the stage keeps the latest of; read from any thread."""

    def changed_blocks(self) -> list[Block]:
        """The blocks that changed since the last call; the caller keeps them until they are committed."""

    def pass_over(self) -> None:
        """Keeps nothing only to store it: called now and then where nothing is stored."""
