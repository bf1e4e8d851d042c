"""The supervisor: starts children, sees that all live, and leaves none behind.

    Supervisor.start        a child, at once; several start side by side
    Supervisor.wait_for     anything, while every child is watched
    Supervisor.stop         SIGTERM to all, then SIGKILL, within `STOP_SECONDS`

A child that dies takes the whole down: every wait raises `ChildDiedError`, and leaving the context stops the rest.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from paysignal.facts.errors import PaySignalError
from paysignal.local.children import KERNEL_TIES, Child, Running

#: From the first SIGTERM to the last SIGKILL. Ten seconds are promised; two are left for reaping on a busy machine.
STOP_SECONDS = 8.0

#: Of those, for the children that are stopped last: the broker ends in milliseconds.
_LAST_SECONDS = 1.0

#: How many of a dead child's last lines its error shows.
SHOWN_LINES = 20

_PAUSE_SECONDS = 0.1


class ChildDiedError(PaySignalError):
    """A child ended by itself; says which, how, and what it wrote last."""

    def __init__(self, name: str, code: int, lines: tuple[str, ...]) -> None:
        shown = "".join(f"\n  | {line}" for line in lines[-SHOWN_LINES:]) or " nothing"
        super().__init__(f"the {name} {how_ended(code)}, so everything was stopped; it wrote last:{shown}")
        self.name = name
        self.code = code
        self.lines = lines


class TooSlowError(PaySignalError):
    """What was waited for did not happen in its time."""


def how_ended(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"ended with exit code {code}"
    with contextlib.suppress(ValueError):
        return f"was killed by {signal.Signals(-code).name}"
    return f"was killed by signal {-code}"


class Supervisor:
    """The children of one `paysignal up`, as a context: leaving it, for whatever reason, stops them all.

    `clock` gives seconds that never go back. Without `kernel_ties` children are tied to us by a pipe, as on macOS.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, kernel_ties: bool = KERNEL_TIES) -> None:
        self._clock = clock
        self._children: dict[str, Running] = {}
        self._pipe = None if kernel_ties else os.pipe()

    def start(self, child: Child) -> None:
        """Start a child; call it from the main thread, with which the child's life ends."""
        self._children[child.name] = Running(child, self._pipe and self._pipe[0])

    def check(self) -> None:
        """Raise `ChildDiedError` when a child has ended that should not have."""
        for name, running in self._children.items():
            code = running.code
            if code is not None and not (running.child.ends and code == 0):
                raise ChildDiedError(name, code, running.last_lines())

    def not_ready(self, name: str) -> str | None:
        """Why that child is not ready yet; None when it is."""
        ask = self._children[name].child.not_ready
        return None if ask is None else ask()

    def ended(self, name: str) -> bool:
        """Whether that child has ended by itself, and well."""
        self.check()
        return self._children[name].code == 0

    def pid(self, name: str) -> int:
        """The process id of a child."""
        return self._children[name].pid

    def last_lines(self, name: str) -> tuple[str, ...]:
        """The last lines a child wrote."""
        return self._children[name].last_lines()

    def wait_for(self, happened: Callable[[], bool], what: Callable[[], str], seconds: float | None = None) -> None:
        """Return when `happened` says so, watching every child meanwhile.

        Raises `ChildDiedError`, and `TooSlowError` after `seconds`; `what` then tells what was still awaited.
        """
        end = None if seconds is None else self._clock() + seconds
        while True:
            self.check()
            if happened():
                return
            if end is not None and self._clock() >= end:
                raise TooSlowError(what())
            time.sleep(_PAUSE_SECONDS)

    def stop(self, seconds: float = STOP_SECONDS) -> tuple[str, ...]:
        """End every child within `seconds`; gives the names of those that had to be killed."""
        children, last_seconds = list(self._children.values()), min(_LAST_SECONDS, seconds / 2)
        try:
            stubborn = self._end([each for each in children if not each.child.last], seconds - last_seconds)
        finally:
            needed = self._end([each for each in children if each.child.last], last_seconds)
        self._children.clear()
        return (*stubborn, *needed)

    def _end(self, children: list[Running], seconds: float) -> list[str]:
        end = self._clock() + seconds
        for each in children:
            each.terminate()
        try:
            stubborn = [each.child.name for each in children if not each.wait(end - self._clock())]
        finally:  # a second Ctrl-C cuts the waiting short, never the killing
            for each in children:
                each.kill()
            for each in children:
                each.wait(_LAST_SECONDS)
        return stubborn

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.stop()
        finally:
            for end in self._pipe or ():
                os.close(end)
