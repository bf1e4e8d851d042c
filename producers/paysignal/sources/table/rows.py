"""One row of a table: its cells by column name, with the bytes and the line they come from."""

from dataclasses import dataclass

from paysignal.facts.rejections import Origin, Reason, Rejected, rejected
from paysignal.sources.table.mapping import Cells

#: A row of more bytes or cells than this is no row of figures.
LARGEST_ROW = 65_536
MOST_CELLS = 1_024


@dataclass(frozen=True, slots=True)
class Row:
    """A row that could be cut into cells; `line` is where it starts, counted from 1."""

    line: int
    cells: Cells
    raw: bytes


def refused_row(reason: Reason, detail: str, raw: bytes, file: str, line: int) -> Rejected:
    """The rejection of the row `raw` that starts at `line` of `file`."""
    return rejected(reason, detail, raw, Origin(file=file, line=line))
