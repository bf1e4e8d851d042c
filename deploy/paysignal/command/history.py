"""`paysignal history`: a series period by period."""

from collections.abc import Iterable, Iterator, Sequence

import click
from rich.console import Console
from rich.text import Text

from paysignal.command.asking import Asker, asking
from paysignal.command.drawing import stdout_console
from paysignal.command.framing import beside, framed
from paysignal.command.sketching import Ends, trend, whiskers
from paysignal.facts import wire
from paysignal.facts.kinds import Kind
from paysignal.facts.markets import market_name
from paysignal.facts.series import Series
from paysignal.facts.texts import shown_json
from paysignal.history.questions import series_of
from paysignal.history.rows import FigureRow, HistoryRow, PointRow, StatedRow
from paysignal.page import figures, words

_COLUMNS = ("Period", "Level", "", "Computed", "Stated", "On the year", " ", "On the previous", "Sources", "Remarks")
_RIGHT = frozenset({"Level", "Computed", "On the year", "On the previous"})
_SOURCES_NAMED = 3


@click.command()
@click.argument("series")
@asking
def history(asker: Asker, series: str, *, as_json: bool) -> None:
    r"""Show a SERIES (or that of a reading's key) period by period: levels, growths, revisions, conflicts, breaks.

    \b
    paysignal history 'upi|IN|transactions||month||current'
    paysignal history SERIES --as-of 2025-06-30
    paysignal history SERIES --facts facts.jsonl --json
    """
    row = asker.ask("/v1/history", "series", series, HistoryRow)
    if as_json:
        click.echo(shown_json(wire.encode(row).decode()))
        return
    draw_history(stdout_console(), row)


def draw_history(console: Console, row: HistoryRow) -> None:
    """Levels and growths as lines of blocks, and a table with the oldest period first; intervals are on one axis."""
    series = series_of(row.series)
    unit = ", ".join(filter(None, (series.currency, "" if series.prices == "current" else f"{series.prices} prices")))
    about = f"{figures.series(series)}, {market_name(series.market)}{f' ({unit})' if unit else ''}"
    console.print(Text(f"{about}, {figures.as_of(row.as_of)}", style="bold"), soft_wrap=True)
    for name, line in _trends(row.points, series, console.width):
        console.print(Text.assemble((f"{name} ", "dim"), (line, "green")))
    blocks, intervals = _blocks(row.points), whiskers([_ends(point.year_ago) for point in row.points])
    drawn = zip(row.points, blocks, intervals, strict=True)
    rows = [_cells(point, block, interval, series) for point, block, interval in drawn]
    console.print(framed("", _COLUMNS, rows, _RIGHT))
    if row.missing_until:
        console.print(Text(figures.missing(row.missing_until), style="yellow"), soft_wrap=True)


def _trends(points: Sequence[PointRow], series: Series, width: int) -> Iterator[tuple[str, str]]:
    """The levels, and the growths on the year, each as a line of blocks between its first and its last figure."""
    told = [point.level for point in points if point.level is not None]
    if len(told) > 1:
        first, last = (figures.choice(each, Kind.LEVEL, series.currency) for each in (told[0], told[-1]))
        yield "level", trend([each.value for each in told], first, last, width - len("level "))
    grown = [point.year_ago for point in points if point.year_ago is not None]
    if len(grown) > 1:
        first, last = (figures.growth(each) for each in (grown[0], grown[-1]))
        yield "on the year", trend([each.value for each in grown], first, last, width - len("on the year "))


def _ends(figure: FigureRow | None) -> Ends | None:
    return None if figure is None else Ends(figure.value, figure.low, figure.high)


def _blocks(points: Iterable[PointRow]) -> list[str]:
    """Beside each level its block of the line above, so that the rise is seen along the table as well."""
    points = list(points)
    drawn = iter(figures.sparkline(figures.levels(points)))
    return [next(drawn) if point.level is not None else "" for point in points]


def _cells(point: PointRow, block: str, interval: str, series: Series) -> tuple[str, ...]:
    level = point.level
    choices = [*([level] if level is not None else []), *(stated.shown for stated in point.stated)]
    publishers = dict.fromkeys(words.name(name) for choice in choices for name in choice.sources)
    shown = ""
    if level is not None:
        shown = beside(figures.choice(level, Kind.LEVEL, series.currency), figures.choice_interval(level))
    return (
        figures.period(point.period, series.grain),
        shown,
        block,
        beside(figures.amount(point.computed, series.currency), figures.amount_interval(point.computed)),
        "; ".join(_stated(stated, series) for stated in point.stated),
        beside(figures.growth(point.year_ago), figures.growth_interval(point.year_ago)),
        interval,
        beside(figures.growth(point.previous), figures.growth_interval(point.previous)),
        words.listed(tuple(publishers), _SOURCES_NAMED),
        "; ".join(figures.remarks(point)),
    )


def _stated(stated: StatedRow, series: Series) -> str:
    currency = "" if stated.kind is Kind.GROWTH else series.currency
    figure = beside(figures.choice(stated.shown, stated.kind, currency), figures.choice_interval(stated.shown))
    return f"{figure} against {words.baseline(stated.baseline)}"
