"""One amount told in two currencies: the rate that the two imply must be one that was to be had."""

from collections.abc import Iterable, Iterator

from paysignal.engine.audit.findings import Finding, Rule
from paysignal.engine.money.rates import RateTable
from paysignal.facts.claims import Claim
from paysignal.facts.intervals import Interval
from paysignal.facts.moments import instant_of


def check_equivalents(claims: Iterable[Claim], rates: RateTable) -> Iterator[Finding]:
    """Every claim that calls itself equivalent to another at a rate outside those of the time.

    The time runs from the start of the period to the publication, whose writer may have taken that day's rate. Without
    published rates nothing is said.
    """
    by_id = {str(claim.id): claim for claim in claims}
    for claim in by_id.values():
        original = by_id.get(claim.equivalent_of or "")
        if original is not None:
            yield from _check(claim, original, rates)


def _check(claim: Claim, original: Claim, rates: RateTable) -> Iterator[Finding]:
    span = _span(claim, original, rates)
    implied = implied_rate(claim, original)
    if span is None or implied is None or implied.meets(span):
        return
    computed = original.value * ((span.low or 0.0) + (span.high or 0.0)) / 2
    note = (
        f"{claim.currency} {claim.value:g} for {original.currency} {original.value:g} implies a rate of "
        f"{claim.value / original.value:.4g}; published were {span.low:.4g} to {span.high:.4g}"
    )
    yield Finding(
        Rule.EQUIVALENT_DISAGREES, (str(claim.id),), claim.series.key, claim.dated.text, claim.value, computed,
        Interval((original.interval.low or 0.0) * (span.low or 0.0), None), note,
    )  # fmt: skip


def implied_rate(claim: Claim, original: Claim) -> Interval | None:
    """Units of the claim's currency for one of the original's, as both figures' digits leave it open."""
    top, bottom = claim.interval, original.interval
    if top.low is None or bottom.high is None or not bottom.low:
        return None
    return Interval(top.low / bottom.high, None if top.high is None else top.high / bottom.low)


def _span(claim: Claim, original: Claim, rates: RateTable) -> Interval | None:
    first = instant_of(claim.dated.start or claim.dated.end).toordinal()
    last = instant_of(claim.known_at or claim.dated.end).toordinal()
    span = rates.span(min(first, last), max(first, last), original.currency, claim.currency)
    return None if span is None else Interval(*span)
