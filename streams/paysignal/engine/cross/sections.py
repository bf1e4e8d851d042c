"""Sections: which series may stand beside each other at one moment.

By provider over markets, and by market over providers of one type; always one measure, grain, currency, prices and
baseline, and one period. Variants and regions are in none, and no member is a part of another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from paysignal.engine.cross.places import Place
from paysignal.engine.parts.axes import Axis, provider_within
from paysignal.facts.members import Compared, Member
from paysignal.facts.moments import event_us
from paysignal.facts.series import Series

#: Of fewer members nothing is breadth.
FEWEST_MEMBERS: Final = 2


class Placed(NamedTuple):
    """One member of a section: a series and its pair."""

    series: Series
    pair: Compared


@dataclass(frozen=True, slots=True)
class Section:
    """Members at one period beside each other, in the order of their keys.

    `version` adds up the versions of all series that may stand in it, at whatever period they are: it is higher
    whenever one of them has told anything new, and so whenever the section says something else.
    """

    place: Place
    members: tuple[Placed, ...]
    version: int


def section_at(place: Place, members: Iterable[Member]) -> Section | None:
    """The section at the period where most of the place's members stand now, of two the later; None below two members.

    Members come in different weeks: while two of thirty-six states have told of the new quarter, the section is still
    that of the other thirty-four. Where a member is a part of another (an app of an app) the part is left out.
    """
    found = sorted(members, key=lambda each: each.series.key)
    by_period: dict[tuple[int, str], list[Placed]] = {}
    for member in found:
        if member.pair is not None:
            period = event_us(member.pair.end), member.pair.start or ""
            by_period.setdefault(period, []).append(Placed(member.series, member.pair))
    apart = {period: _apart(place.axis, together) for period, together in by_period.items()}
    most = max(apart, key=lambda period: (len(apart[period]), period), default=None)
    if most is None or len(apart[most]) < FEWEST_MEMBERS:
        return None
    return Section(place, apart[most], sum(member.version for member in found))


def _apart(axis: Axis, together: Sequence[Placed]) -> tuple[Placed, ...]:
    """The members without those that are a part of another; markets in one section never are, they are of one depth."""
    if axis is Axis.MARKET:
        return tuple(together)
    names = [member.series.provider for member in together]
    return tuple(
        member for member in together if not any(provider_within(member.series.provider, other) for other in names)
    )
