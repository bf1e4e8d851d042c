"""The part of a page that tells a series period by period. Pure; everything is escaped."""

from paysignal.facts.kinds import Kind
from paysignal.facts.series import Series
from paysignal.history.rows import HistoryRow, PointRow, StatedRow
from paysignal.page import figures, words
from paysignal.page.markup import breakable, figure, table, text, without_empty

_SOURCES_NAMED = 3


def series_part(history: HistoryRow, series: Series) -> str:
    """Every period of the series with its level, its growths and what there is to know of it, the latest first."""
    columns = ("Period", "Level", "Computed", "Stated", "On the year", "On the previous", "Sources", "Remarks")
    cells = [_point(point, series) for point in reversed(history.points)]
    line = figures.sparkline(figures.levels(history.points))
    about = f"The latest period first, {text(figures.as_of(history.as_of))}." + (
        f" Levels: {breakable(line)}" if line else ""
    )
    return table("history", "The series", about, *without_empty(columns, cells), "Nothing is known of it.")


def _point(point: PointRow, series: Series) -> tuple[str, ...]:
    level = point.level
    shown = () if level is None else (level,)
    publishers = dict.fromkeys(
        name for choice in (*shown, *(stated.shown for stated in point.stated)) for name in choice.sources
    )
    return (
        text(figures.period(point.period, series.grain)),
        ""
        if level is None
        else figure(figures.choice(level, Kind.LEVEL, series.currency), figures.choice_interval(level)),
        figure(figures.amount(point.computed, series.currency), figures.amount_interval(point.computed))
        if point.computed
        else "",
        "<br>".join(_stated(stated, series) for stated in point.stated),
        figure(figures.growth(point.year_ago), figures.growth_interval(point.year_ago)) if point.year_ago else "",
        figure(figures.growth(point.previous), figures.growth_interval(point.previous)) if point.previous else "",
        text(words.listed([words.name(name) for name in publishers], _SOURCES_NAMED)),
        text("; ".join(figures.remarks(point))),
    )


def _stated(stated: StatedRow, series: Series) -> str:
    currency = series.currency if stated.kind is not Kind.GROWTH else ""
    shown = figure(figures.choice(stated.shown, stated.kind, currency), figures.choice_interval(stated.shown))
    return f'{shown} <span class="more">against {text(words.baseline(stated.baseline))}</span>'
