"""Histories: a series period by period, as it is known, with what is behind each figure."""

from dataclasses import dataclass

from paysignal.engine.books import Book
from paysignal.engine.choice import Choice, latest_revisions
from paysignal.engine.emission.figures import Figure, estimate_of, figures_of
from paysignal.engine.pairs import Level, levels_of, pairs
from paysignal.facts.kinds import Comparison, Kind
from paysignal.facts.moments import event_us
from paysignal.facts.periods import Period
from paysignal.indicators.growth import growth


@dataclass(frozen=True, slots=True)
class Stated:
    """A change or growth as stated for one period, against `baseline`."""

    kind: Kind
    baseline: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series.

    `level` is None where only changes or growths were stated. `previous` and `year_ago` are derived growths, None where
    undefined. `revisions` counts statements that their own publisher replaced, `conflicts` those that exclude the shown
    level. `broken` is the note of a break declared inside the period, by its own claims or those of another grain, None
    without.
    """

    period: Period
    level: Choice | None
    stated: tuple[Stated, ...]
    previous: Figure | None
    year_ago: Figure | None
    revisions: int
    conflicts: int
    broken: str | None


def history_of(book: Book) -> tuple[Point, ...]:
    """The periods of a series, the oldest first. Pure: as of another time it is the history of another book."""
    levels = {level.period: level for level in levels_of(book)}
    stated: dict[Period, list[Stated]] = {}
    for kind in (Kind.CHANGE, Kind.GROWTH):
        for period, baseline, choice in book.choices(kind):
            stated.setdefault(period, []).append(Stated(kind, baseline, choice))
    derived = {baseline: _growths(book, baseline) for baseline in (Comparison.PREVIOUS, Comparison.YEAR_AGO)}
    periods = sorted(levels.keys() | stated.keys(), key=in_time)
    return tuple(_point(book, period, levels.get(period), tuple(stated.get(period, ())), derived) for period in periods)


def nothing_told(period: Period) -> Point:
    """A period of which the series itself has no claim."""
    return Point(period, None, (), None, None, 0, 0, None)


def in_time(period: Period) -> tuple[int, str]:
    """Sorts periods by their end, then their text."""
    return period.event_us, period.text


def _growths(book: Book, baseline: Comparison) -> dict[Period, Figure | None]:
    """Derived growth of every period that has a base."""
    found = list(pairs(book, baseline))
    estimate = growth(estimate_of([pair.current for pair in found]), estimate_of([pair.base for pair in found]))
    return {pair.current.period: figure for pair, figure in zip(found, figures_of(estimate), strict=True)}


def _lies_in(us: int, period: Period) -> bool:
    return period.start is not None and event_us(period.start) <= us < period.event_us


def _point(
    book: Book,
    period: Period,
    level: Level | None,
    stated: tuple[Stated, ...],
    derived: dict[Comparison, dict[Period, Figure | None]],
) -> Point:
    about = [claim for claim, retracted in book.statements_about(period, Kind.LEVEL, "") if not retracted]
    notes = [claim.break_.note for claim in about if claim.break_ is not None]
    notes += [each.note for each in book.breaks() if _lies_in(event_us(each.date), period)]
    return Point(
        period=period,
        level=level.choice if level is not None else None,
        stated=stated,
        previous=derived[Comparison.PREVIOUS].get(period),
        year_ago=derived[Comparison.YEAR_AGO].get(period),
        revisions=len(about) - len(latest_revisions(about)),
        conflicts=len(level.choice.conflicting) if level is not None else 0,
        broken=notes[0] if notes else None,
    )
