"""Lanes: what waits of each partition, bounded together."""

import asyncio
import math

import pytest

from paysignal.agents.lanes import Lanes, size_of
from paysignal.engine.records import Record
from paysignal.facts.topics import FACTS, INCREMENTS

ROOM = 10_000


def record(offset: int, value: bytes = b"x", partition: int = 0, topic: str = FACTS) -> Record:
    """A record of some bytes."""
    return Record(topic, partition, offset, None, value, 0)


def assigned(generation: int = 1) -> Lanes:
    """Lanes for two partitions."""
    lanes = Lanes(ROOM)
    lanes.assign({(FACTS, 0), (INCREMENTS, 0)}, generation)
    return lanes


def waiting(lanes: Lanes) -> list[int]:
    """Offsets that wait on the first partition of facts."""
    return [each.offset for lane in lanes.snapshot() if lane.topic == FACTS for each in lane.waiting]


async def test_records_wait_in_their_order_each_on_its_lane() -> None:
    """What is put is taken in the order it came, lane by lane, up to the batch."""
    lanes = assigned()
    for offset in range(5):
        await lanes.put(record(offset), 1)
    await lanes.put(record(9, topic=INCREMENTS), 1)
    first = {lane.topic: [each.offset for each in records] for lane, records in lanes.take(3)}
    rest = {lane.topic: [each.offset for each in records] for lane, records in lanes.take(3)}

    assert {FACTS: [0, 1, 2], INCREMENTS: [9]} == first
    assert {FACTS: [3, 4]} == rest
    assert [] == lanes.take(3)


@pytest.mark.parametrize("generation", [0, 2, None])
async def test_records_of_another_generation_are_dropped(generation: int | None) -> None:
    """What an earlier assignment left behind does not enter the new one's state."""
    lanes = assigned(generation=1)
    await lanes.put(record(0), generation)

    assert [] == waiting(lanes)


async def test_records_of_partitions_not_held_are_dropped() -> None:
    """A partition given up meanwhile belongs to another worker."""
    lanes = assigned()
    await lanes.put(record(0, partition=5), 1)

    assert [] == lanes.take(10)


async def test_an_offset_already_received_is_dropped() -> None:
    """A record that is fetched again after a seek back counts once."""
    lanes = assigned()
    for offset in (0, 1, 1, 0, 2):
        await lanes.put(record(offset), 1)

    assert [0, 1, 2] == waiting(lanes)


async def test_who_puts_waits_while_there_is_no_room() -> None:
    """A full worker makes its agents wait; what it takes off makes room again."""
    lanes = assigned()
    big = record(0, b"x" * ROOM)
    await lanes.put(big, 1)
    blocked = asyncio.create_task(lanes.put(record(1), 1))
    await asyncio.sleep(0.01)

    assert not blocked.done()
    assert math.inf == lanes.cleared
    lanes.take(1)
    await asyncio.wait_for(blocked, 1)

    assert [1] == waiting(lanes)
    assert asyncio.get_running_loop().time() >= lanes.cleared > 0


async def test_memory_is_bounded_by_the_room_and_one_record_an_agent() -> None:
    """However many want to put, no more wait than fit, and one more."""
    lanes = assigned()
    puts = [asyncio.create_task(lanes.put(record(offset, b"x" * 1_000), 1)) for offset in range(100)]
    await asyncio.sleep(0.01)
    held = sum(size_of(each) for lane in lanes.snapshot() for each in lane.waiting)

    assert held < ROOM + size_of(record(0, b"x" * 1_000))
    for each in puts:
        each.cancel()
    await asyncio.gather(*puts, return_exceptions=True)

    assert math.isfinite(lanes.cleared)


async def test_a_new_assignment_starts_every_lane_anew() -> None:
    """What waited, and who waited for room, is forgotten: the partition is read from its start again."""
    lanes = assigned(generation=1)
    await lanes.put(record(0, b"x" * ROOM), 1)
    blocked = asyncio.create_task(lanes.put(record(1), 1))
    await asyncio.sleep(0.01)
    lanes.assign({(FACTS, 0)}, 2)
    await asyncio.wait_for(blocked, 1)
    [lane] = lanes.snapshot()

    assert (0, 0, False, None) == (lane.received, lane.position, lane.live, lane.target)
    assert [] == waiting(lanes)
    await lanes.put(record(0), 2)

    assert [0] == waiting(lanes)


async def test_arrival_returns_at_once_when_something_waits_and_in_time_when_nothing_does() -> None:
    """The flusher wakes for a record, and now and then without one."""
    lanes = assigned()
    loop = asyncio.get_running_loop()
    started = loop.time()
    await lanes.arrival(0.02)

    assert 0.015 <= loop.time() - started
    waiter = asyncio.create_task(lanes.arrival(30))
    await asyncio.sleep(0)
    await lanes.put(record(0), 1)
    await asyncio.wait_for(waiter, 1)
    await asyncio.wait_for(lanes.arrival(30), 1)


async def test_what_is_left_to_restore_is_told_until_the_lane_is_live() -> None:
    """Before the target is known nothing is told; a live lane has nothing left."""
    [lane, _] = assigned().snapshot()

    assert 0 == lane.remaining
    lane.target, lane.position = 10, 4

    assert 6 == lane.remaining
    lane.live = True

    assert 0 == lane.remaining
