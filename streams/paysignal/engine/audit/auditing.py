"""All checks over all books."""

from collections.abc import Iterable

from paysignal.engine.audit.equivalents import check_equivalents
from paysignal.engine.audit.findings import Finding
from paysignal.engine.audit.kin import kin_of
from paysignal.engine.audit.levels import check_levels
from paysignal.engine.audit.prices import check_prices
from paysignal.engine.audit.slips import check_averages, check_conflicts
from paysignal.engine.books import Book
from paysignal.engine.money.rates import NO_RATES, RateTable
from paysignal.facts.claims import Claim


def audit(books: Iterable[Book], claims: Iterable[Claim], rates: RateTable = NO_RATES) -> list[Finding]:
    """The findings of every check, sorted by series, period and rule; deterministic in the set of claims."""
    ordered = sorted(books, key=lambda book: book.series.key)
    families = dict(kin_of(ordered))
    findings = [
        *check_levels(families.values()),
        *check_prices(families),
        *check_conflicts(ordered),
        *check_averages(families),
        *check_equivalents(claims, rates),
    ]
    return sorted(findings, key=lambda found: (found.series_key, found.period, found.rule, found.claims))
