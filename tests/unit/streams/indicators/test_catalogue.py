"""The catalogue: what holds for every indicator, the newcomer's too."""

import inspect
import string

import numpy as np
import pytest

from paysignal.indicators import catalogue
from paysignal.indicators.catalogue import (
    ComparedIndicator,
    ConvertedIndicator,
    RollingIndicator,
    StatedIndicator,
    definition_of,
)
from paysignal.indicators.estimates import Estimate, exactly
from paysignal.indicators.rolling import Held

#: Those of claims' levels and of windows; the trends have tests of their own (test_trends.py).
_Computed = StatedIndicator | ComparedIndicator | ConvertedIndicator | RollingIndicator
ALL: tuple[_Computed, ...] = tuple(each for each in catalogue.EVERY if isinstance(each, _Computed))
every = pytest.mark.parametrize(
    "indicator", ALL, ids=[f"{each.name}-{getattr(each, 'baseline', None) or 'alone'}" for each in ALL]
)

#: Values that break careless arithmetic: nothing, the smallest, the largest, what no decimal is.
ADVERSARIAL = [0.0, 5e-324, 1e-300, 0.1, 1.0, 2955.0, 2.0**61, 1e300, 1.7976931348623157e308]


def computed(indicator: _Computed, current: Estimate, base: Estimate) -> Estimate:
    """What the indicator makes of levels, or of counts and sums."""
    if isinstance(indicator, RollingIndicator):
        counts = np.minimum(np.maximum(current.value, 1.0), 2.0**40).astype(np.int64)
        held = {Held.COUNT: counts, Held.DAYS: np.full(len(counts), 30.0)}
        return indicator.compute(*(held.get(each, np.minimum(base.value, 2.0**100)) for each in indicator.reads))
    if isinstance(indicator, StatedIndicator) or (isinstance(indicator, ConvertedIndicator) and not indicator.baseline):
        return indicator.compute(current)
    return indicator.compute(current, base)


def grid() -> tuple[Estimate, Estimate]:
    """Every pair of adversarial values, exact, as current level and base."""
    current, base = np.meshgrid(np.array(ADVERSARIAL), np.array(ADVERSARIAL))
    return exactly(current.ravel()), exactly(base.ravel())


def test_no_two_indicators_share_a_key() -> None:
    """Name, window and baseline tell every indicator apart: of two with one key, one would overwrite the other."""
    keys = [(each.name, getattr(each, "window", ""), str(getattr(each, "baseline", ""))) for each in catalogue.EVERY]

    assert len({name for name, _, _ in keys}) >= 36
    assert sorted(set(keys), key=str) == sorted(keys, key=str)


@every
def test_its_docstring_says_the_unit_and_where_it_is_undefined(indicator: _Computed) -> None:
    """Who reads the function learns its unit and its undefined cases."""
    doc = inspect.getdoc(indicator.compute) or ""

    assert any(word in doc.lower() for word in ("unit", "ratio"))
    assert any(word in doc.lower() for word in ("undefined", "always defined"))


@every
def test_its_formula_names_only_what_it_reads(indicator: _Computed) -> None:
    """The formula can be filled in: it has no field that explanations do not know, and those of a pair name both."""
    fields = {name for _, name, _, _ in string.Formatter().parse(indicator.formula) if name}
    known = {"shown", "current", "base", "current_rate", "base_rate"}

    assert fields <= known
    if "base" in fields or getattr(indicator, "baseline", None):
        assert {"current", "base"} <= fields


@every
def test_its_definition_changes_with_its_revision(indicator: _Computed) -> None:
    """A reading tells which wording of the formula it comes from."""
    assert f"{indicator.name}/{indicator.revision}" == definition_of(indicator)


@every
def test_many_series_at_once_are_many_one_by_one(indicator: _Computed) -> None:
    """Each element depends on its own inputs alone: a batch gives the bits that single calls give."""
    current, base = grid()
    together = computed(indicator, current, base)
    for index in range(len(current.value)):
        alone = computed(
            indicator,
            Estimate(*(part[index : index + 1] for part in current)),
            Estimate(*(part[index : index + 1] for part in base)),
        )

        assert [part[index].tobytes() for part in together] == [part[0].tobytes() for part in alone]


@every
def test_its_ends_hold_its_value(indicator: _Computed) -> None:
    """Wherever it is defined, low is at most the value and the value at most high."""
    value, low, high = computed(indicator, *grid())
    defined = np.isfinite(value)

    assert defined.any()
    assert (low[defined] <= value[defined]).all()
    assert (value[defined] <= high[defined]).all()


@every
def test_it_has_as_many_elements_as_it_was_given(indicator: _Computed) -> None:
    """No series in, no figure out; and one figure for each series."""
    nothing = exactly(np.array([]))

    assert [0, 0, 0] == [len(part) for part in computed(indicator, nothing, nothing)]
    assert [81, 81, 81] == [len(part) for part in computed(indicator, *grid())]
