"""Unrated: figures of money that no published rate can tell in the other currencies."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from paysignal.engine.money.rates import RateTable, rate_of
from paysignal.engine.records import Arrived
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Kind
from paysignal.facts.measures import measure_named
from paysignal.indicators.catalogue import CONVERTED

_TARGETS: Final = sorted({indicator.currency for indicator in CONVERTED})


def unrated(claims: Iterable[Claim | Arrived], rates: RateTable) -> dict[str, int]:
    """How many of these levels of money lack a rate into some currency of the catalogue, by their own currency.

    Called by the step with what a batch brought, so that each figure is counted once, however batches are cut.
    """
    return dict(Counter(claim.currency for claim in claims if _lacks_a_rate(claim, rates)))


def _lacks_a_rate(claim: Claim | Arrived, rates: RateTable) -> bool:
    if not claim.currency or claim.kind is not Kind.LEVEL:
        return False
    nature = measure_named(claim.measure).nature
    return any(rate_of(rates, claim.dated, nature, claim.currency, target) is None for target in _TARGETS)
