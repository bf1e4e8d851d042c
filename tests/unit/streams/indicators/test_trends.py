"""Indicators of histories: what every one of them is held to, the newcomer's too, on a thousand random series."""

import inspect
import math
import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from paysignal.indicators.estimates import Estimate
from paysignal.indicators.histories import History
from paysignal.indicators.trends import HISTORIES, TRENDS, HistoryIndicator, TrendIndicator
from tests.tools.pasts import REFERENCES, Seen, Series, history_of, random_series

every = pytest.mark.parametrize("indicator", HISTORIES, ids=[f"{each.name}-{each.window}" for each in HISTORIES])


@cache
def thousand() -> tuple[Series, ...]:
    """The series that all are tried on."""
    return tuple(random_series(seed) for seed in range(1_000))


@cache
def all_of_them() -> History:
    """Their arrays."""
    return history_of(list(thousand()))


@cache
def in_another_unit(factor: float) -> History:
    """Their arrays, all levels times a factor."""
    return history_of([Series(tuple(one.times(factor) for one in series.seen), series.a_year) for series in thousand()])


def computed(indicator: HistoryIndicator, series: list[Series]) -> Estimate:
    """What the indicator makes of these series, at once."""
    return indicator.compute(history_of(series))


def defined(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float | None]:
    """NaN and infinities as None, as they leave the engine."""
    return [value if math.isfinite(value) else None for value in values.tolist()]


@pytest.mark.parametrize("indicator", TRENDS, ids=[f"{each.name}-{each.window}-{each.baseline}" for each in TRENDS])
def test_its_docstring_says_the_unit_and_where_it_is_undefined(indicator: TrendIndicator) -> None:
    """Who reads the function learns its unit and its undefined cases."""
    doc = inspect.getdoc(indicator.compute) or ""

    assert any(word in doc.lower() for word in ("unit", "ratio"))
    assert any(word in doc.lower() for word in ("undefined", "always defined"))


@every
def test_it_equals_an_independent_calculation(indicator: HistoryIndicator) -> None:
    """Fractions and plain Python, one series after another: within 1e-9, and undefined where they are."""
    reference = REFERENCES[indicator.name, indicator.window]
    found = defined(indicator.compute(all_of_them()).value)
    wanted = [reference(series) for series in thousand()]

    assert [seed for seed, value in enumerate(wanted) if (value is None) != (found[seed] is None)] == []
    assert sum(value is not None for value in wanted) >= 100
    assert [value for value in found if value is not None] == pytest.approx(
        [value for value in wanted if value is not None], rel=1e-9, abs=1e-9
    )


@every
def test_many_series_at_once_are_many_one_by_one(indicator: HistoryIndicator) -> None:
    """Bit for bit, however long the others of the batch are."""
    together = computed(indicator, list(thousand()[:120]))
    for index, series in enumerate(thousand()[:120]):
        alone = computed(indicator, [series]) if series.seen else None

        if alone is not None:
            assert [part[index].tobytes() for part in together] == [part[0].tobytes() for part in alone]


@every
def test_its_ends_hold_its_value_and_no_nan_or_infinity_is_a_value(indicator: HistoryIndicator) -> None:
    """Also of zeros, of the smallest and the largest floats, and of open ends."""
    draw = random.Random(7)
    extreme = [0.0, 5e-324, 1e-300, 1.0, 2.0**61, 1e300, 1.7976931348623157e308]
    hostile = [
        Series(tuple(Seen(30.0 * back, value := draw.choice(extreme), 0.0, draw.choice([value, math.inf]),
                          linked=True, step=1.0)
                     for back in range(15, -1, -1)), 12.0)
        for _ in range(300)
    ]  # fmt: skip
    for history in (all_of_them(), history_of(hostile)):
        estimate = indicator.compute(history)
        held = np.isfinite(estimate.value)

        assert held.any()
        assert (estimate.low[held] <= estimate.value[held]).all()
        assert (estimate.value[held] <= estimate.high[held]).all()
        assert not np.isnan(estimate.low[held]).any()
        assert not np.isnan(estimate.high[held]).any()


