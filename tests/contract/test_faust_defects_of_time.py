"""What Faust's own windows do wrong, and the same asked of ours.

Each defect has a test that holds it on the Faust that is installed (when one fails, Faust has mended that, and the
letter goes), and one that ours does it right. The other defects are in test_faust_defects_of_tables.
"""

import datetime as dt
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import faust
import numpy as np
import pytest

from paysignal.agents.advance import advance, changed_readings
from paysignal.agents.lanes import Lane
from paysignal.engine.money.rates import NO_RATES
from paysignal.engine.parameters import Asked, Parameters, asked_of
from paysignal.engine.records import Outcomes, Record
from paysignal.engine.step import State
from paysignal.engine.tallies.arrivals import Arrivals
from paysignal.facts import topics, wire
from paysignal.facts.errors import Refused
from paysignal.facts.moments import instant_of
from paysignal.facts.partitioning import partition_of
from paysignal.facts.readings import Reading
from paysignal.facts.rejections import Origin
from paysignal.windows.grids import DAY_US, FixedGrid
from paysignal.windows.spans import Window, window_named
from tests.tools.batches import MIDNIGHT, Fact, emitted, paid, readings_of, run, ticked
from tests.tools.chunks import chunk_of
from tests.tools.stock import Stock

HOUR, DAY = 3_600, 86_400

#: A day that is over whatever clock looks at it.
LONG_AGO = dt.datetime(2018, 11, 30, 12, tzinfo=dt.UTC)


@pytest.fixture
async def stock(tmp_path: Path) -> AsyncIterator[Stock]:
    """Faust as it is; made in a loop, as its apps have to be."""
    made = Stock(tmp_path)
    yield made
    made.close()


def finals(facts: Iterable[Fact], parameters: Parameters, hours: float) -> list[Reading]:
    """The windows that are final once event time has come that far, the earliest first."""
    told = [each.reading for each in emitted(facts, parameters, hours).finals]
    return sorted(told, key=lambda reading: instant_of(reading.event_time))


# ---- a. Two partitions, one window.


async def test_stock_closes_a_window_for_one_partition_only(stock: Stock) -> None:
    """The callback is called for the partition that is looked at first; the other's sum is thrown away unseen."""
    closed: list[str] = []
    windows = stock.table("closing", on_window_close=lambda key, _: closed.append(key[0])).tumbling(60, expires=60)
    for partition in (0, 1):
        with stock.agent(time.time() - 600, partition):
            windows[f"payments-of-{partition}"] += 1.0
    await windows.table._del_old_keys()

    assert ["payments-of-0"] == closed
    assert {} == dict(windows.table.data)


def test_each_partition_closes_its_own_windows() -> None:
    """Of two lanes of one worker each sends the final of its series, for the same day."""
    told = [final for partition in (0, 1) for final in _closed_by_lane(partition)]

    assert [("wallet-0", 1.0), ("wallet-1", 1.0)] == [(each.series.provider, each.value) for each in told]
    assert [("2024-03-01T00:00:00Z", "2024-03-02T00:00:00Z")] * 2 == [(each.start, each.event_time) for each in told]


def _closed_by_lane(partition: int) -> list[Reading]:
    """The finals that a lane sends after a payment at midnight and a tick two days later."""
    shops = (paid(1, 1.0, 0, provider=f"wallet-{partition}", segment=f"shop-{shop}") for shop in range(50))
    payment = next(shop for shop in shops if partition_of(shop.partition_key.encode(), 2) == partition)
    sent_ms = int((MIDNIGHT + dt.timedelta(days=2)).timestamp() * 1_000)
    values = [(payment.partition_key.encode(), wire.encode(payment)), (None, ticked(48))]
    state = State(Parameters(asked_of("24h/24h:sum")))
    lane = Lane(topics.INCREMENTS, partition, generation=1, live=True, state=state)
    records = [Record(lane.topic, partition, offset, *value, sent_ms) for offset, value in enumerate(values)]
    advance(lane, [chunk_of(*records)], 2, NO_RATES)
    return [
        wire.decode_reading(each.value)
        for each in changed_readings(lane, NO_RATES)
        if each.topic == topics.FINALS and each.value is not None
    ]


# ---- b. Many updates of one key.


async def test_stock_grows_with_every_update_of_one_key(stock: Stock) -> None:
    """1,000 payments of one key into 24 overlapping windows leave 24,000 numbers on a heap, for 24 rows, for a week."""
    windows = stock.table("growing").hopping(24 * HOUR, HOUR, expires=7 * DAY)
    with stock.agent(1_709_300_000.0):
        for _ in range(1_000):
            windows["key"] += 1.0

    assert 24 == len(windows.table.data)
    assert 24_000 == len(windows.table._partition_timestamps[0])


def test_updates_of_one_key_take_a_pane_and_an_id_each_until_it_has_closed() -> None:
    """60 days of 10,000 payments a day, stored day by day: never more than 50 panes, nor than 230,000 ids.

    Rows are stored after 131,072 increments and ids forgotten when memory is full: half as much again as those, a batch
    and a day of open panes.
    """
    state = State(Parameters(asked_of("24h")))
    [ring] = state.tallies.rings.values()
    panes, ids = [], []
    for day in range(60):
        state.tallies.take(_day_of_payments(day, 10_000), Outcomes())
        state.tallies.announce()
        state.changed_blocks()
        panes.append(ring.held)
        ids.append(state.tallies.journal.length)

    assert 10_000 == ids[0]
    assert 50 == max(panes)
    assert max(ids) < 230_000


