"""Where workers are in their topics: their checkpoints on the state topic, and what their group mirrors of them."""

import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

from kafka import TopicPartition
from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    KafkaTimeoutError,
    NotCoordinatorError,
)

from paysignal.agents.checkpoint import markers
from paysignal.facts.topics import STATE
from paysignal.sending.connecting import administering

#: The newest rows of a state partition; a marker ends every checkpoint, so it is nearly always among them.
_ROWS: Final = 2_000
_WIDER: Final = 8

_POLL_MS: Final = 500
_SECONDS: Final = 10.0
_AGAIN_SECONDS: Final = 0.3
_STALLED_SECONDS: Final = 30.0

#: kafka-python has no types.
_Consumer = Any
_Lane = tuple[str, int]


def group_offsets(broker: str, group: str, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
    """The offsets that the group has committed: workers mirror their checkpoints there, for lag tools.

    Kafka forgets them a week after the last worker. A new broker makes its topic of groups for the first who asks.
    """
    with administering(broker, "paysignal-lag", _SECONDS) as admin:
        told: Mapping[TopicPartition, Any] = _asked(admin, {group: list(partitions)})[group]
    return {partition: each.offset for partition, each in told.items() if each is not None and each.offset >= 0}


def _asked(admin: Any, wanted: Mapping[str, list[TopicPartition]]) -> Any:  # noqa: ANN401 - kafka-python has no types
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            return admin.list_group_offsets(wanted)
        except (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError):
            if time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_SECONDS)


def checkpointed(consumer: _Consumer, group: str, lanes: Iterable[_Lane]) -> dict[_Lane, int]:
    """The position that each lane's last checkpoint holds; lanes without one are left out.

    Each state partition is read from its newest rows backwards until every marker is found, and to its beginning for a
    lane that has none.
    """
    wanted: dict[int, set[str]] = {}
    for topic, number in lanes:
        wanted.setdefault(number, set()).add(topic)
    standing = consumer.partitions_for_topic(STATE) or set()
    found: dict[_Lane, int] = {}
    for number in sorted(wanted.keys() & standing):
        for topic, value in _markers(consumer, TopicPartition(STATE, number), group, wanted[number]):
            marker = markers.decode(value)
            if marker is not None:
                found[topic, number] = marker.position
    return found


def _markers(
    consumer: _Consumer, partition: TopicPartition, group: str, wanted: set[str]
) -> Iterable[tuple[str, bytes]]:
    """The newest marker of each wanted topic on one state partition, withdrawn ones left out."""
    prefixes = {markers.prefix_of(group, topic): topic for topic in wanted}
    first = consumer.beginning_offsets([partition])[partition]
    upto, rows, newest = consumer.end_offsets([partition])[partition], _ROWS, dict[bytes, bytes | None]()
    while upto > first and len(newest) < len(prefixes):
        begin = max(first, upto - rows)
        last = {key: value for key, value in rows_between(consumer, partition, begin, upto) if key in prefixes}
        newest = {**last, **newest}
        upto, rows = begin, rows * _WIDER
    return [(prefixes[key], value) for key, value in newest.items() if value is not None]


def rows_between(
    consumer: _Consumer, partition: TopicPartition, begin: int, upto: int
) -> Iterable[tuple[bytes, bytes | None]]:
    """Keys and values of the committed records from `begin` to before `upto`."""
    consumer.assign([partition])
    consumer.seek(partition, begin)
    deadline = time.monotonic() + _STALLED_SECONDS
    while consumer.position(partition) < upto:
        if time.monotonic() > deadline:
            raise KafkaTimeoutError(f"{partition} was not given in time")
        for record in consumer.poll(timeout_ms=_POLL_MS).get(partition, ()):
            deadline = time.monotonic() + _STALLED_SECONDS
            if record.offset < upto:
                yield record.key or b"", record.value
