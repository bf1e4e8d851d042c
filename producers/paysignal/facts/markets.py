"""Markets: where a fact holds."""

from functools import lru_cache

import pycountry

from paysignal.facts.errors import Refused
from paysignal.facts.slugs import checked_slug

WORLD = "world"
REGION_PREFIX = "region:"
_COUNTRY_LENGTH = 2


@lru_cache(maxsize=8_192)
def checked_market(market: str) -> str:
    """`market` when it is ISO 3166-1 alpha-2, ISO 3166-2, `world` or `region:<slug>`; raises `Refused` otherwise."""
    if market == WORLD or _is_country(market) or _is_subdivision(market):
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


@lru_cache(maxsize=8_192)
def market_name(market: str) -> str:
    """The name people know a market by, such as "Russian Federation" for RU."""
    if market == WORLD:
        return "World"
    if market.startswith(REGION_PREFIX):
        return market.removeprefix(REGION_PREFIX).replace("-", " ").title()
    place = pycountry.subdivisions.get(code=market) if "-" in market else pycountry.countries.get(alpha_2=market)
    return str(getattr(place, "common_name", place.name)) if place is not None else market


@lru_cache(maxsize=1_024)
def checked_currency(currency: str) -> str:
    """`currency` when it is an ISO 4217 code; raises `Refused` otherwise."""
    if currency in _currencies():
        return currency
    raise Refused("currency", currency, "an ISO 4217 code", "write it like USD")


def _is_country(market: str) -> bool:
    return len(market) == _COUNTRY_LENGTH and market in _countries()


def _is_subdivision(market: str) -> bool:
    # pycountry looks up without regard to case; IN-KA and in-ka must not become two markets.
    place = pycountry.subdivisions.get(code=market) if "-" in market else None
    return place is not None and place.code == market


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries)


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(currency.alpha_3 for currency in pycountry.currencies)
