"""Which figure is shown when several statements speak of one period.

    claims of one (period, kind, baseline)
        └─ per publisher the latest known: its revisions are replaced
             └─ the most authoritative leads: tier, then newest, then id
                  ├─ intervals that meet the leader's corroborate: the finest of them is shown
                  └─ intervals that do not meet conflict: kept and reported

The result is a function of the set of claims; the order of arrival has no part in it.
"""

from collections.abc import Iterable, Sequence

import msgspec

from paysignal.facts.claims import Claim
from paysignal.facts.intervals import Interval


class Choice(msgspec.Struct, frozen=True, gc=False):
    """The shown claim, the claims that support it (itself first), and those that conflict with it.

    The interval is the tightest that all supporting claims leave open; it always holds the shown value.
    """

    shown: Claim
    interval: Interval
    supporting: tuple[Claim, ...]
    conflicting: tuple[Claim, ...]


def choose(claims: Sequence[Claim]) -> Choice | None:
    """The choice among the claims of one (period, kind, baseline); None when there are none."""
    if len(claims) == 1:
        (only,) = claims
        return Choice(only, _around(only.value, only.interval), (only,), ())
    ranked = sorted(latest_revisions(claims), key=authority)
    if not ranked:
        return None
    open_ = ranked[0].interval
    supporting, conflicting = [ranked[0]], []
    for claim in ranked[1:]:
        overlap = open_.overlap(claim.interval)
        if overlap is None:
            conflicting.append(claim)
        else:
            open_ = overlap
            supporting.append(claim)
    supporting.sort(key=fineness)
    return Choice(supporting[0], _around(supporting[0].value, open_), tuple(supporting), tuple(conflicting))


def latest_revisions(claims: Iterable[Claim]) -> list[Claim]:
    """Of each publisher the claim with the latest known time, of several the finer one; see `revision`."""
    latest: dict[str, Claim] = {}
    for claim in claims:
        publisher = claim.source.publisher
        held = latest.get(publisher)
        if held is None or revision(held) < revision(claim):
            latest[publisher] = claim
    return list(latest.values())


def authority(claim: Claim) -> tuple[int, int, str]:
    """Sorts the claim that decides a conflict first: tier, then newest, then id."""
    return claim.source.tier.rank, -claim.known_us, str(claim.id)


def fineness(claim: Claim) -> tuple[int, float, int, int, str]:
    """Sorts the claim to show first: two-sided before bounds, narrow before wide, tight bounds before loose ones.

    Ties go to the higher tier, then the earliest known, then the id.
    """
    interval = claim.interval
    if interval.low is not None and interval.high is not None:
        side, tightness = 0, interval.width
    else:
        side, tightness = 1, -interval.low if interval.low is not None else (interval.high or 0.0)
    return side, tightness, claim.source.tier.rank, claim.known_us, str(claim.id)


#: How one publisher's statements of one claim sort.
Revision = tuple[int, int, float, str]


def revision(claim: Claim) -> Revision:
    """Sorts one publisher's statements of one claim: the greatest stands.

    The latest known; of a release with 355 in its headline and 354.5 in its table the finer; then the greater id.
    """
    side, tightness, *_ = fineness(claim)
    return claim.known_us, -side, -tightness, str(claim.id)


def _around(value: float, interval: Interval) -> Interval:
    """The interval, widened to hold the shown value where a corroborating bound just excludes it."""
    low = interval.low if interval.low is None else min(interval.low, value)
    high = interval.high if interval.high is None else max(interval.high, value)
    return Interval(low, high)
