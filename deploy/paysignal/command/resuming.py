"""How far a run of `produce` has come, so that one that was cut off goes on where it ended.

In a file of its own a position is written only when every record before it was acknowledged; what a dead run sent
beyond it is sent again, and is then the same facts: a duplicate changes nothing. In a spool it is a mark that becomes
durable together with the records before it, so nothing is sent twice.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import msgspec

from paysignal.facts.errors import PaySignalError
from paysignal.sending.account import Tally
from paysignal.sending.counters import Counters
from paysignal.sending.outbox import Outgoing
from paysignal.sending.sender import Sender
from paysignal.sending.spool.sender import SpoolSender
from paysignal.sending.spool.store import Mark

#: The item of a mark that is a position; names of files and addresses have no space in front.
_ITEM = " position"

_NO_FILE = "no file"

#: Outcomes between two positions in a file: waiting for the broker so seldom costs nothing, and half a second's work is
#: sent again at most.
_KEPT_EVERY = 5_000


class ResumeError(PaySignalError):
    """A file of positions that can not be used; says why and what to do."""


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many outcomes of a source were sent; `looks` is what the source looked like then."""

    outcomes: int
    looks: str


class Positions:
    """The positions of one file by source; without a file nothing is remembered."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._held = _read(file) if file is not None and file.exists() else {}

    @property
    def kept(self) -> bool:
        """Whether anything is remembered."""
        return self._file is not None

    def of(self, source: str, looks: str) -> int:
        """How many outcomes of `source` to pass over; raises `ResumeError` when it is not what it was."""
        held = self._held.get(source)
        if held is None:
            return 0
        if held.looks != looks:
            raise ResumeError(
                f"{self._file}: {source} has changed since ({held.looks}, now {looks}); "
                f"remove the file, and all of it is sent again: what is there already changes nothing"
            )
        return held.outcomes

    def keep(self, source: str, looks: str, outcomes: int) -> None:
        """Writes how far a source has come; a run that dies while writing leaves the file as it was."""
        assert self._file is not None  # noqa: S101 - the caller has asked `kept`
        self._held[source] = Position(outcomes, looks)
        beside = self._file.with_name(self._file.name + ".new")
        with beside.open("wb") as stream:
            stream.write(msgspec.json.encode(self._held))
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(self._file)


class Outlet(Protocol):
    """Where a run's records go: `Sender` with `Positions`, or a spool with both in one file."""

    counters: Counters

    def send(self, record: Outgoing) -> None:
        """Hand one record over."""

    def of(self, source: str, looks: str) -> int:
        """How many outcomes of `source` to pass over."""

    def passed(self, source: str, looks: str, outcomes: int, *, end: bool) -> None:
        """So many outcomes of `source` were handed over; `end` when those are all, or all for now."""

    def mark(self, source: str, item: str) -> str | None:
        """What is remembered of an item of a watched source."""

    def keep(self, marks: Iterable[Mark]) -> bool:
        """An item was read, and its records handed over; False when the run should rather end."""

    def close(self) -> Tally:
        """Wait for what was handed over."""


class Direct:
    """A sender, with the positions of `--resume`; marks last as long as the process."""

    def __init__(self, sender: Sender, positions: Positions) -> None:
        self._sender = sender
        self._positions = positions
        self._marks: dict[tuple[str, str], str] = {}
        self.counters = sender.counters
        self.send = sender.send
        self.close = sender.close

    def of(self, source: str, looks: str) -> int:
        """As the file says."""
        return self._positions.of(source, looks)

    def passed(self, source: str, looks: str, outcomes: int, *, end: bool) -> None:
        """Now and then waits until all is acknowledged, and writes it down."""
        if not self._positions.kept or not (end or outcomes % _KEPT_EVERY == 0):
            return
        self._sender.flush()
        if self._sender.tally.complete:
            self._positions.keep(source, looks, outcomes)

    def mark(self, source: str, item: str) -> str | None:
        """As this process remembers it."""
        return self._marks.get((source, item))

    def keep(self, marks: Iterable[Mark]) -> bool:
        """Remembers them."""
        self._marks.update({(mark.source, mark.item): mark.state for mark in marks})
        return True


class Spooled:
    """A spool: positions are marks, durable together with the records."""

    def __init__(self, sender: SpoolSender) -> None:
        self._sender = sender
        self.counters = sender.counters
        self.send = sender.send
        self.mark = sender.mark
        self.keep = sender.keep
        self.close = sender.close

    def of(self, source: str, looks: str) -> int:
        """As the spool's mark says; a file that changed is read from its start, and so is what is no file."""
        state = self._sender.mark(source, _ITEM)
        held = Position(0, _NO_FILE) if state is None else msgspec.json.decode(state, type=Position)
        return held.outcomes if held.looks == looks != _NO_FILE else 0

    def passed(self, source: str, looks: str, outcomes: int, *, end: bool) -> None:
        """Makes durable what is held, once it is worth it."""
        if end or self._sender.due:
            state = msgspec.json.encode(Position(outcomes, looks)).decode()
            self._sender.keep((Mark(source, _ITEM, state),))


def looks_of(source: str) -> str:
    """What tells that a source is the one it was: its size and time of change, for a tree those of all its files."""
    path = Path(source.partition(":")[2] if source.startswith("pulse:") else source)
    if not path.exists():
        return _NO_FILE
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    stats = [file.stat() for file in files if file.is_file()]
    newest = max((stat.st_mtime_ns for stat in stats), default=0)
    return f"{len(stats)} files, {sum(stat.st_size for stat in stats)} bytes, changed {newest}"


def _read(file: Path) -> dict[str, Position]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Position])
    except (OSError, msgspec.DecodeError) as error:
        raise ResumeError(f"{file}: {error}; name a file that --resume wrote, or one that is not there yet") from None
