"""How long a scrape of a full board takes."""

import itertools
import os
import platform
import time
from collections.abc import Callable

import msgspec
import pycountry
import pytest
from prometheus_client import CollectorRegistry

from paysignal.board.board import Board
from paysignal.board.updates import Received, update_of
from paysignal.consuming.records import Record
from paysignal.exposition.collector import BoardCollector
from paysignal.exposition.text import encoder_for
from paysignal.facts.periods import Grain
from paysignal.facts.wire import encode
from tests.tools.figures import RUSSIA, reading

pytestmark = pytest.mark.bench

SERIES = 100_000
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def full_board() -> Board:
    """A board of 100,000 derived growths, none like another."""
    markets = [country.alpha_2 for country in pycountry.countries][:200]
    grains = (Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.WEEK)
    providers = (f"provider-{number}" for number in range(SERIES // (len(markets) * len(grains))))
    board = Board(SERIES, 1e9)
    shape = reading(indicator="year_on_year_growth", origin="derived", value=0.42537, low=0.425, high=0.4258)
    readings = (
        msgspec.structs.replace(
            shape, series=msgspec.structs.replace(RUSSIA, provider=provider, market=market, grain=grain)
        )
        for provider, market, grain in itertools.product(providers, markets, grains)
    )
    board.apply([Received(one.key, one) for one in readings], 0.0)
    assert len(board.snapshot(0.0).readings) == SERIES
    return board


def shortest(work: Callable[[], object]) -> float:
    """The least of three times, in seconds of the clock on the wall."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def test_scrape_of_a_full_board() -> None:
    """100,000 series with value and event time, in the format Prometheus asks for; and reading them from the topic."""
    board = full_board()
    registry = CollectorRegistry()
    registry.register(BoardCollector(lambda: board.snapshot(0.0)))
    encode_metrics = encoder_for(OPENMETRICS)[0]
    scrape = shortest(lambda: encode_metrics(registry))
    records = [Record(one.key.encode(), encode(one)) for one in board.snapshot(0.0).readings[:20_000]]
    decode = shortest(lambda: [update_of(record) for record in records])
    report = (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        f"scrape of {SERIES:,} series: {scrape:.2f} s, {len(encode_metrics(registry)) / 1e6:.0f} MB of text",
        f"decoding readings: {len(records) / decode:,.0f} a second",
    )
    print("", *report, sep="\n")  # noqa: T201 - the numbers are what a bench is for
    # Prometheus gives up after ten seconds; half of that leaves room for a slower machine.
    assert scrape < 5.0
