"""The app factory: a Faust app with one agent a topic, and no table."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Protocol, cast

import faust
from faust.types import StreamT
from yarl import URL

from paysignal.agents.settings import WorkerSettings
from paysignal.agents.transport.driver import Transport
from paysignal.agents.transport.feed import Feed
from paysignal.engine.chunks import Chunk
from paysignal.security.access import access_of

#: Faust's own default is a third of a session; ten beats a session let three be lost and still be in time.
_BEATS_A_SESSION: Final = 10


class Intake(Feed, Protocol):
    """Where chunks go; the lanes are one."""

    def put(self, chunk: Chunk, generation: int | None) -> None:
        """Takes a chunk that was fetched in that generation."""


def create_app(settings: WorkerSettings, intake: Intake, folder: Path, topics: Iterable[str]) -> faust.App:
    """A Faust app whose agents, one a topic, hand every chunk, undecoded, to `intake`.

    `folder` is a scratch folder: Faust insists on one, and we keep nothing in it. The topics are declared `acks=False`:
    Faust commits nothing and counts no acknowledgements; `intake` says where each partition is read from.
    """
    session = settings.session_seconds
    app = faust.App(
        settings.group,
        broker=[URL(f"kafka://{address}") for address in settings.addresses],
        broker_consumer=[URL(f"paysignal://{address}") for address in settings.addresses],
        broker_credentials=_credentials(settings.broker),
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
        consumer_group_instance_id=settings.instance,
    )
    app.transport = Transport(app.conf.broker_consumer, app, asyncio.get_running_loop(), feed=intake)
    for topic in topics:
        _add_agent(app, _name_of(topic), topic, intake)
    return app


def _name_of(topic: str) -> str:
    """`facts` of `paysignal.facts.v1`."""
    return topic.removeprefix("paysignal.").partition(".")[0]


def _credentials(broker: str) -> faust.auth.Credentials | None:
    """The access to the broker in Faust's words; None where it is open."""
    access = access_of(broker)
    if access.login is not None:
        return faust.SASLCredentials(
            username=access.login.username,
            password=access.login.password,
            mechanism=access.login.mechanism,
            ssl_context=access.tls,
        )
    return None if access.tls is None else faust.SSLCredentials(access.tls)


def _add_agent(app: faust.App, name: str, topic: str, intake: Intake) -> None:
    channel = app.topic(topic, key_serializer="raw", value_serializer="raw", acks=False)

    async def agent(stream: StreamT[Chunk]) -> None:
        async for event in stream.events():
            intake.put(cast("Chunk", event.message.value), event.message.generation_id)

    app.agent(channel, name=f"paysignal.agents.{name}")(agent)
