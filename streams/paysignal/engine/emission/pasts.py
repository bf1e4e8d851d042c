"""Pasts: the comparable observations of books, as the arrays that indicators of histories read."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from paysignal.engine.books import Book
from paysignal.engine.choice import Choice
from paysignal.engine.pairs import Level, levels_of
from paysignal.facts.claims import Break, Claim
from paysignal.facts.kinds import Kind
from paysignal.facts.moments import event_us
from paysignal.facts.periods import Grain, previous_of
from paysignal.indicators.attention import Attention
from paysignal.indicators.histories import MOST_OBSERVATIONS, History

_DAY_US: Final = 86_400_000_000
_PERIODS_A_YEAR: Final = {Grain.MONTH: 12.0, Grain.QUARTER: 4.0, Grain.HALF: 2.0, Grain.YEAR: 1.0}
#: Of one grain, and so of one length: they follow each other where one ends as the other starts.
_EVEN: Final = frozenset({*_PERIODS_A_YEAR, Grain.HOUR, Grain.DAY, Grain.WEEK})


@dataclass(frozen=True, slots=True)
class Past:
    """The levels of a book that compare with its latest, oldest first; each with whether it follows the one before."""

    book: Book
    levels: tuple[Level, ...]
    linked: tuple[bool, ...]

    @property
    def latest(self) -> Level:
        """The latest level."""
        return self.levels[-1]


def past_of(book: Book) -> Past | None:
    """The past of a book back to its latest declared break, of at most `MOST_OBSERVATIONS`; None without any level.

    Of two periods that end at one moment the one known later stands. Open periods compare with nothing.
    """
    if book.series.grain is Grain.OPEN:
        return None
    kept: list[Level] = []
    for level in levels_of(book):
        if not kept or level.period.event_us != kept[-1].period.event_us:
            kept.append(level)
    if not kept:
        return None
    since = max((at for at in map(_at, book.breaks()) if at < kept[0].period.event_us), default=None)
    if since is not None:
        kept = [level for level in kept if _starts(level) >= since]
    levels = tuple(reversed(kept[:MOST_OBSERVATIONS]))
    follows = (False, *(_follows(book, base, level) for base, level in pairwise(levels)))
    return Past(book, levels, follows[: len(levels)]) if levels else None


def _at(declared: Break) -> int:
    return event_us(declared.date)


def _starts(level: Level) -> int:
    """Where its evidence starts, as `pairs` has it: a stock stands on the day before its end."""
    period = level.period
    return event_us(period.start) if period.start is not None else period.event_us - 1


def _follows(book: Book, base: Level, level: Level) -> bool:
    grain = book.series.grain
    if grain is Grain.INSTANT:
        return True
    if grain in _EVEN:
        return base.period.end == level.period.start
    before = previous_of(level.period)
    return before is not None and (before.start, before.end) == (base.period.start, base.period.end)


def history_of(pasts: Sequence[Past]) -> History:
    """The pasts as arrays: see `History`."""
    rows, columns = max(len(past.levels) for past in pasts), len(pasts)
    ages, values, lows, highs, steps = (np.full((rows, columns), np.nan) for _ in range(5))
    linked = np.zeros((rows, columns), dtype=np.bool_)
    for column, past in enumerate(pasts):
        top = rows - len(past.levels)
        events = np.array([level.period.event_us for level in past.levels], dtype=np.int64)
        intervals = [level.choice.interval for level in past.levels]
        ages[top:, column] = (events[-1] - events) / _DAY_US
        values[top:, column] = [level.choice.shown.value for level in past.levels]
        lows[top:, column] = [-np.inf if each.low is None else each.low for each in intervals]
        highs[top:, column] = [np.inf if each.high is None else each.high for each in intervals]
        linked[top:, column] = past.linked
        stock = past.book.series.grain is Grain.INSTANT
        steps[top + 1 :, column] = np.maximum(np.diff(events) / _DAY_US, 1.0) if stock else 1.0
    a_year = np.array([_PERIODS_A_YEAR.get(past.book.series.grain, np.nan) for past in pasts])
    return History(ages, values, lows, highs, linked, steps, a_year)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a book: its standing claims, the latest known last, and its latest level."""

    book: Book
    claims: tuple[Claim, ...]
    latest: Level | None


def said_of(book: Book) -> Said | None:
    """The claims of a book that their publishers stand by, at most `MOST_OBSERVATIONS`; None without any."""
    choices = [(period, choice) for kind in Kind for period, _, choice in book.choices(kind)]
    claims = [claim for _, choice in choices for claim in _all(choice)]
    claims.sort(key=lambda claim: (claim.known_us, str(claim.id)))
    levels = levels_of(book)
    return Said(book, tuple(claims[-MOST_OBSERVATIONS:]), levels[0] if levels else None) if claims else None


def attention_of(said: Sequence[Said]) -> Attention:
    """What was said as arrays: see `Attention`."""
    rows, columns = max(len(each.claims) for each in said), len(said)
    ages, tellings = np.full((rows, columns), np.nan), np.full((rows, columns), np.nan)
    for column, each in enumerate(said):
        top = rows - len(each.claims)
        known = np.array([claim.known_us for claim in each.claims], dtype=np.int64)
        ages[top:, column] = (known[-1] - known) / _DAY_US
        tellings[top:, column] = _tellings(each.claims)
    latest = np.array([_latest(each) for each in said], dtype=np.float64).T
    return Attention(ages, tellings, *latest)


def _tellings(claims: Sequence[Claim]) -> list[float]:
    """Of each claim, the how manieth it is to tell its figure."""
    told: dict[tuple[str, str, str, float], int] = {}
    numbers = []
    for claim in claims:
        figure = claim.dated.text, claim.kind.value, claim.baseline_text, claim.value
        told[figure] = told.get(figure, 0) + 1
        numbers.append(float(told[figure]))
    return numbers


def _latest(said: Said) -> tuple[float, float, float, float, float]:
    """Publishers, shown, least and greatest value of the latest level, and its lag in days."""
    if said.latest is None:
        return 0.0, np.nan, np.nan, np.nan, np.nan
    choice = said.latest.choice
    values = [claim.value for claim in _all(choice)]
    publishers = {claim.source.publisher for claim in choice.supporting}
    lag = (said.claims[-1].known_us - said.latest.period.event_us) / _DAY_US
    return float(len(publishers)), choice.shown.value, min(values), max(values), lag


def _all(choice: Choice) -> tuple[Claim, ...]:
    return (*choice.supporting, *choice.conflicting)
