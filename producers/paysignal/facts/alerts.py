"""Alerts: a rule's state for one series."""

from typing import Annotated, Literal

import msgspec

from paysignal.facts.errors import Refused
from paysignal.facts.intervals import Interval, is_finite
from paysignal.facts.measures import Unit
from paysignal.facts.moments import Moment, instant_of
from paysignal.facts.series import SEPARATOR, Series
from paysignal.facts.slugs import Slug, checked_slug
from paysignal.facts.texts import ONE_LINE_PATTERN, checked_text, form

#: A summary is a line of a chat or a mail's subject.
SUMMARY_CHARACTERS = 500

AlertState = Literal["firing", "possible", "resolved"]
Severity = Literal["info", "warning", "critical"]
Direction = Literal["above", "below"]
AlertReason = Literal["crossed", "interval", "cleared", "withdrawn", "outdated", "doubted", "unasked"]
Summary = Annotated[
    str, form("One line for people.", pattern=ONE_LINE_PATTERN, minLength=1, maxLength=SUMMARY_CHARACTERS)
]


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """`possible` is a crossing that only the interval makes; `since` the event time of the crossing.

    `reason`: the value `crossed` the threshold, or only the `interval` did; of a resolved one the value `cleared`, the
    reading was `withdrawn` (its fact was retracted), it is `outdated` (older than the rule asks), `doubted` (it has a
    flag the rule leaves out) or `unasked` (the rule asks for it no more). `value`, `low` and `high` (null: unbounded),
    `unit`, `event_time` and `known_at` are those of the reading that decided, the last one there was; `reading` is its
    key, `version` its version. `direction` and `threshold` are the rule's. Of two alerts of one key the later record
    stands, unless its version is lower.

    In Python: raises `Refused` for a number that is not finite.
    """

    rule: Slug
    severity: Severity
    series: Series
    state: AlertState
    reason: AlertReason
    direction: Direction
    value: float
    low: float | None
    high: float | None
    unit: Unit
    threshold: float
    since: Moment
    event_time: Moment
    known_at: Moment
    reading: str
    version: int
    summary: Summary

    def __post_init__(self) -> None:
        checked_slug("rule", self.rule)
        checked_text("summary", self.summary, SUMMARY_CHARACTERS)
        for moment in (self.since, self.event_time, self.known_at):
            instant_of(moment)
        ends = (("low", self.low), ("high", self.high))
        for name, number in (("value", self.value), ("threshold", self.threshold), *ends):
            if number is not None and not is_finite(number):
                raise Refused(name, number, "alerts are about finite numbers", "leave an undefined one out")
        Interval(self.low, self.high)

    @property
    def key(self) -> str:
        """The Kafka key: rule and series."""
        return alert_key(self.rule, self.series.key)

    @property
    def stands(self) -> bool:
        """Whether it is not resolved."""
        return self.state != "resolved"


def alert_key(rule: str, series_key: str) -> str:
    """The Kafka key of an alert."""
    return SEPARATOR.join((rule, series_key))
