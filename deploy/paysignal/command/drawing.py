"""The two tables on a terminal, from the rows that the page shows."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from paysignal.page import figures, words
from paysignal.page.rows import JustRead, Strongest

#: Where nobody looks at it now, a line may be long: a cell that wraps can not be searched.
FILE_WIDTH = 200

_NAMED_SOURCES = 6


class _Column(NamedTuple):
    """`whole` columns are short and never wrapped; the others share what is left of the line."""

    name: str
    justify: Literal["left", "right"] = "left"
    whole: bool = False


_JUST_READ = (
    _Column("Provider"),
    _Column("Market", whole=True),
    _Column("Measure"),
    _Column("Statement", "right"),
    _Column("Computed", "right", whole=True),
    _Column("Period"),
    _Column("Sources"),
    _Column("Age", "right", whole=True),
)
_STRONGEST = (
    _Column("#", "right", whole=True),
    _Column("Provider"),
    _Column("Market"),
    _Column("Measure"),
    _Column("Growth", "right", whole=True),
    _Column("Origin", whole=True),
    _Column("Period"),
    _Column("Source"),
    _Column("Age", "right", whole=True),
)


def stdout_console() -> Console:
    """Standard output: as wide as the terminal, or wide enough not to wrap."""
    console = Console()
    return console if console.is_terminal else Console(width=FILE_WIDTH)


def draw(console: Console, just_read: Iterable[JustRead], strongest: Iterable[Strongest]) -> None:
    """Both tables, one below the other, and under the first what was found against its figures."""
    read = list(just_read)
    _draw(console, just_read_table(read))
    for row in read:
        for note in row.notes:
            console.print(Text(f"  ! {row.provider_name}, {row.measure_words}, {row.period}: {figures.line(note)}"))
    _draw(console, strongest_table(strongest))


def _draw(console: Console, table: Table) -> None:
    console.print()
    console.print(table if table.row_count else Text(f"{table.title}\n  nothing yet"))


def just_read_table(rows: Iterable[JustRead]) -> Table:
    """What the articles state, each figure as it was written, and beside it what was computed for the same period."""
    table = _table("Just read: what the articles state", _JUST_READ)
    for row in rows:
        against = f", vs {row.baseline}" if row.baseline else ""
        table.add_row(
            *map(Text, (_provider(row.provider_name, synthetic=row.synthetic), row.market, row.measure_words)),
            Text(row.statement + (" !" if row.flags else ""), style="bold strike" if row.retracted else "bold"),
            *map(Text, (row.derived, row.period + against, words.listed(row.sources, _NAMED_SOURCES), row.age)),
        )
    return table


def strongest_table(rows: Iterable[Strongest]) -> Table:
    """Each provider's latest growth on the year, ranked by what it is at least."""
    table = _table("Strongest: latest growth on the year, one line a provider, best lower bound first", _STRONGEST)
    for row in rows:
        table.add_row(
            *map(Text, (str(row.rank), _provider(row.provider_name, synthetic=row.synthetic), row.market)),
            Text(row.measure_words),
            Text(row.growth, style="bold"),
            *map(Text, (row.origin, row.period, row.source, row.age)),
        )
    return table


def _table(title: str, columns: Iterable[_Column]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        # Folded, not cut: half a figure or half a name is worse than two lines.
        table.add_column(column.name, justify=column.justify, no_wrap=column.whole, overflow="fold")
    return table


def _provider(name: str, *, synthetic: bool) -> str:
    return f"{name} (synthetic)" if synthetic else name
