"""What Faust's own tables, streams and sensors do wrong, and the same asked of ours.

As in test_faust_defects_of_time: a test that holds the defect on the Faust that is installed, and one that ours does it
right.
"""

import json
import math
import re
import time
from asyncio import ensure_future, wait
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from faust.sensors.prometheus import FaustMetrics
from faust.serializers.codecs import dumps
from faust.types import StreamT
from prometheus_client import CollectorRegistry

from paysignal.engine.averages import averages_of
from paysignal.engine.blocks import Block
from paysignal.engine.decoding import decode
from paysignal.engine.parameters import Parameters, asked_of
from paysignal.engine.step import State, emit, step
from paysignal.facts import wire
from paysignal.facts.claims import Retraction
from paysignal.facts.identity import identified
from paysignal.facts.periods import Period
from paysignal.facts.readings import Reading
from paysignal.facts.rejections import Reason
from tests.tools.batches import Fact, emitted, final_bytes, outcomes_of, paid, records, run, ticked
from tests.tools.books import BUREAU, books_of, level
from tests.tools.exposed import worker_registry
from tests.tools.stock import TOPIC, Stock

JUNE = Period("2025-06-01", "2025-07-01")


@pytest.fixture
async def stock(tmp_path: Path) -> AsyncIterator[Stock]:
    """Faust as it is; made in a loop, as its apps have to be."""
    made = Stock(tmp_path)
    yield made
    made.close()


# ---- f. What is expired when it is restored.


async def test_stock_never_removes_a_restored_window(stock: Stock) -> None:
    """A row that is read back from the changelog is on no list of what expires, so it stays for ever."""
    table = stock.table("restored").tumbling(60, expires=60).table
    start = time.time() - 7_200
    table.apply_changelog_batch([stock.event(["key", [start, start + 60]], 5.0, start)])
    await table._del_old_keys()

    assert [5.0] == list(table.data.values())


def test_what_is_restored_leaves_as_if_it_had_never_been_stored() -> None:
    """50 days are stored and restored; a year later their windows have been told, and none of their panes is held."""
    parameters, before = Parameters(asked_of("24h, 7d")), [paid(day, 1.0, day * 24) for day in range(50)]
    undisturbed, _ = run(before, [10], parameters)
    restored = State.restored(_stored(before, parameters).values(), parameters)
    held = [ring.held for ring in restored.tallies.rings.values()]
    later: list[list[Fact]] = [[paid("later", 1.0, 400 * 24), ticked(500 * 24)], [paid("last", 1.0, 500 * 24)]]
    for after in later:
        told = [step(state, decode(records(after), partitions=None)).finals for state in (undisturbed, restored)]

        assert _encoded(told[0]) == _encoded(told[1])

    assert min(held) > 1
    assert [1, 1] == [ring.held for ring in restored.tallies.rings.values()]


def _encoded(readings: list[Reading]) -> list[bytes]:
    return sorted(wire.encode(reading) for reading in readings)


def _stored(facts: Sequence[Fact], parameters: Parameters) -> dict[str, Block]:
    """The blocks that stand after these facts, stored ten by ten."""
    state, blocks = State(parameters), dict[str, Block]()
    for first in range(0, len(facts), 10):
        step(state, decode(records(facts)[first : first + 10], partitions=None))
        blocks |= {block.key: block for block in state.changed_blocks()}
    return {key: block for key, block in blocks.items() if block.value is not None}


# ---- h. Two series put together.


async def test_stock_joins_nothing(stock: Stock) -> None:
    """Every join is still to be written, a table and a stream too; a stream and a table give the stream alone."""
    table, stream = stock.table("joined"), stock.app.stream(stock.app.topic(TOPIC))
    for join in (table.join, table.left_join, table.inner_join, table.outer_join, lambda: table & stream):
        with pytest.raises(NotImplementedError):
            join()
    joined: Any = stream & table

    assert joined.channel is stream.channel


def test_values_and_counts_are_put_together_whichever_comes_first() -> None:
    """2,404 rupees in 8 payments: 300.5 each; a value whose count is of another month has no partner."""
    value, count = level(2_404.0, JUNE, measure="transaction_value"), level(8.0, JUNE)
    other = level(8.0, Period("2025-07-01", "2025-08-01"))
    for claims, expected in (([value, count], [300.5]), ([count, value], [300.5]), ([value, other], [])):
        told = [averages.reading for averages in averages_of(books_of(claims))]

        assert expected == [reading.value for reading in told if reading is not None]


# ---- i. Nothing is a figure as well.


async def test_stock_forgets_a_nought_that_follows_a_tombstone(stock: Stock) -> None:
    """Of 5, a tombstone and 7 the 7 is restored; of 5, a tombstone and 0 nothing is."""
    for last, restored in ((7, {"key": 7}), (0, {})):
        table = stock.table(f"ending-with-{last}")
        table.apply_changelog_batch(
            [stock.event("key", value, 0.0, raw=raw) for value, raw in ((5, b"5"), (None, None), (last, b"0"))]
        )

        assert restored == dict(table.data)


