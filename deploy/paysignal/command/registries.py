"""The registry of a process's metrics."""

import importlib.metadata

from prometheus_client import CollectorRegistry, ProcessCollector


def process_registry() -> CollectorRegistry:
    """A registry of the process's own, with what every process says: its version, memory, CPU time and open files."""
    from paysignal.exposition.build import BuildCollector

    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(BuildCollector(importlib.metadata.version("paysignal")))
    return registry
