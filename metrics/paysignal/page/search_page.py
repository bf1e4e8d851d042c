"""The view of series: what was searched for, with each one's latest figures. Pure; everything is escaped."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from paysignal.facts.markets import market_name
from paysignal.history.questions import NotAnswered
from paysignal.page import figures, words
from paysignal.page.markup import breakable, figure, market, provider, section, series_link, table, text
from paysignal.page.query.rows import SeriesListRow, SeriesRow, ShownRow
from paysignal.page.shell import page

_COLUMNS = ("Provider", "Market", "Measure", "Series", "Latest", "On the year", "Period")


def search_page(found: SeriesListRow, asked: Mapping[str, str], version: str) -> str:
    """A page of the series that were found; `asked` are the words and filters."""
    listed = table(
        "found",
        "Series",
        _about(found.total, asked),
        _COLUMNS,
        [_cells(row) for row in found.series],
        "No series has all these words in its names; try fewer, such as a provider or a country.",
    )
    more = ""
    if found.next is not None:
        address = f"/search?{urlencode({**asked, 'cursor': found.next})}"
        more = f'\n<p class="note"><a href="{text(address)}" rel="next">More series</a></p>'
    return _page(f"{listed}{more}", asked, version)


def bad_search_page(error: NotAnswered, asked: Mapping[str, str], version: str) -> str:
    """Why it can not be searched for."""
    told = f'<p class="empty">{breakable(figures.line(str(error)))}</p>'
    return _page(section("found", "Series", told), asked, version)


def _page(body: str, asked: Mapping[str, str], version: str) -> str:
    heading = '<h1 class="hidden">Series</h1>\n'
    return page("Series - paysignal", version, heading + body, here="/search", asked=words.name(asked.get("q", "")))


def _about(total: int, asked: Mapping[str, str]) -> str:
    sought, in_market, of_measure = (asked.get(name, "").strip() for name in ("q", "market", "measure"))
    parts = (
        f"{total:,} series",
        f"with “{breakable(words.name(sought))}”" if sought else "",
        f"in {breakable(words.name(market_name(in_market)))}" if in_market else "",
        f"of {breakable(words.name(words.measure(of_measure, '')))}" if of_measure else "",
    )
    return " ".join(filter(None, parts)) + "."


def _cells(row: SeriesRow) -> Sequence[str]:
    told = row.level or row.year_ago or row.previous
    return (
        series_link(row.key, provider(row.provider_name)) + _synthetic(row),
        market(row.market, row.market_name),
        breakable(row.measure_words),
        text(words.whose(row.grain, row.currency, row.prices)),
        _figure(row.level),
        _figure(row.year_ago),
        "" if told is None else text(told.period),
    )


def _figure(shown: ShownRow | None) -> str:
    return "" if shown is None else figure(shown.figure, shown.interval)


def _synthetic(row: SeriesRow) -> str:
    return ' <span class="tag warn">synthetic</span>' if row.synthetic else ""
