"""Lists as they travel. Part of the product: a field is added, never taken away or given another meaning."""

import msgspec

from paysignal.facts.alerts import Alert
from paysignal.facts.measures import Unit
from paysignal.facts.moments import Moment
from paysignal.facts.readings import Origin, Reading


class ReadingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A reading as it stands on its topic, with names and words for people.

    `marks` are flags that come to it by what several series say together. `figure` is the value with its bound in
    words, `interval` what its inputs leave open (empty when that says no more than the value); `synthetic` says that it
    rests on made-up increments.
    """

    key: str
    reading: Reading
    marks: tuple[str, ...]
    provider_name: str
    market_name: str
    measure_words: str
    indicator_words: str
    figure: str
    interval: str
    period: str
    synthetic: bool


class ReadingsRow(msgspec.Struct, frozen=True, kw_only=True):
    """Readings, as known at `as_of` (null: now). `total` counts all that match; `next` asks for those behind these.

    `missing_until`: of periods that ended by then the history is not complete (null where it is, and for now). `share`
    is the part of all readings that this exporter has, such as "1/3" (null: all); others have the rest.
    """

    as_of: Moment | None
    total: int
    next: str | None
    missing_until: Moment | None
    share: str | None
    readings: tuple[ReadingRow, ...]


class ShownRow(msgspec.Struct, frozen=True, kw_only=True):
    """A series' latest figure of one kind: `value` with `low` ≤ truth ≤ `high`, and the same in words."""

    value: float
    low: float | None
    high: float | None
    figure: str
    interval: str
    period: str
    origin: Origin


class SeriesRow(msgspec.Struct, frozen=True, kw_only=True):
    """A series with its latest level and growths, null where there is none.

    `readings` is how many keys it has a reading under, `facts` how many facts are behind the best founded of them;
    `event_time` and `known_at` are the latest of all. `flags` are those of any of them, marks among them.
    """

    key: str
    provider: str
    provider_name: str
    market: str
    market_name: str
    measure: str
    segment: str
    measure_words: str
    grain: str
    currency: str
    prices: str
    unit: Unit
    synthetic: bool
    readings: int
    facts: int
    event_time: Moment
    known_at: Moment
    level: ShownRow | None
    year_ago: ShownRow | None
    previous: ShownRow | None
    flags: tuple[str, ...]
    sources: tuple[str, ...]


class SeriesListRow(msgspec.Struct, frozen=True, kw_only=True):
    """Series, as known at `as_of` (null: now); `total`, `next`, `missing_until` and `share` as for readings."""

    as_of: Moment | None
    total: int
    next: str | None
    missing_until: Moment | None
    share: str | None
    series: tuple[SeriesRow, ...]


class AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a rule for a series as it stands on its topic, with names for people."""

    key: str
    alert: Alert
    provider_name: str
    market_name: str
    measure_words: str


class AlertsRow(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts by key; `total` counts all that match, `next` asks for those behind these."""

    total: int
    next: str | None
    alerts: tuple[AlertRow, ...]
