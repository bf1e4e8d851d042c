"""How far a start has come, told on stderr: a spinner on a terminal, plain lines elsewhere."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status
from rich.text import Text

#: Elsewhere than on a terminal, how often it is told what is still awaited.
_AGAIN_SECONDS = 5.0


class Steps:
    """Tells each step when it is done, with the seconds since the start, and meanwhile what is awaited."""

    def __init__(self, console: Console, clock: Callable[[], float]) -> None:
        self._console = console
        self._clock = clock
        self._start = clock()
        self._told = self._start
        self._status: Status | None = console.status("") if console.is_terminal else None

    @property
    def seconds(self) -> float:
        """Since the start."""
        return self._clock() - self._start

    def done(self, name: str, detail: str = "") -> None:
        """A step that is done."""
        self._line(f"{self.seconds:5.1f} s  {name:<9} {detail}".rstrip())

    def say(self, sentence: str) -> None:
        """Something to know that is no step."""
        self._line(" " * 9 + sentence)

    def awaiting(self, what: str) -> None:
        """What is awaited now; may be called as often as one likes."""
        if self._status is not None:
            self._status.update(Text(f"{self.seconds:5.1f} s  {what}"))
        elif self._clock() - self._told >= _AGAIN_SECONDS:
            self._line(f"{self.seconds:5.1f} s  waiting: {what}")

    def _line(self, text: str) -> None:
        self._told = self._clock()
        # As text: what children say may look like markup.
        self._console.print(Text(text), soft_wrap=True)

    def __enter__(self) -> Self:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._status is not None:
            self._status.stop()