@every
def test_its_interval_holds_whatever_the_digits_leave_open(indicator: HistoryIndicator) -> None:
    """Truths drawn from the inputs' intervals give values inside of its own."""
    draw = random.Random(11)
    reference = REFERENCES[indicator.name, indicator.window]
    estimate = indicator.compute(all_of_them())
    for index, series in enumerate(thousand()[:150]):
        if not math.isfinite(estimate.low[index]) and not math.isfinite(estimate.high[index]):
            continue  # a statistic of scatter, or undefined: it leaves all open
        for _ in range(2):
            truth = Series(tuple(_drawn(draw, one) for one in series.seen), series.a_year)
            value = reference(truth)
            if value is not None and math.isfinite(estimate.value[index]):
                assert estimate.low[index] <= value + 1e-12 * (1 + abs(value))
                assert value - 1e-12 * (1 + abs(value)) <= estimate.high[index]


def _drawn(draw: random.Random, seen: Seen) -> Seen:
    """A truth that the digits leave open."""
    high = seen.high if math.isfinite(seen.high) else 3 * seen.value
    return replace(seen, value=draw.choice([seen.low, high, draw.uniform(seen.low, high)]))


@every
def test_it_scales_as_declared(indicator: HistoryIndicator) -> None:
    """All levels in another unit: the same ratio, or the level in that unit."""
    for factor in (1e-3, 1024.0):
        before, after = indicator.compute(all_of_them()).value, indicator.compute(in_another_unit(factor)).value

        assert (np.isfinite(before) == np.isfinite(after)).all()
        held = np.isfinite(before)
        assert after[held] == pytest.approx(before[held] * factor**indicator.behaviour.scale, rel=1e-9, abs=1e-9)


@every
def test_it_shifts_as_declared(indicator: HistoryIndicator) -> None:
    """Something added to all levels moves it by as much, or not at all, or else it does something else."""
    series = [random_series(seed, whole=True) for seed in range(200)]
    moved = [Series(tuple(one.plus(1024.0) for one in each.seen), each.a_year) for each in series]
    before, after = computed(indicator, series).value, computed(indicator, moved).value
    held = np.isfinite(before) & np.isfinite(after)
    shift = indicator.behaviour.shift

    if shift is None:
        assert np.any(np.abs(after[held] - before[held]) > 1e-6)
    else:
        assert after[held] == pytest.approx(before[held] + shift * 1024.0, rel=1e-9)


@every
def test_it_minds_the_order_as_declared(indicator: HistoryIndicator) -> None:
    """The earlier observations in another order, at the same ages, change it or do not."""
    draw = random.Random(13)
    series = [each for each in thousand() if len(each.seen) > 12 and all(one.linked for one in each.seen[1:])]
    mixed = []
    for each in series:
        order = list(range(len(each.seen) - 1))
        draw.shuffle(order)
        values = [each.seen[index] for index in order] + [each.seen[-1]]
        mixed.append(Series(tuple(
            replace(at, value=of.value, low=of.low, high=of.high) for at, of in zip(each.seen, values, strict=True)
        ), each.a_year))  # fmt: skip
    before, after = computed(indicator, series).value, computed(indicator, mixed).value
    held = np.isfinite(before) & np.isfinite(after)

    assert held.any()
    assert indicator.behaviour.ordered == bool(np.any(before[held] != after[held]))


@every
def test_no_series_is_no_figure(indicator: HistoryIndicator) -> None:
    """Nothing in, nothing out; a series without observations has no value."""
    assert [0, 0, 0] == [len(part) for part in indicator.compute(history_of([]))]
    assert [None] == defined(computed(indicator, [Series((), 12.0)]).value)
