"""The consumer: Faust's, fetching chunks. Here stands all that is overridden of Faust's aiokafka driver."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import Any, Final, NamedTuple, cast

import aiokafka
from aiokafka.errors import IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata
from aiokafka.structs import TopicPartition as TopicPartitionTuple
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

from paysignal.agents.transport.assignor import ByNumberAssignor
from paysignal.agents.transport.feed import Feed, TopicPartition, Unbounded
from paysignal.agents.transport.fetching import hand_on_chunks
from paysignal.engine.chunks import Chunk

log = logging.getLogger(__name__)

#: Chunks a poll: at most some 16 MiB beyond the room that a feed has left.
_MOST_CHUNKS: Final = 16

#: After a poll that brought fewer records than this the next one is not due at once: a quiet stream, polled without
#: pause, keeps a core busy with polls of one record each.
_FEW_RECORDS: Final = 100
_PAUSE_SECONDS: Final = 0.004

#: How often a member that has nothing to fetch looks whether that has changed.
_IDLE_SECONDS: Final = 0.05

#: A commit that no broker answers must not keep the thread's two workers from fetching.
_MIRROR_SECONDS: Final = 2.0


class Fetched(NamedTuple):
    """A chunk and the generation of the group in which it was fetched."""

    chunk: Chunk
    generation: int


class ChunkThread(driver.AIOKafkaConsumerThread):
    """Owns the aiokafka consumer, in a thread and event loop of its own; all its methods run there, unless they say so.

    It knows up to where each partition has been handed on, since the first seek of an assignment. Before that seek all
    that is fetched is thrown away: aiokafka begins where the group committed, which nobody has asked for.
    """

    _reached: dict[TP, int]
    _sought: object  #: aiokafka's assignment that `_reached` is of

    def __post_init__(self) -> None:
        super().__post_init__()
        self._reached, self._sought = {}, None

    async def on_start(self) -> None:
        """Starts the aiokafka consumer; it fetches nothing before it is subscribed."""
        await super().on_start()
        hand_on_chunks(self._ensure_consumer()._fetcher)

    def _create_worker_consumer(self, transport: driver.Transport) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # Faust's reads uncommitted ones, unless it commits transactions
        # One alone: aiokafka 0.14 sends a JoinGroup for each, and the second, whose protocols are others, calls off the
        # rebalance that the first began. Two members with two assignors kept each other from ever getting through.
        consumer._partition_assignment_strategy = (ByNumberAssignor(),)
        consumer._max_poll_records = _MOST_CHUNKS
        return consumer

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Hands on nothing more until the next seek."""
        self._reached.clear()
        await super().on_partitions_revoked(revoked)

    async def seek_to(self, starts: Mapping[TP, int]) -> None:
        """Goes to these offsets, or to the first that is still there. Called from the loop of the app."""
        await self.call_thread(self._seek_to, starts)

    async def _seek_to(self, starts: Mapping[TP, int]) -> None:
        consumer = self._ensure_consumer()
        first = await consumer.beginning_offsets([_theirs(tp) for tp in starts])
        if (assignment := _assignment_of(consumer)) is not self._sought:
            self._reached, self._sought = {}, assignment
        for tp, offset in starts.items():
            there = max(offset, first[_theirs(tp)])
            try:
                consumer.seek(_theirs(tp), there)
            except IllegalStateError:  # revoked meanwhile; who owns it seeks
                continue
            self._reached[tp] = offset  # where what lies between is gone, `_jump` or the next chunk says so

    async def _fetch_records(
        self,
        consumer: aiokafka.AIOKafkaConsumer,
        active_partitions: set[TP],
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is Faust's
        max_records: int | None = None,
    ) -> Mapping[TP, list[Fetched]]:
        fetched = await super()._fetch_records(consumer, active_partitions, timeout, max_records)
        # Not before: a poll may wait through a rebalance, and what it brings then is of the new generation.
        generation = self.app.consumer_generation_id
        if _assignment_of(consumer) is not self._sought:
            # A seek of the generation before, overtaken by the rebalance, left positions that are not of this one: the
            # first chunks were handed on as if nothing had been before them, and a lane took them for a hole.
            return {}
        handed = {TP(*tp): self._continued(TP(*tp), chunks) for tp, chunks in fetched.items()}
        for tp in active_partitions - handed.keys():
            handed[tp] = self._jump(consumer, tp)
        return {tp: [Fetched(chunk, generation) for chunk in chunks] for tp, chunks in handed.items() if chunks}

    def _continued(self, tp: TP, chunks: Iterable[Chunk]) -> list[Chunk]:
        """The chunks, the first of them starting where the last one ended: offsets that are gone are passed over."""
        reached = self._reached.get(tp)
        if reached is None:
            return []
        continued = []
        for chunk in chunks:
            if chunk.start != reached:
                log.warning("%s/%d: offset %d follows %d", tp.topic, tp.partition, chunk.start, reached)
            continued.append(chunk if chunk.start <= reached else replace(chunk, start=reached))
            reached = self._reached[tp] = chunk.next_position
        return continued

    def _jump(self, consumer: aiokafka.AIOKafkaConsumer, tp: TP) -> list[Chunk]:
        """An empty chunk where the position has moved without one: the offsets before it are gone (retention)."""
        assignment, reached = _assignment_of(consumer), self._reached.get(tp)
        if assignment is None or reached is None or _theirs(tp) not in assignment.tps:
            return []
        state = assignment.state_value(_theirs(tp))
        if not state.has_valid_position or state.position <= reached:
            return []
        self._reached[tp] = state.position
        return [Chunk.of((), tp.topic, tp.partition, reached, state.position)]

    async def request_rejoin(self) -> None:
        """Lets aiokafka join the group anew."""
        self._ensure_consumer()._coordinator.request_rejoin()

    async def mirror(self, positions: Mapping[TP, int]) -> bool:
        """Commits these positions as the group's offsets; whether that was done. Called from the loop of the app."""
        return bool(await self.call_thread(self._mirror, positions))

    async def _mirror(self, positions: Mapping[TP, int]) -> bool:
        consumer = self._ensure_consumer()
        held = consumer.assignment()
        offsets = {_theirs(tp): OffsetAndMetadata(at, "") for tp, at in positions.items() if _theirs(tp) in held}
        try:
            await asyncio.wait_for(consumer.commit(offsets), _MIRROR_SECONDS)
        except (KafkaError, TimeoutError) as error:
            log.warning("the group's offsets are not renewed, which only lag tools look at: %r", error)
            return False
        return True


