"""Lanes, flusher and outputs together, without a broker: restoring, going live, giving up, losing the broker."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from functools import partial
from typing import ClassVar

import pytest
from prometheus_client import CollectorRegistry

from paysignal.agents import flusher as module
from paysignal.agents.checkpoint.errors import Uncommitted
from paysignal.agents.checkpoint.keeper import Keeper
from paysignal.agents.checkpoint.lease import Lease
from paysignal.agents.checkpoint.ledger import Ledger
from paysignal.agents.checkpoint.writer import LaneWriter
from paysignal.agents.flusher import Flusher
from paysignal.agents.lanes import Lane, Lanes
from paysignal.agents.metrics import WorkerMetrics
from paysignal.agents.outgoing import Outgoing
from paysignal.agents.outputs import Outputs
from paysignal.agents.settings import WorkerSettings
from paysignal.agents.stages.indicators import Indicators
from paysignal.agents.stages.stage import Stages
from paysignal.engine.chunks import Chunk
from paysignal.engine.money.rates import RateTable
from paysignal.engine.records import Decoded, Outcomes, Record
from paysignal.engine.step import Emitted, State, absorb, emit
from paysignal.facts import topics, wire
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.identity import identified
from paysignal.facts.periods import Period
from paysignal.facts.rejections import Reason
from tests.tools import examples
from tests.tools.batches import told
from tests.tools.chunks import chunk_of
from tests.unit.streams.agents.checkpoint.test_writer import FIRST, Noted

FACTS = (topics.FACTS, 0)
YEARS = [told(examples.claim(period=Period(f"20{year}-03-01", f"20{year}-04-01"))) for year in range(10, 23)]


class Sink(Outputs):
    """Outputs that keep what they were given; `answer` holds acknowledgements back, `after` looks at each send."""

    def __init__(self) -> None:
        super().__init__(WorkerSettings("127.0.0.1:9"))
        self.sent: list[Outgoing] = []
        self.answer = asyncio.Event()
        self.answer.set()
        self.fails = 0
        self.before: list[int] = []
        self.position: Callable[[], int] = lambda: -1

    async def send(self, outgoing: Sequence[Outgoing]) -> None:
        """Note the lane's position before the acknowledgement, and acknowledge."""
        self.before.append(self.position())
        if self.fails:
            self.fails -= 1
            raise ZeroDivisionError
        await self.answer.wait()
        self.sent += outgoing

    def levels(self) -> list[str]:
        """Event times of the levels published, in order."""
        values = [each.value for each in self.sent if each.topic == topics.READINGS and each.value is not None]
        return [reading.event_time for reading in map(wire.decode_reading, values) if reading.indicator == "level"]


class Bench:
    """A flusher at work on lanes, with outputs that are doubles; `given_up` are lanes that a fault has spoilt."""

    def __init__(self) -> None:
        self.lanes, self.sink = Lanes(1_000_000), Sink()
        self.registry = CollectorRegistry()
        self.given_up: list[Lane] = []
        self.flusher = Flusher(
            self.lanes, self.sink, WorkerMetrics(self.registry), Stages((Indicators(),)), self.given_up.append
        )
        self.flusher.partitions = {topics.FACTS: 1, topics.INCREMENTS: 1}
        self.task: asyncio.Task[None] | None = None

    def assign(self, end: int | None, generation: int = 1) -> Lane:
        """One lane whose partition ends there (None: not known yet); the flusher runs."""
        self.lanes.assign({FACTS}, generation)
        [lane] = self.lanes.snapshot()
        lane.target = end
        self.sink.position = lambda: lane.position
        self.task = self.task or asyncio.create_task(self.flusher.run())
        return lane

    async def put(self, *facts: Claim | Retraction | bytes, start: int = 0, generation: int = 1) -> None:
        """Records from offset `start`."""
        for offset, fact in enumerate(facts, start):
            value = fact if isinstance(fact, bytes) else wire.encode(fact)
            key = YEARS[0].partition_key.encode()
            self.bring(chunk_of(Record(topics.FACTS, 0, offset, key, value, 0)), generation)

    def bring(self, chunk: Chunk, generation: int = 1) -> None:
        """A chunk, as the transport and an agent bring it."""
        self.lanes.expect(chunk, generation)
        self.lanes.put(chunk, generation)


