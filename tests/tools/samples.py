"""The figures that ship, as the table source reads them."""

from functools import lru_cache

from paysignal import samples
from paysignal.facts.claims import Claim
from paysignal.sources.table.mapping import mapping_from
from paysignal.sources.table.parse import parse_table


@lru_cache(maxsize=1)
def sample_claims() -> tuple[Claim, ...]:
    """In the order of their file."""
    mapping = mapping_from(samples.facts_mapping(), "facts.toml")
    outcomes = parse_table(samples.facts_csv().splitlines(keepends=True), mapping, "facts.csv")
    return tuple(outcome for outcome in outcomes if isinstance(outcome, Claim))


def sample(ref: str) -> Claim:
    """The claim of one row, such as F0512."""
    return next(claim for claim in sample_claims() if claim.source.ref == ref)
