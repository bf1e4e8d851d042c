"""Rules: what is asked of readings, and which rules ask for a reading's key."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from paysignal.engine.alerting.patterns import Pattern
from paysignal.engine.alerting.summaries import Template
from paysignal.facts.alerts import Direction, Severity
from paysignal.facts.errors import Refused
from paysignal.facts.series import SEPARATOR, Series, series_of_key

#: The labels of a series that a rule may match, in the order of a series' key.
LABELS: Final = ("provider", "market", "measure", "segment", "grain", "currency", "prices")

#: Of so many keys the rules that ask for them are remembered: a hundred bytes each.
_REMEMBERED_KEYS: Final = 65_536


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. It asks for the readings of one indicator, window and baseline, so that a series has one at a time.

    `match` has for some labels the patterns of which one must match; a label that is not named may be anything. It
    fires `above` or `below` the threshold and ends at `clear` (the threshold itself, or on the other side of it).
    `certain`: the near end of the interval is compared instead of the value. The crossing must last for `readings`
    event times and `lasting_us` of event time. After an end nothing new fires for `cool_down_us` of event time. A
    reading whose event time is `max_age_us` before it was sent is not judged (None: any age); nor is one with any of
    the flags `unless`.
    """

    name: str
    indicator: str
    window: str
    baseline: str
    match: tuple[tuple[str, tuple[Pattern, ...]], ...]
    direction: Direction
    threshold: float
    clear: float
    certain: bool
    readings: int
    lasting_us: int
    cool_down_us: int
    max_age_us: int | None
    severity: Severity
    unless: tuple[str, ...]
    summary: Template

    @property
    def asked(self) -> tuple[str, str, str]:
        """The indicator, window and baseline."""
        return self.indicator, self.window, self.baseline

    def asks_for(self, series: Series) -> bool:
        """Whether every named label is matched by one of its patterns."""
        return all(any(each.matches(getattr(series, label)) for each in patterns) for label, patterns in self.match)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a key of the readings topic is about, and the rules that ask for it, in the order of the file."""

    series: Series
    rules: tuple[Rule, ...]


class Rules:
    """Every rule of a file, by what it asks for. Two with one name must not come in here."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.all = tuple(rules)
        self._by_asked: dict[tuple[str, str, str], list[Rule]] = {}
        for rule in self.all:
            self._by_asked.setdefault(rule.asked, []).append(rule)
        self.named = {rule.name: rule for rule in self.all}
        #: Changes when any rule does: what was judged by other rules is judged again.
        self.fingerprint = hashlib.blake2b(repr(self.all).encode(), digest_size=16).hexdigest()
        #: Who asks for the readings of a key; None when nobody does, or when it is no such key.
        self.of = lru_cache(_REMEMBERED_KEYS)(self._of)

    def _of(self, key: bytes) -> Asked | None:
        try:
            series_key, *asked = key.decode().rsplit(SEPARATOR, 3)
        except UnicodeDecodeError:
            return None
        candidates = self._by_asked.get(tuple(asked)) if len(asked) == 3 else None  # type: ignore[arg-type]  # noqa: PLR2004
        if not candidates:
            return None
        try:
            series = series_of_key(series_key)
        except Refused:
            return None
        rules = tuple(rule for rule in candidates if rule.asks_for(series))
        return Asked(series, rules) if rules else None
