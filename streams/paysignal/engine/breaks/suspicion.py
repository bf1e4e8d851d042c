"""Suspicions: that a series changed its meaning between two moments, and which comparisons that touches."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from paysignal.engine.pairs import Pair
from paysignal.facts.moments import Moment, event_us
from paysignal.facts.periods import Period


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

    def parts(self, base: Period, current: Period) -> bool:
        """Whether it lies between the two, the base ending before it and the current period behind it."""
        return base.event_us <= event_us(self.after) and event_us(self.before) <= current.event_us


def crossed(pair: Pair, suspicions: Iterable[Suspicion]) -> bool:
    """Whether a comparison reaches over a suspected break; called by emission with the suspicions of the pair's series.

    It does when its base ends before the break and its current level behind it. A current period that only begins
    between the two moments is already under the new meaning on both sides and is left alone: one suspicion must not
    flag the month after as well.
    """
    return any(each.parts(pair.base.period, pair.current.period) for each in suspicions)
