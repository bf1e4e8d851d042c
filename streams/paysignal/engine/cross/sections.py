"""Sections: which series may stand beside each other at one moment, and what the cross-section says of them.

By provider over markets, and by market over providers of one type; always one measure, grain, currency, prices and
baseline, and one period. Variants and regions are in none, and no member is a part of another.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from paysignal.engine.pairs import Pair
from paysignal.engine.parts.axes import Axis, is_part, is_region, is_variant, type_of
from paysignal.facts.kinds import Comparison
from paysignal.facts.markets import WORLD
from paysignal.facts.series import SEPARATOR, Series
from paysignal.indicators import cross
from paysignal.indicators.estimates import Floats

#: Of fewer members nothing is breadth.
FEWEST_MEMBERS: Final = 2


@dataclass(frozen=True, slots=True)
class Member:
    """One series at its latest pair: level, base, and growth between them, None on a base that is not above zero."""

    series: Series
    pair: Pair

    @property
    def level(self) -> float:
        """The shown level."""
        return self.pair.current.choice.shown.value

    @property
    def base(self) -> float:
        """The shown base."""
        return self.pair.base.choice.shown.value


@dataclass(frozen=True, slots=True)
class Section:
    """Members beside each other along `axis`; `key` names what they have in common, `end` is their event time."""

    axis: Axis
    key: str
    baseline: Comparison
    end: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the section says of one member; None where undefined. `share` is of the members' sum."""

    member: Member
    growth: float | None
    share: float | None
    contribution: float | None
    rank: int
    rank_change: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a section says: of all together, and of each in the order of their ranks."""

    section: Section
    breadth: float | None
    diffusion: float | None
    dispersion: float | None
    concentration: float | None
    standings: tuple[Standing, ...]


def sections_of(members: Iterable[Member], baseline: Comparison) -> list[Section]:
    """The sections of members that were all compared by one baseline, in the order of their keys.

    A section has at least two members. Where one is a part of another (an app of an app) the part is left out; states
    have a section of their own, beside that of their country.
    """
    found: dict[tuple[Axis, str, str], list[Member]] = {}
    for member in sorted(members, key=lambda each: each.series.key):
        for axis, key in _keys(member.series):
            found.setdefault((axis, key, member.pair.current.period.text), []).append(member)
    sections = []
    for (axis, key, _), together in sorted(found.items()):
        apart = _apart(together)
        if len(apart) >= FEWEST_MEMBERS:
            sections.append(Section(axis, key, baseline, apart[0].pair.current.period.end, apart))
    return sections


def _keys(series: Series) -> Iterator[tuple[Axis, str]]:
    """The sections that a series may stand in."""
    if is_variant(series) or is_region(series.market):
        return
    counted = series.measure, series.segment, series.grain, series.currency, series.prices
    if series.market != WORLD:
        within = series.market.partition("-")[0] if "-" in series.market else ""
        yield Axis.MARKET, SEPARATOR.join((series.provider, within, *counted))
    kind = type_of(series.provider)
    if kind is not None:
        yield Axis.PROVIDER, SEPARATOR.join((kind, series.market, *counted))


def _apart(together: Sequence[Member]) -> tuple[Member, ...]:
    """The members without those that are a part of another."""
    return tuple(member for member in together if not any(is_part(member.series, other.series) for other in together))


def told_of(sections: Sequence[Section]) -> list[Told]:
    """What each section says, all computed at once."""
    if not sections:
        return []
    levels, bases = _column(sections, "level"), _column(sections, "base")
    with np.errstate(all="ignore"):
        growths = np.where(bases > 0, (levels - bases) / bases, np.nan)
    whole = [cross.breadth(growths), cross.diffusion(growths), cross.dispersion(growths), cross.concentration(levels)]
    each = [growths, cross.shares(levels), cross.contributions(levels, bases)]
    places, changes = cross.ranks(levels), cross.rank_changes(levels, bases)
    found = []
    for at, section in enumerate(sections):
        spread, direction, apart, concentrated = (_defined(part[at]) for part in whole)
        standings = _standings(section, at, each, places, changes)
        found.append(Told(section, spread, direction, apart, concentrated, standings))
    return found


def _standings(
    section: Section, at: int, each: Sequence[Floats], places: Floats, changes: Floats
) -> tuple[Standing, ...]:
    found = []
    for row, member in enumerate(section.members):
        growth, share, contribution = (_defined(part[row, at]) for part in each)
        place, change = int(places[row, at]), int(changes[row, at])
        found.append(Standing(member, growth, share, contribution, place, change))
    return tuple(sorted(found, key=lambda standing: standing.rank))


def _column(sections: Sequence[Section], field: str) -> Floats:
    rows = max(len(section.members) for section in sections)
    array = np.full((rows, len(sections)), np.nan)
    for at, section in enumerate(sections):
        array[: len(section.members), at] = [getattr(member, field) for member in section.members]
    return array


def _defined(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
