"""Suspicions: that a series changed its meaning between two moments, and which comparisons that touches."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from paysignal.engine.pairs import Pair
from paysignal.facts.moments import Moment, event_us


class BreakRule(StrEnum):
    """What raised the suspicion."""

    STOCK_FELL = "stock_fell"
    PARTS_REATTRIBUTED = "parts_reattributed"
    PUBLISHER_SHIFTED = "publisher_shifted"
    SIBLINGS_PARTED = "siblings_parted"


@dataclass(frozen=True, slots=True)
class Measured:
    """One number behind a suspicion: a ratio (-0.33: a third less), a count, or how many usual spreads a move is."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A break that nobody declared: the series' figures up to `after` do not compare with those from `before` on.

    `after` is the end of the last period before it, `before` the end of the first one behind it: the break lies
    between. `note` says it in a sentence.
    """

    rule: BreakRule
    series: tuple[str, ...]
    after: Moment
    before: Moment
    note: str
    measured: tuple[Measured, ...]

    @property
    def order(self) -> tuple[int, str, tuple[str, ...], int]:
        """Sorts suspicions by time, rule and series."""
        return event_us(self.before), self.rule, self.series, event_us(self.after)


def crossed(pair: Pair, suspicions: Iterable[Suspicion]) -> bool:
    """Whether a comparison reaches over a suspected break; called by emission with the suspicions of the pair's series.

    It does when its base ends before the break and its current level behind it. A current period that only begins
    between the two moments is already under the new meaning on both sides and is left alone: one suspicion must not
    flag the month after as well.
    """
    base, current = pair.base.period.event_us, pair.current.period.event_us
    return any(base <= event_us(each.after) and event_us(each.before) <= current for each in suspicions)
