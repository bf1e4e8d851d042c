"""The lease: how long a worker may send without a proof that its lane is still its own. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

#: The lease ends this much before the session: enough for a batch under way to arrive before another worker starts.
MARGIN_SECONDS: Final = 2.0


@dataclass(slots=True)
class Lease:
    """Valid for the session time-out less two seconds after the last commit that the broker took.

    A committed transaction proves that nobody has taken the lane over, as of the moment its commit was begun: a
    take-over fences first. A worker that was frozen past its session finds its lease ended before it sends anything.
    `clock` gives seconds that go on while the process, or the machine, stands still.
    """

    session_seconds: float
    clock: Callable[[], float]
    _proven: float = float("-inf")

    def prove(self, begun: float) -> None:
        """Renews it: a commit begun at this reading of the clock succeeded."""
        self._proven = max(self._proven, begun)

    def end(self) -> None:
        """Ends it for good: the lane was fenced."""
        self.session_seconds = 0.0

    @property
    def valid(self) -> bool:
        """Whether anything may be sent now."""
        return self.clock() - self._proven < self.session_seconds - MARGIN_SECONDS

    @property
    def worn(self) -> bool:
        """Whether more than half of it is over: time to renew it before it is needed."""
        return self.clock() - self._proven >= (self.session_seconds - MARGIN_SECONDS) / 2
