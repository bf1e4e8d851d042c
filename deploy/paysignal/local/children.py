"""One child process: started on its leash in a process group of its own, its last words kept."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from paysignal.local import leash

#: Enough for a traceback and what led to it: 200 lines of 2,000 bytes are 400 KB a child at most.
KEPT_LINES = 200
LONGEST_LINE = 2_000

KERNEL_TIES = sys.platform == "linux"


@dataclass(frozen=True, slots=True)
class Child:
    """A process to run.

    `not_ready` asks why it is not yet, None when it is (left out: it is as soon as it runs); `ends` says that it may
    end by itself, with exit code 0; `last` that it is stopped after the others, because they need it to end well.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    not_ready: Callable[[], str | None] | None = None
    ends: bool = False
    last: bool = False


class Running:
    """A started child. Made from the main thread: the kernel ends the child with the thread that started it."""

    def __init__(self, child: Child, lifeline: int | None = None) -> None:
        """Start it; `lifeline` is the end to inherit of a pipe that closes with us, where the kernel does not tie."""
        self.child = child
        held = () if lifeline is None else (lifeline,)
        tie = ("-I", "-S", str(Path(leash.__file__)), str(os.getpid()), str(-1 if lifeline is None else lifeline))
        self._process = subprocess.Popen(
            (sys.executable, *tie, *child.command),
            env=dict(child.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
            pass_fds=held,
        )
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        assert self._process.stdout is not None  # noqa: S101 - asked for above; for the type checker
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Its process id, which is its group's as well."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """Its exit code, the negated signal that killed it, or None while it runs."""
        return self._process.poll()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within the time."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(seconds, 0.0))
        return self._process.returncode is not None

    def terminate(self) -> None:
        """Ask it to end."""
        if self.code is None:
            self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it and all it has started; also after it has ended, for what it has left."""
        self._signal(signal.SIGKILL)

    def last_lines(self) -> tuple[str, ...]:
        """The last lines it wrote; once it has ended, all it still had to say are among them."""
        if self.code is not None:
            self._reader.join(1.0)
        return tuple(self._lines)

    def _signal(self, number: signal.Signals) -> None:
        # The group may be gone, or hold only the dead, for which macOS says "not permitted".
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _read(self, output: IO[bytes]) -> None:
        with output:
            for line in iter(lambda: output.readline(LONGEST_LINE), b""):
                self._lines.append(line.decode(errors="replace").rstrip())
