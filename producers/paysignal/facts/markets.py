"""Markets: where a fact holds."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated

import pycountry

from paysignal.facts.errors import Refused
from paysignal.facts.slugs import checked_slug
from paysignal.facts.texts import form

#: Where to look for a code, not whether there is one: the lists of ISO 3166 and 4217 are pycountry's.
MARKET_PATTERN = r"^(?:world|[A-Z]{2}(?:-[A-Z0-9]{1,3})?|region:[a-z0-9]+(?:-[a-z0-9]+)*)\Z"

Market = Annotated[str, form("ISO 3166-1 alpha-2, ISO 3166-2, world or region:<slug>.", pattern=MARKET_PATTERN)]
CurrencyOrEmpty = Annotated[str, form("ISO 4217 for money, otherwise empty.", pattern=r"^(?:[A-Z]{3})?\Z")]

WORLD = "world"
REGION_PREFIX = "region:"


#: Where ISO's formal name is not the one people use and pycountry knows no other.
_EVERYDAY: Mapping[str, str] = {
    "BN": "Brunei",
    "CD": "DR Congo",
    "CG": "Congo",
    "FK": "Falkland Islands",
    "PS": "Palestine",
    "RU": "Russia",
    "VA": "Vatican",
}


@lru_cache(maxsize=8_192)
def checked_market(market: str) -> str:
    """`market` when it is ISO 3166-1 alpha-2, ISO 3166-2, `world` or `region:<slug>`; raises `Refused` otherwise."""
    if market == WORLD or market in _places():
        return market
    if market.startswith(REGION_PREFIX):
        checked_slug("market region", market.removeprefix(REGION_PREFIX))
        return market
    raise Refused(
        "market",
        market,
        "ISO 3166-1 alpha-2, ISO 3166-2, world or region:<slug>",
        "write it like IN, IN-KA, world or region:africa",
    )


def market_of_alpha_3(code: str) -> str:
    """The market of an ISO 3166-1 alpha-3 code (IND is IN); what is no such code stays as it is."""
    return _alpha_3().get(code, code)


@lru_cache(maxsize=8_192)
def market_name(market: str) -> str:
    """The name people know a market by, such as "Russia" for RU."""
    if market == WORLD:
        return "World"
    if market.startswith(REGION_PREFIX):
        return market.removeprefix(REGION_PREFIX).replace("-", " ").title()
    return _places().get(market, market)


@lru_cache(maxsize=1_024)
def checked_currency(currency: str) -> str:
    """`currency` when it is an ISO 4217 code; raises `Refused` otherwise."""
    if currency in _currencies():
        return currency
    raise Refused("currency", currency, "an ISO 4217 code", "write it like USD")


@lru_cache(maxsize=1)
def _places() -> Mapping[str, str]:
    # Not pycountry's own look-up, which ignores case: IN-KA and in-ka must not become two markets.
    countries = {place.alpha_2: getattr(place, "common_name", place.name) for place in pycountry.countries}
    return {**countries, **_EVERYDAY, **{place.code: place.name for place in pycountry.subdivisions}}


@lru_cache(maxsize=1)
def _alpha_3() -> Mapping[str, str]:
    return {place.alpha_3: place.alpha_2 for place in pycountry.countries}


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(currency.alpha_3 for currency in pycountry.currencies)
