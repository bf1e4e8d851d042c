"""What a reader delivers, and how far it has read."""

from dataclasses import dataclass

import msgspec


class Record(msgspec.Struct, frozen=True, gc=False):
    """One record as it stood on the topic; a null value withdraws the key on compacted topics.

    `timestamp_ms` is when it was sent, since 1970; None where that is not known.
    """

    key: bytes | None
    value: bytes | None
    timestamp_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """How far one partition has been read.

    `position` is the offset that will be read next: every record before it has been delivered. `end` is the last stable
    offset when it was last asked for, None before that.
    """

    topic: str
    partition: int
    position: int
    end: int | None

    @property
    def lag(self) -> int | None:
        """Records not read yet; None when the end is not known."""
        return None if self.end is None else max(0, self.end - self.position)
