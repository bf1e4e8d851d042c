"""What Prometheus sees while workers die, join and take each other's partitions over."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from paysignal.board.intervals import shows_interval
from paysignal.exposition.families import FAMILIES, HIGH, LOW
from paysignal.exposition.labels import labels_of, way_of
from paysignal.facts.readings import Reading
from paysignal.facts.topics import READINGS
from paysignal.facts.wire import encode
from paysignal.sending.outbox import Outgoing
from paysignal.sending.sender import Sender
from tests.tools.brokers import free_ports
from tests.tools.figures import flood
from tests.tools.system import PATIENCE_SECONDS, Fact, System, records_of, sample_claims, send, synthetic_increments
from tests.tools.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.kafka, pytest.mark.timeout(180)]

_OF_READINGS = {family.name + end for family in FAMILIES for end in ("", LOW, HIGH)}
_OPENMETRICS = {"Accept": "application/openmetrics-text; version=1.0.0"}


@dataclass(slots=True)
class Scraped:
    """An exporter that is scraped again and again."""

    port: int
    scrapes: int = 0
    doubled: list[str] = field(default_factory=list)

    def text(self) -> str:
        """What it shows now."""
        return httpx.get(f"http://127.0.0.1:{self.port}/metrics", headers=_OPENMETRICS, trust_env=False).text

    def ready(self) -> bool:
        """Whether it has read what stood on its topics."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/ready", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    @contextmanager
    def all_along(self) -> Iterator[None]:
        """Within it, it is scraped."""
        stop = threading.Event()
        scraping = threading.Thread(target=self._keep_scraping, args=(stop,))
        scraping.start()
        try:
            yield
        finally:
            stop.set()
            scraping.join()

    def _keep_scraping(self, stop: threading.Event) -> None:
        while not stop.wait(0.2):
            lines = [line.rpartition(" ")[0] for line in self.text().splitlines() if not line.startswith("#")]
            self.doubled += [series for series, number in Counter(lines).items() if number > 1]
            self.scrapes += 1


@contextmanager
def _exporter(system: System, *arguments: str) -> Iterator[Scraped]:
    (port,) = free_ports(1)
    command = [sys.executable, "-P", "-m", "paysignal.command", "exporter", "--broker", system.address]
    with (system.folder / f"exporter-{port}.log").open("wb") as log:
        process = subprocess.Popen([*command, "--exporter-port", str(port), *arguments], stderr=log)
    scraped = Scraped(port)
    try:
        eventually(scraped.ready, "the exporter to be ready", seconds=PATIENCE_SECONDS)
        yield scraped
    finally:
        process.kill()
        process.wait()


def _shown(readings: bytes) -> dict[str, float]:
    """Each reading's sample by name and labels, with its ends."""
    found: dict[str, float] = {}
    for line in readings.splitlines():
        one = msgspec.json.decode(line, type=Reading)
        way, labels = way_of(one), labels_of(one)
        assert way is not None, one.indicator
        figures = {"": one.value} | ({"_low": one.low, "_high": one.high} if shows_interval(one) else {})
        for end, value in figures.items():
            if value is not None and (not end or way.family.interval):
                found[f"{way.family.name}{end}{labels}"] = value * way.family.scale
    return found


def _samples(text: str) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in text.splitlines()]
    return {series: float(value) for series, _, value in lines if series.partition("{")[0] in _OF_READINGS}


def _killed_at_work(system: System, facts: Sequence[Fact]) -> None:
    with system.worker() as worker:
        worker.ready()
        send(system.address, records_of(facts))
        eventually(
            lambda: worker.metric("paysignal_worker_records_sent_total", topic=READINGS) > 0,
            "readings",
            seconds=PATIENCE_SECONDS,
        )
        worker.kill()


def _shared_and_left(system: System, facts: Sequence[Fact]) -> None:
    """Two workers between them, until one leaves the rest to the other."""
    with system.worker() as leaving, system.worker() as staying:
        eventually(
            lambda: leaving.position() > 0 and staying.position() > 0, "partitions of both", seconds=PATIENCE_SECONDS
        )
        send(system.address, records_of(facts))
        leaving.terminate()
        staying.catch_up()


def test_no_series_is_there_twice_or_stale_while_workers_die_and_move(kafka_system: System) -> None:
    """One worker is killed, two share its partitions, one leaves: scraped all along, and right in the end."""
    facts: list[Fact] = [*sample_claims()[:300], *synthetic_increments(300)]
    with _exporter(kafka_system) as scraped, scraped.all_along():
        _killed_at_work(kafka_system, facts[:300])
        _shared_and_left(kafka_system, facts[300:])
        expected = _shown(kafka_system.final_readings())
        eventually(lambda: expected.items() <= _samples(scraped.text()).items(), "the last readings", seconds=30)
        shown = _samples(scraped.text())

    assert [] == scraped.doubled
    assert scraped.scrapes > 10
    assert expected.keys() == {series for series in shown if not series.startswith("paysignal_average")}


def test_what_expired_is_not_shown_by_an_exporter_that_starts(kafka_system: System) -> None:
    """Its topic keeps the last reading of each key for ever; sent longer ago than its lifetime it is counted."""
    readings = [*flood(200)]
    with Sender(kafka_system.address, CollectorRegistry()) as sender:
        sender.send_all(Outgoing(READINGS, each.key.encode(), encode(each.reading), ()) for each in readings)
    with _exporter(kafka_system, "--series-ttl-seconds", "0.001") as scraped:
        text = scraped.text()

    assert not _samples(text)
    assert 'paysignal_exporter_series_dropped_total{reason="expired"} 200.0' in text
