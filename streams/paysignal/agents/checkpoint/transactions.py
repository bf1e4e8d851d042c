"""Transactions: all rows of one checkpoint of one lane, or none of them."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from paysignal.agents.checkpoint.errors import Fenced, Uncommitted
from paysignal.agents.checkpoint.markers import transactional_id_of
from paysignal.agents.outgoing import Header, Outgoing
from paysignal.agents.placing import by_partition
from paysignal.agents.settings import WorkerSettings
from paysignal.facts.topics import LARGEST_RECORD, STATE
from paysignal.security.access import client_settings

log = logging.getLogger(__name__)

Row = tuple[bytes, bytes | None]
_Sent = tuple[bytes | None, bytes | None, list[Header]]

#: Half of what the topic takes in one batch: appending 3,000 rows takes 5 ms, and then the event loop gets a turn.
_BATCH_BYTES: Final = LARGEST_RECORD // 2

#: aiokafka's lz4 is that of the ninth level: on blocks of increments 64 MB/s and 27 % of the bytes left, a sixth of all
#: that a worker did with 200,000 series. zstd does 490 MB/s and leaves 19 %.
_CODEC: Final = "zstd"

#: A row is alone in its batch where it must be; this leaves room for the batch's own header and the key.
LARGEST_ROW: Final = LARGEST_RECORD - 4_096

#: A transaction that a dead worker left open holds up readers of its partition until its successor fences it, or, if
#: there is none, for so long. A broker that is away for longer in the middle of a commit ends the transaction, and the
#: lane with it: so it is more than the 10 s that a broker takes to come back.
_OPEN_MILLISECONDS: Final = 30_000

_ABORT_SECONDS: Final = 5.0
_STOP_SECONDS: Final = 2.0


class Transactions:
    """The transactional producer of one lane; `start` fences every earlier one with the lane's id, on any worker.

    One a lane, because the id fences: 16 of them start in 0.4 s and cost a checkpoint of all 16 lanes 17 ms of CPU and
    0.1 s (measured), so sharing them would save nothing that one notices.
    """

    def __init__(self, settings: WorkerSettings, topic: str, partition: int) -> None:
        self._partition = partition
        self._producer = AIOKafkaProducer(
            **client_settings(settings.broker),
            client_id=f"{settings.group}-state-{partition}",
            transactional_id=transactional_id_of(settings.group, topic, partition),
            transaction_timeout_ms=_OPEN_MILLISECONDS,
            max_batch_size=_BATCH_BYTES,
            max_request_size=2 * LARGEST_RECORD,
            compression_type=_CODEC,
        )

    async def start(self) -> None:
        """Takes the id over; when it returns, what the former owner left open is aborted. Raises `KafkaError`."""
        await self._producer.start()

    async def stop(self) -> None:
        """Disconnects; a transaction in progress is left to the next owner, who aborts it."""
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._producer.stop()
        except (KafkaError, TimeoutError) as error:
            log.debug("the producer of state %d did not stop in order: %r", self._partition, error)

    async def write(self, rows: Sequence[Row], records: Sequence[Outgoing] = ()) -> None:
        """Commits rows of state, and the records that go with them, in their order.

        Raises `Fenced` or `Uncommitted`; waits for as long as the broker is away.

        Every batch's answer is awaited before the commit: aiokafka commits what got through, also when some did not.
        """
        producer = self._producer
        try:
            await producer.begin_transaction()
            # aiokafka tells a fatal error here; left unread, asyncio would complain when the future is collected.
            producer._txn_manager.wait_for_transaction_end().add_done_callback(_read)
            sending = []
            for (topic, number), lot in (await by_partition(producer, records)).items() if records else ():
                told = [(each.key, each.value, list(each.headers)) for each in lot]
                sending += [await self._send(batch, topic, number) for batch in await self._batches(told)]
            stored: list[_Sent] = [(key, value, []) for key, value in rows]
            sending += [await self._send(batch, STATE, self._partition) for batch in await self._batches(stored)]
            for sent in sending:
                await sent
            await producer.commit_transaction()
        except (KafkaError, AssertionError) as error:  # AssertionError: begun in the state that a fatal error leaves
            await self._abort(error)
            raise Uncommitted(f"checkpoint of state {self._partition} was not committed: {error!r}") from error

    async def _batches(self, rows: Sequence[_Sent]) -> list[object]:
        batches, batch = [], self._producer.create_batch()
        for key, value, headers in rows:
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                batches.append(batch)
                batch = self._producer.create_batch()
                batch.append(timestamp=None, key=key, value=value, headers=headers)
                await asyncio.sleep(0)
        return [*batches, batch]

    async def _send(self, batch: object, topic: str, partition: int) -> "asyncio.Future[object]":
        sent: asyncio.Future[object] = await self._producer.send_batch(batch, topic, partition=partition)
        sent.add_done_callback(_read)
        return sent

    async def _abort(self, error: Exception) -> None:
        """Aborts, so that the producer can begin again; raises `Fenced` when it can not."""
        try:
            async with asyncio.timeout(_ABORT_SECONDS):
                await self._producer.abort_transaction()
        except (KafkaError, AssertionError, TimeoutError) as second:
            _read_all(self._producer)
            raise Fenced(f"state {self._partition} is another's, or its transaction timed out: {error!r}") from second


def _read_all(producer: AIOKafkaProducer) -> None:
    """A fatal error is also told to futures that aiokafka keeps for itself; unread ones asyncio complains of."""
    for batches in producer._message_accumulator._batches.values():
        for batch in batches:
            _read(batch._drain_waiter)


def _read(future: "asyncio.Future[object]") -> None:
    if future.done() and not future.cancelled():
        future.exception()
