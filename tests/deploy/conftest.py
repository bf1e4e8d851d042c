"""The whole system on its samples with a real Prometheus beside it, started once for all tests that look at it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from paysignal.local.probe import fetch
from tests.tools.prometheus import Prometheus
from tests.tools.ups import PATIENCE_SECONDS, Up, running
from tests.tools.waiting import eventually


@dataclass(frozen=True, slots=True)
class Whole:
    """`paysignal up`, and the Prometheus that scrapes its exporter, worker and producer."""

    up: Up
    prometheus: Prometheus


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """Both, once the tables are shown and every target was scraped twice: some 30 s."""
    with running(tmp_path_factory.mktemp("up")) as up:
        up.until("Ctrl-C stops everything.")
        ports = up.ports
        eventually(lambda: fetch("127.0.0.1", ports.producer, "/ready").ok, "the stream", seconds=PATIENCE_SECONDS)
        targets = {
            f"paysignal-{job}": f"127.0.0.1:{port}"
            for job, port in (("exporter", ports.exporter), ("worker", ports.worker), ("producer", ports.producer))
        }
        with Prometheus(tmp_path_factory.mktemp("prometheus"), targets) as prometheus:
            yield Whole(up, prometheus)
