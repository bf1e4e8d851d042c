"""Increments and ticks: which occurrences can be added."""

import datetime as dt
import math
from typing import Any

import pytest

from paysignal.facts.errors import Refused
from paysignal.facts.increments import LARGEST_INCREMENT, Tick
from paysignal.facts.kinds import Kind, Prices
from paysignal.facts.periods import Grain
from tests.tools.examples import increment

EAST = dt.timezone(dt.timedelta(hours=14))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "payment-1"}, "id"),
        ({"provider": "Sample Wallet"}, "provider"),
        ({"segment": "-"}, "segment"),
        ({"publisher": ""}, "publisher"),
        ({"market": "in"}, "market"),
        ({"measure": "volume"}, "measure"),
        ({"measure": "average_spend", "currency": "INR"}, "measure"),  # a mean can not be added up
        ({"measure": "market_share"}, "measure"),
        ({"currency": "INR"}, "currency"),
        ({"measure": "transaction_value"}, "currency"),
        ({"measure": "transaction_value", "currency": "inr"}, "currency"),
        ({"prices": Prices.CONSTANT}, "prices"),
        ({"value": math.nan}, "value"),
        ({"value": -math.inf}, "value"),
        ({"value": LARGEST_INCREMENT}, "value"),
        ({"value": -LARGEST_INCREMENT}, "value"),
        ({"value": 10**400}, "value"),
        ({"sequence": -1}, "sequence"),
        ({"sequence": 2**63}, "sequence"),
        ({"at": dt.datetime(2024, 1, 1)}, "instant"),  # noqa: DTZ001 - the point
        ({"at": dt.datetime(1, 1, 1, tzinfo=EAST)}, "instant"),
    ],
)
def test_an_increment_that_can_not_be_is_refused(changes: dict[str, Any], field: str) -> None:
    """With the field, the value, the rule and the fix."""
    with pytest.raises(Refused) as refused:
        increment(**changes)
    assert refused.value.field == field
    assert refused.value.rule
    assert refused.value.fix


@pytest.mark.parametrize(
    "changes",
    [
        {"value": -12.5},  # a refund
        {"sequence": 0},
        {"sequence": 2**63 - 1},
        {"value": math.nextafter(LARGEST_INCREMENT, 0)},
        {"measure": "active_users"},  # sign-ups
        {"measure": "transaction_value", "currency": "INR"},
        {"at": dt.datetime(2024, 1, 1, tzinfo=EAST)},
    ],
)
def test_an_increment_that_can_be_is_accepted(changes: dict[str, Any]) -> None:
    """Also refunds, stocks, any zone."""
    increment(**changes)


def test_an_increment_is_a_change_in_a_series_without_grain() -> None:
    """So windows never meet claims in one series."""
    assert increment().kind is Kind.CHANGE
    assert increment().series.grain is Grain.NONE
    assert increment().partition_key == "sample-wallet|IN|transactions|||current"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "1"}, "id"),
        ({"publisher": "A"}, "publisher"),
        ({"at": dt.datetime(2024, 1, 1)}, "instant"),  # noqa: DTZ001 - the point
    ],
)
def test_a_tick_that_can_not_be_is_refused(changes: dict[str, Any], field: str) -> None:
    """A tick moves the clock of a partition, so its instant has a zone."""
    good: dict[str, Any] = {"id": "0" * 32, "at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "publisher": "paysignal"}
    with pytest.raises(Refused) as refused:
        Tick(**(good | changes))
    assert refused.value.field == field
