"""The view of a series: its figures, its history as charts and table, the facts behind it. Pure; all is escaped."""

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlencode

from paysignal.facts.markets import market_name
from paysignal.facts.moments import is_date
from paysignal.facts.readings import Reading
from paysignal.facts.series import Series, series_of_key
from paysignal.history.questions import NotAnswered
from paysignal.history.rows import FactRow, HistoryRow
from paysignal.page import figures, words
from paysignal.page.facts_part import facts_part
from paysignal.page.markup import (
    breakable,
    explain_link,
    figure,
    market,
    origin,
    provider,
    series_link,
    table,
    tags,
    text,
    without_empty,
)
from paysignal.page.rows import SYNTHETIC_PUBLISHER
from paysignal.page.series_part import series_part
from paysignal.page.shell import CHARTS, page

#: More steps than a slider has pixels.
MOST_MOMENTS: Final = 400

_COLUMNS = ("Figure", "Value", "Origin", "Period", "Known")


def series_page(
    history: HistoryRow, facts: Sequence[FactRow], readings: Sequence[Reading], moments: Sequence[str], version: str
) -> str:
    """The series as known at `history.as_of`, the latest of its facts first.

    `moments` are those at which what is known of it changed.
    """
    series, as_of = series_of_key(history.series), history.as_of
    synthetic = any(SYNTHETIC_PUBLISHER in reading.sources for reading in readings) or any(
        fact.claim.source.publisher == SYNTHETIC_PUBLISHER for fact in facts
    )
    body = f"""{_heading(series, synthetic=synthetic)}
{_past(history.series, as_of, moments)}
<div id="shown" class="part">
<p class="about">{text(figures.as_of(as_of).capitalize())}.</p>
{_missing(history)}
{_readings(readings, as_of)}
{_charts(history, series)}
{series_part(history, series)}
{facts_part(facts)}
</div>"""
    title = f"{figures.series(series)}, {market_name(series.market)} - paysignal"
    return page(title, version, body, here="/search", needs=CHARTS, machines=_machines(history.series, as_of))


def windows_page(series_key: str, readings: Sequence[Reading], version: str) -> str:
    """A series of events: what its windows say now. Nobody states these, so there is nothing to explain them by."""
    series = series_of_key(series_key)
    synthetic = any(SYNTHETIC_PUBLISHER in reading.sources for reading in readings)
    body = f"""{_heading(series, synthetic=synthetic)}
<div id="shown" class="part">
{_readings(readings, None)}
<p class="note">Added up of events as they come. Events are no claims: there is no history of what was known when.</p>
</div>"""
    title = f"{figures.series(series)}, {market_name(series.market)} - paysignal"
    return page(title, version, body, here="/search")


def no_series_page(error: NotAnswered, series_key: str, as_of: str, moments: Sequence[str], version: str) -> str:
    """What to say when nothing is known of it: why, and what may have been meant.

    With `moments`, those at which something was known, the series stays where it is: its slider leads back.
    """
    near = "".join(f"<li>{series_link(one, breakable(one))}</li>\n" for one in error.near)
    meant = f"<p>It may be one of these:</p>\n<ul>\n{near}</ul>" if near else ""
    told = f'<p class="empty">{breakable(figures.line(str(error)))}</p>\n{meant}'
    if moments:
        body = f"{_heading(series_of_key(series_key))}\n{_past(series_key, as_of, moments)}\n"
    else:
        body = "<h1>No series</h1>\n"
    return page("No series - paysignal", version, f'{body}<div id="shown" class="part">\n{told}\n</div>',
                here="/search", needs=CHARTS if moments else ())  # fmt: skip


def _heading(series: Series, *, synthetic: bool = False) -> str:
    about = ", ".join(
        filter(None, (market_name(series.market), words.whose(series.grain, series.currency, series.prices)))
    )
    return (
        f"<h1>{provider(words.provider(series.provider), synthetic=synthetic)}: "
        f"{breakable(words.measure(series.measure, series.segment))}</h1>\n"
        f'<p class="about">{market(series.market, about)}</p>'
    )


def _past(series_key: str, as_of: str | None, moments: Sequence[str]) -> str:
    """Asks the same as of another day; the script makes a slider of it, with a step at each of the moments."""
    shown = as_of or ""
    kind = "date" if not shown or (shown.isascii() and is_date(shown)) else "text"
    return (
        f'<form id="past" action="/series" method="get" class="past" data-moments="{text(" ".join(moments))}" '
        f'data-as-of="{text(shown)}">\n'
        f'<input type="hidden" name="series" value="{text(series_key)}">\n'
        f'<label>As it was known on <input type="{kind}" name="as_of" value="{text(shown)}" maxlength="32"></label>\n'
        "<button>Show</button>\n</form>"
    )


def _missing(history: HistoryRow) -> str:
    return f'<p class="note">{text(figures.missing(history.missing_until))}</p>' if history.missing_until else ""


def _readings(readings: Sequence[Reading], as_of: str | None) -> str:
    asked = {"as_of": as_of} if as_of else {}
    cells = [
        (
            breakable(" ".join(filter(None, (figures.indicator(reading), reading.window)))),
            explain_link("" if reading.window else reading.key, _figure(reading), **asked)
            + tags(map(words.name, reading.flags)),
            origin(reading.origin),
            text(words.period(reading.start, reading.event_time, reading.series.grain)),
            text(reading.known_at),
        )
        for reading in sorted(readings, key=_first)
    ]
    about = "The latest of each indicator; a figure leads to its explanation."
    return table("readings", "Latest figures", about, *without_empty(_COLUMNS, cells), "None.")


def _figure(reading: Reading) -> str:
    return figure(figures.reading(reading), figures.reading_interval(reading))


def _first(reading: Reading) -> tuple[int, str]:
    """What people look for first: the level, then growth on the year."""
    wanted = ("level", "year_on_year_growth", "stated_growth", "previous_period_growth")
    return wanted.index(reading.indicator) if reading.indicator in wanted else len(wanted), reading.key


def _charts(history: HistoryRow, series: Series) -> str:
    """Where the script draws; without it, and for who does not see, the table below says the same."""
    if len(history.points) < 2:  # noqa: PLR2004 - a line has two ends
        return ""
    unit = series.currency or series.measure.replace("_", " ")
    return (
        f'<section id="charts" hidden data-series="{text(history.series)}" data-as-of="{text(history.as_of or "")}" '
        f'data-unit="{text(unit)}">\n<h2 id="charts-title">Its history</h2>\n</section>'
    )


def _machines(series_key: str, as_of: str | None) -> Iterator[tuple[str, str]]:
    asked = {"series": series_key, **({"as_of": as_of} if as_of else {})}
    yield f"/v1/history?{urlencode(asked)}", "History as JSON"
    yield f"/v1/facts?{urlencode(asked)}", "Facts as JSON"