def test_a_nought_stands_after_a_retraction_and_over_a_restore() -> None:
    """A level of 5 is retracted and stated as 0: the reading is 0, live and restored, and is not withdrawn."""
    five, nought = level(5.0, JUNE), level(0.0, JUNE, known_at="2025-07-03")
    assert five.id is not None
    gone = identified(Retraction(retracts=five.id, source=BUREAU, known_at="2025-07-02"))
    facts = [five, gone, nought]
    restored = State.restored(_stored([*facts], Parameters()).values())
    restored.touch_unread()

    for made in (emitted(facts), emit(restored)):
        assert [("level", 0.0)] == [(each.indicator, each.value) for each in made.readings]
        assert [] == made.withdrawn


def test_a_window_that_comes_to_nought_is_a_reading() -> None:
    """5 and -5 make 0, which is written, and told for good."""
    made = emitted([paid(1, 5.0, 0), paid(2, -5.0, 1)], Parameters(asked_of("24h/24h:sum")), hours=48)

    assert [0.0, 0.0] == [each.reading.value for each in (*made.written, *made.finals)]


# ---- j. A batch at a time.


async def test_stock_can_write_no_table_from_a_batch(stock: Stock) -> None:
    """Inside of `take` there is no event, and without one a table refuses to be written."""
    table, raised = stock.table("batched"), list[TypeError]()

    async def taking(stream: StreamT[float]) -> AsyncIterator[float]:
        async for batch in stream.take(2, within=1):
            try:
                table["sum"] += sum(batch)
            except TypeError as error:
                raised.append(error)
            yield sum(batch)

    agent = stock.app.agent(stock.app.topic(TOPIC, value_type=cast("Any", float)))(taking)
    async with agent.test_context() as tested:
        await wait([ensure_future(tested.put(value)) for value in (1.0, 2.0)], timeout=10)

    assert ["Cannot modify table key from outside of stream iteration"] == [str(error) for error in raised]
    assert {} == dict(table.data)


@pytest.mark.parametrize("sizes", [[1], [7, 150], [299]])
def test_batches_of_any_size_write_the_same_state(sizes: list[int]) -> None:
    """300 payments out of order, 30 of them sent twice, give the same bytes one by one and all at once."""
    facts = [paid(number % 270, number / 7, number * 37 % 900 / 6) for number in range(300)]

    assert final_bytes(facts, sizes) == final_bytes(facts)


# ---- k. Numbers of numpy, and what is no number.


def test_stock_can_not_write_numbers_of_numpy_and_writes_what_is_no_json() -> None:
    """An integer, a float of 32 bits and an array are refused in its serializer; NaN is written bare."""
    for value in (np.int64(1), np.float32(1), np.zeros(2)):
        with pytest.raises(TypeError, match="JSON cannot serialize"):
            dumps("json", value)

    assert b"NaN" == dumps("json", math.nan)


def test_every_reading_of_a_window_is_strict_json() -> None:
    """All indicators of one payment, of equal ones and of the largest: numbers or null, of which JSON has a form."""
    every = Parameters(asked_of("24h:count+sum+mean+min+max+first+last+rate+stdev+p50+p95"))
    facts = [paid(1, 1.0, 0), *(paid(f"big-{n}", 2.0**61, 30 + n) for n in range(3)), paid("tiny", 5e-324, 90)]
    made = emitted(facts, every, hours=200)

    assert len(made.finals) > 11
    for each in (*made.written, *made.finals):
        told = json.loads(each.value, parse_constant=_no_json)

        assert math.isfinite(told["value"])


def _no_json(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


@pytest.mark.parametrize("value", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b'"NaN"', b"null"])
def test_what_is_no_number_comes_in_nowhere(value: bytes) -> None:
    """It is rejected and counted; what stands beside it counts."""
    good = wire.encode(paid(1, 1.0, 0))
    bad = re.sub(rb'"value":1\.0', b'"value":' + value, wire.encode(paid(2, 1.0, 0)))
    outcomes = outcomes_of([good, bad])

    assert good != bad
    assert (1, 1) == (outcomes.accepted, len(outcomes.rejected))
    assert outcomes.rejected[0].reason in {Reason.BAD_JSON, Reason.BAD_TYPE}


# ---- l. Metrics.

#: What Prometheus' own conventions ask not to be in a name: other units than base units, `total` but at the end.
_ILL_NAMED = re.compile(r"(^|_)(ms|millis|milliseconds|minutes|hours|kb|mb|commited)(_|$)|total_.*")


def test_stock_exposes_no_lag_and_milliseconds() -> None:
    """Of its families none tells a lag, `total` stands twice in a name, and one is misspelt."""
    registry = CollectorRegistry()
    FaustMetrics.create(registry, "stock")
    families = list(registry.collect())
    names = {family.name for family in families}
    samples = {sample.name for family in families for sample in family.samples}

    assert len(families) > 20
    assert not {name for name in names if "lag" in name}
    assert "stock_total_events_total" in samples
    assert {"stock_events_runtime_ms", "stock_topic_partition_offset_commited"} <= names
    assert "Assignment latency in ms" in {family.documentation for family in families}


def test_the_worker_exposes_lag_and_base_units_under_clean_names() -> None:
    """Lag and position of each partition are there before the first record, and no name has what stock's have."""
    families = {family.name: family for family in worker_registry().collect()}
    lag = families["paysignal_worker_lag_records"]

    assert 2 == len(lag.samples)
    assert "paysignal_worker_flush_seconds" in families
    assert [] == [name for name in families if _ILL_NAMED.search(name)]
    assert [] == [family.name for family in families.values() if not family.documentation.endswith(".")]
