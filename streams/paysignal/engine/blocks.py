"""Blocks: the state of one lane in pieces that a checkpoint stores and a restore reads back."""

from dataclasses import dataclass

from paysignal.facts.errors import PaySignalError


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a lane's state, replaced as a whole.

    `key` is unique within the lane. `value` is versioned binary that carries the identity of the parameters it was
    computed with; None withdraws the key. Made by `changed_blocks`, kept by the caller until committed.
    """

    key: str
    value: bytes | None


class StaleBlock(PaySignalError):  # noqa: N818 - a state of the block, as the design calls it
    """A block of other parameters or another version of the codec: it is rebuilt from the topics, never misread."""
