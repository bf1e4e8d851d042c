"""deploy/compose as Compose reads it, and its services as plain processes, for machines without a Docker engine."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from tests.tools.brokers import free_ports
from tests.tools.need import CHECKOUT
from tests.tools.waiting import eventually

COMPOSE = CHECKOUT / "deploy" / "compose"

#: The installed command of the environment that runs the tests: under `make test` that of the built wheel.
COMMAND = Path(sys.executable).with_name("paysignal")

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_PORTS = {"worker": 9465, "exporter": 9464, "producer": 9466}


def env() -> dict[str, str]:
    """The variables of .env."""
    lines = (line for line in (COMPOSE / ".env").read_text().splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def variables_used() -> set[str]:
    """The names of the variables that the compose file asks for."""
    return set(_VARIABLE.findall((COMPOSE / "compose.yaml").read_text()))


def compose_file() -> dict[str, Any]:
    """The compose file with its variables filled in; one that .env does not have is a KeyError."""
    values = env()
    text = _VARIABLE.sub(lambda found: values[found[1]], (COMPOSE / "compose.yaml").read_text())
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def ours(services: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The services that run our image."""
    return {name: service for name, service in services.items() if "build" in service}


class PlainCompose:
    """Our services of the compose file as plain processes on free loopback ports, with a broker elsewhere.

    Commands, environment and health checks are those of the file; only addresses differ. Logs are in `folder`.
    """

    def __init__(self, folder: Path, broker: str) -> None:
        self._folder = folder
        self._broker = broker
        self._services = ours(compose_file()["services"])
        self._ports = dict(zip(self._services, free_ports(len(self._services)), strict=True))
        self._running = ExitStack()

    @property
    def targets(self) -> dict[str, str]:
        """What Prometheus scrapes, by job."""
        groups = yaml.safe_load((COMPOSE / "targets" / "paysignal.yml").read_text())
        return {
            group["labels"]["job"]: ",".join(
                f"127.0.0.1:{self._ports[target.partition(':')[0]]}" for target in group["targets"]
            )
            for group in groups
        }

    def __enter__(self) -> Self:
        """Run what ends to its end, start what runs on, and return when every health check is content."""
        with ExitStack() as stack:
            for name in (name for name, service in self._services.items() if service["restart"] == "on-failure"):
                process = stack.enter_context(self._process(name))
                assert process.wait(timeout=60) == 0, f"{name} failed and said:\n{self._log(name).read_text()[-3_000:]}"
            lasting = {name: service for name, service in self._services.items() if "healthcheck" in service}
            for name, service in lasting.items():
                for needed in lasting.keys() & service["depends_on"].keys():
                    eventually(partial(self._healthy, needed), f"{needed} to be healthy before {name}", seconds=90)
                stack.enter_context(self._process(name))
            for name in lasting:
                eventually(partial(self._healthy, name), f"{name} to be healthy", seconds=90)
            self._running = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._running.close()

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    @contextmanager
    def _process(self, name: str) -> Iterator[subprocess.Popen[bytes]]:
        """One service, from its start to its end, within the grace period that the file gives it."""
        service = self._services[name]
        with self._log(name).open("wb") as log:
            process = subprocess.Popen(
                [COMMAND, *service["command"]],
                cwd=self._folder,
                env={**os.environ, **service["environment"], **self._elsewhere(name)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=int(service["stop_grace_period"].removesuffix("s")))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise

    def _elsewhere(self, name: str) -> dict[str, str]:
        """What is otherwise without containers: the broker's address, loopback, and a port of the service's own."""
        ports = {f"PAYSIGNAL_{component.upper()}_PORT": str(self._ports[name]) for component in _PORTS}
        return {"PAYSIGNAL_BROKER": self._broker, "PAYSIGNAL_HOST": "127.0.0.1", **ports}

    def _healthy(self, name: str) -> bool:
        kind, program, *arguments = self._services[name]["healthcheck"]["test"]
        assert (kind, program) == ("CMD", "python")
        for port in _PORTS.values():
            arguments = [each.replace(f":{port}/", f":{self._ports[name]}/") for each in arguments]
        return subprocess.run([sys.executable, *arguments], capture_output=True, check=False).returncode == 0
