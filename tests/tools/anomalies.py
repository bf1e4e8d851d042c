"""What the rules of grafana/promql-anomaly-detection would say of published series, beside our scores.

Two ways to feed them: the figure as a gauge that stands between publications (as our exporter shows it), or their
windows counted in observations in place of minutes. Constants are theirs: margin 0.5, multiplier 2, variation 0.5.
"""

import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from paysignal.engine.books import Book
from paysignal.engine.emission.pasts import Past, history_of, past_of
from paysignal.indicators.anomaly import robust_z, suspected_break
from paysignal.indicators.estimates import Estimate
from paysignal.indicators.histories import History

_MARGIN, _MULTIPLIER, _VARIATION = 0.5, 2.0, 0.5
#: Iglewicz and Hoaglin's threshold for a robust z.
THRESHOLD = 3.5
#: Their hour and their day, in observations: a year and two of months.
_HOUR, _DAY = 12, 24

Judge = Callable[[Past], list[bool | None]]


def gauge(past: Past) -> list[bool | None]:
    """A gauge that stands: within the hour behind a step, the mean is the old value, and only the margin is a band.

    Both strategies come to this, since the spread of a gauge that stands is zero. Zeros are not selected.
    """
    values = _values(past)
    steps = pairwise(values)
    return [None, *(abs(now - old) > _MARGIN * old if old > 0 and now > 0 else None for old, now in steps)]


def adaptive(past: Past) -> list[bool | None]:
    """Mean and filtered deviation over a year of observations, the latter smoothed over two."""
    values, wide, told = _values(past), [], []
    for index, value in enumerate(values):
        window = [each for each in values[max(0, index + 1 - _HOUR) : index + 1] if each > 0]
        middle = statistics.fmean(window) if window else 0.0
        spread = statistics.pstdev(window) if window else 0.0
        wide.append(spread if spread > middle * _VARIATION else None)
        recent = [each for each in wide[max(0, index + 1 - _DAY) :] if each is not None]
        band = max(_MULTIPLIER * statistics.fmean(recent) if recent else 0.0, _MARGIN * middle)
        told.append(abs(value - middle) > band if value > 0 else None)
    return told


def robust(past: Past) -> list[bool | None]:
    """Median and median deviation over two years of observations."""
    values, deviations, told = _values(past), [], []
    for index, value in enumerate(values):
        window = [each for each in values[max(0, index + 1 - _DAY) : index + 1] if each > 0]
        middle = statistics.median(window) if window else 0.0
        deviations.append(abs(value - middle))
        spread = statistics.median(deviations[max(0, index + 1 - _DAY) :])
        told.append(abs(value - middle) > max(_MULTIPLIER * spread, _MARGIN * middle) if value > 0 else None)
    return told


def z(past: Past) -> list[bool | None]:
    """Our robust z at each observation, with what had come by then."""
    return _over_time(past, robust_z)


def shift(past: Past) -> list[bool | None]:
    """Our suspected break, once the next observation has come: of that it is told whether it undid the step."""
    return _over_time(past, suspected_break)


def _over_time(past: Past, compute: Callable[[History], Estimate]) -> list[bool | None]:
    then = [Past(past.book, past.levels[:count], past.linked[:count]) for count in range(1, len(past.levels) + 1)]
    scores = compute(history_of(then)).value
    return [abs(score) > THRESHOLD if np.isfinite(score) else None for score in scores.tolist()]


def _values(past: Past) -> list[float]:
    return [level.choice.shown.value for level in past.levels]


@dataclass
class Count:
    """Of one judge over many series: series judged at all, observations judged, of those found unusual."""

    series: int = 0
    judged: int = 0
    unusual: int = 0

    @property
    def rate(self) -> float:
        """Unusual ones of a hundred judged."""
        return 100 * self.unusual / self.judged if self.judged else 0.0


JUDGES: dict[str, Judge] = {"robust z": z, "gauge": gauge, "adaptive": adaptive, "robust": robust}


def counted(books: Iterable[Book]) -> tuple[int, int, dict[str, Count]]:
    """Series, their observations, and what each judge says of them."""
    pasts = list(_pasts(books))
    counts = {name: _count(judge, pasts) for name, judge in JUDGES.items()}
    return len(pasts), sum(len(past.levels) for past in pasts), counts


def _pasts(books: Iterable[Book]) -> Iterator[Past]:
    return (past for book in books if (past := past_of(book)) is not None and len(past.levels) > 1)


def _count(judge: Judge, pasts: Sequence[Past]) -> Count:
    count = Count()
    for past in pasts:
        told = [each for each in judge(past) if each is not None]
        count.series += bool(told)
        count.judged += len(told)
        count.unusual += sum(told)
    return count
