"""The past as OpenMetrics."""

import pytest

from paysignal.exposition.families import FAMILIES
from paysignal.exposition.openmetrics import END, head_of, samples_of
from tests.tools.figures import SPEND, level, reading, window
from tests.tools.openmetrics import parse


def test_a_reading_is_what_metrics_shows_at_its_event_time() -> None:
    """Name, labels and value as in /metrics; the ends only where they say more than the digits do."""
    narrow, open_above = level(SPEND), reading()

    assert [(each.name, each.value, each.at_us) for one in (narrow, open_above) for each in samples_of(one)] == [
        ("paysignal_level", 2955.0, 1_531_699_200_000_000),
        ("paysignal_growth_ratio", 50.0, 1_531_699_200_000_000),
        ("paysignal_growth_ratio_low", 50.0, 1_531_699_200_000_000),
    ]
    assert not list(samples_of(reading(indicator="of a newer version")))


@pytest.mark.parametrize(
    ("event_time", "written"),
    [
        ("2018-07-16", "1531699200"),
        ("2018-07-16T00:00:00.25Z", "1531699200.25"),
        ("1969-12-31T23:59:59.5Z", "-1.5"),
        ("1950-01-01", "-631152000"),
    ],
)
def test_a_moment_is_written_in_seconds_to_the_microsecond(event_time: str, written: str) -> None:
    """Exactly: a floating point of seconds has no room for microseconds."""
    (sample, *_) = samples_of(window(event_time=event_time, start=None))

    assert sample.line().rpartition(" ")[2] == f"{written}\n"


def test_every_family_has_a_head_that_the_parser_of_openmetrics_takes() -> None:
    """With the help of its live sample; a quote or a backslash in a help would have to be escaped."""
    names = [family.name + end for family in FAMILIES for end in ("", "_low", "_high") if family.interval or not end]
    families = list(parse("".join(map(head_of, names)) + END))

    assert [(each.name, each.type) for each in families] == [(name, "gauge") for name in names]
    assert all(each.documentation for each in families)
