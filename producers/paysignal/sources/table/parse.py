"""The whole way from a table's bytes to facts."""

from collections.abc import Iterable, Iterator

from paysignal.facts.claims import Claim
from paysignal.facts.increments import Increment
from paysignal.facts.rejections import Rejected
from paysignal.sources.table.convert import fact_of, states
from paysignal.sources.table.csv_rows import csv_rows
from paysignal.sources.table.json_rows import json_rows
from paysignal.sources.table.mapping import TableMapping


def parse_table(lines: Iterable[bytes], mapping: TableMapping, file: str) -> Iterator[Claim | Increment | Rejected]:
    """One outcome a row, in the order of the file: a fact, or a `Rejected` with file, line and reason.

    A row gives one for each fact that the mapping makes of it, and none for those that it says the row does not state.

    `lines` are those of `paysignal.sources.lines.lines_of` (or any bytes split after their line ends); they are read as
    the outcomes are asked for, so a table may be longer than the memory. Raises `TableError` when the header of a CSV
    lacks a column that the mapping names.
    """
    rows = csv_rows(lines, file, mapping) if mapping.format == "csv" else json_rows(lines, file)
    facts = mapping.each_fact
    for row in rows:
        if isinstance(row, Rejected):
            yield row
        else:
            yield from (fact_of(row, each, file) for each in facts if states(row, each))
