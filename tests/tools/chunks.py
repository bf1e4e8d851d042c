"""Chunks made of records, as the transport would bring them."""

from paysignal.engine.chunks import Chunk
from paysignal.engine.records import Record


def chunk_of(*records: Record, start: int | None = None, next_position: int | None = None) -> Chunk:
    """One chunk of these records of one partition; it starts at the first of them unless told otherwise."""
    first = records[0]
    return Chunk.of(records, first.topic, first.partition, first.offset if start is None else start, next_position)
