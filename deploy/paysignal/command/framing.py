"""Tables of answers on a terminal."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from paysignal.facts.texts import shown


def framed(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], figures: frozenset[str]) -> Table:
    """The rows under their columns, without the columns that no row has anything in; `figures` stand to the right.

    Cells are text, never mark-up, and what a terminal would act on is replaced: names come from outside.
    """
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    used = [at for at in range(len(columns)) if any(row[at] for row in rows)]
    for at in used:
        # Folded, not cut: half a figure or half a name is worse than two lines.
        table.add_column(columns[at], justify="right" if columns[at] in figures else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(row[at])) for at in used))
    return table


def beside(figure: str, interval: str) -> str:
    """A figure with what it leaves open."""
    return f"{figure} ({interval})" if interval else figure
