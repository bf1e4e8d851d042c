"""The past as OpenMetrics, for `promtool tsdb create-blocks-from openmetrics`: each figure at its event time. Pure.

Names, labels and the rule of when an interval is worth showing are those of `/metrics`, so that a query finds the past
under the name it finds the present under.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from paysignal.board.intervals import shows_interval
from paysignal.exposition.families import FAMILIES, HIGH, LOW, help_of_bound
from paysignal.exposition.labels import series_text, way_of
from paysignal.facts.moments import event_us
from paysignal.facts.readings import Reading

#: Behind the last sample; promtool takes a file without it for one that was cut off.
END: Final = "# EOF\n"

_US_A_SECOND: Final = 1_000_000


class Sample(NamedTuple):
    """One figure at one moment: `labels` as they are written, `at_us` its event time in microseconds since 1970."""

    name: str
    labels: str
    at_us: int
    value: float

    def line(self) -> str:
        """The sample as OpenMetrics writes it, its moment in seconds."""
        seconds, rest = divmod(self.at_us, _US_A_SECOND)
        fraction = f".{rest:06}".rstrip("0") if rest else ""
        return f"{self.name}{self.labels} {self.value!r} {seconds}{fraction}\n"


def samples_of(reading: Reading) -> Iterator[Sample]:
    """What `/metrics` shows of a reading, at its event time; nothing of one that it has no metric for."""
    way = way_of(reading)
    if way is None:
        return
    family, labels = way.family, f"{{{series_text(reading.series)}{way.own}}}"
    figures = [("", reading.value)]
    if family.interval and shows_interval(reading):
        figures += [(end, each) for end, each in ((LOW, reading.low), (HIGH, reading.high)) if each is not None]
    at_us = event_us(reading.event_time)
    for end, figure in figures:
        yield Sample(family.name + end, labels, at_us, figure * family.scale)


def head_of(name: str) -> str:
    """The lines that stand before the samples of that name; our help texts have nothing to escape."""
    return f"# HELP {name} {_helps()[name]}\n# TYPE {name} gauge\n"


@cache
def _helps() -> dict[str, str]:
    helps = {family.name: family.help for family in FAMILIES}
    for family in FAMILIES:
        helps |= {family.name + end: help_of_bound(family, end) for end in (LOW, HIGH) if family.interval}
    return helps
