"""The keeper: what lag tools are told of its commits."""

import asyncio
from collections.abc import Mapping

from prometheus_client import CollectorRegistry

from paysignal.agents.checkpoint.keeper import Keeper
from paysignal.agents.checkpoint.lease import Lease
from paysignal.agents.checkpoint.ledger import Ledger
from paysignal.agents.checkpoint.writer import LaneWriter
from paysignal.agents.lanes import Lane, TopicPartition
from paysignal.agents.metrics import WorkerMetrics
from paysignal.facts.topics import FACTS
from tests.unit.streams.agents.checkpoint.test_writer import FIRST, Noted


async def test_what_is_committed_while_the_group_is_told_is_told_behind_it() -> None:
    """Also where nothing is committed any more, and by the end of a keeper that stops meanwhile."""
    told, go = list[Mapping[TopicPartition, int]](), asyncio.Event()

    async def mirror(positions: Mapping[TopicPartition, int]) -> None:
        await go.wait()
        told.append(positions)

    keeper = Keeper(WorkerMetrics(CollectorRegistry()), lambda: 0, mirror, lambda _: None)
    lane = Lane(FACTS, 0, 1, live=True)
    lane.writer = LaneWriter(b"p", Noted(), Lease(100.0, lambda: 0.0), Ledger(), FIRST, lambda: 0.0)
    for position in (1, 2):
        lane.absorbed = lane.position = position
        keeper.save([lane], 0.0, at_once=True)
        await keeper.settle(1)
        await asyncio.sleep(0)
    stopping = asyncio.create_task(keeper.stop())
    await asyncio.sleep(0)
    go.set()
    await asyncio.wait_for(stopping, 1)

    assert [{(FACTS, 0): 1}, {(FACTS, 0): 2}] == told
