"""The catalogue of cross-sections: what holds for every indicator of it, a newcomer's too."""

import inspect
import random

import numpy as np
import pytest

from paysignal.indicators import cross
from paysignal.indicators.estimates import Estimate, Floats
from paysignal.indicators.sections import SECTIONS, Columns, CrossIndicator, columns_of

every = pytest.mark.parametrize("indicator", SECTIONS, ids=[each.name for each in SECTIONS])

#: Of so many sections of up to so many members.
COUNT, MOST = 120, 9


def estimates(seed: int, count: int = COUNT) -> Estimate:
    """Levels of random sections with their intervals: exact, rounded, bounded on one side, unbounded, from zero."""
    draw = random.Random(seed)
    value, low, high = (np.full((MOST, count), np.nan) for _ in range(3))
    for at in range(count):
        for row in range(2 + at % (MOST - 1)):
            shown = draw.choice([0.0, 1.0, 5.0, draw.lognormvariate(0, 2)])
            step = draw.choice([0.0, 0.1, 0.5]) * shown
            value[row, at] = shown
            low[row, at] = draw.choice([shown - step, shown - step, 0.0 if shown else -1.0])
            high[row, at] = draw.choice([shown + step, shown + step, np.inf])
    return Estimate(value, low, high)


def truth(seed: int, levels: Estimate) -> Floats:
    """One of the truths that the intervals leave open; unbounded ones go up to a thousand times the shown value."""
    rng = np.random.default_rng(seed)
    high = np.where(np.isinf(levels.high), 1_000.0 * levels.value + 1.0, levels.high)
    spread: Floats = rng.choice([0.0, 0.3, 1.0], size=high.shape)
    return np.asarray(levels.low + (high - levels.low) * spread)


def columns(seed: int) -> Columns:
    """Random sections, the bases drawn on their own."""
    return columns_of(estimates(seed), estimates(seed + 1_000))


def exact(levels: Floats, bases: Floats) -> Columns:
    """The same members, their truths known."""
    return columns_of(Estimate(levels, levels, levels), Estimate(bases, bases, bases))


@every
@pytest.mark.parametrize("seed", range(6))
def test_its_ends_enclose_what_any_truth_gives(indicator: CrossIndicator, seed: int) -> None:
    """Where it is defined of the truth as well: of levels and bases anywhere within their intervals."""
    given = columns(seed)
    shown = indicator.compute(given)
    for turn in range(4):
        levels, bases = truth(turn, given.levels), truth(turn + 50, given.bases)
        if indicator.name in {"breadth", "diffusion", "dispersion"}:  # who may grow from nothing may not be counted
            bases = np.where((given.bases.value > 0) == (bases > 0), bases, given.bases.value)
        true = indicator.compute(exact(levels, bases)).value
        known = np.isfinite(shown.value) & np.isfinite(true)

        assert known.any()
        assert (shown.low[known] <= true[known]).all()
        assert (true[known] <= shown.high[known]).all()


@every
def test_its_ends_hold_its_value_and_nothing_undefined_has_any(indicator: CrossIndicator) -> None:
    """Low is at most the value and the value at most high; where there is no member there is none of the three."""
    value, low, high = indicator.compute(columns(7))
    defined = np.isfinite(value)

    assert defined.any()
    assert (low[defined] <= value[defined]).all()
    assert (value[defined] <= high[defined]).all()
    assert value.shape == ((MOST, COUNT) if indicator.each else (COUNT,))


@every
def test_many_sections_at_once_are_many_one_by_one(indicator: CrossIndicator) -> None:
    """Bit for bit, though alone a section has no padding."""
    given = columns(11)
    together = indicator.compute(given)
    for at in range(COUNT):
        rows = slice(int((~np.isnan(given.levels.value[:, at])).sum()))
        levels, bases = (Estimate(*(part[rows, at : at + 1] for part in each)) for each in given[:2])
        alone = indicator.compute(columns_of(levels, bases))
        for both, part in zip(together, alone, strict=True):
            mine = both[rows, at] if indicator.each else both[at : at + 1]

            assert mine.tobytes() == np.ascontiguousarray(part).tobytes()


@every
def test_its_docstring_says_the_unit_and_where_it_is_undefined(indicator: CrossIndicator) -> None:
    """Who reads the function learns its unit and its undefined cases."""
    doc = (inspect.getdoc(indicator.compute) or "").lower()

    assert any(word in doc for word in ("unit:", "ratio"))
    assert any(word in doc for word in ("undefined", "always defined"))


def test_the_values_are_those_of_the_functions_held_against_fractions() -> None:
    """`test_cross.py` holds them; the catalogue adds the ends."""
    given = columns(3)
    levels, bases, growths = (each.value for each in given)
    found = {each.name: each.compute(given).value for each in SECTIONS}
    wanted = {
        "breadth": cross.breadth(growths), "diffusion": cross.diffusion(growths),
        "dispersion": cross.dispersion(growths), "concentration": cross.concentration(levels),
        "share": cross.shares(levels), "contribution": cross.contributions(levels, bases),
        "rank": cross.ranks(levels), "rank_change": cross.rank_changes(levels, bases),
        "members": (~np.isnan(levels)).sum(axis=0).astype(np.float64),
    }  # fmt: skip

    assert wanted.keys() == found.keys()
    assert [values.tobytes() for values in wanted.values()] == [found[name].tobytes() for name in wanted]


def test_ranks_are_as_open_as_the_intervals() -> None:
    """Two that overlap may change places, a third is behind both for certain."""
    value = np.array([[10.0], [9.0], [1.0]])
    levels = Estimate(value, value - 1.0, value + 1.0)
    _, low, high = next(each for each in SECTIONS if each.name == "rank").compute(columns_of(levels, levels))

    assert ([1.0, 1.0, 3.0], [2.0, 2.0, 3.0]) == (low[:, 0].tolist(), high[:, 0].tolist())
