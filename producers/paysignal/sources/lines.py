"""Lines of bytes of bounded length, so that a file of one endless line can not fill the memory."""

from collections.abc import Iterator
from typing import BinaryIO

#: A line of a table: a claim is under 6 KiB on the wire, and a table carries more words than that.
LARGEST_LINE = 65_536

#: A line that holds a whole document: the longest annual reports are some megabytes of text.
LARGEST_DOCUMENT = 8 * 1_048_576

_CHUNK = 1_048_576


def lines_of(stream: BinaryIO, largest: int = LARGEST_LINE) -> Iterator[bytes]:
    """The lines of `stream`, each with its end; of one that is longer than `largest` only `largest + 1` bytes.

    That one byte more is how a reader sees that the line was too long. The rest of such a line is read and dropped, the
    next line starts where the next line starts. Called by the commands with an open file.
    """
    while line := stream.readline(largest + 1):
        if len(line) > largest and not line.endswith(b"\n"):
            _skip_line(stream)
        yield line


def _skip_line(stream: BinaryIO) -> None:
    while chunk := stream.readline(_CHUNK):
        if chunk.endswith(b"\n"):
            return
