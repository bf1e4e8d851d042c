"""The two tables on a terminal, from the rows that the page shows."""

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from paysignal.page import words
from paysignal.page.rows import JustRead, Strongest

#: Where nobody looks at it now, a line may be long: a cell that wraps can not be searched.
FILE_WIDTH = 200

_NAMED_SOURCES = 3


def stdout_console() -> Console:
    """Standard output: as wide as the terminal, or wide enough not to wrap."""
    console = Console()
    return console if console.is_terminal else Console(width=FILE_WIDTH)


def draw(console: Console, just_read: Iterable[JustRead], strongest: Iterable[Strongest]) -> None:
    """Both tables, one below the other."""
    for table in (just_read_table(just_read), strongest_table(strongest)):
        console.print()
        console.print(table if table.row_count else Text(f"{table.title}: nothing yet"))


def just_read_table(rows: Iterable[JustRead]) -> Table:
    """What the articles state, each figure as it was written."""
    table = _table("Just read")
    for name, right in {"Provider": False, "Market": False, "Measure": False, "Statement": True}.items():
        table.add_column(name, justify="right" if right else "left")
    table.add_column("Computed", justify="right")
    for name in ("Period", "Against", "Sources"):
        table.add_column(name)
    table.add_column("Age", justify="right", no_wrap=True)
    for row in rows:
        statement = Text(row.statement, style="bold strike" if row.retracted else "bold")
        table.add_row(
            *map(Text, (_provider(row.provider_name, synthetic=row.synthetic), row.market, row.measure_words)),
            statement,
            *map(Text, (row.derived, row.period, row.baseline, words.listed(row.sources, _NAMED_SOURCES), row.age)),
        )
    return table


def strongest_table(rows: Iterable[Strongest]) -> Table:
    """Each provider's latest growth on the year, ranked by what it is at least."""
    table = _table("Strongest growth on the year, one line a provider")
    table.add_column("#", justify="right", no_wrap=True)
    for name in ("Provider", "Market", "Measure"):
        table.add_column(name)
    table.add_column("Growth", justify="right")
    for name in ("Origin", "Period", "Source"):
        table.add_column(name)
    table.add_column("Age", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            *map(Text, (str(row.rank), _provider(row.provider_name, synthetic=row.synthetic), row.market)),
            Text(row.measure_words),
            Text(row.growth, style="bold"),
            *map(Text, (row.origin, row.period, row.source, row.age)),
        )
    return table


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)


def _provider(name: str, *, synthetic: bool) -> str:
    return f"{name} (synthetic)" if synthetic else name
