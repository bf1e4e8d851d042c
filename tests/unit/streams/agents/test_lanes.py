"""Lanes: what waits of each partition, bounded together."""

import asyncio

import pytest

from paysignal.agents.lanes import Lanes
from paysignal.engine.chunks import Chunk
from paysignal.engine.records import Record
from paysignal.facts.topics import FACTS, INCREMENTS
from tests.tools.chunks import chunk_of

ROOM = 10_000


def chunk(
    *offsets: int, value: bytes = b"x", partition: int = 0, topic: str = FACTS, start: int | None = None
) -> Chunk:
    """A chunk of records of some bytes."""
    return chunk_of(*(Record(topic, partition, offset, None, value, 0) for offset in offsets), start=start)


def assigned(generation: int = 1) -> Lanes:
    """Lanes for two partitions."""
    lanes = Lanes(ROOM)
    lanes.assign({(FACTS, 0), (INCREMENTS, 0)}, generation)
    return lanes


def bring(lanes: Lanes, *chunks: Chunk, generation: int = 1) -> None:
    """What the transport and the agent do with each."""
    for each in chunks:
        lanes.expect(each, generation)
        lanes.put(each, generation)


def waiting(lanes: Lanes) -> list[int]:
    """Offsets that wait on the first partition of facts."""
    return [
        offset
        for lane in lanes.snapshot()
        if lane.topic == FACTS
        for each in lane.waiting
        for offset in each.offsets.tolist()
    ]


def test_chunks_wait_in_their_order_each_on_its_lane() -> None:
    """What is put is taken in the order it came, lane by lane, whole chunks up to the batch."""
    lanes = assigned()
    bring(lanes, chunk(0, 1), chunk(2), chunk(3, 4, 5), chunk(6), chunk(9, topic=INCREMENTS, start=0))
    first = {lane.topic: [each.offsets.tolist() for each in chunks] for lane, chunks in lanes.take(4)}
    rest = {lane.topic: [each.offsets.tolist() for each in chunks] for lane, chunks in lanes.take(4)}

    assert {FACTS: [[0, 1], [2], [3, 4, 5]], INCREMENTS: [[9]]} == first
    assert {FACTS: [[6]]} == rest
    assert [] == lanes.take(4)


@pytest.mark.parametrize("generation", [0, 2])
async def test_chunks_of_another_generation_are_dropped_and_take_no_room(generation: int) -> None:
    """What an earlier assignment left behind does not enter the new one's state."""
    lanes = assigned(generation=1)
    bring(lanes, chunk(0, value=b"x" * ROOM), generation=generation)

    assert [] == waiting(lanes)
    assert await lanes.room(0)


def test_chunks_of_partitions_not_held_are_dropped() -> None:
    """A partition given up meanwhile belongs to another worker."""
    lanes = assigned()
    bring(lanes, chunk(0, partition=5))

    assert [] == lanes.take(10)


def test_what_has_been_received_already_is_dropped_row_by_row() -> None:
    """What is fetched again after a seek back counts once, in whatever chunks it comes."""
    lanes = assigned()
    bring(lanes, chunk(0, 1), chunk(1), chunk(0, 1, 2, 3), chunk(4))

    assert [0, 1, 2, 3, 4] == waiting(lanes)


def test_the_transport_reads_on_behind_what_has_come_not_behind_what_is_done() -> None:
    """After a seek within a generation nothing is lost and nothing comes twice; what has no lane is not read."""
    lanes = assigned()
    bring(lanes, chunk(0, 1), Chunk.of((), FACTS, 0, 2, 7))

    assert 7 == lanes.start_of((FACTS, 0))
    assert 0 == lanes.start_of((INCREMENTS, 0))
    assert lanes.start_of((FACTS, 99)) is None


def test_what_does_not_follow_on_what_has_come_is_dropped_and_takes_no_room() -> None:
    """A chunk that was under way when its lane was made: what is before it comes when the transport has sought."""
    lanes = assigned()
    bring(lanes, chunk(3, start=3))

    assert [] == waiting(lanes)
    assert 0 == lanes.held_bytes == lanes.start_of((FACTS, 0))
    bring(lanes, chunk(0, 1, 2), chunk(3, start=3))

    assert [0, 1, 2, 3] == waiting(lanes)


async def test_who_fetches_waits_while_there_is_no_room() -> None:
    """A full worker fetches no more; what is taken off makes room again."""
    lanes = assigned()
    bring(lanes, chunk(0, value=b"x" * ROOM))
    blocked = asyncio.create_task(lanes.room(30))
    await asyncio.sleep(0.01)

    assert not blocked.done()
    assert not await lanes.room(0.001)
    lanes.take(1)

    assert await asyncio.wait_for(blocked, 1)


async def test_a_chunk_takes_its_room_from_when_it_is_fetched() -> None:
    """What Faust still holds counts as well: however many chunks are on their way, the room bounds them."""
    lanes = assigned()
    lanes.expect(chunk(0, value=b"x" * ROOM), 1)

    assert not await lanes.room(0.001)
    lanes.put(chunk(0, value=b"x" * ROOM), 1)

    assert not await lanes.room(0.001)
    lanes.take(1)

    assert await lanes.room(0)
    bring(lanes, chunk(0, value=b"x" * ROOM))  # comes again, and is dropped

    assert await lanes.room(0)


async def test_a_new_assignment_starts_every_lane_anew() -> None:
    """What waited, and who waited for room, is forgotten: the partition is read from its start again."""
    lanes = assigned(generation=1)
    late = chunk(1, start=1)
    lanes.expect(late, 1)
    bring(lanes, chunk(0, value=b"x" * ROOM))
    blocked = asyncio.create_task(lanes.room(30))
    await asyncio.sleep(0.01)
    lanes.assign({(FACTS, 0)}, 2)

    assert await asyncio.wait_for(blocked, 1)
    [lane] = lanes.snapshot()
    assert (0, 0, False, None) == (lane.received, lane.position, lane.live, lane.target)
    lanes.put(late, 1)

    assert [] == waiting(lanes)
    bring(lanes, chunk(0), generation=2)

    assert [0] == waiting(lanes)
    assert await lanes.room(0)


async def test_arrival_returns_at_once_when_something_waits_and_in_time_when_nothing_does() -> None:
    """The flusher wakes for a chunk, and now and then without one."""
    lanes = assigned()
    loop = asyncio.get_running_loop()
    started = loop.time()
    await lanes.arrival(0.02)

    assert 0.015 <= loop.time() - started
    waiter = asyncio.create_task(lanes.arrival(30))
    await asyncio.sleep(0)
    bring(lanes, chunk(0))
    await asyncio.wait_for(waiter, 1)
    await asyncio.wait_for(lanes.arrival(30), 1)


async def test_what_is_left_to_restore_is_told_until_the_lane_is_live() -> None:
    """Before the target is known nothing is told; a live lane has nothing left."""
    [lane, _] = assigned().snapshot()

    assert 0 == lane.remaining
    lane.target, lane.absorbed = 10, 4

    assert 6 == lane.remaining
    lane.live = True

    assert 0 == lane.remaining
