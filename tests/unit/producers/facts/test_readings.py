"""Readings and alerts: finite numbers, real dates, keys."""

import math
from typing import Any

import pytest

from paysignal.facts.errors import Refused
from paysignal.facts.intervals import Interval
from paysignal.facts.moments import event_us
from tests.tools.examples import reading
from tests.tools.figures import RUSSIA, alert

KEY = "upi|IN|transactions||month||current"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": math.nan}, "value"),
        ({"value": math.inf}, "value"),
        ({"low": -math.inf}, "low"),
        ({"high": math.inf}, "high"),
        ({"low": 0.7, "high": 0.6}, "low"),
        ({"event_time": "2023-02-31"}, "moment"),
        ({"known_at": "2023-02-31"}, "moment"),
        ({"start": "2023-02-31"}, "moment"),
        ({"inputs": ("F0001",)}, "inputs"),
    ],
)
def test_a_reading_that_can_not_be_is_refused_where_it_is_made(changes: dict[str, Any], field: str) -> None:
    """NaN and the infinities never leave the engine; JSON would make them null."""
    with pytest.raises(Refused) as refused:
        reading(**changes)
    assert refused.value.field == field


def test_a_reading_tells_its_key_interval_and_moment() -> None:
    """Series, indicator, window, baseline; an unbounded side is None; event time, then known time."""
    shown = reading(high=None)
    assert shown.key == f"{KEY}|stated_growth||year_ago"
    assert shown.interval == Interval(0.595, None)
    assert shown.moment == (event_us("2023-04-01"), event_us("2023-04-03") - 1)


def test_an_alert_is_keyed_by_rule_and_series() -> None:
    """One state for each."""
    assert alert().key == f"growth-surge|{RUSSIA.key}"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rule": "Growth"}, "rule"),
        ({"value": math.nan}, "value"),
        ({"threshold": math.inf}, "threshold"),
        ({"low": math.nan}, "low"),
        ({"low": 51.0, "high": 50.0}, "interval"),
        ({"since": "now"}, "moment"),
        ({"event_time": "now"}, "moment"),
        ({"known_at": "2018-02-30"}, "moment"),
        ({"summary": "two\nlines"}, "summary"),
        ({"summary": ""}, "summary"),
        ({"summary": "x" * 501}, "summary"),
    ],
)
def test_an_alert_that_can_not_be_is_refused(changes: dict[str, Any], field: str) -> None:
    """As readings are."""
    with pytest.raises(Refused) as refused:
        alert(**changes)
    assert refused.value.field == field