@pytest.fixture
async def bench(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    """A bench, its flusher ended afterwards; waits are short."""
    monkeypatch.setattr(module, "_IDLE_SECONDS", 0.005)
    made = Bench()
    yield made
    if made.task is not None:
        made.task.cancel()
        await asyncio.gather(made.task, return_exceptions=True)


async def soon(condition: Callable[[], bool]) -> None:
    """Wait until it holds; fails after five seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.002)


async def test_restoring_holds_readings_back_then_publishes_all_that_stands(bench: Bench) -> None:
    """Nothing of the history is published on the way; when its end is reached every final reading is, once."""
    lane = bench.assign(end=10)
    await bench.put(*YEARS[:9])
    await soon(lambda: lane.position == 9)
    await asyncio.sleep(0.02)

    assert [] == bench.sink.sent
    assert not lane.live
    await bench.put(YEARS[9], start=9)
    await soon(lambda: lane.live)

    assert ["2019-04-01"] == bench.sink.levels()
    await bench.put(YEARS[10], start=10)
    await soon(lambda: lane.position == 11)

    assert ["2019-04-01", "2020-04-01"] == bench.sink.levels()


async def test_an_empty_partition_is_live_at_once(bench: Bench) -> None:
    """There is nothing to rebuild."""
    lane = bench.assign(end=0)
    await soon(lambda: lane.live)

    assert [] == bench.sink.sent


async def test_the_position_moves_behind_the_outputs(bench: Bench) -> None:
    """While a flush waits for its acknowledgement the position stands, and what comes meanwhile waits."""
    lane = bench.assign(end=0)
    await soon(lambda: lane.live)
    bench.sink.answer.clear()
    await bench.put(YEARS[0])
    await soon(lambda: len(bench.sink.before) == 1)
    await bench.put(YEARS[1], start=1)
    await asyncio.sleep(0.02)

    assert (0, 1) == (lane.position, len(lane.waiting))
    bench.sink.answer.set()
    await soon(lambda: lane.position == 2)

    assert [0, 1] == bench.sink.before


async def test_giving_partitions_up_waits_for_the_flush(bench: Bench) -> None:
    """`settle` returns when the outputs of a flush in progress are acknowledged, not before."""
    lane = bench.assign(end=0)
    await soon(lambda: lane.live)
    bench.sink.answer.clear()
    await bench.put(YEARS[0])
    await soon(lambda: len(bench.sink.before) == 1)
    settled = asyncio.create_task(bench.flusher.settle(5))
    await asyncio.sleep(0.02)

    assert not settled.done()
    bench.sink.answer.set()
    await asyncio.wait_for(settled, 1)

    assert 1 == lane.position


async def test_after_a_rebalance_the_history_is_rebuilt_and_old_records_stay_out(bench: Bench) -> None:
    """A new generation starts from nothing; what the old one still delivers is dropped, and the answer is the same."""
    lane = bench.assign(end=2)
    await bench.put(YEARS[0], YEARS[1])
    await soon(lambda: lane.live)
    await bench.flusher.settle(5)
    bench.lanes.park()
    again = bench.assign(end=3, generation=2)
    await bench.put(YEARS[5], start=2, generation=1)
    await bench.put(YEARS[0], YEARS[1], YEARS[2], generation=2)
    await soon(lambda: again.live)

    assert ["2011-04-01", "2012-04-01"] == bench.sink.levels()
    assert 3 == again.position


async def test_a_partition_that_ends_in_a_hole_goes_live_by_its_fetch_position(bench: Bench) -> None:
    """Behind transaction markers no record ever stands at the target; an empty chunk gets there."""
    lane = bench.assign(end=5)
    await bench.put(YEARS[0], YEARS[1])
    await soon(lambda: lane.position == 2)
    await asyncio.sleep(0.02)

    assert not lane.live
    bench.bring(Chunk.of((), *FACTS, 2, 5))
    await soon(lambda: lane.live)

    assert ["2011-04-01"] == bench.sink.levels()
    assert (5, 0) == (lane.position, lane.remaining)


async def test_a_broker_that_is_away_stops_no_worker(bench: Bench) -> None:
    """While the end of its partition is not known the lane keeps rebuilding and publishes nothing; then it goes on."""
    lane = bench.assign(end=None)
    await bench.put(YEARS[0], YEARS[1])
    await soon(lambda: lane.position == 2)

    assert (False, []) == (lane.live, bench.sink.sent)
    lane.target = 2
    await soon(lambda: lane.live)

    assert ["2011-04-01"] == bench.sink.levels()


async def test_a_fault_of_the_outputs_ends_the_flusher_before_the_position_moves(bench: Bench) -> None:
    """An error that is no record's goes up to the worker, which stops; nothing counts as done."""
    lane = bench.assign(end=0)
    await soon(lambda: lane.live)
    bench.sink.fails = 1
    await bench.put(YEARS[0])
    assert bench.task is not None
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(bench.task, 5)

    assert 0 == lane.position


async def test_poison_among_good_records_is_counted_and_stops_nothing(bench: Bench) -> None:
    """Of thirteen good and thirteen bad records all have an outcome, and the last reading stands."""
    lane = bench.assign(end=26)
    mixed: list[Claim | Retraction | bytes] = [each for good in YEARS for each in (good, b"\xff{")]
    await bench.put(*mixed)
    await soon(lambda: lane.live)

    def counted(outcome: str) -> float | None:
        return bench.registry.get_sample_value(
            "paysignal_worker_facts_total", {"topic": topics.FACTS, "outcome": outcome}
        )

    assert (13, 13) == (counted("accepted"), counted("rejected"))
    assert 13 == len([each for each in bench.sink.sent if each.topic == topics.REJECTED])
    assert ["2022-04-01"] == bench.sink.levels()


async def test_misrouting_is_checked_against_the_topics_own_partition_count(bench: Bench) -> None:
    """With eight partitions of facts the record on partition 0 belongs elsewhere; with one it is at home."""
    bench.flusher.partitions = {topics.FACTS: 8, topics.INCREMENTS: 1}
    lane = bench.assign(end=0)
    await bench.put(YEARS[0])
    await soon(lambda: lane.position == 1)

    assert [topics.REJECTED] == [each.topic for each in bench.sink.sent]


async def test_a_reading_retracted_while_no_worker_ran_is_withdrawn(bench: Bench) -> None:
    """A worker that dies before a retraction leaves its reading on the topic; the next one has to take it off."""
    taken_back = identified(Retraction(retracts=str(YEARS[0].id), source=YEARS[0].source, known_at="2024-01-01"))
    lane = bench.assign(end=1)
    await bench.put(YEARS[0])
    await soon(lambda: lane.live)
    bench.lanes.park()
    again = bench.assign(end=2, generation=2)
    await bench.put(YEARS[0], taken_back, generation=2)
    await soon(lambda: again.live)
    last = {each.key: each.value for each in bench.sink.sent}

    assert {None} == set(last.values())


def _is_over(lane: Lane) -> bool:
    return lane.lost or lane.position == len(YEARS)


async def test_what_goes_with_a_checkpoint_is_not_sent_before_it(bench: Bench) -> None:
    """A stage whose outputs are transactional hands them to the lane's writer, which commits them with the state."""
    bench.flusher._stages = Stages((Indicators(transactional=True),))
    noted = Noted()
    lane = bench.assign(end=0)
    lane.writer = LaneWriter(b"p", noted, Lease(100.0, lambda: 0.0), Ledger(), FIRST, lambda: 0.0)
    await bench.put(YEARS[0])
    await soon(lambda: lane.position == 1)
    assert [] == bench.sink.sent
    lane.writer.stage([])
    await lane.writer.commit(FIRST)

    assert [("level", topics.READINGS)] == [
        (wire.decode_reading(each.value or b"").indicator, each.topic) for each in noted.records[-1]
    ]


class Stirring(Indicators):
    """Has something to say once, without a record."""

    said: ClassVar[list[Outgoing]] = []

    def stirred(self, lane: Lane) -> list[Outgoing] | None:
        """What is there to say."""
        del lane
        told, self.said[:] = self.said[:], []
        return told or None


async def test_what_a_changed_setting_says_is_committed_where_no_record_comes(bench: Bench) -> None:
    """With the state behind it and at the same position; a commit that fails is made again."""
    noted, registry = Noted(), CollectorRegistry()
    stage = Stirring(transactional=True)
    bench.flusher._stages = Stages((stage,))
    bench.flusher.keeper = Keeper(WorkerMetrics(registry), lambda: 0, _no_mirror, lambda _: None)
    lane = bench.assign(end=0)
    lane.writer = LaneWriter(b"p", noted, Lease(100.0, lambda: 0.0), Ledger(), FIRST, lambda: 0.0)
    await soon(lambda: lane.live and lane.writer is not None and not lane.writer.marker.held)
    noted.fails = Uncommitted("away")
    stage.said.append(Outgoing(topics.ALERTS, b"key", b"alert"))
    await soon(lambda: bool(noted.records) and bool(noted.records[-1]))

    assert [b"alert"] == [each.value for each in noted.records[-1]]
    await soon(lambda: not lane.stirred)
    assert (0, []) == (lane.writer.marker.position, bench.sink.sent)


async def test_a_record_that_our_code_fails_on_is_rejected_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lane is given up and read anew until it is found; the final readings are those of the others.

    Both kinds: one that fails when it is taken in, and one that fails when its reading is made.
    """
    states: dict[int, set[str]] = {}

    def failing_absorb(state: State, decoded: Decoded, rates: RateTable) -> Outcomes:
        for statement in decoded.statements:
            states.setdefault(id(state), set()).add(str(statement.fact.id))
            assert statement.fact.id != YEARS[4].id
        return absorb(state, decoded, rates)

    def failing_emit(state: State, rates: RateTable) -> Emitted:
        assert YEARS[8].id not in states.get(id(state), set())
        return emit(state, rates)

    monkeypatch.setattr("paysignal.agents.advance.absorb", failing_absorb)
    monkeypatch.setattr("paysignal.agents.advance.emit", failing_emit)
    lane = bench.assign(end=0)
    for assignment in range(2, 20):
        await soon(partial(getattr, lane, "live"))
        await bench.put(*YEARS, generation=assignment - 1)
        await soon(partial(_is_over, lane))
        if not lane.lost:
            break
        bench.lanes.park()
        lane = bench.assign(end=0, generation=assignment)
    refused = [wire.decode_rejected(each.value or b"") for each in bench.sink.sent if each.topic == topics.REJECTED]

    assert {(Reason.UNPROCESSABLE, 4), (Reason.UNPROCESSABLE, 8)} == {
        (each.reason, each.origin.offset) for each in refused
    }
    assert len(bench.given_up) == assignment - 2 > 0
    assert "2022-04-01" == bench.sink.levels()[-1]
    assert not {"2014-04-01", "2018-04-01"} & set(bench.sink.levels())


async def test_a_target_told_while_outputs_are_under_way_makes_no_lane_live(bench: Bench) -> None:
    """Its readings were held back when the flush began; it goes live with the next, which publishes them."""
    lane = bench.assign(end=None)
    bench.sink.answer.clear()
    await bench.put(b"{", YEARS[0])
    await soon(lambda: bool(bench.sink.before))
    lane.target = 2
    bench.sink.answer.set()
    await soon(lambda: lane.live)

    assert ["2010-04-01"] == bench.sink.levels()


class RenewingKeeper(Keeper):
    """Its leases are half over at each publication, and the broker is slow to renew them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__(WorkerMetrics(registry), lambda: 0, _no_mirror, lambda _: None)
        self.renewed = asyncio.Event()

    def keep_leases(self, lanes: Iterable[Lane]) -> None:
        """Begins to renew all of them."""
        for lane in lanes:
            if lane.name not in self._writing:
                self.renewed.clear()
                self._write(lane, self._renew)

    async def _renew(self) -> int | None:
        await self.renewed.wait()
        return None

    async def assure(self, lanes: Iterable[Lane]) -> None:
        """By the time that the outputs go out, the leases are renewed."""
        self.renewed.set()
        await asyncio.gather(*(self._writing[lane.name] for lane in lanes))
        await asyncio.sleep(0)


async def _no_mirror(_: object) -> None:
    """Nobody looks at lag here."""


async def test_a_commit_is_saved_although_leases_were_renewed_at_its_start(bench: Bench) -> None:
    """Or nothing was saved while every commit took longer than half a lease."""
    noted = Noted()
    bench.flusher.keeper = RenewingKeeper(CollectorRegistry())
    lane = bench.assign(end=0)
    lane.writer = LaneWriter(b"p", noted, Lease(100.0, lambda: 0.0), Ledger(), FIRST, lambda: 0.0)
    await bench.put(YEARS[0])
    await soon(lambda: lane.position == 1)
    await soon(lambda: lane.writer is not None and lane.writer.marker.position == 1)
