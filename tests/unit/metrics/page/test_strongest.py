"""The table of the strongest growth."""

import datetime as dt

import msgspec
import pytest

from paysignal.facts.readings import Reading
from paysignal.page.tables import LeftOut, Strongest, left_out, strongest
from tests.tools.figures import RUSSIA, level, reading

NOW = dt.datetime(2018, 10, 16, tzinfo=dt.UTC)


def growth(provider: str, low: float | None, **changes: object) -> Reading:
    """A derived year-on-year growth of a provider."""
    series = msgspec.structs.replace(RUSSIA, provider=provider, segment=str(changes.pop("segment", "")))
    fields = {"indicator": "year_on_year_growth", "origin": "derived", "value": low or 0.0, "low": low, "high": None}
    return reading(series, **{**fields, **changes})


def providers(readings: list[Reading], *show: LeftOut) -> list[str]:
    """Who is in the table, in its order."""
    return [row.provider for row in strongest(readings, NOW, frozenset(show))]


def test_providers_are_ranked_by_their_lower_bound() -> None:
    """Not by the value: a wide interval ranks by what is sure."""
    sure, wide = growth("sure", 0.5), growth("wide", 0.1, value=9.0)
    rows = strongest([wide, sure], NOW)
    assert [(row.rank, row.provider) for row in rows] == [(1, "sure"), (2, "wide")]


def test_of_each_provider_the_latest_then_the_higher_lower_bound() -> None:
    """One line a provider: event time decides, and between equals the higher lower bound."""
    old = growth("one", 9.0, event_time="2017-07-16")
    low, high = growth("one", 0.1), growth("one", 0.2, segment="cards")
    rows = strongest([old, low, high], NOW)
    assert [(row.low, row.segment) for row in rows] == [(0.2, "cards")]


def test_growths_without_lower_bound_and_other_indicators_are_left_out() -> None:
    """What may be anything is not ranked; levels and growth on the previous period are no growth on the year."""
    previous = reading(indicator="previous_period_growth", baseline="previous", origin="derived")
    assert providers([growth("open", None), level(), previous]) == []


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        (LeftOut.CONFLICT, growth("one", 1.0, flags=("conflict",))),
        (LeftOut.CONTRADICTED, growth("one", 1.0, flags=("contradicted",))),
        (LeftOut.SUSPECTED_BREAK, growth("one", 1.0, flags=("suspected_break",))),
        (LeftOut.SMALL_BASE, growth("one", 1.0, flags=("small_base",))),
        (LeftOut.UNSTATED, growth("one", 1.0, indicator="stated_growth", origin="stated", baseline="unstated")),
        (LeftOut.VARIANT, growth("one", 1.0, segment="daily-average")),
    ],
)
def test_what_is_left_out_is_counted_and_shown_when_asked_for(reason: LeftOut, left: Reading) -> None:
    """Each reason takes a growth out, tells how many, and `show` takes it in again."""
    assert providers([left]) == []
    assert left_out([left])[reason] == 1
    assert providers([left], reason) == ["one"]
    assert left_out([left], frozenset({reason}))[reason] == 0


def test_a_flagged_latest_gives_way_to_the_latest_that_is_not() -> None:
    """A conflict does not hide the provider: its latest growth without one is shown."""
    flagged, clean = growth("one", 5.0, flags=("conflict",)), growth("one", 0.3, event_time="2017-07-16")
    assert [row.low for row in strongest([flagged, clean], NOW)] == [0.3]


def test_each_line_has_age_and_source() -> None:
    """The age runs from the end of the period; the first source is named, the rest counted."""
    (row,) = strongest([reading(sources=("alipay", "reuters"))], NOW)
    assert (row.age, row.source, row.growth, row.origin) == ("3 months", "alipay + 1", "> +5,000 %", "stated")
    assert (row.period, row.age_seconds) == ("14 Jun 2018 to 15 Jul 2018", 92 * 86_400)


def test_the_total_of_a_country_and_synthetic_figures_are_called_so() -> None:
    """`all` reads as all providers; what rests on made-up increments is marked."""
    total = strongest([growth("all", 0.1, sources=("paysignal-synthetic",))], NOW)[0]
    assert (total.provider_name, total.synthetic) == ("All providers", True)


def test_rows_survive_the_wire() -> None:
    """What `up` decodes is what was encoded."""
    rows = strongest([reading()], NOW)
    assert msgspec.json.decode(msgspec.json.encode(rows), type=tuple[Strongest, ...]) == rows
