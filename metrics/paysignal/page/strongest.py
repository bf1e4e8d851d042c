"""The table *Strongest*: the latest year-on-year growth of each provider, ranked by what it is at least. Pure."""

import datetime as dt
from collections.abc import Iterable, Iterator
from enum import StrEnum

from paysignal.board.intervals import shows_interval
from paysignal.facts.kinds import Comparison, Kind, Role
from paysignal.facts.markets import market_name
from paysignal.facts.moments import event_us, microseconds
from paysignal.facts.readings import Flag, Reading
from paysignal.facts.segments import role_of
from paysignal.page import words
from paysignal.page.rows import SYNTHETIC_PUBLISHER, Strongest

_US_A_SECOND = 1_000_000
_GROWTHS = frozenset({"stated_growth", "year_on_year_growth"})
_SOURCES_SHOWN = 1


class LeftOut(StrEnum):
    """Why a growth is left out unless it is asked for; the values of `show=`."""

    CONFLICT = "conflict"  #: publishers contradict each other
    CONTRADICTED = "contradicted"  #: other published figures give another growth
    SUSPECTED_BREAK = "suspected_break"  #: compared across what looks like a change of definition
    SMALL_BASE = "small_base"  #: grown from next to nothing
    UNSTATED = "unstated"  #: nobody said against what
    VARIANT = "variant"  #: another definition or statistic than the provider's whole


def strongest(
    readings: Iterable[Reading], now: dt.datetime, show: frozenset[LeftOut] = frozenset()
) -> tuple[Strongest, ...]:
    """One row for each provider that has a growth on the year with a lower bound, ranked by that bound.

    Of a provider's growths the latest by event time, then that with the higher lower bound. `show` takes in what is
    otherwise left out.
    """
    best: dict[str, Reading] = {}
    for reading in growths(readings, show):
        held = best.get(reading.series.provider)
        if held is None or _precedence(reading) > _precedence(held):
            best[reading.series.provider] = reading
    ranked = sorted(best.values(), key=lambda reading: (-_low(reading), reading.key))
    return tuple(_row(rank, reading, now) for rank, reading in enumerate(ranked, 1))


def left_out(readings: Iterable[Reading], show: frozenset[LeftOut] = frozenset()) -> dict[LeftOut, int]:
    """How many growths were left out, by the first reason."""
    counts = dict.fromkeys(LeftOut, 0)
    for reading in readings:
        if reading.indicator in _GROWTHS and (reasons := reasons_of(reading) - show):
            counts[min(reasons, key=list(LeftOut).index)] += 1
    return counts


def reasons_of(reading: Reading) -> frozenset[LeftOut]:
    """Why the growth is left out unless asked for; empty when it is not."""
    reasons = []
    if Flag.CONFLICT in reading.flags:
        reasons.append(LeftOut.CONFLICT)
    if Flag.CONTRADICTED in reading.flags:
        reasons.append(LeftOut.CONTRADICTED)
    if Flag.SUSPECTED_BREAK in reading.flags:
        reasons.append(LeftOut.SUSPECTED_BREAK)
    if Flag.SMALL_BASE in reading.flags:
        reasons.append(LeftOut.SMALL_BASE)
    if reading.baseline == Comparison.UNSTATED:
        reasons.append(LeftOut.UNSTATED)
    if role_of(reading.series.segment) is Role.VARIANT:
        reasons.append(LeftOut.VARIANT)
    return frozenset(reasons)


def growths(readings: Iterable[Reading], show: frozenset[LeftOut] = frozenset()) -> Iterator[Reading]:
    """Growths on the year that have a lower bound and are not left out."""
    baselines = {Comparison.YEAR_AGO, Comparison.UNSTATED} if LeftOut.UNSTATED in show else {Comparison.YEAR_AGO}
    for reading in readings:
        if (
            reading.indicator in _GROWTHS
            and reading.baseline in baselines
            and reading.low is not None
            and not reasons_of(reading) - show
        ):
            yield reading


def _low(reading: Reading) -> float:
    assert reading.low is not None  # noqa: S101 - candidates have one
    return reading.low


def _precedence(reading: Reading) -> tuple[int, float, str]:
    return event_us(reading.event_time), _low(reading), reading.key


def _row(rank: int, reading: Reading, now: dt.datetime) -> Strongest:
    series = reading.series
    seconds = (microseconds(now) - event_us(reading.event_time)) // _US_A_SECOND
    spans = shows_interval(reading)
    sources = tuple(words.name(publisher) for publisher in reading.sources)
    return Strongest(
        rank=rank,
        provider=series.provider,
        provider_name=words.provider(series.provider),
        synthetic=SYNTHETIC_PUBLISHER in reading.sources,
        market=series.market,
        market_name=market_name(series.market),
        measure=series.measure,
        segment=series.segment,
        measure_words=words.measure(series.measure, series.segment),
        value=reading.value,
        low=_low(reading),
        high=reading.high,
        bound=reading.bound,
        growth=words.statement(reading.value, reading.bound, Kind.GROWTH, reading.unit, ""),
        interval=words.interval(reading.low, reading.high, reading.unit) if spans else "",
        origin=reading.origin,
        period=words.period(reading.start, reading.event_time, series.grain),
        event_time=reading.event_time,
        age_seconds=seconds,
        age=words.age(seconds),
        source=words.listed(sources, _SOURCES_SHOWN),
        sources=sources,
        flags=tuple(words.name(flag) for flag in reading.flags),
        key=reading.key,
    )
