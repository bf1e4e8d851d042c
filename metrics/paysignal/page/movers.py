"""Leaders and laggards: whose latest growth on the year is the most at least, and the least at most. Pure."""

from collections.abc import Sequence
from typing import Final

import msgspec

from paysignal.facts.series import SEPARATOR
from paysignal.page.lines import Lines
from paysignal.page.rows import Strongest

#: As many of each as are read at a glance.
MOST: Final = 8

_PARTS_BESIDE_THE_SERIES: Final = 3


class Mover(msgspec.Struct, frozen=True):
    """A provider's latest growth, with the line of the series that it is about."""

    row: Strongest
    series: str
    line: tuple[float, ...]


def leaders(ranked: Sequence[Strongest], lines: Lines) -> tuple[Mover, ...]:
    """The first half of the ranked, at most `MOST`: nobody is a leader and a laggard."""
    return tuple(_mover(row, lines) for row in ranked[: min(MOST, (len(ranked) + 1) // 2)])


def laggards(ranked: Sequence[Strongest], lines: Lines) -> tuple[Mover, ...]:
    """Of the rest those that are the least at most; a growth without an upper end may be any, and is none of them."""
    rest = [row for row in ranked[min(MOST, (len(ranked) + 1) // 2) :] if row.high is not None]
    return tuple(_mover(row, lines) for row in sorted(rest, key=lambda row: (row.high, row.key))[:MOST])


def _mover(row: Strongest, lines: Lines) -> Mover:
    series = series_in(row.key)
    return Mover(row, series, lines(series))


def series_in(reading_key: str) -> str:
    """The key of the series that a reading's key begins with."""
    return reading_key.rsplit(SEPARATOR, _PARTS_BESIDE_THE_SERIES)[0]
