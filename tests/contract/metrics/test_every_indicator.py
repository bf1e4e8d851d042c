"""Every indicator that the engine may give has its metric, and every metric a name that Prometheus likes."""

import subprocess
from collections.abc import Callable, Iterator

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from paysignal.board.board import Board
from paysignal.board.updates import Received
from paysignal.exposition.collector import BoardCollector
from paysignal.exposition.families import CROSS_AXES, FAMILIES
from paysignal.exposition.labels import family_of, labels_of
from paysignal.exposition.text import encoder_for
from paysignal.facts.measures import Unit
from paysignal.facts.readings import Reading
from paysignal.indicators.catalogue import EVERY, Indicator, RollingIndicator, StatedIndicator
from paysignal.indicators.sections import SECTIONS
from tests.tools.figures import RUSSIA, reading

#: Units that are base units by themselves or told by the label `unit`; the others are told by the metric's name.
_OWN = {Unit.TRANSACTIONS, Unit.CURRENCY, Unit.USERS}
_NAMED = {
    Unit.RATIO: "_ratio",
    Unit.DAYS: "_seconds",
    Unit.DEVIATIONS: "_deviations",
    Unit.FACTS: "_facts",
    Unit.PUBLISHERS: "_publishers",
    Unit.INCREMENTS: "_count_value",
    Unit.MEMBERS: "_members",
    Unit.PLACES: "_rank",
}


def readings_of(indicator: Indicator) -> Iterator[Reading]:
    """The readings that the engine makes of an indicator, one for each baseline that it has."""
    window = "24h" if isinstance(indicator, RollingIndicator) else getattr(indicator, "window", "")
    stated = isinstance(indicator, StatedIndicator) and indicator.name != "level"
    asked = getattr(indicator, "unit", None)
    unit = asked if isinstance(asked, Unit) else Unit.TRANSACTIONS
    for baseline in ("previous", "year_ago", "unstated") if stated else (getattr(indicator, "baseline", "") or "",):
        yield reading(
            indicator=indicator.name,
            window=window,
            baseline=str(baseline),
            origin=indicator.origin,
            unit=Unit.RATIO if indicator.name == "stated_growth" else unit,
            value=0.5, low=0.25, high=0.75,
        )  # fmt: skip


EVERY_READING = [each for indicator in EVERY for each in readings_of(indicator)]
CROSS_READINGS = [
    reading(
        indicator=f"{each.name}_{'among' if each.each else 'over'}_{axis}",
        origin=each.origin, unit=each.unit, value=0.5, low=0.25, high=0.75,
    )
    for each in SECTIONS
    for axis in CROSS_AXES
]  # fmt: skip


ALL = [*EVERY_READING, *CROSS_READINGS]


@pytest.mark.parametrize("of", ALL, ids=[f"{of.indicator}|{of.window}|{of.baseline}" for of in ALL])
def test_an_indicator_of_the_catalogue_has_a_metric_in_base_units(of: Reading) -> None:
    """Whoever adds an indicator adds its line in `exposition/families.py`; the name or a label tells the unit."""
    family = family_of(of)

    assert family is not None, f"exposition/families.py has no line for {of.indicator}"
    assert "unit" in family.labels or of.unit in _OWN or _NAMED[of.unit] in family.name
    assert family.help.endswith(".")


def test_no_two_readings_of_one_series_share_a_name_and_labels() -> None:
    """Prometheus refuses a whole scrape for one sample that is there twice."""
    shown = [(family_of(each), labels_of(each)) for each in ALL]

    assert all(family is not None for family, _ in shown)
    assert len(shown) == len(set(shown))
    assert {family for family, _ in shown} == set(FAMILIES) - {family_of(_AVERAGE)}


#: Made by the exporter itself, of two series.
_AVERAGE = reading(indicator="derived_average", origin="derived", baseline="", value=0.5, low=0.25, high=0.75)


@pytest.mark.prometheus
def test_promtool_has_nothing_to_say_of_any_of_them(require: Callable[[str], str]) -> None:
    """Names, units and help of all metrics over readings, with both ends, as Prometheus asks for them."""
    board = Board(1_000, 1e9)
    readings = [msgspec.structs.replace(each, series=RUSSIA, flags=("conflict",)) for each in (*ALL, _AVERAGE)]
    board.apply([Received(each.key, each) for each in readings], 0.0)
    registry = CollectorRegistry()
    registry.register(BoardCollector(lambda: board.snapshot(0.0)))
    text = encoder_for("text/plain")[0](registry)

    checked = subprocess.run([require("promtool"), "check", "metrics"], input=text, capture_output=True, check=False)

    assert (0, b"", b"") == (checked.returncode, checked.stdout, checked.stderr)
    assert text.count(b"# TYPE") >= len(FAMILIES) + sum(2 for family in FAMILIES if family.interval)
