"""Backups: a file of one topic's records as they stand, in JSON lines, plain or compressed by zstd.

{"paysignal_backup": 1, "topic": "paysignal.facts.v1", "partitions": 8, "id": "…"}
{"partition": 0, "offset": 17, "timestamp_ms": 1790000000000, "key": "…", "value": "…", "headers": [["schema", "…"]]}
…
{"records": 12345, "sha256": "…"}

Bytes that are no UTF-8 stand as {"base64": "…"}. The last line counts the lines between and hashes all before it.
"""

import base64
import hashlib
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

import msgspec
import zstandard

from paysignal.facts.errors import PaySignalError, quoted
from paysignal.facts.topics import FACTS, INCREMENTS, LARGEST_RECORD

VERSION: Final = 1

#: Six characters for a byte of a control character, and what stands around it.
_LONGEST_LINE: Final = 8 * LARGEST_RECORD
_MAGIC: Final = b"\x28\xb5\x2f\xfd"


class BackupError(PaySignalError):
    """The file is no whole backup, or can not be written."""


class Bytes(msgspec.Struct, frozen=True):
    """Bytes that are no text."""

    base64: str


Text = str | Bytes | None


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line; `id` tells two backups apart."""

    paysignal_backup: int
    topic: str
    partitions: int
    id: str


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record."""

    partition: int
    offset: int
    timestamp_ms: int
    key: Text
    value: Text
    headers: list[tuple[str, Text]]


class Foot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last line."""

    records: int
    sha256: str


_LINE: Final = msgspec.json.Decoder(Line)


def told(raw: bytes | None) -> Text:
    """Bytes as they stand in a line."""
    if raw is None:
        return None
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Bytes(base64.b64encode(raw).decode())


def raw_of(text: Text) -> bytes | None:
    """The bytes that `told` told; raises ValueError."""
    if text is None:
        return None
    return text.encode() if isinstance(text, str) else base64.b64decode(text.base64, validate=True)


class BackupWriter:
    """Writes head, lines and foot; what is not closed by `finish` is no whole backup."""

    def __init__(self, file: IO[bytes], head: Head) -> None:
        self._file, self._hash = file, hashlib.sha256()
        self.records = 0
        self._write(head)

    def add(self, line: Line) -> None:
        """One record."""
        self.records += 1
        self._write(line)

    def finish(self) -> Foot:
        """The last line."""
        foot = Foot(records=self.records, sha256=self._hash.hexdigest())
        self._write(foot)
        return foot

    def _write(self, line: msgspec.Struct) -> None:
        raw = msgspec.json.encode(line) + b"\n"
        self._hash.update(raw)
        self._file.write(raw)


class BackupReader:
    """Reads a backup: `head` at once, the lines as they are asked for, the last line checked when they end."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._lines, self._name, self._hash = _lines(file, name), name, hashlib.sha256()
        self.head = self._head(next(self._lines, b""))

    def __iter__(self) -> Iterator[Line]:
        """Every record; raises `BackupError` where the file is cut off, altered, or goes on behind its end."""
        count = 0
        for raw in self._lines:
            if raw.startswith(b'{"records":'):
                self._check(raw, count)
                return
            self._hash.update(raw)
            count += 1
            try:
                line = _LINE.decode(raw)
            except (msgspec.MsgspecError, ValueError) as error:
                raise self._wrong(f"line {count + 1} is none of a backup ({error}): {quoted(raw)}") from None
            if not 0 <= line.partition < self.head.partitions:
                raise self._wrong(f"line {count + 1} is of partition {line.partition} of {self.head.partitions}")
            yield line
        raise self._wrong(f"it ends after {count} records without its last line: it was cut off")

    def _head(self, raw: bytes) -> Head:
        try:
            head = msgspec.json.decode(raw, type=Head)
        except msgspec.MsgspecError as error:
            raise self._wrong(f"its first line is none of a backup ({error}): {quoted(raw)}") from None
        if head.paysignal_backup != VERSION or head.topic not in {FACTS, INCREMENTS} or head.partitions < 1:
            raise self._wrong(f"version {VERSION} of {FACTS} or {INCREMENTS} was expected: {quoted(raw)}")
        self._hash.update(raw)
        return head

    def _check(self, raw: bytes, count: int) -> None:
        try:
            foot = msgspec.json.decode(raw, type=Foot)
        except msgspec.MsgspecError as error:
            raise self._wrong(f"its last line is none of a backup: {error}") from None
        if (foot.records, foot.sha256) != (count, self._hash.hexdigest()):
            raise self._wrong(f"its {count} records are not the {foot.records} that were written: it was altered")
        if next(self._lines, None) is not None:
            raise self._wrong("it goes on behind its last line")

    def _wrong(self, what: str) -> BackupError:
        return BackupError(f"{self._name}: {what}; nothing is to be restored from it, take another backup")


def _lines(file: IO[bytes], name: str) -> Iterator[bytes]:
    """The lines, of bounded length, each with its end."""
    while raw := file.readline(_LONGEST_LINE + 1):
        if len(raw) > _LONGEST_LINE:
            raise BackupError(f"{name}: a line of more than {_LONGEST_LINE:,} bytes; that is no backup")
        yield raw


@contextmanager
def reading(path: Path) -> Iterator[BackupReader]:
    """The backup in a file, or from standard input by `-`; what is compressed by zstd is known by its first bytes."""
    try:
        with sys.stdin.buffer if str(path) == "-" else path.open("rb") as file:
            yield BackupReader(_decompressed(cast("io.BufferedReader", file)), str(path))
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror or error}; name a file that `facts backup` wrote") from error
    except zstandard.ZstdError as error:
        raise BackupError(f"{path}: can not be decompressed ({error}): it was cut off or altered") from error


def _decompressed(file: io.BufferedReader) -> IO[bytes]:
    if not file.peek(len(_MAGIC)).startswith(_MAGIC):
        return file
    stream = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    return io.BufferedReader(cast("io.RawIOBase", stream))


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A file that is there when it is whole, or standard output by `-`; a name that ends in .zst is compressed."""
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            if path.suffix == ".zst":
                with zstandard.ZstdCompressor(level=6, write_checksum=True).stream_writer(
                    file, closefd=False
                ) as packed:
                    yield packed
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror or error}; name another file") from error
