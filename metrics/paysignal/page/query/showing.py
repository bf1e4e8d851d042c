"""Readings and series as rows, in words for people. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from paysignal.facts.markets import market_name
from paysignal.facts.moments import event_us, known_us
from paysignal.facts.readings import Reading
from paysignal.page import figures, words
from paysignal.page.query.index import Entry
from paysignal.page.query.rows import ReadingRow, SeriesRow, ShownRow
from paysignal.page.rows import SYNTHETIC_PUBLISHER

_YEAR_AGO: Final = ("year_on_year_growth", "stated_growth")
_PREVIOUS: Final = ("previous_period_growth", "stated_growth")


def event_us_of(reading: Reading) -> int:
    """The end of what the reading is about, in microseconds since 1970."""
    return event_us(reading.event_time)


def year_ago_of(group: Iterable[Entry]) -> Reading | None:
    """The growth on the year that a series is ranked by."""
    return _figure_of(group, _YEAR_AGO, "year_ago")


def reading_row(entry: Entry) -> ReadingRow:
    """A reading with its names and words."""
    reading, series = entry.reading, entry.reading.series
    return ReadingRow(
        key=entry.key,
        reading=reading,
        marks=entry.marks,
        provider_name=words.provider(series.provider),
        market_name=market_name(series.market),
        measure_words=words.measure(series.measure, series.segment),
        indicator_words=figures.indicator(reading),
        figure=figures.reading(reading),
        interval=figures.reading_interval(reading),
        period=words.period(reading.start, reading.event_time, series.grain),
        synthetic=SYNTHETIC_PUBLISHER in reading.sources,
    )


def series_row(group: Sequence[Entry]) -> SeriesRow:
    """A series, of all its entries."""
    readings = [each.reading for each in group]
    first = readings[0]
    series = first.series
    level = _named(readings, "level") or _named(readings, "derived_average")
    sources = dict.fromkeys(source for each in readings for source in each.sources)
    return SeriesRow(
        key=group[0].series_key,
        provider=series.provider,
        provider_name=words.provider(series.provider),
        market=series.market,
        market_name=market_name(series.market),
        measure=series.measure,
        segment=series.segment,
        measure_words=words.measure(series.measure, series.segment),
        grain=series.grain,
        currency=series.currency,
        prices=series.prices,
        unit=(level or first).unit,
        synthetic=SYNTHETIC_PUBLISHER in sources,
        readings=len(readings),
        facts=max(each.facts for each in readings),
        event_time=max(readings, key=event_us_of).event_time,
        known_at=max((each.known_at for each in readings), key=known_us),
        level=_shown(level),
        year_ago=_shown(year_ago_of(group)),
        previous=_shown(_figure_of(group, _PREVIOUS, "previous")),
        flags=tuple(sorted({flag for each in group for flag in (*each.reading.flags, *each.marks)})),
        sources=tuple(sources),
    )


def _named(readings: Iterable[Reading], indicator: str, baseline: str = "") -> Reading | None:
    return next((each for each in readings if (each.indicator, each.baseline) == (indicator, baseline)), None)


def _figure_of(group: Iterable[Entry], indicators: Iterable[str], baseline: str) -> Reading | None:
    """The growth that is shown: of the later period, and of one period the computed one."""
    found = [
        reading
        for indicator in indicators
        if (reading := _named((each.reading for each in group), indicator, baseline)) is not None
    ]
    return max(found, key=event_us_of, default=None)


def _shown(reading: Reading | None) -> ShownRow | None:
    if reading is None:
        return None
    return ShownRow(
        value=reading.value,
        low=reading.low,
        high=reading.high,
        figure=figures.reading(reading),
        interval=figures.reading_interval(reading),
        period=words.period(reading.start, reading.event_time, reading.series.grain),
        origin=reading.origin,
    )
