"""The private names of Faust and aiokafka that the batch transport leans on, at the versions it was written for.

Fails when a version is raised: read what changed there, then change the pin here.
"""

import inspect
import re
from collections.abc import AsyncIterator
from importlib.metadata import entry_points, requires, version
from pathlib import Path
from types import MethodType
from typing import Any, cast

import aiokafka
import faust
import pytest
from aiokafka.consumer import fetcher, group_coordinator, subscription_state
from faust.streams import Stream
from faust.tables.recovery import Recovery
from faust.transport import by_url
from faust.transport.consumer import Consumer, ConsumerThread, ThreadDelegateConsumer
from faust.transport.drivers import aiokafka as driver
from faust.types import ConsumerMessage
from mode.threads import QueueServiceThread

from paysignal.agents.app import create_app
from paysignal.agents.lanes import Lanes
from paysignal.agents.settings import WorkerSettings
from paysignal.agents.transport.driver import Transport
from paysignal.agents.transport.fetching import hand_on_chunks
from paysignal.agents.transport.reading import READ_COMMITTED, PartitionChunks, RawBatches
from paysignal.facts.topics import FACTS

PINS = {"faust-streaming": "0.15.3", "aiokafka": "0.14.0"}


@pytest.mark.parametrize(("package", "pinned"), PINS.items())
def test_the_versions_are_pinned_and_installed(package: str, pinned: str) -> None:
    """What is installed is what the project pins, exactly, and what these tests were written against."""
    assert pinned == version(package)
    assert f"{package}=={pinned}" in {each.replace(" ", "") for each in requires("paysignal") or []}


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[faust.App]:
    """The worker's app."""
    made = create_app(WorkerSettings("127.0.0.1:9"), Lanes(1), tmp_path, (FACTS,))
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


def test_the_driver_is_found_by_its_url() -> None:
    """Faust finds our transport under the scheme `paysignal`, as the installed entry point says."""
    [found] = entry_points(group="faust.transports", name="paysignal")

    assert found.load() is Transport
    assert by_url("paysignal://127.0.0.1:9") is Transport


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
        assert 1 == len(consumer._partition_assignment_strategy), "see test_a_join_is_one_request_an_assignor"
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
    assert "generation_id" in inspect.signature(ConsumerMessage).parameters


def test_the_generation_is_set_before_partitions_are_assigned() -> None:
    """The app knows its generation when `on_partitions_assigned` makes the lanes."""
    listening = _source(driver.ConsumerRebalanceListener.on_partitions_assigned)

    assert listening.index("consumer_generation_id = generation") < listening.index("thread.on_partitions_assigned(")


def test_the_consumer_thread_makes_a_loop_that_tests_have_to_close() -> None:
    """The fixture's clean-up closes the loop that the thread makes for itself."""
    assert "thread_loop" in _source(ConsumerThread.__mro__[1])
    assert issubclass(driver.Consumer, ThreadDelegateConsumer)


def test_the_fetcher_makes_bytes_and_records_by_the_names_we_replace() -> None:
    """One method of aiokafka's fetcher takes answers apart; it asks the two objects it makes only what ours answer."""
    source = _source(fetcher.Fetcher._proc_fetch_request)

    assert "records = MemoryRecords(part_data[-1])" in source
    assert {"MemoryRecords", "PartitionRecords"} <= fetcher.Fetcher._proc_fetch_request.__globals__.keys()
    assert {"records.has_next()", "records.size_in_bytes()"} == set(re.findall(r"records\.\w+\(\)", source))
    assert list(inspect.signature(fetcher.PartitionRecords).parameters) == [
        "tp", "records", "aborted_transactions", "fetch_offset", "key_deserializer", "value_deserializer",
        "check_crcs", "isolation_level",
    ]  # fmt: skip
    assert len(inspect.signature(PartitionChunks).parameters) == 8
    assert fetcher.READ_COMMITTED == READ_COMMITTED
    assert fetcher.Fetcher._proc_fetch_request.__closure__ is None, "a copy of the function would lose it"


