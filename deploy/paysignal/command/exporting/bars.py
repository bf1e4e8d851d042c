"""How far an export is, on stderr, where somebody looks."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from paysignal.command.exporting.past import Told

#: A bar costs ten times what a row does.
SHOWN_EVERY = 10_000


def bars_of(console: Console) -> Progress:
    """Bars that are drawn on a terminal only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def telling(bars: Progress, what: str) -> Told:
    """A bar of this name; it is told what is done of how much."""
    task = bars.add_task(what, total=None)
    return lambda done, total: bars.update(task, completed=done, total=total or None)
