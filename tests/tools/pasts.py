"""Random pasts of series, and what every trend is of each, worked out one by one with fractions and plain Python.

Nothing here is numpy's arithmetic: values are fractions, sums are exact, and a logarithm is taken of one number.
"""

import math
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from paysignal.indicators.histories import History


@dataclass(frozen=True)
class Seen:
    """One observation: its age in days, value, ends, whether it follows the one before, and the step's length."""

    age: float
    value: float
    low: float
    high: float
    linked: bool
    step: float

    def times(self, factor: float) -> "Seen":
        """The observation in another unit."""
        return replace(self, value=self.value * factor, low=self.low * factor, high=self.high * factor)

    def plus(self, shift: float) -> "Seen":
        """The observation with something added."""
        return replace(self, value=self.value + shift, low=self.low + shift, high=self.high + shift)


@dataclass(frozen=True)
class Series:
    """The past of one series, oldest first; `a_year` is how many periods make a year, NaN for stocks."""

    seen: tuple[Seen, ...]
    a_year: float


def random_series(seed: int, *, whole: bool = False) -> Series:
    """Zero to forty observations: flows and stocks, gaps, zeros, bounds, small and large; or of whole numbers."""
    draw = random.Random(seed)
    stock, length = draw.random() < 0.3, draw.randrange(41)
    a_year = math.nan if stock else float(draw.choice([12, 4, 2, 1]))
    value, ages, age = 10.0 ** draw.randint(0, 12), [], 0.0
    for _ in range(length):
        ages.append(age)
        age += draw.randint(1, 400) if stock else 365.0 / a_year
    seen: list[Seen] = []
    for index, back in enumerate(reversed(ages)):
        value = 0.0 if draw.random() < 0.02 else max(value, 1.0) * math.exp(draw.gauss(0.05, 0.2))
        shown = float(round(value)) if whole else value
        step = (ages[length - index] - back if stock else 1.0) if index else math.nan
        linked = index > 0 and draw.random() > 0.03
        digits = shown * 10.0 ** -draw.randint(2, 9)
        high = math.inf if draw.random() < 0.05 else shown + digits
        seen.append(Seen(back, shown, max(shown - digits, 0.0), high, linked, step))
    return Series(tuple(seen), a_year)


