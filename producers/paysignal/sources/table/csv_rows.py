"""CSV bytes to rows; a row that is none is rejected alone, whatever its quotes."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator

from paysignal.facts.rejections import Reason, Rejected
from paysignal.sources.errors import TableError
from paysignal.sources.lines import LARGEST_LINE
from paysignal.sources.table.mapping import TableMapping
from paysignal.sources.table.rows import LARGEST_ROW, MOST_CELLS, Row, refused_row

#: A quoted cell may hold line ends, but one that never closes must not swallow the file.
MOST_LINES = 64

_BOM = b"\xef\xbb\xbf"


class _OverlongRowError(Exception):
    """Stops the csv reader inside a row that grows beyond its bounds."""


class _Feeder:
    """Hands lines to the csv reader and remembers those of the row at hand, to quote them or read them again."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._again: deque[bytes] = deque()
        self.row: list[bytes] = []
        self.line = 1  #: where the row at hand starts

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.row) >= MOST_LINES or sum(map(len, self.row)) > LARGEST_ROW:
            raise _OverlongRowError
        raw = self._again.popleft() if self._again else next(self._lines)
        if not self.row and self.line == 1:
            raw = raw.removeprefix(_BOM)
        self.row.append(raw)
        return raw.decode("utf-8", "surrogateescape")

    def next_row(self) -> None:
        """Forget the lines of the row at hand: it was taken."""
        self.line += len(self.row)
        self.row = []

    def next_line(self) -> None:
        """Forget only its first line, and read the others again: an open quote must not take good rows with it."""
        self._again.extendleft(reversed(self.row[1:]))
        self.row = self.row[:1]
        self.next_row()


def csv_rows(lines: Iterable[bytes], file: str, mapping: TableMapping) -> Iterator[Row | Rejected]:
    """The rows under the header in `lines`.

    Raises `TableError` when there is no header, or it names a column twice or lacks one that the mapping reads.
    """
    feeder = _Feeder(lines)
    reader = csv.reader(feeder, delimiter=mapping.delimiter, strict=True)
    header = _header(reader, feeder, file)
    _check_columns(header, mapping, file)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _OverlongRowError) as error:
            yield _broken(error, feeder, file)
            continue
        if cells:
            yield _row(header, cells, feeder, file)
        feeder.next_row()


def _header(reader: "Iterator[list[str]]", feeder: _Feeder, file: str) -> list[str]:
    try:
        header = [name.strip() for name in next(reader)]
    except (StopIteration, csv.Error, _OverlongRowError):
        raise TableError(f"{file}:1", b"".join(feeder.row), "the first line names the columns", "add one") from None
    twice = sorted({name for name in header if name and header.count(name) > 1}) if len(header) <= MOST_CELLS else [""]
    if twice:
        raise TableError(f"{file}:1", twice[0], f"at most {MOST_CELLS} columns, each named once", "rename it")
    feeder.next_row()
    return header


def _check_columns(header: list[str], mapping: TableMapping, file: str) -> None:
    read = {column: field for each in mapping.each_fact for column, field in each.reads.items()}
    for column, field in read.items():
        if column not in header:
            rule = f"the mapping reads {field} from this column, and the header has {', '.join(header)[:1_000]}"
            raise TableError(f"{file}:1", column, rule, "correct [columns], or the header")


def _broken(error: Exception, feeder: _Feeder, file: str) -> Rejected:
    raw = b"".join(feeder.row)
    if isinstance(error, _OverlongRowError):
        bounds = f"a row has at most {LARGEST_ROW} bytes and {MOST_LINES} lines"
        refused = refused_row(Reason.TOO_LARGE, f"{bounds}; look for an open quote", raw, file, feeder.line)
    else:
        refused = refused_row(Reason.BAD_ROW, f"{error}; quote cells as CSV does", raw, file, feeder.line)
    feeder.next_line()
    return refused


def _row(header: list[str], cells: list[str], feeder: _Feeder, file: str) -> Row | Rejected:
    raw, line = b"".join(feeder.row), feeder.line
    if len(raw) > min(LARGEST_ROW, LARGEST_LINE):
        return refused_row(Reason.TOO_LARGE, f"a row has at most {LARGEST_ROW} bytes; shorten it", raw, file, line)
    if len(cells) != len(header):
        detail = f"{len(cells)} cells under {len(header)} columns; quote cells that hold the delimiter"
        return refused_row(Reason.BAD_ROW, detail, raw, file, line)
    if not _encodes(cells):
        return refused_row(Reason.BAD_ENCODING, "not UTF-8; save the table as UTF-8", raw, file, line)
    return Row(line, dict(zip(header, cells, strict=True)), raw)


def _encodes(cells: list[str]) -> bool:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True
