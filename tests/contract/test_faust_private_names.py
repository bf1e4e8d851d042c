"""The private names of Faust and aiokafka that the app factory leans on, at the versions it was written for.

Fails when a version is raised: read what changed there, then change the pin here.
"""

import inspect
from collections.abc import AsyncIterator
from importlib.metadata import requires, version
from pathlib import Path
from types import MethodType
from typing import Any, cast

import aiokafka
import faust
import pytest
from aiokafka.consumer import fetcher
from faust.streams import Stream
from faust.transport.consumer import ConsumerThread, ThreadDelegateConsumer
from faust.transport.drivers import aiokafka as driver

from paysignal.agents.app import create_app
from paysignal.agents.settings import WorkerSettings
from paysignal.engine.records import Record

PINS = {"faust-streaming": "0.15.3", "aiokafka": "0.14.0"}


@pytest.mark.parametrize(("package", "pinned"), PINS.items())
def test_the_versions_are_pinned_and_installed(package: str, pinned: str) -> None:
    """What is installed is what the project pins, exactly, and what these tests were written against."""
    assert pinned == version(package)
    assert f"{package}=={pinned}" in {each.replace(" ", "") for each in requires("paysignal") or []}


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[faust.App]:
    """The worker's app."""

    async def intake(record: Record, generation: int | None) -> None:
        del record, generation

    made = create_app(WorkerSettings("127.0.0.1:9"), intake, tmp_path)
    yield made
    cast("Any", made.consumer)._thread.thread_loop.close()


def _source(function: object) -> str:
    return inspect.getsource(cast("Any", function))


def test_faust_makes_its_consumer_where_we_override_it() -> None:
    """The transport names its consumer class, the consumer its thread, the thread makes aiokafka's consumer."""
    assert "self.Consumer(" in _source(driver.Transport.create_consumer)
    assert driver.Consumer is driver.Transport.Consumer
    assert "_new_consumer_thread()" in _source(ThreadDelegateConsumer)
    assert ["self"] == list(inspect.signature(driver.Consumer._new_consumer_thread).parameters)
    assert ["self", "transport"] == list(
        inspect.signature(driver.AIOKafkaConsumerThread._create_worker_consumer).parameters
    )
    assert "_create_worker_consumer(" in _source(driver.AIOKafkaConsumerThread._create_consumer)


def test_aiokafka_reads_the_isolation_level_when_it_starts() -> None:
    """The consumer keeps it as `_isolation_level` and hands it to its fetcher at the start, after we have set it."""
    assert "isolation_level=self._isolation_level" in _source(aiokafka.AIOKafkaConsumer.start)
    assert "_isolation_level" in _source(aiokafka.AIOKafkaConsumer.__init__)
    fetching = _source(fetcher.Fetcher)

    assert "self._isolation_level = READ_COMMITTED" in fetching
    assert "OffsetRequest(-1, self._isolation_level" in fetching


async def test_our_consumer_reads_committed_records_only(app: faust.App) -> None:
    """The aiokafka consumer that Faust makes for us is read_committed, from the earliest, and commits nothing."""
    thread = cast("Any", app.consumer)._thread
    consumer = thread._create_worker_consumer(app.transport)
    try:
        assert "read_committed" == consumer._isolation_level
        assert "earliest" == consumer._auto_offset_reset
        assert consumer._enable_auto_commit is False
        assert "paysignal" == consumer._group_id
    finally:
        consumer._closed = True  # never started: there is nothing to stop, only its warning to spare


async def test_its_fetcher_really_is_told(app: faust.App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started, the consumer makes a fetcher whose level is read_committed (1 on the wire)."""
    consumer = cast("Any", app.consumer)._thread._create_worker_consumer(app.transport)
    told: list[str] = []

    class Stopped(Exception):  # noqa: N818 - no error
        """Raised once the level is known."""

    def fetching(*_: object, isolation_level: str, **__: object) -> None:
        told.append(isolation_level)
        raise Stopped

    async def nothing(*_: object, **__: object) -> None:
        pass

    monkeypatch.setattr("aiokafka.consumer.consumer.Fetcher", fetching)
    for name in ("bootstrap", "_wait_on_metadata"):
        if hasattr(consumer._client, name):
            monkeypatch.setattr(consumer._client, name, MethodType(nothing, consumer._client))
    with pytest.raises(Stopped):
        await consumer.start()
    consumer._closed = True

    assert ["read_committed"] == told


async def test_what_the_worker_asks_of_the_running_app(app: faust.App) -> None:
    """Generation, ends, positions, crash reason and the two signals are where the worker looks for them."""
    assert isinstance(app.consumer_generation_id, int)
    assert ["self", "partitions"] == list(inspect.signature(app.consumer.__class__.highwaters).parameters)
    assert ["self", "tp"] == list(inspect.signature(app.consumer.__class__.position).parameters)
    assert hasattr(app, "crash_reason")
    assert callable(app.wait_until_stopped)
    assert callable(app.on_partitions_assigned.connect)
    assert callable(app.on_partitions_revoked.connect)


def test_faust_drops_records_of_an_old_generation_and_stamps_new_ones() -> None:
    """Messages carry the generation they were fetched in, and the stream looks at it: our lanes do the same."""
    assert "generation_id=self.app.consumer_generation_id" in _source(driver.Consumer._to_message)
    assert "message.generation_id != self.app.consumer_generation_id" in _source(Stream)


def test_the_generation_is_set_before_partitions_are_assigned() -> None:
    """The app knows its generation when `on_partitions_assigned` makes the lanes."""
    listening = _source(driver.ConsumerRebalanceListener.on_partitions_assigned)

    assert listening.index("consumer_generation_id = generation") < listening.index("thread.on_partitions_assigned(")


def test_the_consumer_thread_makes_a_loop_that_tests_have_to_close() -> None:
    """The fixture's clean-up closes the loop that the thread makes for itself."""
    assert "thread_loop" in _source(ConsumerThread.__mro__[1])
    assert issubclass(driver.Consumer, ThreadDelegateConsumer)
