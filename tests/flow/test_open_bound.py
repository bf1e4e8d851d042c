"""A bound that is open stays open: the note's "over 5,000 %" in /metrics, on the page, in the API, in JSON lines."""

import datetime as dt
from collections.abc import Iterator
from typing import TypeVar

import httpx
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from paysignal.board.board import Board
from paysignal.board.updates import Received
from paysignal.engine.asof import state_of
from paysignal.engine.money.rates import NO_RATES
from paysignal.exposition.collector import BoardCollector
from paysignal.exposition.server import Server
from paysignal.facts import wire
from paysignal.facts.kinds import Bound
from paysignal.facts.readings import Reading
from paysignal.history.answers import Answers
from paysignal.history.rows import ExplanationRow, FactsRow, HistoryRow
from paysignal.history.store import History
from paysignal.page.routes import routes
from paysignal.page.rows import JustRead, Strongest
from paysignal.page.view import Views
from tests.tools.meaning import note
from tests.tools.querying import api_routes, held_of

_Row = TypeVar("_Row", bound=msgspec.Struct)

KEY = "alipay|RU|transactions||span||current|stated_growth||year_ago"


@pytest.fixture(scope="module")
def get() -> Iterator[httpx.Client]:
    """An exporter's server after the press note: readings from the engine over the wire, claims in the history."""
    board, history = Board(1_000, 1e9), History(1_000)
    readings = state_of(note()).readings.values()
    sent = [msgspec.json.decode(wire.encode(reading), type=Reading) for reading in readings]
    board.apply([Received(reading.key, reading) for reading in sent], 0.0)
    history.remember(note())
    registry = CollectorRegistry()
    registry.register(BoardCollector(lambda: board.snapshot(0.0)))
    views = Views(lambda: board.snapshot(0.0), history.recollect, lambda: dt.datetime(2018, 10, 18, tzinfo=dt.UTC))
    answers = Answers(history, NO_RATES)
    served = (*routes(views, held_of(answers)), *api_routes(answers))
    server = Server("127.0.0.1", 0, registry, lambda: None, lambda: None, dict, served)
    server.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False, timeout=30) as client:
        yield client
    server.stop()


def test_in_the_metrics_there_is_a_lower_end_and_no_upper(get: httpx.Client) -> None:
    """50 and 50 as `_low`; no `_high` sample, and no infinity anywhere."""
    text = get.get("/metrics").text
    lines = [line for line in text.splitlines() if 'market="RU"' in line and line.startswith("paysignal_growth")]
    values = {line.split("{")[0]: float(line.rsplit(" ", 1)[1]) for line in lines}

    assert {"paysignal_growth_ratio": 50.0, "paysignal_growth_ratio_low": 50.0} == values
    assert "Inf" not in text


def test_on_the_page_it_is_more_than(get: httpx.Client) -> None:
    """Among the leaders, on its market, in both tables and in the explanation, with no second end beside it."""
    page = get.get("/").text

    assert 4 == page.count("&gt; +5,000 %")
    assert "&gt; +5,000 %" in get.get("/explain", params={"key": KEY}).text
    assert "interval" not in page.split("&gt; +5,000 %")[1].split("</td>")[0]


def test_in_the_api_the_upper_end_is_null(get: httpx.Client) -> None:
    """Tables, explanation, history and facts alike."""
    [read] = [row for row in _rows(get, "/v1/just-read", JustRead) if row.market == "RU"]
    [strong] = [row for row in _rows(get, "/v1/strongest", Strongest) if row.market == "RU"]
    explained = _asked(get, "/v1/explain", "key", ExplanationRow)
    [point] = _asked(get, "/v1/history", "series", HistoryRow).points
    [fact] = _asked(get, "/v1/facts", "series", FactsRow).facts
    [stated] = point.stated

    assert (50.0, Bound.MORE_THAN, "") == (read.value, read.bound, read.interval)
    assert (50.0, 50.0, None, Bound.MORE_THAN) == (strong.value, strong.low, strong.high, strong.bound)
    [evidence] = explained.evidence
    assert (50.0, None) == (explained.reading.low, explained.reading.high)
    assert (50.0, None) == (evidence.low, evidence.high)
    assert (50.0, None) == (stated.shown.low, stated.shown.high)
    assert (50.0, None) == (fact.low, fact.high)


def _rows(get: httpx.Client, path: str, row: type[_Row]) -> list[_Row]:
    return msgspec.json.decode(get.get(path).content, type=list[row])  # type: ignore[valid-type] # known when it runs


def _asked(get: httpx.Client, path: str, name: str, row: type[_Row]) -> _Row:
    return msgspec.json.decode(get.get(path, params={name: KEY}).content, type=row)
