"""Feed: what the transport asks of whoever takes its chunks."""

from typing import Protocol

from paysignal.engine.chunks import Chunk

TopicPartition = tuple[str, int]


class Feed(Protocol):
    """The lanes, as the transport sees them; all of it is called in the event loop of the app."""

    def start_of(self, partition: TopicPartition) -> int | None:
        """The offset from which the partition is to be read: behind all that has arrived of it; 0 is its beginning.

        None when it is not to be read, or not yet.
        """

    async def room(self, seconds: float) -> bool:
        """Whether there is room for more; waits for it up to so many seconds."""

    def expect(self, chunk: Chunk, generation: int) -> None:
        """Counts a chunk that is on its way through Faust as held already."""


class Unbounded:
    """A feed for an app that has none: everything from the beginning, and always room."""

    def start_of(self, partition: TopicPartition) -> int | None:
        """The beginning."""
        del partition
        return 0

    async def room(self, seconds: float) -> bool:
        """Always."""
        del seconds
        return True

    def expect(self, chunk: Chunk, generation: int) -> None:
        """Nobody counts."""
