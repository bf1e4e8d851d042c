"""OpenMetrics as its own strict parser reads it."""

from collections.abc import Callable, Iterable
from typing import cast

from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import parser
from prometheus_client.samples import Sample

#: The library has no types here.
parse = cast("Callable[[str], Iterable[Metric]]", parser.text_string_to_metric_families)


def seconds_of(sample: Sample) -> float:
    """When a sample that says so was taken, in seconds since 1970."""
    assert sample.timestamp is not None
    return float(sample.timestamp)
