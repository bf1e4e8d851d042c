"""OpenMetrics as its own strict parser reads it."""

from collections.abc import Callable, Iterable
from typing import cast

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import parser
from prometheus_client.samples import Sample

from paysignal.exposition.text import encoder_for

#: The library has no types here.
parse = cast("Callable[[str], Iterable[Metric]]", parser.text_string_to_metric_families)


def exposed(registry: CollectorRegistry) -> list[Sample]:
    """Every sample of a registry, as OpenMetrics shows it, without what says since when a counter counts."""
    text = encoder_for("application/openmetrics-text; version=1.0.0")[0](registry).decode()
    return [each for family in parse(text) for each in family.samples if not each.name.endswith("_created")]


def seconds_of(sample: Sample) -> float:
    """When a sample that says so was taken, in seconds since 1970."""
    assert sample.timestamp is not None
    return float(sample.timestamp)
