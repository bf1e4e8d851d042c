"""Series: identity as fields and as text."""

from typing import Any

import pytest

from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Prices
from paysignal.facts.periods import Grain
from paysignal.facts.series import Series, partition_key, series_key


def _series(**changes: Any) -> Series:  # noqa: ANN401 - any field
    fields: dict[str, Any] = {
        "provider": "alipay",
        "market": "region:south-east-asia",
        "measure": "transaction_value",
        "segment": "cross-border",
        "grain": Grain.QUARTER,
        "currency": "CNY",
        "prices": Prices.CONSTANT,
    }
    return Series(**(fields | changes))


def test_the_key_joins_all_seven_parts() -> None:
    """In the order of the fields; the key of its facts lacks the grain."""
    assert _series().key == "alipay|region:south-east-asia|transaction_value|cross-border|quarter|CNY|constant"
    assert _series().partition_key == "alipay|region:south-east-asia|transaction_value|cross-border|CNY|constant"
    assert series_key(*"abcdefg") == "a|b|c|d|e|f|g"
    assert partition_key(*"abcdef") == "a|b|c|d|e|f"


def test_every_part_is_identity() -> None:
    """Figures that differ in one of them never meet unasked."""
    others = [
        _series(provider="wechat-pay"),
        _series(market="CN"),
        _series(measure="revenue"),
        _series(segment=""),
        _series(grain=Grain.MONTH),
        _series(currency="USD"),
        _series(prices=Prices.CURRENT),
    ]
    assert len({_series(), *others}) == len({each.key for each in (_series(), *others)}) == 8


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"provider": "a|b"}, "provider"),
        ({"segment": "a|b"}, "segment"),
        ({"market": "a|b"}, "market"),
        ({"measure": "a|b"}, "measure"),
        ({"currency": "a|b"}, "currency"),
    ],
)
def test_no_part_can_hold_the_separator(changes: dict[str, Any], field: str) -> None:
    """So a key can be taken apart again in one way only."""
    with pytest.raises(Refused) as refused:
        _series(**changes)
    assert refused.value.field == field
