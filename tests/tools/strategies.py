"""Hypothesis strategies for the vocabulary: any record that a publisher, a producer or the engine may make."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from paysignal.facts.alerts import Alert
from paysignal.facts.claims import Baseline, Break, Claim, Retraction, Source
from paysignal.facts.identity import identified, increment_id
from paysignal.facts.increments import LARGEST_INCREMENT, Increment, Tick
from paysignal.facts.kinds import Basis, Bound, Comparison, Kind, Prices, Tier
from paysignal.facts.measures import MEASURES, Measure, Nature, Unit, unit_of
from paysignal.facts.moments import event_us, moment_of
from paysignal.facts.periods import Grain, Period
from paysignal.facts.readings import Reading
from paysignal.facts.rejections import Late, Origin, Reason, Rejected, late, rejected
from paysignal.facts.series import Series

# Lists rather than regular expressions: a record has many names, and what matters is how it holds together.
slugs = st.sampled_from(["a", "upi", "alipay", "google-pay", "m-pesa-2", "0-0", "all", "x" * 64])
markets = st.sampled_from(["world", "IN", "CN", "RU", "IN-KA", "GB-ENG", "region:africa", "region:south-east-asia"])
currencies = st.sampled_from(["USD", "CNY", "INR", "IDR", "KWD"])
ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
dates = st.dates(dt.date(1, 1, 2), dt.date(9999, 12, 30)).map(dt.date.isoformat)
instants = st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC))  # noqa: DTZ001 - hypothesis attaches the zone itself
moments = dates | instants.map(moment_of)
lines = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=30)
finite = st.floats(allow_nan=False, allow_infinity=False)
counts = st.integers(0, 2**53)


def _between(ends: list[str]) -> Period:
    start, end = sorted(ends, key=event_us)
    return Period(start, end)


def _two(ends: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(ends, min_size=2, max_size=2, unique=True)


spans = _two(dates).map(_between) | _two(instants.map(moment_of)).map(_between)
lengths = st.sampled_from(["P1M", "P12M", "P7D", "PT24H"])
instant_periods = moments.map(lambda end: Period(None, end))
open_periods = st.builds(Period, st.none(), moments, st.none() | lengths)
any_periods = spans | open_periods

sources = st.builds(
    Source,
    publisher=slugs,
    name=lines,
    tier=st.sampled_from(Tier),
    url=st.sampled_from([None, "http://a", "https://example.com/upi?year=2023&x=%20#top", "https://xn--r8jz45g.jp/é"]),
    ref=st.none() | lines,
    sha256=st.none() | st.binary(min_size=32, max_size=32).map(bytes.hex),
    span=st.none() | st.tuples(st.integers(0, 999), st.integers(1_000, 2**31)),
)
origins = st.builds(
    Origin,
    topic=st.none() | st.sampled_from(["paysignal.facts.v1"]),
    partition=st.none() | st.integers(0, 7),
    offset=st.none() | counts,
    file=st.none() | lines,
    line=st.none() | counts,
    span=st.none() | st.tuples(counts, counts),
)


def _values(measure: Measure, kind: Kind) -> st.SearchStrategy[float]:
    low = {Kind.LEVEL: 0.0, Kind.GROWTH: -1.0, Kind.CHANGE: None}[kind]
    if measure.nature.up_to_one and kind is not Kind.GROWTH:
        return st.floats(-1.0 if low is None else low, 1.0)
    return st.floats(min_value=low, allow_nan=False, allow_infinity=False)


def _money(measure: Measure) -> st.SearchStrategy[tuple[str, Prices]]:
    if measure.unit is Unit.CURRENCY:
        return st.tuples(currencies, st.sampled_from(Prices))
    return st.just(("", Prices.CURRENT))


@st.composite
def claims(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Claim:
    """Any claim that may be sent, with its id."""
    measure = draw(st.sampled_from(list(MEASURES.values())))
    kind = draw(st.sampled_from(Kind))
    level = kind is Kind.LEVEL
    currency, prices = draw(_money(measure))
    baselines = st.sampled_from(Comparison) | spans.map(lambda period: Baseline(str(period.start), period.end))
    return identified(
        Claim(
            provider=draw(slugs),
            market=draw(markets),
            measure=measure.name,
            segment=draw(st.just("") | slugs),
            kind=kind,
            value=draw(_values(measure, kind)),
            bound=draw(st.sampled_from(Bound)),
            step=draw(st.none() | st.floats(0, exclude_min=True, allow_infinity=False)),
            unit=unit_of(measure.name, kind),
            currency=currency,
            prices=prices,
            period=draw(instant_periods if level and measure.nature.at_instant else any_periods),
            baseline=None if level else draw(baselines),
            known_at=draw(moments),
            known_at_basis=draw(st.sampled_from(Basis)),
            source=draw(sources),
            confidence=draw(st.none() | st.floats(0, 1)),
            equivalent_of=draw(st.none() | ids),
            break_=draw(st.none() | st.builds(Break, date=moments, note=lines)) if level else None,
        )
    )


retractions = st.builds(Retraction, retracts=ids, source=sources, known_at=moments).map(identified)


@st.composite
def increments(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Increment:
    """Any increment that may be sent."""
    summed = [each for each in MEASURES.values() if each.nature in {Nature.STOCK, Nature.FLOW}]
    measure = draw(st.sampled_from(summed))
    currency, prices = draw(_money(measure))
    publisher = draw(slugs)
    return Increment(
        id=increment_id(publisher, draw(st.text(min_size=1))),
        provider=draw(slugs),
        market=draw(markets),
        measure=measure.name,
        segment=draw(st.just("") | slugs),
        currency=currency,
        prices=prices,
        value=draw(st.floats(-LARGEST_INCREMENT, LARGEST_INCREMENT, exclude_min=True, exclude_max=True)),
        at=draw(instants),
        publisher=publisher,
    )


ticks = st.builds(Tick, id=ids, at=instants, publisher=slugs)

series = st.builds(
    Series,
    provider=slugs,
    market=markets,
    measure=st.sampled_from(sorted(MEASURES)),
    segment=st.just("") | slugs,
    grain=st.sampled_from(Grain),
    currency=st.just("") | currencies,
    prices=st.sampled_from(Prices),
)


@st.composite
def readings(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Reading:
    """Any reading that the engine may send."""
    low, value, high = sorted(draw(st.tuples(finite, finite, finite)))
    return Reading(
        series=draw(series),
        indicator=draw(st.sampled_from(["level", "year_on_year_growth", "rolling_sum"])),
        window=draw(st.sampled_from(["", "24h", "90d"])),
        baseline=draw(st.sampled_from(["", "previous", "year_ago"])),
        origin=draw(st.sampled_from(["stated", "derived"])),
        value=value,
        low=draw(st.none() | st.just(low)),
        high=draw(st.none() | st.just(high)),
        bound=draw(st.sampled_from(Bound)),
        unit=draw(st.sampled_from(Unit)),
        start=draw(st.none() | moments),
        event_time=draw(moments),
        known_at=draw(moments),
        gap_days=draw(st.none() | counts),
        facts=draw(counts),
        sources=tuple(draw(st.lists(slugs, max_size=8))),
        inputs=tuple(draw(st.lists(ids, max_size=8))),
        flags=tuple(draw(st.lists(st.sampled_from(["conflict", "small_base"]), max_size=2))),
        final=draw(st.booleans()),
        version=draw(counts),
        definition="year_on_year_growth@1",
    )


@st.composite
def alerts(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Alert:
    """Any alert that a worker may send."""
    low, value, high = sorted(draw(st.tuples(finite, finite, finite)))
    return Alert(
        rule=draw(slugs),
        severity=draw(st.sampled_from(["info", "warning", "critical"])),
        series=draw(series),
        state=draw(st.sampled_from(["firing", "possible", "resolved"])),
        reason=draw(st.sampled_from(["crossed", "interval", "cleared", "withdrawn", "outdated", "doubted", "unasked"])),
        direction=draw(st.sampled_from(["above", "below"])),
        value=value,
        low=draw(st.none() | st.just(low)),
        high=draw(st.none() | st.just(high)),
        unit=draw(st.sampled_from(Unit)),
        threshold=draw(finite),
        since=draw(moments),
        event_time=draw(moments),
        known_at=draw(moments),
        reading=draw(st.text(max_size=99)),
        version=draw(counts),
        summary=draw(st.text("abc é%", min_size=1, max_size=99)),
    )


originals = st.binary(max_size=999)
rejecteds: st.SearchStrategy[Rejected] = st.builds(rejected, st.sampled_from(Reason), st.text(), originals, origins)
lates: st.SearchStrategy[Late] = st.builds(
    late, finite, st.lists(st.sampled_from(["24h", "7d"])).map(tuple), originals, origins
)
