"""The shipped configuration, rules and dashboards in a real Prometheus that scrapes real servers."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TypeVar

import httpx
import pytest
from prometheus_client import CollectorRegistry

from paysignal.exposition.server import Server
from tests.deploy.conftest import Whole
from tests.tools.dashboards import assert_all_answered
from tests.tools.exposed import exporter_registry, producer_registry, started, worker_registry
from tests.tools.openmetrics import parse
from tests.tools.prometheus import Prometheus
from tests.tools.waiting import eventually

T = TypeVar("T")

pytestmark = pytest.mark.prometheus


@dataclass(slots=True)
class Watched:
    """A Prometheus, and the exporter and the worker that it scrapes."""

    prometheus: Prometheus
    exporter: Server

    def end(self) -> None:
        """Stop the exporter that is there now."""
        self.exporter.stop()

    def without_exporter(self, look: Callable[[], T]) -> T:
        """What `look` sees while the exporter is gone; another one is there afterwards, scraped and all."""
        self.exporter.stop()
        try:
            return look()
        finally:
            self.exporter = started(exporter_registry(), self.exporter.port)
            self.prometheus.await_targets()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Prometheus as shipped, which has scraped an exporter of hand-made readings and a worker with nothing to do."""
    exporter, worker = started(exporter_registry()), started(worker_registry())
    targets = {"paysignal-exporter": f"127.0.0.1:{exporter.port}", "paysignal-worker": f"127.0.0.1:{worker.port}"}
    with ExitStack() as stack:
        stack.callback(worker.stop)
        watching = Watched(Prometheus(tmp_path_factory.mktemp("prometheus"), targets), exporter)
        stack.callback(watching.end)
        stack.enter_context(watching.prometheus)
        yield watching


def _found(prometheus: Prometheus, alert: str) -> list[dict[str, str]]:
    return [each["labels"] for each in prometheus.alerts() if each["labels"]["alertname"] == alert]


def test_every_panel_and_rule_finds_something_in_the_whole_system(whole: Whole) -> None:
    """Of `paysignal up` on its samples: a query that joins on labels that differ would stay empty unnoticed."""
    assert_all_answered(whole.prometheus)


@pytest.mark.parametrize("process", ["exporter", "worker", "producer"])
def test_promtool_and_openmetrics_have_nothing_to_say_of_a_process_at_work(
    whole: Whole, process: str, require: Callable[[str], str]
) -> None:
    """Its whole text: what libraries add, what is there only after something happened, labels of real values."""
    url = f"http://127.0.0.1:{getattr(whole.up.ports, process)}/metrics"
    strict = httpx.get(url, headers={"Accept": "application/openmetrics-text; version=1.0.0"}).text
    checked = subprocess.run(
        [require("promtool"), "check", "metrics"], input=httpx.get(url).content, capture_output=True, check=False
    )

    assert (0, b"", b"") == (checked.returncode, checked.stdout, checked.stderr)
    assert {"paysignal_build", "process_resident_memory_bytes"} <= {family.name for family in parse(strict)}


def test_counters_of_a_worker_at_work_name_a_fact(whole: Whole) -> None:
    """Accepted ones by its id, where Prometheus asks for OpenMetrics."""
    url = f"http://127.0.0.1:{whole.up.ports.worker}/metrics"
    text = httpx.get(url, headers={"Accept": "application/openmetrics-text; version=1.0.0"}).text
    named = [
        sample.exemplar.labels
        for family in parse(text)
        for sample in family.samples
        if sample.exemplar and sample.labels.get("outcome") == "accepted"
    ]

    assert named
    assert {frozenset({"fact_id"})} == {frozenset(each) for each in named}


def test_every_rule_is_evaluated_without_an_error(watched: Watched) -> None:
    """A rule that is loaded may still fail each time, such as when a join finds two series for one."""

    def evaluated() -> list[dict[str, str]]:
        rules = watched.prometheus.rules()
        return [] if any(rule["health"] == "unknown" for rule in rules) else rules

    rules = eventually(evaluated, "the first evaluation of every rule")

    assert [] == [(rule["name"], rule["lastError"]) for rule in rules if rule["health"] != "ok"]


def test_the_surge_alert_finds_the_russian_figure_and_only_that(watched: Watched) -> None:
    """Of all growths on the board one is a certain surge of a whole on the year; the greater one is a single day's."""
    found = eventually(lambda: _found(watched.prometheus, "PaymentGrowthSurge"), "the alert to be pending")

    assert [("alipay", "RU", "transactions", "stated")] == [
        (each["provider"], each["market"], each["measure"], each["origin"]) for each in found
    ]


def test_a_vanished_exporter_is_an_alert(watched: Watched) -> None:
    """Growth that nobody watches looks like no growth; while the exporter answers the alert is silent."""
    before = _found(watched.prometheus, "PaySignalExporterDown")
    after = watched.without_exporter(
        lambda: eventually(lambda: _found(watched.prometheus, "PaySignalExporterDown"), "the alert to be pending")
    )

    assert [] == before
    assert ["critical"] == [each["severity"] for each in after]


@pytest.mark.parametrize("registry", [exporter_registry, worker_registry, producer_registry])
def test_promtool_finds_nothing_to_say_of_the_metrics(
    registry: Callable[[], CollectorRegistry], require: Callable[[str], str]
) -> None:
    """Names, units and help texts are as Prometheus asks for them."""
    server = started(registry())
    try:
        text = httpx.get(f"http://127.0.0.1:{server.port}/metrics").content
    finally:
        server.stop()

    checked = subprocess.run([require("promtool"), "check", "metrics"], input=text, capture_output=True, check=False)

    assert (0, b"", b"") == (checked.returncode, checked.stdout, checked.stderr)
