"""Labels of readings: fitting the catalogue, bounded, escaped."""

import pytest

from paysignal.exposition.families import GROWTH, LEVEL, WINDOW_SUM
from paysignal.exposition.labels import LABEL_CHARACTERS, bounded, family_of, labels_of, way_of
from tests.tools.figures import RUSSIA, level, reading, window


def test_each_indicator_has_its_metric() -> None:
    """Growth, level and window readings are shown by their families."""
    assert [family_of(one) for one in (reading(), level(), window())] == [GROWTH, LEVEL, WINDOW_SUM]


@pytest.mark.parametrize(
    "changes",
    [
        {"indicator": "of a newer version"},
        {"origin": "derived"},
        {"window": "24h"},
        {"baseline": ""},
        {"indicator": "year_on_year_growth", "origin": "derived", "baseline": "previous"},
    ],
)
def test_a_reading_that_does_not_fit_its_indicator_is_not_shown(changes: dict[str, str]) -> None:
    """A reading whose key differs in what is no label of its metric would double another sample, so it is left out."""
    assert family_of(reading(RUSSIA, **changes)) is None


def test_labels_are_in_the_order_of_the_key_and_empty_ones_stay() -> None:
    """Those of the series first, then the metric's own."""
    assert labels_of(reading()) == (
        '{provider="alipay",market="RU",measure="transactions",segment="",grain="span",currency="",prices="current",'
        'origin="stated",baseline="year_ago"}'
    )


@pytest.mark.parametrize(
    ("indicator", "own"),
    [
        ("breadth_over_markets", ',over="markets",baseline="year_ago"'),
        ("share_among_apps", ',among="apps",baseline="year_ago"'),
    ],
)
def test_a_cross_section_names_what_it_is_over_as_a_label(indicator: str, own: str) -> None:
    """The name of an indicator is one of many; the metric is one, and sums and compares over the label."""
    way = way_of(reading(indicator=indicator, origin="derived"))

    assert way is not None
    assert own == way.own


def test_free_label_values_are_escaped() -> None:
    """Quotes, backslashes and newlines in a baseline can not end the label."""
    text = labels_of(reading(baseline='a"b\\c\nd'))
    assert text is not None
    assert 'baseline="a\\"b\\\\c\\nd"' in text
    assert "\n" not in text


def test_long_label_values_are_cut_and_stay_different() -> None:
    """Values that differ only behind the cut still differ, so no sample is doubled."""
    one, other = bounded("x" * 100_000 + "1"), bounded("x" * 100_000 + "2")
    assert len(one) == len(other) == LABEL_CHARACTERS
    assert one != other
    assert bounded("x" * LABEL_CHARACTERS) == "x" * LABEL_CHARACTERS
