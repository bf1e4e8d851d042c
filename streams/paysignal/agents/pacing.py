"""Pacing: when to emit and when to write a checkpoint. Pure; the clock's readings are arguments."""

from dataclasses import dataclass
from typing import Final

#: Group commit: flushes that publish start this far apart, so that facts which come close together share one.
EMIT_SECONDS: Final = 0.004

#: Between two emissions at least four times as long passes as the last one took of the CPU, so that under backlog they
#: take a fifth of the time at most; caught up, one takes a millisecond or less and the next may follow after 4.
_EMIT_SHARE: Final = 4.0

#: A checkpoint a second; rows that take long to serialise make it less often, up to a tenth of the time.
CHECKPOINT_SECONDS: Final = 1.0
_CHECKPOINT_SHARE: Final = 9.0

#: Neither is put off for longer than this, however long it took.
_LONGEST_SECONDS: Final = 10.0

#: What has been absorbed since the last checkpoint is read again after a crash: 64 MiB are 250,000 facts or a second.
CHECKPOINT_BYTES: Final = 64 * 1024 * 1024


@dataclass(slots=True)
class Pace:
    """One thing that is done again and again, and must not take more than its share of the time."""

    least: float
    share: float
    _ended: float = float("-inf")
    _pause: float = 0.0

    def done(self, took: float, ended: float) -> None:
        """Notes that it was done, at which reading of the clock, and how many seconds of work it was."""
        self._ended = ended
        self._pause = min(max(self.least, self.share * took), _LONGEST_SECONDS)

    @property
    def due(self) -> float:
        """The reading of the clock from which on it may be done again."""
        return self._ended + self._pause


def emitting() -> Pace:
    """The pace of emissions."""
    return Pace(EMIT_SECONDS, _EMIT_SHARE)


def checkpointing() -> Pace:
    """The pace of checkpoints: of the part that keeps the event loop busy, not of the waiting for the broker."""
    return Pace(CHECKPOINT_SECONDS, _CHECKPOINT_SHARE)
