"""What a printed figure says: its value in base units, and the unit of its last printed digit."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from paysignal.facts.errors import Refused
from paysignal.facts.intervals import step_of

#: No published figure has more digits; more would only make arithmetic slow.
LONGEST_FIGURE = 40

_PLAIN = re.compile(r"^[+-]?\d+(?:\.\d+)?\Z", re.ASCII)
_WITH_EXPONENT = re.compile(r"^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?\Z", re.ASCII)
_TYPOGRAPHIC_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure: `value` and `step` in base units."""

    value: float
    step: float


def figure_of(
    printed: str, *, scale: Decimal = Decimal(1), decimal: str = ".", grouping: str = "", exponents: bool = False
) -> Figure:
    """The figure that `printed` shows, times `scale`; raises `Refused` unless it is a plain decimal number.

    One like 3.586e+13 only where `exponents` are asked for.
    `"1,800.5"` grouped by `,` with the scale 1,000 is 1,800,500 with a step of 100.
    """
    digits = printed.strip().replace(_TYPOGRAPHIC_MINUS, "-")
    if grouping:
        digits = digits.replace(grouping, "")
    if decimal != ".":
        digits = digits.replace(decimal, ".") if "." not in digits else printed
    if len(digits) > LONGEST_FIGURE or not (_WITH_EXPONENT if exponents else _PLAIN).match(digits):
        fix = f"write it like 1800000 or 0.43, with {decimal!r} before the fraction; [numbers] tells other forms"
        raise Refused("value", printed, f"a plain decimal number of at most {LONGEST_FIGURE} characters", fix)
    value = float(Decimal(digits) * scale)
    step = float(Decimal(repr(step_of(digits))) * scale)
    if not (math.isfinite(value) and step > 0):
        raise Refused("value", printed, "a finite number", "check the scale")
    return Figure(value, step)


def share(part: Figure, whole: Figure) -> Figure:
    """So large a part of the whole: its step is what a digit of the part is of it, for the whole is counted exactly."""
    return Figure(part.value * whole.value, part.step * whole.value)
