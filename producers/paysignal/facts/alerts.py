"""Alerts: a rule's state for one series."""

from typing import Literal

import msgspec

from paysignal.facts.errors import Refused
from paysignal.facts.intervals import is_finite
from paysignal.facts.moments import Moment, instant_of
from paysignal.facts.series import SEPARATOR, Series
from paysignal.facts.slugs import Slug, checked_slug


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """`possible` is a crossing that only the interval makes; `since` the event time of the crossing.

    `reading` is the key of the reading that decided, `version` that reading's version.

    In Python: raises `Refused` for a number that is not finite.
    """

    rule: Slug
    series: Series
    state: Literal["firing", "possible", "resolved"]
    value: float
    threshold: float
    since: Moment
    reading: str
    version: int

    def __post_init__(self) -> None:
        checked_slug("rule", self.rule)
        instant_of(self.since)
        for name, number in (("value", self.value), ("threshold", self.threshold)):
            if not is_finite(number):
                raise Refused(name, number, "alerts are about finite numbers", "leave an undefined one out")

    @property
    def key(self) -> str:
        """The Kafka key: rule and series."""
        return SEPARATOR.join((self.rule, self.series.key))
