"""Places: the cross-sections that a series may stand in, and what each of them is of."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from paysignal.engine.parts.axes import Axis, is_region, is_variant, type_of
from paysignal.facts.kinds import Comparison
from paysignal.facts.markets import WORLD
from paysignal.facts.providers import ALL, ProviderType
from paysignal.facts.series import SEPARATOR, Series

#: What the readings of a section along the market axis call its members; those of providers are called by their type.
_MARKETS: Final = "markets"


_KINDS: Final = frozenset({_MARKETS, *(f"{kind}s" for kind in ProviderType)})


class Place(NamedTuple):
    """A section whatever its period: `subject` is the series that is divided, `kind` what it is divided into.

    A provider in the world, or in a country, is divided into `markets`; a market, as the series of all its providers,
    into `firms`, `apps`, `rails` or `nationals`. Sorts by subject.
    """

    subject: str
    kind: str
    baseline: Comparison

    @property
    def axis(self) -> Axis:
        """Along which its members differ."""
        return Axis.MARKET if self.kind == _MARKETS else Axis.PROVIDER


def can_stand(series: Series) -> bool:
    """Whether the series may stand in any section; asked of each series that changes."""
    if is_variant(series) or is_region(series.market):
        return False
    return series.market != WORLD or type_of(series.provider) is not None


def places_of(series: Series, baseline: Comparison) -> Iterator[Place]:
    """The sections that a series may stand in, one along each axis at most.

    Variants and regions stand in none; the world is no market among others; who is of no known type is among none.
    """
    if is_variant(series) or is_region(series.market):
        return
    if series.market != WORLD:
        within = series.market.partition("-")[0] if "-" in series.market else WORLD
        yield Place(_subject(series, series.provider, within), _MARKETS, baseline)
    kind = type_of(series.provider)
    if kind is not None:
        yield Place(_subject(series, ALL, series.market), _plural(kind), baseline)


def _subject(series: Series, provider: str, market: str) -> str:
    counted = series.measure, series.segment, series.grain, series.currency, series.prices
    return SEPARATOR.join((provider, market, *counted))


def of_section(indicator: str) -> bool:
    """Whether a reading of that indicator is of a cross-section: its name ends with what is divided."""
    name, _, kind = indicator.rpartition("_")
    return kind in _KINDS and name.endswith(("_over", "_among"))


@lru_cache(maxsize=16)
def _plural(kind: str) -> str:
    return f"{kind}s"
