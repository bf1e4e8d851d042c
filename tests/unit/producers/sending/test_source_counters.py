"""What a producer counts by source."""

from prometheus_client import CollectorRegistry

from paysignal.sending.counters import SourceCounters
from tests.tools.openmetrics import exposed

OUTCOMES = "paysignal_producer_source_outcomes_total"


def test_facts_and_rejected_rows_are_counted_by_their_source_from_zero() -> None:
    """A source that gives nothing is seen before it gives something."""
    registry = CollectorRegistry()
    counters = SourceCounters(registry)
    counters.begin("figures.csv")
    before = {each.labels["outcome"]: each.value for each in exposed(registry) if each.name == OUTCOMES}
    counters.read("figures.csv", "rejected")

    assert {"fact": 0, "rejected": 0} == before
    assert 1 == registry.get_sample_value(OUTCOMES, {"source": "figures.csv", "outcome": "rejected"})


def test_an_address_of_any_length_is_a_label_of_bounded_length() -> None:
    """Its end is kept: addresses of one site differ there."""
    registry = CollectorRegistry()
    counters = SourceCounters(registry)
    for name in ("one", "other"):
        counters.begin(f"https://news.example/{'x' * 5_000}/{name}.xml")
        counters.count(f"https://news.example/{'x' * 5_000}/{name}.xml", "read", 1.0)
    sources = {each.labels["source"] for each in exposed(registry) if "source" in each.labels}

    assert 2 == len(sources)
    assert {128} == {len(each) for each in sources}
