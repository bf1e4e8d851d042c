"""Readings: what the indicators say."""

from typing import Literal

import msgspec

from paysignal.facts.claims import Id, checked_id
from paysignal.facts.errors import Refused
from paysignal.facts.intervals import Interval, is_finite
from paysignal.facts.kinds import Bound
from paysignal.facts.measures import Unit
from paysignal.facts.moments import Moment, event_us, instant_of, known_us
from paysignal.facts.series import SEPARATOR, Series

#: How many ids and publishers a reading names; `facts` counts them all.
NAMED_INPUTS = 8

Origin = Literal["stated", "derived"]


class Flag:
    """What a reader should know about a reading before using it; the values of `Reading.flags`."""

    CONFLICT = "conflict"  #: another publisher's figure for an input excludes the one used
    ESTIMATED = "estimated_known_time"  #: some input's known time is our estimate
    SMALL_BASE = "small_base"  #: the base is under the measure's floor
    UNDECIDED = "undecided"  #: the interval holds both growth and decline
    SUSPECTED_BREAK = "suspected_break"  #: compared across a point where the definition seems to have changed
    CONTRADICTED = "contradicted"  #: a figure behind it can not be right if others are (a finding of the audit)


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One indicator's value for one series at one event time.

    `value` in `unit`, `low ≤ truth ≤ high` (null: unbounded); `start` is the start of the period or window it covers
    (null for stocks) and `event_time` its end; `known_at` the latest known time among its inputs; `gap_days` the
    distance between the two observations of a stock; `version` the number of distinct facts of the series behind it, so
    that of two readings with one key the higher version is the newer. `sources` names publishers, that of the shown
    figure first.
    """

    series: Series
    indicator: str
    window: str
    baseline: str
    origin: Origin
    value: float
    low: float | None
    high: float | None
    bound: Bound
    unit: Unit
    start: Moment | None
    event_time: Moment
    known_at: Moment
    gap_days: int | None
    facts: int
    sources: tuple[str, ...]
    inputs: tuple[Id, ...]
    flags: tuple[str, ...]
    final: bool
    version: int
    definition: str

    def __post_init__(self) -> None:
        for name, number in (("value", self.value), ("low", self.low), ("high", self.high)):
            if number is not None and not is_finite(number):
                raise Refused(name, number, "readings are finite", "leave an undefined reading out")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise Refused("low", self.low, f"at most high, which is {self.high}", "swap them")
        if self.start is not None:
            instant_of(self.start)
        instant_of(self.event_time)
        instant_of(self.known_at)
        for each in self.inputs:
            checked_id("inputs", each)

    @property
    def key(self) -> str:
        """The Kafka key: series, indicator, window, baseline."""
        return reading_key(self.series.key, self.indicator, self.window, self.baseline)

    @property
    def interval(self) -> Interval:
        """The truths that the inputs' digits leave open."""
        return Interval(self.low, self.high)

    @property
    def moment(self) -> tuple[int, int]:
        """Event time, then known time: of two readings of one key the greater is the latest."""
        return event_us(self.event_time), known_us(self.known_at)


def reading_key(series_key: str, indicator: str, window: str, baseline: str) -> str:
    """The Kafka key of a reading."""
    return SEPARATOR.join((series_key, indicator, window, baseline))
