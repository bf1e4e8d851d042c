"""Alerts: a rule's state for one series."""

from typing import Literal

import msgspec

from paysignal.facts.moments import Moment
from paysignal.facts.series import SEPARATOR, Series
from paysignal.facts.slugs import Slug


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """`possible` is a crossing that only the interval makes; `since` the event time of the crossing.

    `reading` is the key of the reading that decided, `version` that reading's version.
    """

    rule: Slug
    series: Series
    state: Literal["firing", "possible", "resolved"]
    value: float
    threshold: float
    since: Moment
    reading: str
    version: int

    @property
    def key(self) -> str:
        """The Kafka key: rule and series."""
        return SEPARATOR.join((self.rule, self.series.key))
