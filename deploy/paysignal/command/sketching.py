"""Small drawings in characters: a trend with its ends, intervals on one axis. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from paysignal.page import figures

#: Characters of an axis: wide enough to tell tenths, narrow enough to stand beside a table on 120 columns.
AXIS_WIDTH: Final = 16

_LEFT, _RIGHT, _LINE, _VALUE = "├", "┤", "─", "●"
_OPEN_LEFT, _OPEN_RIGHT = "◂", "▸"


@dataclass(frozen=True, slots=True)
class Ends:
    """A value and what it leaves open; None is unbounded."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Axis:
    """From `least` to `greatest`, over `width` characters."""

    least: float
    greatest: float
    width: int = AXIS_WIDTH

    def place(self, value: float) -> int:
        """The character at which a value stands."""
        # Halved first: the difference of two floats may be larger than any.
        size = self.greatest / 2 - self.least / 2
        share = (value / 2 - self.least / 2) / size if size else 0.5
        return round(min(1.0, max(0.0, share)) * (self.width - 1))

    def whisker(self, ends: Ends) -> str:
        """The interval as a line with the value on it, open ends as arrows: `  ├──●───▸`."""
        drawn = [" "] * self.width
        first = 0 if ends.low is None else self.place(ends.low)
        last = self.width - 1 if ends.high is None else self.place(ends.high)
        drawn[first : last + 1] = _LINE * (last + 1 - first)
        drawn[first] = _OPEN_LEFT if ends.low is None else _LEFT
        drawn[last] = _OPEN_RIGHT if ends.high is None else _RIGHT
        drawn[self.place(ends.value)] = _VALUE
        return "".join(drawn)


def axis_of(drawn: Iterable[Ends]) -> Axis | None:
    """An axis that all of them fit on; None where there is nothing to draw."""
    numbers = [number for each in drawn for number in (each.low, each.value, each.high) if number is not None]
    return Axis(min(numbers), max(numbers)) if numbers else None


def whiskers(drawn: Sequence[Ends | None]) -> list[str]:
    """Each on the axis of all, empty where there is none; nothing at all where no interval is wider than its value."""
    axis = axis_of(each for each in drawn if each is not None)
    wide = any(each is not None and each.low != each.high for each in drawn)
    return [axis.whisker(each) if axis and wide and each else "" for each in drawn]


def trend(values: Sequence[float], first: str, last: str, width: int) -> str:
    """The latest values that fit, as blocks between their ends in words: `799 million ▁▂▅█ 21.7 billion`."""
    room = max(1, width - len(first) - len(last) - 2)
    return f"{first} {figures.sparkline(values[-room:])} {last}"