def history_of(series: list[Series]) -> History:
    """The arrays of these series."""
    rows = max((len(each.seen) for each in series), default=0)
    columns = [[None] * (rows - len(each.seen)) + list(each.seen) for each in series]

    def array(field: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        cells = [[math.nan if one is None else getattr(one, field) for one in column] for column in columns]
        return np.array(cells, dtype=np.float64).reshape(len(series), rows).T.copy()

    linked = np.nan_to_num(array("linked")) > 0
    a_year = np.array([each.a_year for each in series])
    return History(array("age"), array("value"), array("low"), array("high"), linked, array("step"), a_year)


def exact(value: float) -> Fraction:
    """The float as the fraction that it is."""
    return Fraction(value)


def chained(series: Series, back: int) -> bool:
    """Whether the latest `back` observations each follow the one before."""
    return len(series.seen) > back and all(one.linked for one in series.seen[len(series.seen) - back :])


def is_flow(series: Series) -> bool:
    """Whether sums over periods mean something."""
    return not math.isnan(series.a_year)


def values(series: Series) -> list[Fraction]:
    """The values as fractions, the latest first."""
    return [exact(one.value) for one in reversed(series.seen)]


def three_on_three(series: Series) -> float | None:
    """Three periods on the three before."""
    held = values(series)
    if not (chained(series, 5) and is_flow(series)) or not sum(held[3:6]) > 0:
        return None
    return float(sum(held[:3]) / sum(held[3:6]) - 1)


def trailing_year(series: Series) -> float | None:
    """The sum of a year."""
    if not is_flow(series) or not series.seen or not chained(series, int(series.a_year) - 1):
        return None
    return float(sum(values(series)[: int(series.a_year)]))


def compound(periods: int) -> Callable[[Series], float | None]:
    """Compound growth over so many periods."""

    def computed(series: Series) -> float | None:
        held = values(series)
        if not (chained(series, periods) and is_flow(series)) or not held[periods] > 0:
            return None
        return math.pow(float(held[0] / held[periods]), 1 / periods) - 1

    return computed


def steps(series: Series) -> list[tuple[float | None, float]]:
    """The logarithm of each step, oldest first, with its length; None where it is none."""
    found: list[tuple[float | None, float]] = []
    for before, one in zip(series.seen, series.seen[1:], strict=False):
        comparable = one.linked and before.value > 0 and one.value > 0
        found.append((math.log(float(exact(one.value) / exact(before.value))) if comparable else None, one.step))
    return found


def log_growth(series: Series) -> float | None:
    """The latest step's logarithm."""
    found = steps(series)
    return found[-1][0] if found else None


def annualised(series: Series) -> float | None:
    """The latest step, as if it lasted a year."""
    held = values(series)
    if not chained(series, 1) or not held[1] > 0:
        return None
    try:
        return math.pow(float(held[0] / held[1]), 365.2425 / series.seen[-2].age) - 1
    except OverflowError:
        return None


def growths(series: Series) -> list[tuple[Fraction | None, float]]:
    """Growth of each observation on the one before, with its age, oldest first."""
    return [
        ((exact(one.value) / exact(before.value) - 1 if one.linked and before.value > 0 else None), one.age)
        for before, one in zip(series.seen, series.seen[1:], strict=False)
    ]


def acceleration(series: Series) -> float | None:
    """The latest growth less the one before."""
    found = growths(series)
    if len(found) < 2 or found[-1][0] is None or found[-2][0] is None:
        return None
    return float(found[-1][0] - found[-2][0])


def decayed(pairs: list[tuple[Fraction, float]]) -> float | None:
    """The time-decayed mean; None for fewer than two."""
    if len(pairs) < 2:
        return None
    weights = [exact(2 ** (-age / 182.625)) for _, age in pairs]
    return float(sum(weight * value for weight, (value, _) in zip(weights, pairs, strict=True)) / sum(weights))


def ewma_level(series: Series) -> float | None:
    """Of the levels."""
    return decayed([(exact(one.value), one.age) for one in series.seen])


def ewma_growth(series: Series) -> float | None:
    """Of the growths."""
    return decayed([(growth, age) for growth, age in growths(series) if growth is not None])


def momentum(series: Series) -> float | None:
    """The latest level on the mean."""
    mean = ewma_level(series)
    return series.seen[-1].value / mean - 1 if mean else None


def volatility(series: Series) -> float | None:
    """Sample standard deviation of a dozen rows' steps."""
    found = [step for step, _ in steps(series)[-12:] if step is not None]
    # Of twelve rows: the first row of a series has no step, and is one of them where the series is short.
    return statistics.stdev(found) if len(found) >= 3 else None


def scores(series: Series) -> list[float | None]:
    """Robust deviations of two dozen rows' steps, oldest first; empty for fewer than three."""
    found = steps(series)[-24:]
    paces = [step / length for step, length in found if step is not None]
    if len(paces) < 3:
        return []
    usual = statistics.median(paces)
    spread = 1.4826 * statistics.median(abs(pace - usual) for pace in paces)
    return [
        None if step is None else (step / length - usual) * length / max(spread * length, 0.005)
        for step, length in found
    ]


def robust_z(series: Series) -> float | None:
    """The latest deviation."""
    found = scores(series)
    return found[-1] if found else None


def cusum(series: Series) -> float | None:
    """Page's sums."""
    found = scores(series)
    if not found or found[-1] is None:
        return None
    up = down = 0.0
    for score in found:
        if score is not None:
            up, down = max(0.0, up + score - 0.5), max(0.0, down - score - 0.5)
    return up if up >= down else -down


def opposes(score: float, neighbour: float | None) -> bool:
    """Whether the neighbour goes half as far or farther the other way."""
    return neighbour is not None and score * neighbour < 0 and 2 * abs(neighbour) >= abs(score)


def suspected_break(series: Series) -> float | None:
    """The largest deviation that no neighbour half undoes."""
    found = scores(series)
    if not found or found[-1] is None:
        return None
    recent = found[-12:]
    standing = [
        score
        for before, score, after in zip([None, *recent[:-1]], recent, [*recent[1:], None], strict=True)
        if score is not None and not (opposes(score, before) or opposes(score, after))
    ]
    return max(standing, key=abs, default=0.0)


def record_high(series: Series) -> float | None:
    """The greatest."""
    return max(one.value for one in series.seen) if len(series.seen) >= 2 else None


def drawdown(series: Series) -> float | None:
    """The latest below the greatest."""
    highest = record_high(series)
    return float(exact(series.seen[-1].value) / exact(highest) - 1) if highest else None


#: What each indicator of histories is, by name and window.
REFERENCES: dict[tuple[str, str], Callable[[Series], float | None]] = {
    ("three_on_three_growth", "3p"): three_on_three,
    ("trailing_year", "12m"): trailing_year,
    ("compound_growth", "4p"): compound(4),
    ("compound_growth", "12p"): compound(12),
    ("log_growth", "1p"): log_growth,
    ("annualised_growth", "1p"): annualised,
    ("acceleration", "2p"): acceleration,
    ("ewma_level", "half-life-183d"): ewma_level,
    ("ewma_growth", "half-life-183d"): ewma_growth,
    ("momentum", "half-life-183d"): momentum,
    ("volatility", "12p"): volatility,
    ("robust_z", "24p"): robust_z,
    ("cusum", "24p"): cusum,
    ("record_high", "128p"): record_high,
    ("drawdown", "128p"): drawdown,
    ("suspected_break", "12p"): suspected_break,
}
