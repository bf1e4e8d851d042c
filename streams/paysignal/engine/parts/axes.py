"""Axes: along which a figure can be a part of another, and whether it is.

Two series of the same measure, grain, currency and prices differ in market, provider and segment. Along each of these
axes one value is within the other (Karnataka in India, Venmo in PayPal), or they lie side by side. Series that lie side
by side on no axis share something: adding them counts it twice.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from paysignal.facts.kinds import Role
from paysignal.facts.markets import REGION_PREFIX, WORLD
from paysignal.facts.providers import ALL, ProviderType, providers
from paysignal.facts.segments import role_of
from paysignal.facts.series import Series


class Axis(StrEnum):
    """What of a series is divided; the values are the names of its fields."""

    MARKET = "market"
    PROVIDER = "provider"
    SEGMENT = "segment"


def market_within(part: str, whole: str) -> bool:
    """Whether a market lies in another one: IN-KA in IN, both in the world.

    Nobody says which countries a `region:<slug>` has, so it is in nothing and nothing is in it.
    """
    if is_region(part) or is_region(whole) or part == whole:
        return False
    return whole == WORLD or part.startswith(f"{whole}-")


@lru_cache(maxsize=65_536)
def provider_within(part: str, whole: str) -> bool:
    """Whether a provider is part of another: by the alias file's parents, at any depth, and of `all` in any case."""
    if part in {ALL, whole}:
        return False
    return whole == ALL or whole in _ancestors(part)


def segment_within(part: str, whole: str) -> bool:
    """Whether a segment is part of another: every part of the whole (""), and `abroad-in-store` of `abroad`.

    A segment's slug that goes on from another's names a part of that one. Variants are part of nothing.
    """
    if part == whole or Role.VARIANT in {role_of(part), role_of(whole)}:
        return False
    return whole == "" or part.startswith(f"{whole}-")


_WITHIN: Mapping[Axis, Callable[[str, str], bool]] = MappingProxyType(
    {Axis.MARKET: market_within, Axis.PROVIDER: provider_within, Axis.SEGMENT: segment_within}
)


def place(series: Series, axis: Axis) -> str:
    """Where a series stands on an axis."""
    stands: str = getattr(series, axis)
    return stands


def is_part(part: Series, whole: Series) -> bool:
    """Whether `part` is a part of `whole`: alike in what is counted and how, within or equal on every axis."""
    if part == whole or not alike(part, whole) or is_variant(part) or is_variant(whole):
        return False
    return all(_same(part, whole, axis) or _within(part, whole, axis) for axis in Axis)


def is_part_along(part: Series, whole: Series, axis: Axis) -> bool:
    """Whether `part` is a part of `whole` that differs from it on this axis only."""
    others = all(_same(part, whole, other) for other in Axis if other is not axis)
    return others and alike(part, whole) and not is_variant(part) and _within(part, whole, axis)


def overlaps(one: Series, other: Series) -> bool:
    """Whether two series that are alike share something: one is part of the other, or they cross.

    Venmo in the world and PayPal in the US cross: Venmo's US payments are in both.
    """
    return all(_same(one, other, axis) or _within(one, other, axis) or _within(other, one, axis) for axis in Axis)


def alike(one: Series, other: Series) -> bool:
    """Whether two series count the same in the same way: measure, grain, currency and prices."""
    return (one.measure, one.grain, one.currency, one.prices) == (
        other.measure, other.grain, other.currency, other.prices,
    )  # fmt: skip


def is_variant(series: Series) -> bool:
    """Whether a series follows another definition; it then stays out of sums, shares, residuals and ranks."""
    return role_of(series.segment) is Role.VARIANT


def is_region(market: str) -> bool:
    """Whether a market is a `region:<slug>`, whose extent is not known."""
    return market.startswith(REGION_PREFIX)


def type_of(provider: str) -> ProviderType | None:
    """A provider's type; None for `all` and for those that the alias file does not know."""
    known = providers().get(provider)
    return known.type if known is not None else None


def _same(one: Series, other: Series, axis: Axis) -> bool:
    return place(one, axis) == place(other, axis)


def _within(part: Series, whole: Series, axis: Axis) -> bool:
    return _WITHIN[axis](place(part, axis), place(whole, axis))


@lru_cache(maxsize=8_192)
def _ancestors(provider: str) -> frozenset[str]:
    """All providers that this one is part of; a ring of parents in the file ends where it closes."""
    found: list[str] = []
    known = providers().get(provider)
    while known is not None and known.parent is not None and known.parent not in {provider, *found}:
        found.append(known.parent)
        known = providers().get(known.parent)
    return frozenset(found)
