"""The rows of the two tables: what page, JSON and terminal show. Numbers for machines, words for people."""

import msgspec

from paysignal.facts.kinds import Bound
from paysignal.facts.measures import Unit

#: Whose statements our made-up increments are; whatever rests on them is shown as synthetic.
SYNTHETIC_PUBLISHER = "paysignal-synthetic"


class JustRead(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of an article.

    `statement` is its value with its bound in words, `interval` what its digits leave open (empty when narrow or open
    on one side), `derived` the computed figure for the same series and period (empty when there is none). `sources` are
    publishers, the article's own among them; `age_seconds` counts from the known time. `key` is that of the reading
    that shows the latest statement of this kind. `flags` are reasons to doubt the figure, `notes` the sentences of
    findings that name it, with the figure that follows from others.
    """

    id: str
    provider: str
    provider_name: str
    synthetic: bool
    market: str
    market_name: str
    measure: str
    segment: str
    measure_words: str
    kind: str
    value: float
    bound: Bound
    unit: Unit
    currency: str
    statement: str
    interval: str
    period: str
    baseline: str
    derived: str
    derived_interval: str
    sources: tuple[str, ...]
    known_at: str | None
    age_seconds: int
    age: str
    retracted: bool
    key: str = ""
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Strongest(msgspec.Struct, frozen=True, kw_only=True):
    """One provider's latest year-on-year growth; ranked by `low`.

    `growth` is the value with its bound in words, `interval` as in `JustRead`; `age_seconds` counts from the event
    time, the end of the period; `key` is the reading's.
    """

    rank: int
    provider: str
    provider_name: str
    synthetic: bool
    market: str
    market_name: str
    measure: str
    segment: str
    measure_words: str
    value: float
    low: float
    high: float | None
    bound: Bound
    growth: str
    interval: str
    origin: str
    period: str
    event_time: str
    age_seconds: int
    age: str
    source: str
    sources: tuple[str, ...]
    flags: tuple[str, ...]
    key: str = ""
