"""Intervals: what a printed figure leaves open.

A value published as 1.8 billion is somewhere between 1.75 and 1.85 billion; "over 5,000 %" is anything from 50 up. All
arithmetic on claims goes through these intervals, so that a derived growth says how far it can be trusted.
"""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Bound, Kind

#: One-sided bounds that limit from below, and from above.
LOWER_BOUNDS = frozenset({Bound.AT_LEAST, Bound.MORE_THAN})
UPPER_BOUNDS = frozenset({Bound.AT_MOST, Bound.LESS_THAN})

#: What a value of the kind can not go below; a change can be as negative as it likes.
_NATURAL_LOW = {Kind.LEVEL: 0.0, Kind.GROWTH: -1.0, Kind.CHANGE: None}


#: ASCII digits only; Decimal would also take spaces, underscores and the digits of every script.
_NUMBER = re.compile(
    r"[+-]?(?=\.?[0-9])(?P<whole>[0-9]*)(?:\.(?P<fraction>[0-9]*))?(?:[eE](?P<power>[+-]?[0-9]{1,3}))?"
)


def is_finite(number: float) -> bool:
    """Whether a float can hold `number`: no for NaN, for ∞, and for an integer beyond the largest float."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


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

    `"1800000000"` → 1e8, `"2.073"` → 0.001, `"0.430"` → 0.001 (a zero behind the point was printed on purpose), `"50"`
    → 10. Zero itself has the step of its last digit: `"0"` → 1, `"0.0"` → 0.1. Raises `Refused` when `digits` is no
    number or its step no float.
    """
    match = _NUMBER.fullmatch(digits)
    if match is None:
        raise Refused("value", digits, "a plain decimal number", "write it like 1800000 or 0.43")
    printed = match["whole"] + (match["fraction"] or "")
    power = int(match["power"] or 0) - len(match["fraction"] or "")
    if power >= 0 and printed.strip("0"):
        power += len(printed) - len(printed.rstrip("0"))
    step = float(f"1e{power}")
    if not 0 < step < math.inf:
        raise Refused("value", digits, "a number that a float can hold", "write it like 1800000 or 0.43")
    return step


def interval_of(value: float, bound: Bound, step: float | None, kind: Kind) -> Interval:
    """What the statement `value` leaves open.

    Exact: half a step either way; about: a whole one; bounds: one-sided, a "less than" starting at 0 for levels and −1
    for growth. Without a step an exact value is taken as it stands. Never goes below what the kind allows. An end
    beyond the largest float is unbounded. Raises `Refused` for an upper bound below what the kind allows, which no
    claim has.
    """
    floor = _NATURAL_LOW[kind]
    if bound in LOWER_BOUNDS:
        return Interval(value, None)
    if bound in UPPER_BOUNDS:
        return Interval(floor, value)
    # Decimal of repr is the figure as printed: 0.435 - 0.005 must be 0.43 to the bit, or touching intervals miss.
    middle = Decimal(repr(value))
    spread = Decimal(repr(step or 0.0)) / (1 if bound is Bound.ABOUT else 2)
    low, high = _bounded(middle - spread), _bounded(middle + spread)
    return Interval(floor if low is None else low if floor is None else max(floor, low), high)


def _bounded(end: Decimal) -> float | None:
    """`end` as a float; None when it is larger than any, as ∞ is no end."""
    number = float(end)
    return number if math.isfinite(number) else None