def test_a_fetch_result_asks_its_records_for_no_more_than_chunks_have() -> None:
    """It iterates over them, and looks at `next_fetch_offset` to see that nobody has sought meanwhile."""
    source = _source(fetcher.FetchResult)

    assert {"next_fetch_offset"} == set(re.findall(r"_partition_records\.(\w+)", source))
    assert "for msg in self._partition_records:" in source
    assert "state.consumed_to(self._partition_records.next_fetch_offset)" in source


async def test_only_our_fetcher_hands_on_chunks() -> None:
    """A copy of one method, on one object: other consumers of the process read records as before."""

    class Fetcher(fetcher.Fetcher):  # type: ignore[misc]
        """One that starts no task."""

        def __init__(self) -> None:
            pass

    ours = Fetcher()
    hand_on_chunks(ours)
    made = ours._proc_fetch_request.__func__.__globals__

    assert (RawBatches, PartitionChunks) == (made["MemoryRecords"], made["PartitionRecords"])
    assert fetcher.PartitionRecords is Fetcher()._proc_fetch_request.__func__.__globals__["PartitionRecords"]


def test_faust_takes_what_the_fetcher_brings_as_it_is() -> None:
    """The thread's `_fetch_records` hands `fetched_records` on, at most `_max_poll_records` a partition's chunks."""
    assert "return await fetcher.fetched_records(" in _source(driver.AIOKafkaConsumerThread._fetch_records)
    assert "max_records=_consumer._max_poll_records" in _source(driver.AIOKafkaConsumerThread.getmany)
    assert ["self", "consumer", "active_partitions", "timeout", "max_records"] == list(
        inspect.signature(driver.AIOKafkaConsumerThread._fetch_records).parameters
    )
    assert "self._fetcher = Fetcher(" in _source(aiokafka.AIOKafkaConsumer.start)
    assert "await self._consumer.start()" in _source(driver.AIOKafkaConsumerThread.on_start)
    assert "__post_init__" in vars(driver.AIOKafkaConsumerThread)


def test_the_position_of_a_partition_is_where_we_look_for_it() -> None:
    """By it we see that retention has moved a position without a record."""
    state = subscription_state

    assert "self._subscription = " in _source(aiokafka.AIOKafkaConsumer.__init__)
    assert isinstance(state.SubscriptionState.subscription, property)
    assert isinstance(state.Subscription.assignment, property)
    assert isinstance(state.Assignment.tps, property)
    assert ["self", "tp"] == list(inspect.signature(state.Assignment.state_value).parameters)
    assert isinstance(state.TopicPartitionState.position, property)
    assert isinstance(state.TopicPartitionState.has_valid_position, property)


def test_the_parts_of_getmany_and_perform_seek_that_we_replace() -> None:
    """Faust drives `getmany` in a loop, calls `perform_seek` before it lets records flow, and looks at both flags."""
    assert "getmany(timeout=1.0)" in _source(Consumer._drain_messages)
    assert "get_read_offset(tp)" in _source(Consumer._drain_messages)
    resume = _source(Recovery._resume_streams)
    assert resume.index("on_rebalance_complete") < resume.index("perform_seek()") < resume.index("resume_flow()")
    assert "self.flow_active = False" in _source(Consumer.stop_flow)
    assert "self.can_resume_flow.set()" in _source(Consumer.resume_flow)
    assert "_read_offset" in _source(Consumer.__init__)
    assert ["self"] == list(inspect.signature(Consumer._get_active_partitions).parameters)
    assert ["self", "active_partitions", "timeout"] == list(
        inspect.signature(ThreadDelegateConsumer._getmany).parameters
    )
    assert "async def call_thread(" in _source(QueueServiceThread.call_thread)


def test_aiokafka_asks_an_assignor_that_is_an_object() -> None:
    """The coordinator calls `metadata`, `assign` and `on_assignment` on what we put into the consumer."""
    assert "assignors=self._partition_assignment_strategy" in _source(aiokafka.AIOKafkaConsumer.start)
    coordinating = _source(group_coordinator)
    for call in ("assignor.metadata(topics)", "assignor.on_assignment(assignment)", "assignor.assign(self._cluster, "):
        assert call in coordinating
