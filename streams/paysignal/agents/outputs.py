"""Outputs: the worker's own producer. A batch counts as sent when every record of it is acknowledged."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from paysignal.agents.advance import Outgoing
from paysignal.agents.settings import WorkerSettings
from paysignal.facts.topics import LARGEST_RECORD

log = logging.getLogger(__name__)

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
            bootstrap_servers=self._settings.addresses,
            client_id=f"{self._settings.group}-outputs",
            acks="all",
            enable_idempotence=not self._settings.plain_outputs,
            max_request_size=2 * LARGEST_RECORD,
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
        """One attempt; returns the records that were not acknowledged."""
        if self._producer is None:
            msg = "Outputs.start comes first"
            raise RuntimeError(msg)
        producer = self._producer
        enqueued: list[tuple[Outgoing, asyncio.Future[object]]] = []
        failed: list[Outgoing] = []
        for record in records:
            try:
                future = await producer.send(
                    record.topic, value=record.value, key=record.key, headers=list(record.headers)
                )
            except KafkaError:
                log.warning("a record for %s was not taken", record.topic, exc_info=True)
                failed.append(record)
            else:
                enqueued.append((record, future))
        answers = await asyncio.gather(*(future for _, future in enqueued), return_exceptions=True)
        for (record, _), answer in zip(enqueued, answers, strict=True):
            if isinstance(answer, KafkaError):
                failed.append(record)
            elif isinstance(answer, BaseException):
                raise answer
        return failed