def test_ids_are_forgotten_as_well_where_nothing_is_stored() -> None:
    """On a broker without checkpoints, and in a replay: the ids of two days, and what memory holds before it grows."""
    state = State(Parameters(asked_of("24h")))
    ids = []
    for day in range(60):
        state.tallies.take(_day_of_payments(day, 10_000), Outcomes())
        state.tallies.announce()
        state.pass_over()
        ids.append(state.tallies.journal.length)

    assert max(ids) < 50_000


def _day_of_payments(day: int, number: int) -> Arrivals:
    """So many payments of one key, spread over a day."""
    numbers = np.arange(number)
    return Arrivals(
        series=["wallet|IN|transactions||none||current"], series_of=np.zeros(number, np.int64),
        publishers=["shop"], publisher_of=np.zeros(number, np.int64),
        at_us=(day + 20_000) * DAY_US + numbers * (DAY_US // number), values=np.ones(number),
        ids=np.stack([np.full(number, day), numbers], axis=1).astype(np.uint64), sequences=np.full(number, -1),
        offsets=day * number + numbers,
        original=lambda _: (b"", Origin()),
    )  # fmt: skip


# ---- c. Windows of the past.


async def test_stock_loses_a_window_of_2018_at_its_first_clean_up(stock: Stock) -> None:
    """Windows that are to be kept for a year are measured by the clock on the wall, not by the time of the events."""
    windows = stock.table("history").tumbling(DAY, expires=365 * DAY)
    with stock.agent(LONG_AGO.timestamp()):
        windows["key"] += 5.0
        before = windows["key"].current()
        await windows.table._del_old_keys()

        assert (5.0, 0.0) == (before, windows["key"].current())


def test_a_window_of_2018_is_told_and_still_takes_payments() -> None:
    """It is final when event time has passed it, and a payment that comes after that is told in a corrected final."""
    first, second = paid(1, 5.0, 0, at=LONG_AGO), paid(2, 1.5, 0, at=LONG_AGO)
    _, steps = run([first, ticked(0), second], [2, 1], Parameters(asked_of("day:sum")))
    [final], [corrected] = (made.finals for made in steps)

    assert ("2018-11-30T00:00:00Z", "2018-12-01T00:00:00Z", 5.0) == (final.start, final.event_time, final.value)
    assert (final.key, 6.5) == (corrected.key, corrected.value)
    assert corrected.version > final.version


# ---- d. Hops and lengths that are no whole seconds.


def test_stock_has_no_hop_below_a_second_and_overlapping_tumbling_windows() -> None:
    """Half a second is rounded to a step of nothing; of tumbling windows of 1.5 s two hold the same instant."""
    with pytest.raises(ValueError, match="must not be zero"):
        faust.HoppingWindow(1, 0.5).ranges(100.2)

    assert 2 == len(faust.TumblingWindow(1.5).ranges(100.2))


def test_windows_hop_by_half_a_second() -> None:
    """Payments at 0.1, 0.6, 1.2 and 1.4 s: each window of a second holds what its own second holds."""
    parameters = _asked(Window("second", FixedGrid(500_000), 2))
    facts = [paid(str(at), 1.0, at / HOUR) for at in (0.1, 0.6, 1.2, 1.4)]

    assert [("00:00:00.5Z", 1), ("00:00:01Z", 2), ("00:00:01.5Z", 3), ("00:00:02Z", 2)] == [
        (final.event_time[11:], final.value) for final in finals(facts, parameters, hours=2)
    ]


def test_tumbling_windows_of_a_second_and_a_half_share_nothing() -> None:
    """Of ten payments a second over a minute each is counted in one window, and each window starts where one ended."""
    parameters = _asked(Window("beat", FixedGrid(1_500_000), 1))
    told = finals([paid(tenth, 1.0, tenth / 10 / HOUR) for tenth in range(600)], parameters, hours=2)

    assert [15.0] * 40 == [final.value for final in told]
    assert [final.event_time for final in told[:-1]] == [final.start for final in told[1:]]


def test_a_length_that_settings_can_not_name_is_refused_and_not_rounded() -> None:
    """Settings name whole seconds; what they can not name is no window of another length."""
    for name in ("1s/0s", "1.5s", "1s/500ms", "1s/2s"):
        with pytest.raises(Refused):
            window_named(name)


def _asked(window: Window) -> Parameters:
    return Parameters((Asked(window, ("count",)),))


# ---- e. What time it is.


async def test_stock_takes_now_for_1970_in_a_table_that_never_expires(stock: Stock) -> None:
    """Relative to now, inside an agent, is the latest time of a partition that nobody has noted: nought."""
    windows = stock.table("now").tumbling(HOUR).relative_to_now()
    with stock.agent(time.time()):
        windows["key"] += 5.0

    assert [0.0] == [start for _, (start, _) in windows.table.data]


@pytest.mark.parametrize("at", [LONG_AGO, MIDNIGHT, dt.datetime(2024, 3, 1, 0, 59, 59, 999_999, tzinfo=dt.UTC)])
def test_a_window_is_where_its_payment_is_and_no_clock_is_asked(at: dt.datetime) -> None:
    """The hour of the payment ends the window of its reading, whatever was configured and whenever that is."""
    end = at.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)

    assert end == instant_of(readings_of([paid(1, 5.0, 0, at=at)])["rolling_sum", "24h", ""].event_time)
