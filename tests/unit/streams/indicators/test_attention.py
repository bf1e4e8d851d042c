"""Indicators of attention: counted by hand, and none of them fed by copies."""

import numpy as np
import pytest

from paysignal.indicators.attention import (
    Attention,
    conflict_spread,
    corroboration,
    facts_in_window,
    intensity,
    staleness,
)
from paysignal.indicators.trends import ATTENTION, AttentionIndicator

NAN = np.nan


def told(**changes: list[object]) -> Attention:
    """Two series: three facts, of which the second retells the first, and one fact; `changes` replace columns."""
    fields = {
        "ages": [[60.0, NAN], [30.0, NAN], [0.0, 0.0]],
        "tellings": [[1.0, NAN], [2.0, NAN], [1.0, 1.0]],
        "publishers": [2.0, 0.0],
        "shown": [100.0, NAN],
        "least": [90.0, NAN],
        "greatest": [110.0, NAN],
        "lag_days": [12.5, NAN],
        **changes,
    }
    return Attention(**{name: np.array(values, dtype=np.float64) for name, values in fields.items()})


def test_each_by_hand() -> None:
    """News decays by half in 30 days, and a second telling is half a fact."""
    assert [3.0, 1.0] == facts_in_window(told()).value.tolist()
    assert [0.25 + 0.5 / 2 + 1.0, 1.0] == intensity(told()).value.tolist()
    assert [2.0, NAN] == pytest.approx(corroboration(told()).value.tolist(), nan_ok=True)
    assert [0.2, NAN] == pytest.approx(conflict_spread(told()).value.tolist(), nan_ok=True)
    assert [12.5, NAN] == pytest.approx(staleness(told()).value.tolist(), nan_ok=True)


def test_what_is_older_than_a_year_is_outside_of_the_window() -> None:
    """365 days count, 366 do not."""
    found = facts_in_window(told(ages=[[366.0, NAN], [365.0, NAN], [0.0, 0.0]])).value

    assert [2.0, 1.0] == found.tolist()


def test_a_hundred_copies_are_worth_five_facts() -> None:
    """Σ 1/k up to 100 is 5.187: noise is damped, and not silenced."""
    copies = told(ages=[[0.0, 0.0]] * 100, tellings=[[float(k), float(k)] for k in range(1, 101)])

    assert [5.187, 5.187] == pytest.approx(intensity(copies).value.tolist(), abs=1e-3)


@pytest.mark.parametrize("indicator", ATTENTION, ids=[each.name for each in ATTENTION])
def test_many_series_at_once_are_many_one_by_one(indicator: AttentionIndicator) -> None:
    """Bit for bit, on random facts; wherever it is defined its ends hold its value."""
    draw = np.random.default_rng(3)
    ages = np.sort(draw.uniform(0, 900, (20, 300)), axis=0)[::-1]
    ages[:10][draw.random((10, 300)) < 0.3] = NAN
    tellings = np.where(np.isnan(ages), NAN, draw.integers(1, 9, ages.shape).astype(np.float64))
    latest = [draw.integers(0, 4, 300).astype(np.float64), *(draw.uniform(0, 9, 300) for _ in range(4))]
    together = indicator.compute(Attention(ages, tellings, *latest))
    for index in range(300):
        one = slice(index, index + 1)
        alone = indicator.compute(Attention(ages[:, one], tellings[:, one], *(part[one] for part in latest)))

        assert [part[index].tobytes() for part in together] == [part[0].tobytes() for part in alone]
    held = np.isfinite(together.value)
    assert held.any()
    assert (together.low[held] <= together.value[held]).all()
    assert (together.value[held] <= together.high[held]).all()
