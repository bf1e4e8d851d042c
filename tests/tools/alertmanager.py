"""A real Alertmanager with the shipped configuration, but for its pace."""

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import yaml

from tests.tools.brokers import free_ports
from tests.tools.need import CHECKOUT, require
from tests.tools.waiting import eventually

CONFIG = CHECKOUT / "deploy" / "alertmanager" / "alertmanager.yml"


class Alertmanager:
    """Alertmanager on a free loopback port, data and configuration in `folder`; it waits for no group."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.address = f"127.0.0.1:{free_ports(1)[0]}"
        self._process: subprocess.Popen[bytes] | None = None

    def alerts(self, name: str) -> list[dict[str, Any]]:
        """The alerts of a name that are active now, with their labels and receivers."""
        found: list[dict[str, Any]] = httpx.get(
            f"http://{self.address}/api/v2/alerts", params={"active": "true"}
        ).json()
        return [each for each in found if each["labels"]["alertname"] == name]

    def hear(self, alerts: Iterable[Mapping[str, str]]) -> None:
        """Tell it of alerts, by their labels."""
        told = [{"labels": dict(labels)} for labels in alerts]
        httpx.post(f"http://{self.address}/api/v2/alerts", json=told).raise_for_status()

    def states(self) -> dict[str, str]:
        """What it does with each alert, by name: active, or suppressed."""
        found = httpx.get(f"http://{self.address}/api/v2/alerts").json()
        return {each["labels"]["alertname"]: each["status"]["state"] for each in found}

    def __enter__(self) -> Self:
        """Start it and return once it answers."""
        config = yaml.safe_load(CONFIG.read_text())
        for route in (config["route"], *config["route"]["routes"]):
            route |= {"group_wait": "0s", "group_interval": "1s"}
        file = self._folder / "alertmanager.yml"
        file.write_text(yaml.safe_dump(config))
        with (self._folder / "alertmanager.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    require("alertmanager"),
                    f"--config.file={file}",
                    f"--storage.path={self._folder / 'alertmanager'}",
                    f"--web.listen-address={self.address}",
                    "--cluster.listen-address=",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            eventually(self._ready, "Alertmanager to answer", seconds=30, pause=0.1)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def _ready(self) -> bool:
        try:
            return httpx.get(f"http://{self.address}/-/ready").is_success
        except httpx.HTTPError:
            return False
