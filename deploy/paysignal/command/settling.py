"""Whether everything sent has been read: the ends of the topics against the positions that the processes tell."""

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self

import msgspec
from kafka import TopicPartition
from kafka.errors import KafkaError

from paysignal.command.reaching import NoBrokerError
from paysignal.command.topic_records import ungrouped
from paysignal.exposition.status import Status
from paysignal.local.probe import Answer
from paysignal.subscribe.ends import true_ends

_CONNECT_MS = 10_000

#: Topic, partition.
Place = tuple[str, int]

#: kafka-python has no types.
_Consumer = Any


_STATUS = msgspec.json.Decoder(Status)


def remaining(answer: Answer, ends: Mapping[Place, int]) -> int | None:
    """How many records before `ends` a process has not got through; None when it does not tell, or is rebuilding."""
    if not answer.ok:
        return None
    status = _STATUS.decode(answer.body)
    if status.restoring:
        return None
    positions = {(topic, int(number)): at for topic, rows in status.positions.items() for number, at in rows.items()}
    return sum(max(0, end - positions.get(place, 0)) for place, end in ends.items())


def unexamined(answer: Answer, changes: int | None) -> tuple[int, int] | None:
    """The changes of the history that were to be examined, and how many of them are not; None when it does not tell.

    `changes` is what the first answer gave, None before it: on a topic that others write to there are always newer
    ones, which nobody waits for.
    """
    if not answer.ok:
        return None
    status = _STATUS.decode(answer.body)
    target = status.changes if changes is None else changes
    return target, max(0, target - status.examined)


class Ends:
    """Asks the broker where topics end, as a context: it holds a connection."""

    def __init__(self, broker: str) -> None:
        self._broker = broker
        self._consumer: _Consumer = None

    def of(self, topics: Iterable[str]) -> dict[Place, int]:
        """The offset behind the last record of every partition; raises `NoBrokerError`."""
        try:
            if self._consumer is None:
                self._consumer = ungrouped(self._broker, "paysignal-up", _CONNECT_MS)
            partitions = [
                TopicPartition(topic, number)
                for topic in topics
                for number in self._consumer.partitions_for_topic(topic) or ()
            ]
            ends = true_ends(self._consumer, partitions)
        except KafkaError as error:
            raise NoBrokerError(
                f"{self._broker} stopped answering: {error}; look at the broker's log, then start again"
            ) from error
        return {(each.topic, each.partition): end for each, end in ends.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._consumer is not None:
            self._consumer.close(autocommit=False)
