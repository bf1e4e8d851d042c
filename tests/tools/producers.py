"""A producer of batches without a broker, in the place of aiokafka's."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiokafka.errors import KafkaConnectionError
from aiokafka.producer.message_accumulator import BatchBuilder

Sent = list[tuple[str, bytes | None, bytes | None]]


class Batch:
    """aiokafka's batch, which tells when it is full, and what was put into it."""

    def __init__(self, batch_bytes: int) -> None:
        self._built = BatchBuilder(batch_bytes, 0)
        self.records: list[tuple[bytes | None, bytes | None]] = []

    def append(self, *, key: bytes | None, value: bytes | None, **rest: Any) -> object:  # noqa: ANN401 - aiokafka's
        """As aiokafka's does."""
        added = self._built.append(key=key, value=value, **rest)
        if added is not None:
            self.records.append((key, value))
        return added


class Producer:
    """Fails as often as it is told: when a batch is handed over, or later when it is answered."""

    def __init__(
        self, refused: int = 0, failed: int = 0, error: BaseException | None = None, *, partitions: int = 1,
        batch_bytes: int = 1 << 19,
    ) -> None:  # fmt: skip
        self.refused, self.failed, self.unknown = refused, failed, 0
        self.error = error or KafkaConnectionError()
        self.partitions, self.batch_bytes = partitions, batch_bytes
        self.acknowledged: Sent = []
        self.batches: list[tuple[str, int, int]] = []
        self.on_batch: Callable[[], None] = lambda: None

    async def partitions_for(self, _topic: str) -> set[int]:
        """All of them."""
        if self.unknown:
            self.unknown -= 1
            raise KafkaConnectionError
        return set(range(self.partitions))

    def create_batch(self) -> Batch:
        """An empty one."""
        return Batch(self.batch_bytes)

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> "asyncio.Future[None]":
        """Take a batch, or refuse it; the answer comes with the future."""
        self.on_batch()
        if self.refused:
            self.refused -= 1
            raise KafkaConnectionError
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.failed:
            self.failed -= 1
            answer.set_exception(self.error)
        else:
            self.batches.append((topic, partition, len(batch.records)))
            self.acknowledged += [(topic, key, value) for key, value in batch.records]
            answer.set_result(None)
        return answer
