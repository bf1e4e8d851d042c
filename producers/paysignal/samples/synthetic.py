"""A stream of payments that never happened, so that rolling windows move on a machine without a feed.

The provider is called synthetic wherever it shows, and its publisher is its own: no figure of it can meet a real one.
"""

import datetime as dt
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from paysignal.facts.identity import increment_id
from paysignal.facts.increments import Increment

PROVIDER = "sample-wallet"
PUBLISHER = "paysignal-synthetic"

#: Enough to fill the longest window (90 days) with a few days behind it, and sent in about a second.
DEFAULT_COUNT = 3_000
DEFAULT_DAYS = 95

#: How much more happens in the busiest hour than in the mean one, and which hour (UTC) that is.
_RHYTHM = 0.6
_BUSIEST_HOUR = 18

_HOUR_SECONDS = 3_600
_DAY_HOURS = 24
_DAY_SECONDS = _DAY_HOURS * _HOUR_SECONDS


@dataclass(frozen=True, slots=True)
class _Market:
    """`weight` is the share of the stream, `growth` how much more happens at its end than at its start."""

    code: str
    currency: str
    weight: int
    growth: float
    typical: float  #: median payment, in the currency


_MARKETS = (
    _Market("IN", "INR", 5, 1.5, 450.0),
    _Market("BR", "BRL", 3, 0.8, 60.0),
    _Market("KE", "KES", 2, 0.4, 900.0),
    _Market("PL", "PLN", 1, -0.2, 75.0),
)

#: Spread of payments around the median, as the standard deviation of their logarithm.
_SPREAD = 0.8

#: A batch of app openings is counted by the minute, up to this many.
_MOST_OPENS = 40


def increments(
    seed: int, count: int, end: dt.datetime, days: int = DEFAULT_DAYS, prefix: str = "s"
) -> Iterator[Increment]:
    """About a third each of payments, their values and app openings: `count` increments in the `days` before `end`.

    In order of time, all before `end`; the same arguments give the same stream, event strings included. Event strings
    start with `prefix` and the seed, so streams of different seeds or prefixes are no duplicates of each other. `end`
    has a time zone. Called by the `produce` command.
    """
    chance = random.Random(seed)  # noqa: S311  a demonstration, not a secret
    drawn = (_drawn(chance, end, days) for _ in range((count + 2) // 3))
    moments = sorted(drawn, key=lambda pair: pair[0])
    for number in range(count):
        at, market = moments[number // 3]
        yield _increment(chance, number % 3, market, at, f"{prefix}-{seed}-{number}")


def increment_at(seed: int, number: int, at: dt.datetime) -> Increment:
    """The `number`-th increment of an endless stream, which happens at `at`; for streams that follow the clock."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311  a demonstration, not a secret
    market = chance.choices(_MARKETS, [market.weight for market in _MARKETS])[0]
    return _increment(chance, number % 3, market, at, f"live-{seed}-{number}-{at:%Y%m%dT%H%M%S.%f}")


def _drawn(chance: random.Random, end: dt.datetime, days: int) -> tuple[dt.datetime, _Market]:
    """A moment and a market, by rejection: kept in proportion to how busy that moment is."""
    market = chance.choices(_MARKETS, [market.weight for market in _MARKETS])[0]
    while True:
        elapsed = chance.random()
        at = end - dt.timedelta(seconds=max(1, round((1 - elapsed) * days * _DAY_SECONDS)))
        if chance.random() * (1 + _RHYTHM) * max(1.0, 1 + market.growth) <= _rate(at, elapsed, market):
            return at, market


def _rate(at: dt.datetime, elapsed: float, market: _Market) -> float:
    hour = at.hour + at.minute / 60
    daily = 1 + _RHYTHM * math.cos((hour - _BUSIEST_HOUR) / _DAY_HOURS * 2 * math.pi)
    return daily * (1 + market.growth * elapsed)


def _increment(chance: random.Random, turn: int, market: _Market, at: dt.datetime, event: str) -> Increment:
    measure = ("transactions", "transaction_value", "app_opens")[turn]
    paid = round(market.typical * math.exp(chance.gauss(0, _SPREAD)), 2)
    value = {"transactions": 1.0, "transaction_value": max(0.01, paid)}.get(measure, 0.0)
    return Increment(
        id=increment_id(PUBLISHER, event),
        provider=PROVIDER,
        market=market.code,
        measure=measure,
        currency=market.currency if measure == "transaction_value" else "",
        value=value or float(chance.randint(1, _MOST_OPENS)),
        at=at,
        publisher=PUBLISHER,
    )
