"""Series: what a figure is a figure of. Figures of different series never meet unasked."""

from functools import lru_cache

import msgspec

from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Prices
from paysignal.facts.markets import CurrencyOrEmpty, Market, checked_currency, checked_market
from paysignal.facts.measures import MeasureName, measure_named
from paysignal.facts.periods import Grain
from paysignal.facts.slugs import Slug, SlugOrEmpty, checked_slug

#: Joins the parts of a key; no slug, market, code or enum value has it.
SEPARATOR = "|"


class Series(msgspec.Struct, frozen=True, order=True, gc=False):
    """Provider, market, measure, segment, grain, currency and prices: the identity of a line of figures."""

    provider: Slug
    market: Market
    measure: MeasureName
    segment: SlugOrEmpty
    grain: Grain
    currency: CurrencyOrEmpty
    prices: Prices

    def __post_init__(self) -> None:
        checked_slug("provider", self.provider)
        checked_slug("segment", self.segment, empty=True)
        checked_market(self.market)
        measure_named(self.measure)
        if self.currency:
            checked_currency(self.currency)

    @property
    def key(self) -> str:
        """The series as text, its parts joined by `|`."""
        return series_key(
            self.provider, self.market, self.measure, self.segment, self.grain, self.currency, self.prices
        )

    @property
    def partition_key(self) -> str:
        """The series without its grain: the key of its facts, so that all grains share a partition."""
        return partition_key(self.provider, self.market, self.measure, self.segment, self.currency, self.prices)


@lru_cache(maxsize=65_536)
def partition_key(  # noqa: PLR0913, PLR0917 - the six parts of the key, in its order
    provider: str, market: str, measure: str, segment: str, currency: str, prices: str
) -> str:
    """The Kafka key of a fact: its series without the grain."""
    return SEPARATOR.join((provider, market, measure, segment, currency, prices))


def series_of_key(key: str) -> Series:
    """The series whose key this is; raises `Refused` for the key of none."""
    parts = key.split(SEPARATOR)
    try:
        provider, market, measure, segment, grain, currency, prices = parts
        return Series(provider, market, measure, segment, Grain(grain), currency, Prices(prices))
    except ValueError as error:
        if isinstance(error, Refused):
            raise
        raise Refused("series", key, "seven parts joined by |", "copy the key of the series") from None


def series_key(  # noqa: PLR0913, PLR0917 - the seven parts of the key, in its order
    provider: str, market: str, measure: str, segment: str, grain: str, currency: str, prices: str
) -> str:
    """The key of a series, its parts joined by `|`."""
    return SEPARATOR.join((provider, market, measure, segment, grain, currency, prices))
