"""Claims and readings for tests of what comes after the engine: each is right as it stands, and takes changes."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from paysignal.board.updates import Received
from paysignal.facts.alerts import Alert
from paysignal.facts.claims import Claim, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Bound, Kind, Prices, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Grain, Period
from paysignal.facts.readings import Reading
from paysignal.facts.series import Series

NOTE = Source("paysignal-press-note", "Press note", Tier.OTHER, sha256="0" * 64, span=(0, 10))
RUSSIA = Series("alipay", "RU", "transactions", "", Grain.SPAN, "", Prices.CURRENT)
SPEND = Series("alipay", "world", "average_spend", "abroad", Grain.QUARTER, "CNY", Prices.CURRENT)


def reading(series: Series = RUSSIA, **changes: object) -> Reading:
    """A stated growth of more than 5,000 % on the year."""
    fields: Mapping[str, Any] = {
        "indicator": "stated_growth",
        "window": "",
        "baseline": "year_ago",
        "origin": "stated",
        "value": 50.0,
        "low": 50.0,
        "high": None,
        "bound": Bound.MORE_THAN,
        "unit": Unit.RATIO,
        "start": "2018-06-14",
        "event_time": "2018-07-16",
        "known_at": "2018-09-18",
        "gap_days": None,
        "facts": 1,
        "sources": ("paysignal-press-note",),
        "inputs": ("0" * 32,),
        "flags": (),
        "final": False,
        "version": 1,
        "definition": "stated_growth/1",
    }
    return Reading(series=series, **{**fields, **changes})


def level(series: Series = RUSSIA, **changes: object) -> Reading:
    """A level of 2,955 in the measure's unit, to half a unit."""
    fields: Mapping[str, Any] = {
        "indicator": "level",
        "baseline": "",
        "value": 2955.0,
        "low": 2954.5,
        "high": 2955.5,
        "bound": Bound.EXACT,
        "unit": Unit.CURRENCY if series.currency else Unit.TRANSACTIONS,
        "definition": "level/1",
    }
    return reading(series, **{**fields, **changes})


def window(series: Series = RUSSIA, **changes: object) -> Reading:
    """A rolling sum of 1,234.5 over 24 hours."""
    fields: Mapping[str, Any] = {
        "indicator": "rolling_sum",
        "window": "24h",
        "baseline": "",
        "origin": "derived",
        "value": 1234.5,
        "low": 1234.5,
        "high": 1234.5,
        "bound": Bound.EXACT,
        "unit": Unit.TRANSACTIONS,
        "start": "2018-07-15T00:00:00Z",
        "event_time": "2018-07-16T00:00:00Z",
        "definition": "rolling_sum/1",
    }
    plain = msgspec.structs.replace(series, grain=Grain.NONE)
    return reading(plain, **{**fields, **changes})


def claim(**changes: object) -> Claim:
    """The press note's growth of transactions in Russia, with its id."""
    fields: Mapping[str, Any] = {
        "provider": "alipay",
        "market": "RU",
        "measure": "transactions",
        "kind": Kind.GROWTH,
        "value": 50.0,
        "bound": Bound.MORE_THAN,
        "unit": Unit.RATIO,
        "period": Period("2018-06-14", "2018-07-16"),
        "baseline": "year_ago",
        "known_at": "2018-09-18",
        "source": NOTE,
    }
    return identified(Claim(**{**fields, **changes}))


def alert(series: Series = RUSSIA, **changes: object) -> Alert:
    """The press note's growth in Russia, above 100 %."""
    fields: Mapping[str, Any] = {
        "rule": "growth-surge",
        "severity": "info",
        "state": "firing",
        "reason": "crossed",
        "direction": "above",
        "value": 50.0,
        "low": 50.0,
        "high": None,
        "unit": Unit.RATIO,
        "threshold": 1.0,
        "since": "2018-07-16",
        "event_time": "2018-07-16",
        "known_at": "2018-09-18",
        "reading": reading(series).key,
        "version": 1,
        "summary": "alipay in RU: transactions grew by 5,000 %",
    }
    return Alert(series=series, **{**fields, **changes})


def flood(count: int, start: int = 0, version: int = 1) -> Iterator[Received]:
    """So many readings of a growth, as they are read from the topic, each of another provider."""
    for number in range(start, start + count):
        one = reading(msgspec.structs.replace(RUSSIA, provider=f"provider-{number}"), version=version)
        yield Received(one.key, one)
