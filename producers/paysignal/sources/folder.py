"""Folders: the files in them that a reader knows, each with a state that changes when it does."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

#: Deep enough for year/month/day/source, and an end to links that lead in circles.
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file, and its size and time of change as text."""

    path: Path
    state: str


def files_in(folder: Path, suffixes: Iterable[str]) -> Iterator[FoundFile]:
    """The files below a folder with one of the suffixes, by name; hidden ones and links to elsewhere are passed over.

    A file that is being written shows another state each time it is looked at: it is read once two looks agree.
    """
    wanted = frozenset(suffixes)
    for path in sorted(_below(folder, DEEPEST)):
        if path.suffix.lower() in wanted and (state := state_of(path)) is not None:
            yield FoundFile(path, state)


def state_of(path: Path) -> str | None:
    """Size and time of change; None where there is no such file any more."""
    try:
        found = path.stat()
    except OSError:
        return None
    return f"{found.st_size}-{found.st_mtime_ns}"


def _below(folder: Path, depth: int) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False) and depth:
                yield from _below(Path(entry.path), depth - 1)
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path)
