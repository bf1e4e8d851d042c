"""Windows by brute force: every increment is kept, every window found by filtering, sums are math.fsum's.

Written from the words of the design and `docs/meaning/windows.md`; calendars by plain datetime arithmetic.
"""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from paysignal.facts.increments import Increment
from paysignal.facts.moments import moment_of

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclass(frozen=True)
class Fixed:
    """A window of a length, hopping; its ring's panes are the greatest common part of both."""

    length: dt.timedelta
    hop: dt.timedelta

    @cached_property
    def pane(self) -> dt.timedelta:
        """One pane."""
        second = dt.timedelta(seconds=1)
        return math.gcd(self.length // second, self.hop // second) * second

    @property
    def panes(self) -> int:
        """How many panes a window has."""
        return self.length // self.pane

    def number(self, at: dt.datetime) -> int:
        """The pane of an instant."""
        return (at - EPOCH) // self.pane

    def reach(self, lateness: dt.timedelta) -> int:
        """Panes that the lateness may reach back over."""
        return -(-lateness // self.pane)

    def newest(self, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """The earliest window that ends after an instant."""
        end = EPOCH + ((at - EPOCH) // self.hop + 1) * self.hop
        return end - self.length, end

    def all(self, at: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Every window that holds an instant."""
        start, end = self.newest(at)
        while start <= at:
            yield start, end
            start, end = start + self.hop, end + self.hop


@dataclass(frozen=True)
class Calendar:
    """A window that is a day, week, month, quarter or year of a zone."""

    every: str
    zone: str
    first_month: int = 1
    panes: int = 1

    def number(self, at: dt.datetime) -> int:
        """The pane of an instant."""
        day = at.astimezone(ZoneInfo(self.zone)).date()
        months = day.year * 12 + day.month - self.first_month
        return {
            "day": day.toordinal(), "week": (day.toordinal() - 1) // 7, "month": months, "quarter": months // 3,
            "year": months // 12,
        }[self.every]  # fmt: skip

    def reach(self, lateness: dt.timedelta) -> int:
        """Panes that the lateness may reach back over."""
        shortest = {"day": 1, "week": 7, "month": 28, "quarter": 84, "year": 336}[self.every] * DAY - HOUR
        return -(-lateness // shortest)

    def newest(self, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """The period an instant is in: from the first day back, and on, that is of another."""
        day, number = at.astimezone(ZoneInfo(self.zone)).date(), self.number(at)
        start = end = day
        while self._number(start - DAY) == number:
            start -= DAY
        while self._number(end) == number:
            end += DAY
        return self._midnight(start), self._midnight(end)

    def all(self, at: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Every window that holds an instant: one."""
        yield self.newest(at)

    def _number(self, day: dt.date) -> int:
        return self.number(dt.datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(self.zone)))

    def _midnight(self, day: dt.date) -> dt.datetime:
        return dt.datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone)).astimezone(dt.UTC)


#: Names as a setting gives them, and what they mean, written down a second time.
SPECS: dict[str, Fixed | Calendar] = {
    "24h": Fixed(DAY, HOUR),
    "7d": Fixed(7 * DAY, DAY),
    "30d": Fixed(30 * DAY, DAY),
    "90d": Fixed(90 * DAY, DAY),
    "1h": Fixed(HOUR, HOUR),
    "6h/2h": Fixed(6 * HOUR, 2 * HOUR),
    "90m/1h": Fixed(HOUR * 1.5, HOUR),
    "24h/24h": Fixed(DAY, DAY),
    "10m": Fixed(HOUR / 6, HOUR / 6),
    "day@Europe/Berlin": Calendar("day", "Europe/Berlin"),
    "week@Asia/Kolkata": Calendar("week", "Asia/Kolkata"),
    "month": Calendar("month", "UTC"),
    "month@America/New_York": Calendar("month", "America/New_York"),
    "quarter@Africa/Cairo": Calendar("quarter", "Africa/Cairo"),
    "year-from-4@Asia/Kolkata": Calendar("year", "Asia/Kolkata", 4),
}


def _ring(spec: Fixed | Calendar) -> object:
    return spec.pane if isinstance(spec, Fixed) else (spec.every, spec.zone, spec.first_month)


@dataclass
class _Line:
    newest: dt.datetime
    counted: list[Increment] = field(default_factory=list)
    held: dict[object, list[Increment]] = field(default_factory=dict)
    ids: dict[str, dt.datetime] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


@dataclass
class Oracle:
    """Takes increments and ticks one after the other; `finals` are the windows whose finals are sent.

    Duplicates are told by ids, or where `sequenced` by the publishers' sequences, and by ids of what has none.
    """

    windows: tuple[str, ...]
    lateness: dt.timedelta
    finals: bool = True
    sequenced: bool = False
    lines: dict[str, _Line] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    late: list[tuple[int, tuple[str, ...], float]] = field(default_factory=list)
    missed: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    latest: dt.datetime | None = None

    def __post_init__(self) -> None:
        self._rings: dict[object, tuple[Fixed | Calendar, int]] = {}
        for name in self.windows:
            spec = SPECS[name]
            _, before = self._rings.get(_ring(spec), (spec, 0))
            self._rings[_ring(spec)] = (spec, max(before, spec.panes, spec.reach(self.lateness) + 1))

    def tick(self, at: dt.datetime) -> None:
        """Event time has come so far."""
        self.latest = at if self.latest is None else max(self.latest, at)

    def take(self, fact: Increment, offset: int) -> None:
        """One increment."""
        self.tick(fact.at)
        line = self.lines.setdefault(fact.series.key, _Line(fact.at))
        shut = [ring for ring in self._rings if not self._open(ring, line, fact.at)]
        if len(shut) == len(self._rings):
            self.outcomes["late"] += 1
            self.late.append((offset, self.windows, self._behind(line, fact.at)))
        elif self._again(line, fact):
            self.outcomes["duplicate"] += 1
        else:
            self.outcomes["accepted"] += 1
            if self.sequenced and fact.sequence is not None:
                line.counts[fact.publisher] = fact.sequence
            else:
                line.ids[fact.id] = fact.at
            line.counted.append(fact)
            for ring in self._rings:
                if ring not in shut:
                    line.held.setdefault(ring, []).append(fact)
            line.newest = max(line.newest, fact.at)
            names = tuple(name for name in self.windows if _ring(SPECS[name]) in shut)
            if names and self.finals:
                self.missed.append((offset, names))

    def _again(self, line: _Line, fact: Increment) -> bool:
        if self.sequenced and fact.sequence is not None:
            return fact.sequence <= line.counts.get(fact.publisher, -1)
        return fact.id in line.ids and any(self._open(ring, line, line.ids[fact.id]) for ring in self._rings)

    def _open(self, ring: object, line: _Line, at: dt.datetime) -> bool:
        spec, panes = self._rings[ring]
        return spec.number(at) > spec.number(line.newest) - panes

    def _behind(self, line: _Line, at: dt.datetime) -> float:
        """Seconds that were missing to be in the ring that waited longest."""

        def missing(spec: Fixed | Calendar, panes: int) -> float:
            oldest, reached = spec.number(line.newest) - panes + 1, at
            if isinstance(spec, Fixed):
                reached = max(at, EPOCH + oldest * spec.pane)
            else:
                while spec.number(reached) < oldest:
                    reached = spec.newest(reached)[1]
            return (reached - at) / dt.timedelta(seconds=1)

        return min(missing(spec, panes) for spec, panes in self._rings.values())

    def live(self) -> Iterator[tuple[str, str, "Window"]]:
        """Series, name and contents of the newest window of every line."""
        for key, line in self.lines.items():
            if line.counted:
                for name in self.windows:
                    start, end = SPECS[name].newest(line.newest)
                    inside = [fact for fact in line.held[_ring(SPECS[name])] if start <= fact.at < end]
                    yield key, name, Window(start, end, tuple(inside), line.newest, len(line.counted))

    def closed(self) -> Iterator[tuple[str, str, "Window"]]:
        """Series, name and contents of every window that is closed and holds something."""
        if self.latest is None or not self.finals:
            return
        for key, line in self.lines.items():
            for name in self.windows:
                held = line.held.get(_ring(SPECS[name]), [])
                for start, end in sorted({bounds for fact in held for bounds in SPECS[name].all(fact.at)}):
                    if end <= self.latest - self.lateness:
                        inside = tuple(fact for fact in held if start <= fact.at < end)
                        yield key, name, Window(start, end, inside, max(fact.at for fact in inside), len(inside))


@dataclass(frozen=True)
class Window:
    """One window's contents."""

    start: dt.datetime
    end: dt.datetime
    facts: tuple[Increment, ...]
    known: dt.datetime
    version: int

    @property
    def bounds(self) -> tuple[str, str, str]:
        """Start, end and known time as text."""
        return moment_of(self.start), moment_of(self.end), moment_of(self.known)

    def ordered(self) -> list[Increment]:
        """The newest first, ties by id."""
        return sorted(self.facts, key=lambda fact: (fact.at, fact.id), reverse=True)

    def value(self, indicator: str) -> float:
        """What an indicator is."""
        values = [fact.value for fact in self.facts]
        total, ordered = math.fsum(values), self.ordered()
        exact = [Fraction(value) for value in values]
        mean = sum(exact) / len(exact)
        return {
            "count": lambda: float(len(values)),
            "sum": lambda: total,
            "mean": lambda: total / len(values),
            "min": lambda: min(values),
            "max": lambda: max(values),
            "first": lambda: ordered[-1].value,
            "last": lambda: ordered[0].value,
            "rate": lambda: total / ((self.end - self.start) / DAY),
            "stdev": lambda: math.sqrt(sum((value - mean) ** 2 for value in exact) / len(exact)),
            "p50": lambda: sorted(values)[math.ceil(len(values) * 0.5) - 1],
            "p95": lambda: sorted(values)[math.ceil(len(values) * 0.95) - 1],
        }[indicator]()


def publishers(facts: Iterable[Increment]) -> tuple[str, ...]:
    """Whose increments they are."""
    return tuple(sorted({fact.publisher for fact in facts}))[:8]
