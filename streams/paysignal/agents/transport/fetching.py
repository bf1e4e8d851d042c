"""Fetching: makes one aiokafka fetcher hand on chunks instead of records."""

from types import FunctionType, MethodType
from typing import Any

from aiokafka.consumer import fetcher as aiokafka_fetcher

from paysignal.agents.transport.reading import PartitionChunks, RawBatches


def hand_on_chunks(fetcher: Any) -> None:  # noqa: ANN401 - aiokafka has no types
    """From now on what this fetcher fetches is read as chunks; called before it fetches anything.

    Its method that takes a fetch answer apart makes two objects by their names in its module: the bytes, and the reader
    of a partition's records. It gets a copy of that method that finds ours under these names; aiokafka's module, and so
    every other consumer of the process, stays as it is. `fetched_records` and all that watches over positions need no
    change: a chunk is to them one record.
    """
    taken_apart = aiokafka_fetcher.Fetcher._proc_fetch_request
    ours = {**taken_apart.__globals__, "MemoryRecords": RawBatches, "PartitionRecords": PartitionChunks}
    copy = FunctionType(taken_apart.__code__, ours, taken_apart.__name__, taken_apart.__defaults__)
    fetcher._proc_fetch_request = MethodType(copy, fetcher)
