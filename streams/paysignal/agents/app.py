"""The app factory: a Faust app with one agent a topic, and no table."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import faust
from faust.transport.drivers import aiokafka as driver
from faust.types import StreamT
from yarl import URL

from paysignal.agents.settings import WorkerSettings
from paysignal.engine.records import Record
from paysignal.facts.topics import FACTS, INCREMENTS

#: Faust's own default is a third of a session; ten beats a session let three be lost and still be in time.
_BEATS_A_SESSION: Final = 10

Intake = Callable[[Record, int | None], Awaitable[None]]


class _CommittedThread(driver.AIOKafkaConsumerThread):
    """Faust reads uncommitted records unless it commits transactions itself; all our consumers read committed ones."""

    def _create_worker_consumer(self, transport: Any) -> Any:  # noqa: ANN401 -- Faust's types
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        return consumer


class _CommittedConsumer(driver.Consumer):
    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return _CommittedThread(self, loop=self.loop, beacon=self.beacon)

    async def perform_seek(self) -> None:
        """Goes to the start of every assigned partition; called by Faust before it lets records flow again.

        Faust's own goes to the committed offsets, and we commit none: then it goes nowhere, and what a fetch that was
        under way during the rebalance has taken from the new assignment is thrown away and never read again.
        """
        assigned = [self._new_topicpartition(tp.topic, tp.partition) for tp in self.assignment()]
        if assigned:
            await self._thread.seek_to_beginning(*assigned)
        self._read_offset.clear()


class _CommittedTransport(driver.Transport):
    Consumer = _CommittedConsumer


def create_app(settings: WorkerSettings, intake: Intake, folder: Path) -> faust.App:
    """A Faust app whose agents hand every record of both fact topics, undecoded, to `intake`.

    `folder` is a scratch folder: Faust insists on one, and we keep nothing in it. The topics are declared `acks=False`:
    Faust commits nothing, so that every assignment starts at the beginning of its partitions and rebuilds.
    """
    session = settings.session_seconds
    app = faust.App(
        settings.group,
        broker=[URL(f"kafka://{address}") for address in settings.addresses],
        datadir=folder,
        store="memory://",
        web_enabled=False,
        topic_disable_leader=True,  # the leader topic needs Faust's assignor, which only its tables need
        topic_allow_declare=False,  # `paysignal topics create` owns the topics
        table_standby_replicas=0,  # and so the plain round-robin assignor
        broker_session_timeout=session,
        broker_heartbeat_interval=session / _BEATS_A_SESSION,
        stream_wait_empty=False,  # records that wait are read again by the next owner
        consumer_auto_offset_reset="earliest",
    )
    app.transport = _CommittedTransport(app.conf.broker_consumer, app, loop=asyncio.get_running_loop())
    for name, topic in (("facts", FACTS), ("increments", INCREMENTS)):
        _add_agent(app, name, topic, intake)
    return app


def _add_agent(app: faust.App, name: str, topic: str, intake: Intake) -> None:
    channel = app.topic(topic, key_serializer="raw", value_serializer="raw", acks=False)

    async def agent(stream: StreamT[bytes]) -> None:
        async for event in stream.events():
            message = event.message
            stamped = message.timestamp is not None and message.timestamp >= 0  # Kafka's "no timestamp" is -1
            record = Record(
                topic=message.topic,
                partition=message.partition,
                offset=message.offset,
                key=message.key,
                value=message.value,
                timestamp_ms=round(message.timestamp * 1_000) if stamped else None,
            )
            await intake(record, message.generation_id)

    app.agent(channel, name=f"paysignal.agents.{name}")(agent)
