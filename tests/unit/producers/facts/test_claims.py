"""Claims: which statements can be made at all."""

import math
from typing import Any

import msgspec
import pytest

from paysignal.facts.claims import Baseline, Break, Retraction, Source
from paysignal.facts.errors import Refused
from paysignal.facts.intervals import Interval
from paysignal.facts.kinds import Bound, Comparison, Kind, Prices, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Grain, Period
from tests.tools.examples import PRESS, claim, growth, retraction, users

MONEY = {"measure": "transaction_value", "unit": Unit.CURRENCY, "currency": "INR"}
SHARE = {"measure": "market_share", "unit": Unit.RATIO}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"provider": "UPI"}, "provider"),
        ({"provider": ""}, "provider"),
        ({"segment": "a|b"}, "segment"),
        ({"market": "in"}, "market"),
        ({"measure": "volume"}, "measure"),
        ({"unit": Unit.USERS}, "unit"),
        ({"currency": "INR"}, "currency"),  # transactions are no money
        (MONEY | {"currency": ""}, "currency"),
        (MONEY | {"currency": "inr"}, "currency"),
        ({"prices": Prices.CONSTANT}, "prices"),
        ({"value": -1.0}, "value"),
        ({"value": math.nan}, "value"),
        ({"value": math.inf}, "value"),
        ({"value": 10**400}, "value"),
        (SHARE | {"value": 54.0}, "value"),
        (SHARE | {"value": -1.5, "kind": Kind.CHANGE, "baseline": Comparison.PREVIOUS}, "value"),
        ({"step": 0.0}, "step"),
        ({"step": -1.0}, "step"),
        ({"step": math.nan}, "step"),
        ({"step": math.inf}, "step"),
        ({"confidence": 1.1}, "confidence"),
        ({"confidence": -0.1}, "confidence"),
        ({"confidence": math.nan}, "confidence"),
        ({"known_at": "2023-02-30"}, "moment"),
        ({"baseline": Comparison.PREVIOUS}, "baseline"),  # a level has none
        ({"equivalent_of": "F0001"}, "equivalent_of"),
    ],
)
def test_a_level_that_can_not_be_is_refused(changes: dict[str, Any], field: str) -> None:
    """With the field, the value, the rule and the fix."""
    with pytest.raises(Refused) as refused:
        claim(**changes)
    assert refused.value.field == field
    assert refused.value.rule
    assert refused.value.fix
    assert str(refused.value).startswith(field)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": -1.01}, "value"),  # nothing shrinks by more than all of it
        ({"unit": Unit.TRANSACTIONS}, "unit"),
        ({"baseline": None}, "baseline"),
        ({"break_": Break("2023-01-01", "new definition")}, "break"),
    ],
)
def test_a_growth_that_can_not_be_is_refused(changes: dict[str, Any], field: str) -> None:
    """A growth is a ratio from -1 up, with a baseline."""
    with pytest.raises(Refused) as refused:
        growth(**changes)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "period", [Period("2018-04-01", "2018-07-01"), Period(None, "2018-07-01", "P12M")], ids=["start", "length"]
)
def test_a_level_of_a_stock_stands_at_one_day(period: Period) -> None:
    """It has an end and nothing else; its change over a period has a start."""
    with pytest.raises(Refused, match="is a stock: its level stands at one day"):
        users(period=period)
    assert users(period=period, kind=Kind.CHANGE, baseline=Comparison.UNSTATED).period == period


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 0.0},
        {"value": 1.7e308},
        {"period": None, "known_at": None},
        {"period": Period(None, "2023-04-01", "P1M")},
        {"break_": Break("2023-01-01", "now with credit on UPI")},
        MONEY,
        MONEY | {"prices": Prices.CONSTANT},
        SHARE | {"value": 1.0},
        {"market": "IN-KA", "segment": "p2m"},
        {"confidence": 0.0, "equivalent_of": "0" * 32},
    ],
)
def test_a_level_that_can_be_is_accepted(changes: dict[str, Any]) -> None:
    """The ends of what is allowed."""
    claim(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": -1.0},
        {"value": 50.0, "bound": Bound.MORE_THAN},
        {"baseline": Comparison.UNSTATED},
        {"baseline": Baseline("2019-03-01", "2019-04-01")},
        {"measure": "transaction_value", "currency": "INR", "prices": Prices.CONSTANT},
        {"measure": "transaction_value"},  # a ratio may leave its currency open
        {"measure": "market_share", "value": 3.0},
        {"kind": Kind.CHANGE, "value": -3e9, "unit": Unit.TRANSACTIONS},
    ],
)
def test_a_growth_that_can_be_is_accepted(changes: dict[str, Any]) -> None:
    """Down to -1, up without end, from any base period."""
    growth(**changes)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"publisher": "Business Standard"}, "source.publisher"),
        ({"name": ""}, "source.name"),
        ({"name": "x" * 201}, "source.name"),
        ({"name": "\x1b[2J"}, "source.name"),  # clears a terminal
        ({"name": "two\nlines"}, "source.name"),
        ({"name": "\ud800"}, "source.name"),  # can not be encoded
        ({"url": "javascript:alert(1)"}, "source.url"),
        ({"url": "example.com"}, "source.url"),
        ({"url": "https://"}, "source.url"),
        ({"url": "https://a b"}, "source.url"),
        ({"url": "https://a\n"}, "source.url"),
        ({"url": "https://" + "a" * 2_048}, "source.url"),
        ({"ref": "x" * 201}, "source.ref"),
        ({"ref": "a\x00"}, "source.ref"),
        ({"sha256": "abc"}, "source.sha256"),
        ({"sha256": "A" * 64}, "source.sha256"),
        ({"span": (5, 5)}, "source.span"),
        ({"span": (6, 5)}, "source.span"),
        ({"span": (-1, 5)}, "source.span"),
        ({"span": (0, 10**100)}, "source.span"),
    ],
)
def test_a_source_that_can_not_be_is_refused_where_it_is_made(changes: dict[str, Any], field: str) -> None:
    """Not only by the decoder: a producer must not send what every worker rejects."""
    with pytest.raises(Refused) as refused:
        msgspec.structs.replace(PRESS, **changes)
    assert refused.value.field == field


