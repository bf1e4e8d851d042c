"""Markets and currencies: exact codes."""

import pytest

from paysignal.facts.errors import Refused
from paysignal.facts.markets import checked_currency, checked_market, market_name


@pytest.mark.parametrize("market", ["IN", "CN", "IN-KA", "GB-ENG", "world", "region:africa", "region:south-east-asia"])
def test_a_market_is_an_iso_code_world_or_a_region(market: str) -> None:
    """And is itself."""
    assert checked_market(market) == market


@pytest.mark.parametrize(
    "market",
    [
        "in",
        "in-ka",
        "IN-ka",
        "IN-\u212aA",  # the Kelvin sign, a K in lower case
        "IND",
        "XX",
        "IN-ZZ",
        "UK",
        "World",
        "",
        "region:",
        "region:South",
        "region:a|b",
        "IN\n",
        pytest.param("IN-" + "K" * 70_000, id="long"),
    ],
)
def test_a_second_name_of_a_market_is_refused(market: str) -> None:
    """That pycountry looks codes up without regard to case gives no market a second text."""
    with pytest.raises(Refused, match="write it like") as refused:
        checked_market(market)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("market", "name"),
    [
        ("world", "World"),
        ("region:south-east-asia", "South East Asia"),
        ("RU", "Russia"),
        ("TZ", "Tanzania"),  # the common name, not "Tanzania, United Republic of"
        ("IN-KA", "Karn\u0101taka"),
        ("XX", "XX"),
    ],
)
def test_people_read_a_markets_name(market: str, name: str) -> None:
    """The common one where ISO has one; the code itself when there is none."""
    assert market_name(market) == name


def test_a_currency_is_an_iso_4217_code() -> None:
    """Upper case, and in the list."""
    assert checked_currency("CNY") == "CNY"
    for code in ("cny", "RMB", "", "USD ", "$"):
        with pytest.raises(Refused, match="write it like USD"):
            checked_currency(code)
