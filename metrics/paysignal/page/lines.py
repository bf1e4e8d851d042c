"""Lines: what a sparkline of a series shows."""

from collections.abc import Callable

from paysignal.facts.kinds import Comparison, Kind
from paysignal.history.answers import Answers
from paysignal.history.questions import NotAnswered
from paysignal.page.spark import MOST

#: By the key of a series: its latest figures, the oldest first; nothing where less than two are known.
Lines = Callable[[str], tuple[float, ...]]

_ON_THE_YEAR = (Kind.GROWTH, Comparison.YEAR_AGO)


def no_lines(_: str) -> tuple[float, ...]:
    """Where no history is held."""
    return ()


def lines_of(answers: Answers) -> Lines:
    """The latest levels of a series, or where it has not two of these, its latest growths on the year."""

    def line(series_key: str) -> tuple[float, ...]:
        try:
            points = answers.history(series_key)
        except NotAnswered:
            return ()
        levels = [point.level.shown.value for point in points if point.level is not None]
        if len(levels) > 1:
            return tuple(levels[-MOST:])
        computed = [() if point.year_ago is None else (point.year_ago.value,) for point in points]
        stated = [
            [each.choice.shown.value for each in point.stated if (each.kind, each.baseline) == _ON_THE_YEAR]
            for point in points
        ]
        growths = [
            values[0] for values in ((*each, *others) for each, others in zip(computed, stated, strict=True)) if values
        ]
        return tuple(growths[-MOST:])

    return line
