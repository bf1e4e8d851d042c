"""The text of /metrics in both formats."""

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_plain
from prometheus_client.registry import Collector

from paysignal.board.board import Board
from paysignal.board.updates import Received
from paysignal.exposition.collector import BoardCollector
from paysignal.exposition.text import Written, encoder_for
from tests.tools.figures import SPEND, level, reading, window

FORMATS = ("text/plain", "application/openmetrics-text; version=1.0.0", "")


class Yields(Collector):
    """A collector of what it is given."""

    def __init__(self, *metrics: GaugeMetricFamily | Written) -> None:
        self.metrics = metrics

    def collect(self) -> tuple[GaugeMetricFamily | Written, ...]:
        """The metrics."""
        return self.metrics


@pytest.mark.parametrize("accept", FORMATS)
def test_written_lines_equal_those_of_the_library(accept: str) -> None:
    """A metric written by us is byte for byte what prometheus_client makes of the same samples."""
    ours, theirs = Written("a_ratio", 'Help "me".'), GaugeMetricFamily("a_ratio", 'Help "me".', labels=("x", "y"))
    for value in (0.0, 0.43, 50.0, -1.5, 123456.0):
        theirs.add_metric((f"{value}", ""), value)
        ours.lines.append(f'a_ratio{{x="{value}",y=""}} {value!r}\n')
    encode, content_type = encoder_for(accept)
    expected, expected_type = choose_encoder(accept)
    assert encode(Yields(ours)) == expected(Yields(theirs))
    assert content_type == expected_type


@pytest.mark.parametrize("accept", FORMATS)
def test_a_board_with_hostile_values_parses_and_has_no_series_twice(accept: str) -> None:
    """Prometheus's own parsers read the text, and find each label set once, whatever strings readings carry."""
    hostile = ('"} 1\nevil 1', "\\", "\n", "<script>", "x" * 60_000, "\u202e", "\x00")
    readings = [reading(baseline=value) for value in hostile]
    readings += [window(window=value, indicator=name) for value in hostile for name in ("rolling_sum", "rolling_count")]
    readings += [reading(indicator=value) for value in hostile] + [
        level(SPEND),
        reading(baseline="2017-01-01/2018-01-01"),
    ]
    board = Board(1_000, 1e9)
    board.apply([Received(one.key, one) for one in readings], 0.0)
    registry = CollectorRegistry()
    registry.register(BoardCollector(lambda: board.snapshot(0.0)))
    text = encoder_for(accept)[0](registry).decode()
    parse = parse_openmetrics if "openmetrics" in accept else parse_plain
    samples = [(one.name, tuple(sorted(one.labels.items()))) for family in parse(text) for one in family.samples]
    assert len(samples) == len(set(samples))
    assert not any(name == "evil" for name, _ in samples)
    assert ("paysignal_level", 2955.0) in {(one.name, one.value) for family in parse(text) for one in family.samples}
    assert "paysignal_exporter_series_unshown 7.0" in text
