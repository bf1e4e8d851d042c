"""The whole way from a table's bytes to facts."""

from collections.abc import Iterable, Iterator

from paysignal.facts.claims import Claim
from paysignal.facts.increments import Increment
from paysignal.facts.rejections import Rejected
from paysignal.sources.errors import TableError
from paysignal.sources.table.convert import fact_of
from paysignal.sources.table.csv_rows import csv_rows
from paysignal.sources.table.json_rows import json_rows
from paysignal.sources.table.mapping import TableMapping
from paysignal.sources.table.rows import Row


def parse_table(lines: Iterable[bytes], mapping: TableMapping, file: str) -> Iterator[Claim | Increment | Rejected]:
    """One outcome a row, in the order of the file: a fact, or a `Rejected` with file, line and reason.

    `lines` are those of `paysignal.sources.lines.lines_of` (or any bytes split after their line ends); they are read as
    the outcomes are asked for, so a table may be longer than the memory. Raises `TableError` when the header of a CSV
    lacks a column that the mapping names.
    """
    rows = csv_rows(lines, file, mapping.delimiter) if mapping.format == "csv" else json_rows(lines, file)
    checked = mapping.format != "csv"  # lines of JSON leave out what is empty
    for row in rows:
        if isinstance(row, Rejected):
            yield row
            continue
        if not checked:
            _check_columns(row, mapping, file)
            checked = True
        yield fact_of(row, mapping, file)


def _check_columns(row: Row, mapping: TableMapping, file: str) -> None:
    for field, column in mapping.columns.items():
        if column not in row.cells:
            rule = f"the mapping reads {field} from this column, and the header has {', '.join(row.cells)}"
            raise TableError(f"{file}:1", column, rule[:1_000], "correct [columns], or the header")
