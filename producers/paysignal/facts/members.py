"""Members: what a series brings to the cross-sections it stands in."""

import msgspec

from paysignal.facts.claims import Id, checked_id
from paysignal.facts.errors import Refused
from paysignal.facts.intervals import is_finite
from paysignal.facts.kinds import Comparison
from paysignal.facts.moments import Moment, instant_of
from paysignal.facts.series import SEPARATOR, Series


class Compared(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A level of the period from `start` (null for stocks) to `end`, and the earlier one it is compared with, `base`.

    Each with what its digits leave open (null: unbounded). `facts` counts the claims behind both, `sources` and
    `inputs` name some; `known_at` is the latest known time among them and `gap_days` the distance of two stocks.
    """

    start: Moment | None
    end: Moment
    level: float
    level_low: float | None
    level_high: float | None
    base: float
    base_low: float | None
    base_high: float | None
    gap_days: int | None
    known_at: Moment
    facts: int
    sources: tuple[str, ...]
    inputs: tuple[Id, ...]
    flags: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_interval("level", self.level, self.level_low, self.level_high)
        _check_interval("base", self.base, self.base_low, self.base_high)
        if self.start is not None:
            instant_of(self.start)
        instant_of(self.end)
        instant_of(self.known_at)
        for each in self.inputs:
            checked_id("inputs", each)


class Member(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A series at its latest pair of levels that compare by `baseline`; the newest replaces the others.

    `version` is that of the series' readings, so that of two the higher is the newer. `pair` is null where a series has
    lost its pair, by a retraction or a break: its version counts on.
    """

    series: Series
    baseline: Comparison
    version: int
    pair: Compared | None

    @property
    def key(self) -> str:
        """The Kafka key: what its sections have in common, then the series."""
        return SEPARATOR.join((self.section_key, self.series.key))

    @property
    def section_key(self) -> str:
        """Measure, grain and baseline: what names the partition, so that members of one section stand together."""
        return SEPARATOR.join((self.series.measure, self.series.grain, self.baseline))


def _check_interval(name: str, value: float, low: float | None, high: float | None) -> None:
    for number in (value, low, high):
        if number is not None and not is_finite(number):
            raise Refused(name, number, "levels are finite", "leave an undefined one out")
    if low is not None and high is not None and low > high:
        raise Refused(name, low, f"at most its high end, which is {high}", "swap them")
