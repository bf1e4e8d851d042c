"""Cross-sections: equal to fractions on random members, robust where they say so, the same alone and among others."""

import math
import random
import statistics
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from paysignal.indicators import cross
from paysignal.indicators.estimates import Floats

Column = list[float]


def columns(seed: int, count: int = 1_000) -> list[Column]:
    """So many cross-sections of 0 to 30 members, some without a value."""
    draw = random.Random(seed)
    return [
        [math.nan if draw.random() < 0.1 else round(draw.lognormvariate(0, 2), 6) - shift
         for _ in range(draw.randrange(31))]
        for shift in (0.0, 0.5) for _ in range(count // 2)
    ]  # fmt: skip


def array(sections: list[Column]) -> Floats:
    """The sections as columns."""
    rows = max(map(len, sections))
    return np.array([column + [math.nan] * (rows - len(column)) for column in sections], dtype=np.float64).T.copy()


def held(column: Column) -> list[Fraction]:
    """The members that have a value, as fractions."""
    return [Fraction(value) for value in column if not math.isnan(value)]


def breadth(column: Column) -> float | None:
    """Counted."""
    values = held(column)
    return sum(value > 0 for value in values) / len(values) if values else None


def diffusion(column: Column) -> float | None:
    """Counted both ways."""
    values = held(column)
    return (sum(value > 0 for value in values) - sum(value < 0 for value in values)) / len(values) if values else None


def dispersion(column: Column) -> float | None:
    """By Python's medians."""
    values = held(column)
    middle = statistics.median(values) if values else Fraction(0)
    return float(statistics.median(abs(value - middle) for value in values)) * 1.4826 if len(values) > 1 else None


def concentration(column: Column) -> float | None:
    """Of exact shares."""
    values = held(column)
    return float(sum((value / sum(values)) ** 2 for value in values)) if sum(values) > 0 else None


@pytest.mark.parametrize(
    ("found", "wanted"),
    [(cross.breadth, breadth), (cross.diffusion, diffusion), (cross.dispersion, dispersion),
     (cross.concentration, concentration)],
)  # fmt: skip
def test_it_equals_an_independent_calculation(
    found: Callable[[Floats], Floats], wanted: Callable[[Column], float | None]
) -> None:
    """On a thousand sections, within 1e-9; undefined where that is."""
    sections = columns(1)
    expected = [wanted(column) for column in sections]

    assert found(array(sections)).tolist() == pytest.approx(
        [math.nan if value is None else value for value in expected], rel=1e-9, abs=1e-9, nan_ok=True
    )


@pytest.mark.parametrize("found", [cross.breadth, cross.diffusion, cross.dispersion, cross.concentration])
def test_many_sections_at_once_are_many_one_by_one(found: Callable[[Floats], Floats]) -> None:
    """Bit for bit."""
    sections = [column for column in columns(2, 200) if column]
    together = found(array(sections))

    assert [each.tobytes() for each in together] == [found(array([column]))[0].tobytes() for column in sections]


def test_a_fact_of_5000_per_cent_moves_robust_ones_by_its_weight() -> None:
    """Breadth by at most 1/n, diffusion by 2/n; dispersion to no more than a neighbour's deviation."""
    for column in columns(3, 400):
        values = [value for value in column if not math.isnan(value)]
        if len(values) < 4:
            continue
        shocked = [50.0, *values[1:]]
        before, after = array([values]), array([shocked])
        deviations = sorted(abs(value - statistics.median(shocked)) for value in shocked)

        assert abs(cross.breadth(after)[0] - cross.breadth(before)[0]) <= 1 / len(values) + 1e-12
        assert abs(cross.diffusion(after)[0] - cross.diffusion(before)[0]) <= 2 / len(values) + 1e-12
        assert cross.dispersion(after)[0] <= 1.4826 * deviations[len(values) // 2] * (1 + 1e-12)


def test_contributions_add_up_to_the_growth_of_the_sum() -> None:
    """Also where a member is new or gone: it is in neither sum."""
    draw = random.Random(5)
    levels, bases = (array([[draw.uniform(1, 9) for _ in range(6)] for _ in range(50)]) for _ in range(2))
    levels[0, ::3], bases[1, ::4] = np.nan, np.nan
    both = ~(np.isnan(levels) | np.isnan(bases))
    growth = np.where(both, levels, 0).sum(axis=0) / np.where(both, bases, 0).sum(axis=0) - 1

    assert growth == pytest.approx(np.nansum(cross.contributions(levels, bases), axis=0), abs=1e-12)


def test_shares_of_a_named_base_need_not_add_up_to_one() -> None:
    """Of the sum they do; of a whole that holds more they leave the rest open, and on nothing there are none."""
    levels = array([[1.0, 3.0], [0.0, 0.0]])

    assert [[0.25, 0.75], [0.1, 0.3]] == [
        cross.shares(levels)[:, 0].tolist(), cross.shares(levels, np.array([10.0, 10.0]))[:, 0].tolist()
    ]  # fmt: skip
    assert np.isnan(cross.shares(levels)[:, 1]).all()


def test_ranks_and_their_changes() -> None:
    """Ties in the order of the keys; who has no base moves nobody."""
    levels, bases = array([[5.0, 9.0, 5.0, 7.0, math.nan]]), array([[6.0, 1.0, 5.0, math.nan, 8.0]])

    assert [3.0, 1.0, 4.0, 2.0] == cross.ranks(levels)[:4, 0].tolist()
    assert [-1.0, 2.0, -1.0] == cross.rank_changes(levels, bases)[:3, 0].tolist()
    assert np.isnan(cross.rank_changes(levels, bases)[3:, 0]).all()


def test_scale_and_order_do_not_matter() -> None:
    """In another unit, and with members in another order, all that is of ratios is the same."""
    sections = columns(7, 100)
    mixed = [random.Random(1).sample(column, len(column)) for column in sections]
    for found in (cross.breadth, cross.diffusion, cross.dispersion):
        assert found(array(sections)).tolist() == pytest.approx(found(array(mixed)).tolist(), nan_ok=True)
    assert cross.concentration(array(sections)).tolist() == pytest.approx(
        cross.concentration(1024 * array(sections)).tolist(), nan_ok=True
    )
