"""Findings: a claim that others contradict, with the figure that follows from them."""

from dataclasses import dataclass
from enum import StrEnum

from paysignal.facts.intervals import Interval


class Rule(StrEnum):
    """Which check found it."""

    GROWTH_CONTRADICTS_LEVELS = "growth_contradicts_levels"
    GAIN_CONTRADICTS_LEVELS = "gain_contradicts_levels"
    PRICE_CONTRADICTS_PARTS = "price_contradicts_parts"
    EQUIVALENT_DISAGREES = "equivalent_disagrees"
    UNIT_SLIP = "unit_slip"


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction: the claims (ids) it flags, what they state, what follows from the others, and a sentence.

    `computed` is None where only an interval or a factor follows.
    """

    rule: Rule
    claims: tuple[str, ...]
    series_key: str
    period: str
    stated: float
    computed: float | None
    open: Interval
    note: str
