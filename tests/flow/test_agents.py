"""The Faust agents without a broker: raw bytes in, lanes filled, whatever the bytes are."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import faust
import pytest

from paysignal.agents.app import create_app
from paysignal.agents.settings import WorkerSettings
from paysignal.engine.records import Record
from paysignal.facts import wire
from paysignal.facts.topics import FACTS, INCREMENTS
from tests.tools import examples
from tests.tools.batches import told

Taken = list[tuple[Record, int | None]]


@pytest.fixture
async def taken() -> Taken:
    """What the agents handed on."""
    return []


@pytest.fixture
async def app(taken: Taken, tmp_path: Path) -> AsyncIterator[faust.App]:
    """The worker's app, its intake a list."""
    made = made_for("127.0.0.1:9", taken, tmp_path)
    yield made
    # Faust's consumer thread makes its loop when it is made and closes it when it ends; here it never starts.
    cast("Any", made.consumer)._thread.thread_loop.close()


def made_for(broker: str, taken: Taken, folder: Path) -> faust.App:
    """An app whose agents hand on to `taken`."""

    async def intake(record: Record, generation: int | None) -> None:
        taken.append((record, generation))

    return create_app(WorkerSettings(broker), intake, folder)


@pytest.mark.parametrize(("name", "topic"), [("facts", FACTS), ("increments", INCREMENTS)])
async def test_each_topic_has_an_agent_that_hands_records_on_as_they_are(
    app: faust.App, taken: Taken, name: str, topic: str
) -> None:
    """Key, value, partition, offset and sending time arrive undecoded, with the generation they were fetched in."""
    value = wire.encode(told(examples.claim()))
    async with app.agents[f"paysignal.agents.{name}"].test_context() as agent:
        await agent.put(value, key=b"upi|IN", partition=3, timestamp=1_700_000_000.25)
        await agent.put(b"{", key=b"k", partition=4, timestamp=1_700_000_000.5)
        await asyncio.sleep(0.01)
    first, second = (record for record, _ in taken)

    assert Record(topic, 3, 0, b"upi|IN", value, 1_700_000_000_250) == first
    assert (4, 1, b"{") == (second.partition, second.offset, second.value)
    assert [app.consumer_generation_id] * 2 == [generation for _, generation in taken]


@pytest.mark.parametrize("value", [None, b"", b"\xff\xfe\x00", b"null", b'{"__faust": {"ns": "x"}}', b"x" * 900_000])
async def test_no_bytes_stop_an_agent(app: faust.App, taken: Taken, value: bytes | None) -> None:
    """Nulls, other encodings, Faust's own markers and huge values pass through, and the next record follows."""
    async with app.agents["paysignal.agents.facts"].test_context() as agent:
        for each in (value, b"next"):
            await agent.put(each, key=b"\xff")
        await asyncio.sleep(0.01)

    assert [value, b"next"] == [record.value for record, _ in taken]
    assert [b"\xff", b"\xff"] == [record.key for record, _ in taken]


@pytest.mark.parametrize("timestamp", [None, -0.001])
async def test_a_record_without_timestamp_has_none(app: faust.App, taken: Taken, timestamp: float | None) -> None:
    """What Kafka hands over without a sending time (None, or -1 ms) is not dated 1969."""
    async with app.agents["paysignal.agents.facts"].test_context() as agent:
        message = agent.to_message(b"k", b"v")
        message.timestamp = timestamp
        await agent.stream().channel.put(await agent.stream().channel.decode(message))
        await asyncio.sleep(0.01)

    assert [None] == [record.timestamp_ms for record, _ in taken]


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


async def test_every_broker_of_the_list_is_known_to_faust(taken: Taken, tmp_path: Path) -> None:
    """Two brokers are two addresses of the consumer."""
    app = made_for("a:1, b:2", taken, tmp_path)

    assert ["kafka://a:1", "kafka://b:2"] == [str(url) for url in app.conf.broker_consumer]
    assert app.transport.url == app.conf.broker_consumer
