"""What the app changes in Faust's transport."""

from typing import Any

import pytest
from aiokafka import TopicPartition
from faust.tables.recovery import Recovery
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from paysignal.agents.app import _CommittedConsumer


class _Thread:
    """Stands where Faust's consumer thread does, and notes where it was sent."""

    def __init__(self, assigned: set[TP]) -> None:
        self.assigned = assigned
        self.sought: list[TopicPartition] = []

    def assignment(self) -> set[TP]:
        return self.assigned

    async def seek_to_beginning(self, *partitions: TopicPartition) -> None:
        assert all(isinstance(partition, TopicPartition) for partition in partitions), "aiokafka takes no others"
        self.sought += partitions


def _consumer(thread: _Thread) -> Any:  # noqa: ANN401 - a Faust consumer with only the parts the seek needs
    consumer = _CommittedConsumer.__new__(_CommittedConsumer)
    consumer._thread = thread  # type: ignore[assignment]
    consumer._read_offset = {TP("facts", 0): 91}
    return consumer


async def test_an_assignment_is_read_from_its_start() -> None:
    """Before records flow every assigned partition is sought to its start, and no offset counts as read already.

    Without that, what Faust fetched during a rebalance was thrown away and never came again: facts were lost.
    """
    thread = _Thread({TP("facts", 0), TP("facts", 3)})
    consumer = _consumer(thread)

    await consumer.perform_seek()

    assert {("facts", 0), ("facts", 3)} == {(each.topic, each.partition) for each in thread.sought}
    assert consumer._read_offset == {}


async def test_no_assignment_is_no_seek() -> None:
    """A worker without partitions seeks nothing: aiokafka takes an empty list for all it has."""
    thread = _Thread(set())

    await _consumer(thread).perform_seek()

    assert thread.sought == []


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (Recovery._resume_streams, "perform_seek"),
        (driver.Consumer.getmany, "perform_seek"),
        (driver.Consumer._drain_messages, "_read_offset"),
    ],
)
def test_faust_still_asks_for_the_seek(where: Any, name: str) -> None:  # noqa: ANN401 - any function
    """Faust calls our seek before it resumes and when it has fetched too early, and remembers what it has read."""
    assert name in where.__code__.co_names
