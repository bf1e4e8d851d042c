"""Labels of readings: fitting the catalogue, bounded, escaped."""

import pytest

from paysignal.exposition.catalogue import EVENT_TIME, GROWTH, LEVEL, WINDOW_SUM
from paysignal.exposition.labels import LABEL_CHARACTERS, bounded, family_of, labels_of
from tests.tools.figures import RUSSIA, level, reading, window


def test_each_indicator_has_its_metric() -> None:
    """Growth, level and window readings are shown by their families."""
    assert [family_of(one) for one in (reading(), level(), window())] == [GROWTH, LEVEL, WINDOW_SUM]


@pytest.mark.parametrize(
    "changes",
    [
        {"indicator": "acceleration"},
        {"origin": "derived"},
        {"window": "24h"},
        {"baseline": ""},
        {"indicator": "year_on_year_growth", "origin": "derived", "baseline": "previous"},
    ],
)
def test_a_reading_that_does_not_fit_its_indicator_is_not_shown(changes: dict[str, str]) -> None:
    """A reading whose key differs in what is no label of its metric would double another sample, so it is left out."""
    assert family_of(reading(RUSSIA, **changes)) is None


def test_labels_are_alphabetical_and_empty_ones_stay() -> None:
    """Every label of the family is written, by name, as Prometheus's own clients do."""
    assert labels_of(GROWTH)(reading()) == (
        '{baseline="year_ago",currency="",grain="span",market="RU",measure="transactions",origin="stated",'
        'prices="current",provider="alipay",segment=""}'
    )


def test_free_label_values_are_escaped() -> None:
    """Quotes, backslashes and newlines in a baseline can not end the label."""
    text = labels_of(EVENT_TIME)(reading(baseline='a"b\\c\nd'))
    assert 'baseline="a\\"b\\\\c\\nd"' in text
    assert "\n" not in text


def test_long_label_values_are_cut_and_stay_different() -> None:
    """Values that differ only behind the cut still differ, so no sample is doubled."""
    one, other = bounded("x" * 100_000 + "1"), bounded("x" * 100_000 + "2")
    assert len(one) == len(other) == LABEL_CHARACTERS
    assert one != other
    assert bounded("x" * LABEL_CHARACTERS) == "x" * LABEL_CHARACTERS
