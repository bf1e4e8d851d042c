"""Every metric that a rule or dashboard names is one that some process exposes, or a rule records."""

import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from paysignal.exposition.families import FAMILIES, HIGH, LOW
from tests.tools.dashboards import DASHBOARDS, rule_files, rules
from tests.tools.exposed import exporter_registry, producer_registry, worker_registry

#: Ours, recorded ones with their colons included (`paysignal-exporter` and the like are values of labels), and the one
#: that Prometheus makes itself.
_NAME = re.compile(r"\b(?:paysignal[_:][a-z0-9_:]+|up(?=\{))")

_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "info": ("_info",)}

USERS = [*rule_files(), *sorted(DASHBOARDS.glob("*.json"))]


def _exposed(registry: CollectorRegistry) -> set[str]:
    return {family.name + suffix for family in registry.collect() for suffix in _SUFFIXES.get(family.type, ("",))}


@pytest.mark.parametrize("user", USERS, ids=lambda path: path.name)
def test_every_named_metric_exists(user: Path) -> None:
    """A renamed metric leaves a rule silent and a panel empty, and neither says so."""
    known = {
        "up",
        *(family.name + end for family in FAMILIES for end in ("", LOW, HIGH) if family.interval or not end),
        *_exposed(exporter_registry()),
        *_exposed(worker_registry()),
        *_exposed(producer_registry()),
        *(each.get("record") for each in rules()),
    }
    named = set(_NAME.findall(user.read_text()))

    assert named
    assert set() == named - known
