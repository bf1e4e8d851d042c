"""The whole way from a table's bytes to facts."""

from collections.abc import Iterable, Iterator

from paysignal.facts.claims import Claim
from paysignal.facts.increments import Increment
from paysignal.facts.rejections import Rejected
from paysignal.sources.table.convert import fact_of
from paysignal.sources.table.csv_rows import csv_rows
from paysignal.sources.table.json_rows import json_rows
from paysignal.sources.table.mapping import TableMapping


def parse_table(lines: Iterable[bytes], mapping: TableMapping, file: str) -> Iterator[Claim | Increment | Rejected]:
    """One outcome a row, in the order of the file: a fact, or a `Rejected` with file, line and reason.

    `lines` are those of `paysignal.sources.lines.lines_of` (or any bytes split after their line ends); they are read as
    the outcomes are asked for, so a table may be longer than the memory. Raises `TableError` when the header of a CSV
    lacks a column that the mapping names.
    """
    rows = csv_rows(lines, file, mapping) if mapping.format == "csv" else json_rows(lines, file)
    for row in rows:
        yield row if isinstance(row, Rejected) else fact_of(row, mapping, file)
