"""The exact text of /metrics for a small fixed board."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from paysignal.board.alerts import AlertBoard, Told
from paysignal.board.board import Board
from paysignal.board.updates import Received, Unreadable, Withdrawn
from paysignal.consuming.records import Position
from paysignal.exposition.alerts import AlertsCollector, RulesInUse
from paysignal.exposition.build import BuildCollector
from paysignal.exposition.collector import BoardCollector, ExporterCollector, Own, Threshold
from paysignal.exposition.findings import Count, FindingsCollector, Found
from paysignal.exposition.text import encoder_for
from paysignal.facts.kinds import Bound
from paysignal.facts.measures import Unit
from paysignal.facts.readings import Reading
from tests.tools.figures import RUSSIA, SPEND, alert, level, reading, window

GOLDEN = Path(__file__).parent / "metrics.txt"

DERIVED = {"indicator": "year_on_year_growth", "origin": "derived", "bound": Bound.EXACT}
GAIN = {"indicator": "stated_gain", "unit": Unit.USERS, "bound": Bound.MORE_THAN}
USERS = msgspec.structs.replace(RUSSIA, market="CN", measure="active_users")

READINGS = (
    reading(),
    level(SPEND, event_time="2018-09-01"),
    reading(SPEND, value=0.43, low=0.425, high=0.435, bound=Bound.EXACT, event_time="2018-09-01"),
    reading(
        SPEND,
        **DERIVED,
        value=0.4254,
        low=0.4249,
        high=0.426,
        event_time="2018-09-01",
        flags=("contradicted", "estimated_known_time", "suspected_break"),
    ),
    reading(USERS, **GAIN, value=2e8, low=2e8, high=None, baseline="unstated"),
    level(value=7.5e6, low=None, high=7.5e6, bound=Bound.AT_MOST),
    level(
        SPEND, **{**DERIVED, "indicator": "level_in_usd"}, value=435.5, low=435.4, high=435.6, event_time="2018-09-01"
    ),
    reading(SPEND, **{**DERIVED, "indicator": "year_on_year_growth_in_eur"}, value=0.39, low=0.38, high=0.40),
    level(
        SPEND,
        **{**DERIVED, "indicator": "derived_average"},
        value=435.5,
        low=435.4,
        high=436.6,
        event_time="2018-09-01",
    ),
    reading(USERS, **{**DERIVED, "indicator": "breadth_over_markets"}, value=0.75, low=0.5, high=0.75),
    reading(
        USERS,
        **{**DERIVED, "indicator": "acceleration", "baseline": "previous"},
        window="2p",
        value=-0.02,
        low=-0.04,
        high=0.0,
    ),
    level(USERS, **{**DERIVED, "indicator": "staleness"}, window="latest", value=2.0, low=2.0, high=2.0, unit="days"),
    window(),
    window(indicator="rolling_count", unit="increments", value=12.0, low=12.0, high=12.0, window="7d"),
)


def text(readings: tuple[Reading, ...] = READINGS) -> str:
    """The metrics of an exporter that has these readings."""
    board = Board(100, 1e9)
    board.apply([Received(one.key, one) for one in readings], 0.0)
    board.apply([Unreadable("x"), Withdrawn("y"), Received(READINGS[0].key, READINGS[0])], 0.0)
    own = Own(
        (Position("paysignal.readings.v1", 0, 11, 13), Position("paysignal.facts.v1", 1, 5, None)),
        claims=3, claims_limit=100, claims_bytes=2_500, claims_evicted=0,
        facts_malformed=1, thresholds=(Threshold("growth-surge", 1.0),),
    )  # fmt: skip
    registry = CollectorRegistry()
    registry.register(BuildCollector("0.1.0"))
    registry.register(BoardCollector(lambda: board.snapshot(0.0)))
    registry.register(ExporterCollector(lambda: own))
    counts = (Count(RUSSIA.key, "growth_contradicts_levels", 2), Count(SPEND.key, "equivalent_disagrees", 1))
    registry.register(FindingsCollector(lambda: Found(counts if readings else (), examining=bool(readings))))
    alerts = AlertBoard()
    alerts.apply([Told(one.key, one) for one in (alert(), alert()) if readings])
    registry.register(AlertsCollector(alerts, lambda: RulesInUse((("growth-surge", "info"),))))
    return encoder_for("text/plain")[0](registry).decode()


def test_the_text_is_exactly_the_golden_one() -> None:
    """Names, labels, help and values are the product: a change here is a change for every user's queries."""
    assert text() == GOLDEN.read_text()


def test_the_russian_figure_is_there_as_promised() -> None:
    """50.0 stated on the year, its lower bound, no upper one, and its event time."""
    labels = (
        'provider="alipay",market="RU",measure="transactions",segment="",grain="span",currency="",prices="current",'
        'origin="stated",baseline="year_ago"'
    )
    lines = text().splitlines()
    assert f"paysignal_growth_ratio{{{labels}}} 50.0" in lines
    assert f"paysignal_growth_ratio_low{{{labels}}} 50.0" in lines
    assert not any(line.startswith("paysignal_growth_ratio_high") and 'market="RU"' in line for line in lines)
    assert any(line.startswith("paysignal_reading_event_timestamp_seconds") and 'market="RU"' in line for line in lines)


@pytest.mark.prometheus
@pytest.mark.parametrize("readings", [READINGS, ()])
def test_promtool_has_nothing_to_say(require: Callable[[str], str], readings: tuple[Reading, ...]) -> None:
    """`promtool check metrics` is silent on a full board and on an empty one."""
    checked = subprocess.run(
        [require("promtool"), "check", "metrics"], input=text(readings), capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
