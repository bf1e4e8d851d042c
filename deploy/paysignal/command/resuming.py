"""How far a run of `produce` has come, kept in a file, so that one that was cut off goes on where its broker left off.

A position is written only when every record before it was acknowledged; what a dead run sent beyond it is sent again,
and is then the same facts: a duplicate changes nothing.
"""

import os
from pathlib import Path

import msgspec

from paysignal.facts.errors import PaySignalError


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


def looks_of(source: str) -> str:
    """What tells that a source is the one it was: its size and time of change, for a tree those of all its files."""
    path = Path(source.partition(":")[2] if source.startswith("pulse:") else source)
    if not path.exists():
        return "no file"
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    stats = [file.stat() for file in files if file.is_file()]
    newest = max((stat.st_mtime_ns for stat in stats), default=0)
    return f"{len(stats)} files, {sum(stat.st_size for stat in stats)} bytes, changed {newest}"


def _read(file: Path) -> dict[str, Position]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Position])
    except (OSError, msgspec.DecodeError) as error:
        raise ResumeError(f"{file}: {error}; name a file that --resume wrote, or one that is not there yet") from None
