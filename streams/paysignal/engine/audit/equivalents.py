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
    if span is None or implied is None or implied.meets(Interval(*span)):
        return
    lowest, highest = span
    amount = original.interval
    note = (
        f"{claim.currency} {claim.value:g} for {original.currency} {original.value:g} implies a rate of "
        f"{claim.value / original.value:.4g}; published were {lowest:.4g} to {highest:.4g}"
    )
    follows = Interval(
        None if amount.low is None else amount.low * lowest, None if amount.high is None else amount.high * highest
    )
    yield Finding(
        Rule.EQUIVALENT_DISAGREES, (str(claim.id),), claim.series.key, claim.dated.text, claim.value,
        original.value * (lowest + highest) / 2, follows, note,
    )  # fmt: skip


def implied_rate(claim: Claim, original: Claim) -> Interval | None:
    """Units of the claim's currency for one of the original's, as both figures' digits leave it open."""
    top, bottom = claim.interval, original.interval
    if top.low is None or bottom.high is None or not bottom.low:
        return None
    return Interval(top.low / bottom.high, None if top.high is None else top.high / bottom.low)


def _span(claim: Claim, original: Claim, rates: RateTable) -> tuple[float, float] | None:
    first = instant_of(claim.dated.start or claim.dated.end).toordinal()
    last = instant_of(claim.known_at or claim.dated.end).toordinal()
    return rates.span(min(first, last), max(first, last), original.currency, claim.currency)
