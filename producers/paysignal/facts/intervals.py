"""Intervals: what a printed figure leaves open.

A value published as 1.8 billion is somewhere between 1.75 and 1.85 billion; "over 5,000 %" is anything from 50 up. All
arithmetic on claims goes through these intervals, so that a derived growth says how far it can be trusted.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Bound, Kind

#: One-sided bounds that limit from below, and from above.
LOWER_BOUNDS = frozenset({Bound.AT_LEAST, Bound.MORE_THAN})
UPPER_BOUNDS = frozenset({Bound.AT_MOST, Bound.LESS_THAN})

#: What a value of the kind can not go below; a change can be as negative as it likes.
_NATURAL_LOW = {Kind.LEVEL: 0.0, Kind.GROWTH: -1.0, Kind.CHANGE: None}


@dataclass(frozen=True, slots=True)
class Interval:
    """`low ≤ truth ≤ high`; None is unbounded on that side."""

    low: float | None
    high: float | None

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise Refused("interval", (self.low, self.high), "low is at most high", "swap them")

    def meets(self, other: "Interval") -> bool:
        """Whether some truth fits both; ends that touch meet."""
        return self.overlap(other) is not None

    def overlap(self, other: "Interval") -> "Interval | None":
        """The truths that fit both, or None when there are none."""
        low = max((b for b in (self.low, other.low) if b is not None), default=None)
        high = min((b for b in (self.high, other.high) if b is not None), default=None)
        return None if low is not None and high is not None and low > high else Interval(low, high)

    def holds(self, value: float) -> bool:
        """Whether `value` lies inside, ends included."""
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)

    @property
    def width(self) -> float:
        """`high - low`; infinite when a side is unbounded."""
        return math.inf if self.low is None or self.high is None else self.high - self.low


def step_of(digits: str) -> float:
    """The unit of the last printed digit that is not a trailing zero, of a number as written.

    `"1800000000"` → 1e8, `"2.073"` → 0.001, `"0.430"` → 0.001 (a zero behind the point was printed on purpose), `"50"` →
    10. Zero itself has the step of its last digit: `"0"` → 1, `"0.0"` → 0.1. Raises `Refused` when `digits` is no number.
    """
    try:
        number = Decimal(digits)
    except ArithmeticError:
        raise Refused("value", digits, "a plain decimal number", "write it like 1800000 or 0.43") from None
    if not number.is_finite():
        raise Refused("value", digits, "a finite number", "leave the row out when there is no figure")
    exponent = number.as_tuple().exponent
    if number and isinstance(exponent, int) and exponent >= 0:
        exponent = number.normalize().as_tuple().exponent
    return float(Decimal(1).scaleb(int(exponent)))


def interval_of(value: float, bound: Bound, step: float | None, kind: Kind) -> Interval:
    """What the statement `value` leaves open.

    Exact: half a step either way; about: a whole one; bounds: one-sided, a "less than" starting at 0 for levels and −1
    for growth. Without a step an exact value is taken as it stands. Never goes below what the kind allows.
    """
    floor = _NATURAL_LOW[kind]
    if bound in LOWER_BOUNDS:
        return Interval(value, None)
    if bound in UPPER_BOUNDS:
        return Interval(floor if floor is None else min(floor, value), value)
    # Decimal of repr is the figure as printed: 0.435 - 0.005 must be 0.43 to the bit, or touching intervals miss.
    middle = Decimal(repr(value))
    spread = Decimal(repr(step or 0.0)) / (1 if bound is Bound.ABOUT else 2)
    low, high = float(middle - spread), float(middle + spread)
    return Interval(low if floor is None else max(floor, low), high)
