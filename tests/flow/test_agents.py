"""The Faust agents without a broker: chunks in, lanes filled, whatever their bytes are."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import faust
import pytest
from faust.types import TP

from paysignal.agents.app import create_app
from paysignal.agents.settings import WorkerSettings
from paysignal.agents.transport.consumer import ChunkConsumer
from paysignal.agents.transport.feed import Unbounded
from paysignal.engine.chunks import Chunk
from paysignal.engine.records import Record
from paysignal.facts.topics import FACTS, INCREMENTS
from tests.tools.chunks import chunk_of

Taken = list[tuple[Chunk, int | None]]


class Intake(Unbounded):
    """An intake that keeps what the agents hand on."""

    def __init__(self) -> None:
        self.taken: Taken = []

    def put(self, chunk: Chunk, generation: int | None) -> None:
        """Keep it."""
        self.taken.append((chunk, generation))


@pytest.fixture
async def intake() -> Intake:
    """What the agents handed on."""
    return Intake()


@pytest.fixture
async def app(intake: Intake, tmp_path: Path) -> AsyncIterator[faust.App]:
    """The worker's app."""
    made = create_app(WorkerSettings("127.0.0.1:9"), intake, tmp_path, (FACTS, INCREMENTS))
    yield made
    # Faust's consumer thread makes its loop when it is made and closes it when it ends; here it never starts.
    cast("Any", made.consumer)._thread.thread_loop.close()


def chunk(topic: str, *values: bytes | None) -> Chunk:
    """A chunk with these values."""
    return chunk_of(*(Record(topic, 3, offset, b"\xff", value, 0) for offset, value in enumerate(values, 7)))


@pytest.mark.parametrize(("name", "topic"), [("facts", FACTS), ("increments", INCREMENTS)])
async def test_each_topic_has_an_agent_that_hands_chunks_on_as_they_are(
    app: faust.App, intake: Intake, name: str, topic: str
) -> None:
    """A chunk that the consumer makes an event of arrives as the same object, with the generation it was fetched in.

    Whatever its bytes are: nulls, other encodings, Faust's own markers and huge values pass through.
    """
    sent = [
        chunk(topic, None, b"", b"\xff\xfe\x00", b'{"__faust": {"ns": "x"}}', b"x" * 900_000),
        chunk(topic, b"next"),
    ]
    async with app.agents[f"paysignal.agents.{name}"].test_context() as agent:
        channel = agent.stream().channel
        for each in sent:
            message = cast("ChunkConsumer", app.consumer)._message(TP(topic, 3), each, app.consumer_generation_id)
            await channel.put(await channel.decode(message))
        await asyncio.sleep(0.01)

    assert len(intake.taken) == 2
    for each, (taken, generation) in zip(sent, intake.taken, strict=True):
        assert taken is each
        assert app.consumer_generation_id == generation


async def test_the_app_is_set_as_the_design_says(app: faust.App) -> None:
    """No table, no web server, no leader or changelog topic, nothing committed, everything from the earliest record."""
    assert {"paysignal.agents.facts", "paysignal.agents.increments"} == set(app.agents)
    assert {} == dict(app.tables)
    assert not app.conf.web_enabled
    assert not app.conf.topic_allow_declare
    assert app.conf.topic_disable_leader
    assert not app.conf.stream_wait_empty
    assert 0 == app.conf.table_standby_replicas
    assert "earliest" == app.conf.consumer_auto_offset_reset
    assert [False, False] == [agent.channel.acks for agent in app.agents.values()]
    assert "paysignal" == app.conf.id


async def test_every_broker_of_the_list_is_known_to_faust(intake: Intake, tmp_path: Path) -> None:
    """Two brokers are two addresses of the consumer, in the scheme of our transport."""
    app = create_app(WorkerSettings("a:1, b:2"), intake, tmp_path, (FACTS,))

    assert ["paysignal://a:1", "paysignal://b:2"] == [str(url) for url in app.conf.broker_consumer]
    assert app.transport.url == app.conf.broker_consumer
    assert ["kafka://a:1", "kafka://b:2"] == [str(url) for url in app.conf.broker_producer]
