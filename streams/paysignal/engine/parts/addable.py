"""Addable: whether figures may be summed, and if not, which two stand in the way and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

from paysignal.engine.parts.axes import is_part, is_region, is_variant, overlaps, type_of
from paysignal.facts.measures import Nature, measure_named
from paysignal.facts.periods import Grain
from paysignal.facts.series import Series

#: Natures whose values have a sum; a stock's only over parts, at one instant.
SUMMED: Final = frozenset({Nature.STOCK, Nature.FLOW})


class Why(StrEnum):
    """Why figures are not added."""

    NATURE = "nature"  #: a price or a ratio: recomputed from its parts
    VARIANT = "variant"  #: another definition
    OPEN = "open"  #: its period was not stated
    MEASURE = "measure"
    GRAIN = "grain"
    CURRENCY = "currency"
    PRICES = "prices"
    TYPE = "type"  #: rails, apps and firms overlap
    UNTYPED = "untyped"  #: no type in the alias file, so it may overlap anything
    REGION = "region"  #: a region's extent is not known
    PART = "part"  #: one is part of the other
    CROSSING = "crossing"  #: neither is part of the other, and they share something
    INSTANT = "instant"  #: a stock at two instants
    PERIODS = "periods"  #: periods that overlap, or that not all of them have
    COUNTERPART = "counterpart"  #: a value without its count, or a count without its value
    ZERO = "zero"  #: nothing was counted


_RULES: Final = {
    Why.NATURE: "prices and ratios are recomputed from their parts, never added",
    Why.VARIANT: "another definition or statistic stays out of sums",
    Why.OPEN: "a period that was not stated is never added",
    Why.MEASURE: "one measure a sum",
    Why.GRAIN: "one grain a sum",
    Why.CURRENCY: "one currency a sum: convert by dated rates first",
    Why.PRICES: "current and constant prices are not added",
    Why.TYPE: "rails, apps and firms overlap: one provider type a sum",
    Why.UNTYPED: "a provider without a type may overlap any other: add it to the alias file",
    Why.REGION: "nobody says which markets a region has",
    Why.PART: "a whole is never added to its part",
    Why.CROSSING: "the two share something, which would count twice",
    Why.INSTANT: "stocks are added at one instant only",
    Why.PERIODS: "all parts are added over the same periods, which do not overlap",
    Why.COUNTERPART: "value and count come of the same parts and periods",
    Why.ZERO: "the average of no payments is undefined",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which series stand in the way of a sum, and why; `other` is None where one alone does."""

    why: Why
    one: Series
    other: Series | None = None

    @property
    def sentence(self) -> str:
        """The refusal in words."""
        both = self.one.key if self.other is None else f"{self.one.key} and {self.other.key}"
        return f"{both}: {_RULES[self.why]}"


def refusal_of(series: Iterable[Series]) -> Refusal | None:
    """The first thing in the way of summing these series over one and the same period; None when nothing is."""
    return next(refusals(series), None)


def refusals(series: Iterable[Series]) -> Iterator[Refusal]:
    """Everything in the way of summing these series over one and the same period, in the order of their keys."""
    ordered = sorted(set(series))
    for each in ordered:
        yield from _alone(each)
    for one, other in combinations(ordered, 2):
        why = _between(one, other)
        if why is not None:
            yield Refusal(why, one, other)


def _alone(series: Series) -> Iterator[Refusal]:
    if measure_named(series.measure).nature not in SUMMED:
        yield Refusal(Why.NATURE, series)
    if is_variant(series):
        yield Refusal(Why.VARIANT, series)
    if series.grain is Grain.OPEN:
        yield Refusal(Why.OPEN, series)


def _between(one: Series, other: Series) -> Why | None:
    for why in (Why.MEASURE, Why.GRAIN, Why.CURRENCY, Why.PRICES):
        if getattr(one, why) != getattr(other, why):
            return why
    if is_part(one, other) or is_part(other, one):
        return Why.PART
    if one.market != other.market and (is_region(one.market) or is_region(other.market)):
        return Why.REGION
    if overlaps(one, other):
        return Why.CROSSING
    return _type_between(one.provider, other.provider)


def _type_between(one: str, other: str) -> Why | None:
    """Providers of one type lie side by side; `all` with `all`, or one provider with itself, has one type at once."""
    if one == other:
        return None
    types = (type_of(one), type_of(other))
    if types[0] is not types[1]:
        return Why.TYPE
    return Why.UNTYPED if types[0] is None else None


def outermost(series: Sequence[Series]) -> list[Series]:
    """Those that are part of no other among them: what to add when wholes and parts are mixed."""
    return [each for each in series if not any(is_part(each, other) for other in series)]
