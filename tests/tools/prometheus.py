"""A real Prometheus with the shipped configuration, scraping what a test serves or what `paysignal up` runs."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import yaml

from tests.tools.brokers import free_ports
from tests.tools.need import CHECKOUT, require
from tests.tools.waiting import eventually

SHIPPED = CHECKOUT / "deploy" / "prometheus"

#: Seconds between two scrapes and two evaluations; shipped are 15.
PACE = 1


class Prometheus:
    """Prometheus on a free loopback port, data and configuration in `folder`; `targets` are addresses by job.

    Several addresses of a job have commas between them. The configuration is deploy/prometheus as shipped, but for its
    targets and its pace: what the rules wait for, with an `alertmanager` (its address) to hear of them, is a second.
    """

    def __init__(self, folder: Path, targets: Mapping[str, str], alertmanager: str | None = None) -> None:
        self._folder = folder
        self._targets = dict(targets)
        self._alertmanager = alertmanager
        self._log = folder / "prometheus.log"
        self.url = f"http://127.0.0.1:{free_ports(1)[0]}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """Its blocks; what lies there before it starts it serves, however old."""
        return self._folder / "data"

    def query(self, expression: str, at: str | None = None) -> list[Any]:
        """What an instant query finds now or `at` an instant; a refused one is an AssertionError that says why."""
        asked = {"query": expression} | ({"time": at} if at else {})
        answer = httpx.post(f"{self.url}/api/v1/query", data=asked).json()
        assert answer["status"] == "success", f"{expression}: {answer.get('error')}"
        result: list[Any] = answer["data"]["result"]
        return result

    def alerts(self) -> list[Any]:
        """Alerts that are pending or firing now."""
        found: list[Any] = httpx.get(f"{self.url}/api/v1/alerts").json()["data"]["alerts"]
        return found

    def rules(self) -> list[Any]:
        """Every loaded rule, with its health and last error."""
        groups = httpx.get(f"{self.url}/api/v1/rules").json()["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def await_targets(self) -> None:
        """Return once each target answered the last scrapes, at least two."""
        eventually(self._scraped, f"Prometheus to scrape {self._targets}", seconds=30, pause=0.1)

    def __enter__(self) -> Self:
        """Start it and return once every target was scraped twice, so that rates have what they need: some 7 s.

        Five of them are Prometheus' own: it takes new targets over once in so long.
        """
        self._configure()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    require("prometheus"),
                    f"--config.file={self._folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={self.data}",
                    "--storage.tsdb.retention.time=100y",
                    f"--web.listen-address={self.url.removeprefix('http://')}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.await_targets()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def _configure(self) -> None:
        shutil.copytree(SHIPPED / "rules", self._folder / "rules")
        config = yaml.safe_load((SHIPPED / "prometheus.yml").read_text())
        config["global"] = {"scrape_interval": f"{PACE}s", "evaluation_interval": f"{PACE}s"}
        for scrape in config["scrape_configs"]:
            scrape["scrape_timeout"] = f"{PACE}s"
        (self._folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        groups = [{"targets": address.split(","), "labels": {"job": job}} for job, address in self._targets.items()]
        (self._folder / "targets").mkdir()
        (self._folder / "targets" / "test.yml").write_text(yaml.safe_dump(groups))
        if self._alertmanager is not None:
            self._hurry(self._alertmanager)

    def _hurry(self, alertmanager: str) -> None:
        (self._folder / "alertmanagers").mkdir()
        (self._folder / "alertmanagers" / "test.yml").write_text(yaml.safe_dump([{"targets": [alertmanager]}]))
        for file in (self._folder / "rules").glob("*.yml"):
            made = yaml.safe_load(file.read_text())
            for rule in (rule for group in made["groups"] for rule in group["rules"] if "alert" in rule):
                rule |= {"for": f"{PACE}s", "keep_firing_for": f"{PACE}s"}
            file.write_text(yaml.safe_dump(made))

    def _scraped(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"Prometheus ended at once and said:\n{self._log.read_text()[-3_000:]}"
        try:
            httpx.get(f"{self.url}/-/ready").raise_for_status()
        except httpx.HTTPError:
            return False
        twice = self.query(f"min_over_time(up[{3 * PACE}s]) == 1 and count_over_time(up[{3 * PACE}s]) >= 2")
        return {sample["metric"]["job"] for sample in twice} == set(self._targets)