class ChunkConsumer(driver.Consumer):
    """Faust's consumer; each message it hands on has a chunk as its value."""

    _thread: ChunkThread
    feed: Feed = Unbounded()

    def _new_consumer_thread(self) -> ChunkThread:
        return ChunkThread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:  # noqa: ASYNC109 - Faust's
        """What the next poll brings, once the feed has room for it; Faust calls it in a loop."""
        if not await self.feed.room(timeout):
            return
        if not self.flow_active:
            await self.wait(cast("Any", self.can_resume_flow))
        active = set(self._get_active_partitions())
        if not active:
            await asyncio.sleep(_IDLE_SECONDS)
            return
        fetched = await self._getmany(active, timeout)
        if self.should_stop:
            return
        if not self._flows():
            await self.perform_seek()  # what was fetched is thrown away
            return
        for tp, (chunk, generation) in _by_turns(fetched):
            if not self._flows() or generation != self.app.consumer_generation_id:
                return
            self.feed.expect(chunk, generation)
            yield tp, self._message(tp, chunk, generation)
        if sum(len(chunk) for chunks in fetched.values() for chunk, _ in chunks) < _FEW_RECORDS:
            await asyncio.sleep(_PAUSE_SECONDS)

    async def perform_seek(self) -> None:
        """Goes, on every partition, to where the feed wants to read on; Faust calls it before records flow again.

        Faust's own goes to the committed offsets, which here are but a mirror for lag tools. Nothing is read of what
        the feed does not want: Faust calls it also behind a rebalance that the next one has overtaken.
        """
        wanted = {tp: self.feed.start_of((tp.topic, tp.partition)) for tp in self.assignment()}
        if starts := {tp: start for tp, start in wanted.items() if start is not None}:
            await self._thread.seek_to(starts)
        self._read_offset.clear()

    async def mirror(self, positions: Mapping[TopicPartition, int]) -> bool:
        """Commits positions as the group's offsets, for lag tools: nothing is ever read from them.

        Called after a checkpoint. Returns whether it was done; that it was not is logged, and no error.
        """
        return await self._thread.mirror({TP(*partition): at for partition, at in positions.items()})

    async def rejoin(self) -> None:
        """Joins the group anew, which takes all partitions away and gives back those that are still this member's."""
        await self._thread.call_thread(self._thread.request_rejoin)

    def _flows(self) -> bool:
        return self.flow_active

    def _message(self, tp: TP, chunk: Chunk, generation: int) -> ConsumerMessage:
        return ConsumerMessage(
            topic=tp.topic, partition=tp.partition, offset=chunk.start, timestamp=0.0, timestamp_type=0, headers={},
            key=None, value=cast("Any", chunk), checksum=None, serialized_key_size=0, serialized_value_size=0, tp=tp,
            generation_id=generation,
        )  # fmt: skip


def _by_turns(fetched: Mapping[TP, list[Fetched]]) -> Iterator[tuple[TP, Fetched]]:
    """One chunk of each partition, then the next of each, so that none waits for all of another."""
    for turn in zip_longest(*([(tp, each) for each in chunks] for tp, chunks in fetched.items())):
        yield from (pair for pair in turn if pair is not None)


def _assignment_of(consumer: aiokafka.AIOKafkaConsumer) -> Any:  # noqa: ANN401 - aiokafka has no types
    subscription = consumer._subscription.subscription
    return None if subscription is None else subscription.assignment


def _theirs(tp: TP) -> TopicPartitionTuple:
    return TopicPartitionTuple(tp.topic, tp.partition)
