"""Growth by market: which figure stands for a market, and where on the page. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

import msgspec

from paysignal.board.intervals import shows_interval
from paysignal.facts.kinds import Kind
from paysignal.facts.markets import market_name
from paysignal.facts.moments import event_us
from paysignal.facts.providers import ALL
from paysignal.facts.readings import Reading
from paysignal.page import words
from paysignal.page.rows import SYNTHETIC_PUBLISHER
from paysignal.page.strongest import LeftOut, growths

_NOWHERE: Final = "."

#: Growths from which on a tile has the next colour; below the first it has the one before it.
_STEPS: Final = ((-0.1, "down-2"), (0.0, "down-1"), (0.1, "up-1"), (0.3, "up-2"), (1.0, "up-3"))
_LAST_STEP: Final = "up-4"

#: From here on a tile has no room for all digits.
_THOUSANDS: Final = 10.0


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """A market's growth on the year: that of its total where one is told, else the middle one of its providers'.

    `others` counts the providers beside this one; `step` is the colour, `short` the percentage in a few characters.
    """

    market: str
    market_name: str
    provider_name: str
    growth: str
    interval: str
    short: str
    step: str
    period: str
    others: int
    synthetic: bool
    key: str


class Markets(msgspec.Struct, frozen=True):
    """The tiles of one measure, and how many markets each measure is known of, the most first."""

    measure: str
    measures: tuple[tuple[str, int], ...]
    tiles: Mapping[str, Tile]


@cache
def places() -> Mapping[str, tuple[int, int]]:
    """Row and column of each market's tile, from 0."""
    text = resources.files("paysignal.page").joinpath("tiles.txt").read_text("utf-8")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return MappingProxyType(
        {
            market: (row, column)
            for row, line in enumerate(lines)
            for column, market in enumerate(line)
            if market != _NOWHERE
        }
    )


def markets(readings: Iterable[Reading], show: frozenset[LeftOut] = frozenset(), measure: str = "") -> Markets:
    """The tiles of `measure`; of the one that most markets have where that is empty or nothing is known of it."""
    found: dict[str, dict[str, dict[str, Reading]]] = {}
    for reading in growths(readings, show):
        series = reading.series
        if series.market in places():
            latest = found.setdefault(series.measure, {}).setdefault(series.market, {})
            held = latest.get(series.provider)
            if held is None or _precedence(reading) > _precedence(held):
                latest[series.provider] = reading
    measures = sorted(((name, len(by_market)) for name, by_market in found.items()), key=lambda one: (-one[1], one[0]))
    chosen = measure if measure in found or not measures else measures[0][0]
    tiles = {market: _tile(tuple(latest.values())) for market, latest in sorted(found.get(chosen, {}).items())}
    return Markets(chosen, tuple(measures), tiles)


def _precedence(reading: Reading) -> tuple[bool, int, float, str]:
    """A whole says more of a market than its parts; then the latest, then the higher lower bound."""
    assert reading.low is not None  # noqa: S101 - growths have one
    return not reading.series.segment, event_us(reading.event_time), reading.low, reading.key


def _tile(readings: Sequence[Reading]) -> Tile:
    totals = [reading for reading in readings if reading.series.provider == ALL]
    ranked = totals or sorted(readings, key=lambda reading: (reading.low, reading.key))
    shown = ranked[(len(ranked) - 1) // 2]
    series = shown.series
    return Tile(
        market=series.market,
        market_name=market_name(series.market),
        provider_name=words.provider(series.provider),
        growth=words.statement(shown.value, shown.bound, Kind.GROWTH, shown.unit, ""),
        interval=words.interval(shown.low, shown.high, shown.unit) if shows_interval(shown) else "",
        short=_short(shown.value),
        step=_step(shown),
        period=words.period(shown.start, shown.event_time, series.grain),
        others=len(readings) - 1,
        synthetic=SYNTHETIC_PUBLISHER in shown.sources,
        key=shown.key,
    )


def _short(value: float) -> str:
    if value >= _THOUSANDS:
        return f"+{value / 10:,.0f}k" if value < 10 * _THOUSANDS * 1_000 else "+++"
    rounded = round(value, 2)
    return words.percent_digits(rounded, sign=bool(rounded))


def _step(reading: Reading) -> str:
    """By the value, but of what may be growth or decline it is not said which."""
    if (reading.low or 0.0) < 0 < (reading.high if reading.high is not None else 1.0):
        return "even"
    return next((step for end, step in _STEPS if reading.value < end), _LAST_STEP)
