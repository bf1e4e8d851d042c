"""Outgoing records: what a stage has made and the shell is to send."""

from dataclasses import dataclass

Header = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record to send; a null value withdraws its key from a compacted topic.

    `placed_by` is what names its partition where that is not its key: records that are read together stand together.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...] = ()
    placed_by: bytes | None = None
