"""Only the indicators of claims that were asked for."""

from paysignal.engine.parameters import Parameters
from paysignal.engine.replay import replay
from paysignal.facts import wire
from tests.tools.system import sample_claims


def test_fewer_figures_are_those_of_all_figures() -> None:
    """Asked for two indicators, the engine gives exactly their readings out of all, to the byte."""
    lines = [wire.encode(claim) for claim in sample_claims()]
    names = frozenset({"level", "year_on_year_growth"})

    few = replay(lines, "facts", parameters=Parameters(figures=names)).readings

    every = replay(lines, "facts").readings
    assert names == {reading.indicator for reading in few}
    assert [reading for reading in every if reading.indicator in names] == few
