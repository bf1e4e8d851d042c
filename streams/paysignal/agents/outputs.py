"""Outputs: the worker's own producer. A batch counts as sent when every record of it is acknowledged."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from paysignal.agents.outgoing import Outgoing
from paysignal.agents.placing import by_partition
from paysignal.agents.settings import WorkerSettings
from paysignal.facts.topics import LARGEST_RECORD
from paysignal.security.access import client_settings
from paysignal.security.errors import AccessRefused
from paysignal.security.refusals import refusal_of

log = logging.getLogger(__name__)

#: A topic takes batches up to 1 MiB; half of that leaves room for what a batch adds to its records.
_BATCH_BYTES: Final = LARGEST_RECORD // 2

_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 5.0


class Outputs:
    """Sends outgoing records, idempotently where the broker can, and again for as long as the broker is away."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connects; called once in the worker's event loop."""
        self._producer = AIOKafkaProducer(
            **client_settings(self._settings.broker),
            client_id=f"{self._settings.group}-outputs",
            acks="all",
            enable_idempotence=not self._settings.plain_outputs,
            max_request_size=2 * LARGEST_RECORD,
            max_batch_size=_BATCH_BYTES,
        )
        await self._producer.start()

    async def stop(self) -> None:
        """Flushes and disconnects."""
        if self._producer is not None:
            await self._producer.stop()

    async def send(self, outgoing: Sequence[Outgoing]) -> None:
        """Returns when every record is acknowledged.

        A record that failed is sent again, with growing pauses: consumers ignore a reading whose version is not above
        the last, and rejected and late records name their origin, so that sending twice does no harm.
        """
        unsent, pause = list(outgoing), _FIRST_PAUSE
        while unsent:
            unsent = await self._try(unsent)
            if unsent:
                log.warning("%d records are not acknowledged; trying again in %.1f s", len(unsent), pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def _try(self, records: Sequence[Outgoing]) -> list[Outgoing]:
        """One attempt; returns the records that were not acknowledged, those of one partition in their order."""
        if self._producer is None:
            msg = "Outputs.start comes first"
            raise RuntimeError(msg)
        try:
            lots = await by_partition(self._producer, records)
        except KafkaError as error:
            log.warning("the partitions to send to are not known: %r", error)
            return list(records)
        answers = await asyncio.gather(
            *(_send_lot(self._producer, *place, lot) for place, lot in lots.items()), return_exceptions=True
        )
        failed: list[Outgoing] = []
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
            failed += answer
        return failed


async def _send_lot(
    producer: AIOKafkaProducer, topic: str, partition: int, lot: Sequence[Outgoing]
) -> Sequence[Outgoing]:
    """Sends one partition's records in batches, the next when the last is acknowledged; returns those that were not.

    Were the next batch on its way when one fails, an older reading of a key could come to stand behind a newer one, and
    compaction would keep it.
    """
    sent = 0
    while sent < len(lot):
        batch, end = producer.create_batch(), sent
        while end < len(lot) and _fits(batch, lot[end]):
            end += 1
        try:
            await (await producer.send_batch(batch, topic, partition=partition))
        except KafkaError as error:
            if refused := refusal_of(error):
                raise AccessRefused(f"{topic}: {refused}") from error
            log.warning("%d records for %s/%d were not taken: %r", len(lot) - sent, topic, partition, error)
            return lot[sent:]
        sent = end
    return []


def _fits(batch: Any, record: Outgoing) -> bool:  # noqa: ANN401 - aiokafka has no types
    """Puts the record into the batch if there is room; the first always has."""
    added = batch.append(timestamp=None, key=record.key, value=record.value, headers=list(record.headers))
    return added is not None
