"""`paysignal up` as a process, for tests of what it does and of what comes out of it.

with running(tmp_path, "--exit-when-done") as up:
    assert up.wait(PATIENCE_SECONDS) == 0, up.err
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tools.brokers import free_ports
from tests.tools.waiting import eventually

#: Twenty are promised on two cores of one's own; here other tests may run on them. `make bench` measures.
PATIENCE_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports of the test's own."""

    broker: int
    worker: int
    exporter: int
    producer: int

    @property
    def flags(self) -> list[str]:
        """The flags that move the HTTP servers there."""
        named = {"--worker-port": self.worker, "--exporter-port": self.exporter, "--producer-port": self.producer}
        return [str(part) for flag in named.items() for part in flag]


class Up:
    """One `paysignal up`, its output in files."""

    def __init__(self, folder: Path, ports: Ports, *arguments: str) -> None:
        self.ports = ports
        self._out, self._err = folder / "out.txt", folder / "err.txt"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PAYSIGNAL_")}
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "paysignal.command", "up", *ports.flags, *arguments],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    @property
    def out(self) -> str:
        """Its stdout so far."""
        return self._out.read_text()

    @property
    def err(self) -> str:
        """Its stderr so far."""
        return self._err.read_text()

    def wait(self, seconds: float) -> int:
        """Its exit code."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"did not end within {seconds:g} s and said:\n{self.err}")

    def until(self, text: str) -> None:
        """Return when it has written that."""

        def written() -> bool:
            assert self.process.poll() is None, f"ended with {self.process.returncode} and said:\n{self.err}"
            return text in self.out + self.err

        eventually(written, f"{text!r} from paysignal up", seconds=PATIENCE_SECONDS)

    def children(self) -> dict[int, str]:
        """Its children by process id, with their command lines."""
        return {pid: arguments for pid, parent, arguments in processes() if parent == self.process.pid}


def processes() -> Iterator[tuple[int, int, str]]:
    """Id, parent and command line of every process that has not ended."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True)
    for line in listed.stdout.splitlines():
        pid, parent, state, arguments = line.split(None, 3)
        if not state.startswith("Z"):
            yield int(pid), int(parent), arguments


@contextmanager
def running(folder: Path, *arguments: str, embedded: bool = True) -> Iterator[Up]:
    """`paysignal up`, killed at the end where the test has not ended it."""
    ports = Ports(*free_ports(4))
    port = ("--broker-port", str(ports.broker)) if embedded else ()
    up = Up(folder, ports, *port, *arguments)
    try:
        yield up
    finally:
        up.process.kill()
        up.process.wait()