@pytest.mark.parametrize("name", ["NIBSS\u00a0(Nigeria)", "支付宝", "क्‍ष", "Ant 🐜"])
def test_a_name_may_be_of_any_script(name: str) -> None:
    """With the joiners and spaces that scripts need."""
    assert Source("p", name, Tier.PRESS, "http://例え.jp/名").name == name


def test_a_base_period_and_a_break_are_checked() -> None:
    """Backwards, off the calendar, or without a note."""
    with pytest.raises(Refused, match="starts before it ends"):
        Baseline("2019-04-01", "2019-03-01")
    with pytest.raises(Refused, match="a date, or an instant"):
        Break("2019-02-29", "note")
    with pytest.raises(Refused, match=r"break\.note"):
        Break("2019-02-28", "")


def test_a_retraction_names_an_id_and_a_moment() -> None:
    """Anything else is refused."""
    with pytest.raises(Refused, match="retracts"):
        Retraction(retracts="F0001", source=PRESS, known_at="2023-04-03")
    with pytest.raises(Refused, match="moment"):
        Retraction(retracts=retraction().retracts, source=PRESS, known_at="today")


def test_a_claim_tells_its_series_and_keys() -> None:
    """The key of a fact is its series without the grain, so all grains share a partition."""
    shown = claim(segment="p2m", market="IN-KA")
    assert shown.series.grain is Grain.MONTH
    assert shown.series.key == shown.series_key == "upi|IN-KA|transactions|p2m|month||current"
    assert shown.partition_key == shown.series.partition_key == "upi|IN-KA|transactions|p2m||current"


def test_a_stocks_change_joins_the_stocks_series() -> None:
    """Over a quarter or at a day: one series."""
    change = users(kind=Kind.CHANGE, period=Period("2018-04-01", "2018-07-01"), baseline=Comparison.PREVIOUS)
    assert change.series == users().series


def test_a_claim_without_dates_says_what_is_missing() -> None:
    """It can be shown; computing with it is refused."""
    undated = claim(period=None, known_at=None)
    for ask in ("dated", "series", "series_key", "known_us"):
        with pytest.raises(Refused, match="give the publication date"):
            getattr(undated, ask)


def test_the_baseline_as_text() -> None:
    """Empty for levels, named or start/end otherwise."""
    assert claim().baseline_text == ""
    assert growth().baseline_text == "year_ago"
    assert growth(baseline=Baseline("2019-03-01", "2019-04-01")).baseline_text == "2019-03-01/2019-04-01"


def test_a_claim_has_the_interval_of_its_digits() -> None:
    """8.7 billion is 8.65 to 8.75 billion; more than 700 million has no end."""
    assert claim().interval == Interval(8.65e9, 8.75e9)
    assert users().interval == Interval(7e8, None)


def test_a_date_is_known_at_its_end() -> None:
    """So that nothing is known early."""
    assert claim(known_at="1970-01-01").known_us == 86_399_999_999
