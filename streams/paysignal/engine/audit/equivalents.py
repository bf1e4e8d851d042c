"""One amount told in two currencies: the rate that the two imply must be one that was to be had."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from paysignal.engine.audit.findings import Finding, Rule
from paysignal.engine.money.rates import RateTable
from paysignal.facts.claims import Claim
from paysignal.facts.intervals import Interval
from paysignal.facts.moments import instant_of


@dataclass(frozen=True, slots=True)
class RateCheck:
    """A claim that calls itself equivalent to `original`: the rate they imply, and what was published.

    Rates are units of the claim's currency for one of the original's. `implied` is what both figures' digits leave
    open; `lowest` and `highest` are of the time from the start of the period to the publication, whose writer may have
    taken that day's rate.
    """

    claim: Claim
    original: Claim
    implied: Interval
    lowest: float
    highest: float

    @property
    def agrees(self) -> bool:
        """Whether some rate published then is one that the figures leave open."""
        return self.implied.meets(Interval(self.lowest, self.highest))

    @property
    def rate(self) -> float:
        """The rate of the two figures as printed."""
        return self.claim.value / self.original.value

    @property
    def computed(self) -> float:
        """What the original is in the claim's currency, in the middle of what was published."""
        return self.original.value * (self.lowest + self.highest) / 2

    @property
    def note(self) -> str:
        """The check in a sentence."""
        claim, original = self.claim, self.original
        return (
            f"{claim.currency} {claim.value:g} for {original.currency} {original.value:g} implies a rate of "
            f"{self.rate:.4g}; published were {self.lowest:.4g} to {self.highest:.4g}"
            + ("" if self.agrees else f", of which {self.computed:.4g} follows")
        )


def rate_checks(claims: Iterable[Claim], rates: RateTable) -> Iterator[RateCheck]:
    """A check of every claim that calls itself equivalent to another of these, where rates of the time are published.

    Called by the audit, and by history with the claims of one provider.
    """
    by_id = {str(claim.id): claim for claim in claims}
    for claim in by_id.values():
        original = by_id.get(claim.equivalent_of or "")
        implied = None if original is None else implied_rate(claim, original)
        span = None if original is None else _span(claim, original, rates)
        if original is not None and implied is not None and span is not None:
            yield RateCheck(claim, original, implied, *span)


def check_equivalents(claims: Iterable[Claim], rates: RateTable) -> Iterator[Finding]:
    """Every claim that calls itself equivalent to another at a rate outside those of the time."""
    for check in rate_checks(claims, rates):
        if not check.agrees:
            claim, amount = check.claim, check.original.interval
            follows = Interval(
                None if amount.low is None else amount.low * check.lowest,
                None if amount.high is None else amount.high * check.highest,
            )
            yield Finding(
                Rule.EQUIVALENT_DISAGREES, (str(claim.id),), claim.series.key, claim.dated.text, claim.value,
                check.computed, follows, check.note,
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
