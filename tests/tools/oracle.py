"""What readings of claims must be, worked out from the words of the design: slow, plain, and none of the engine's code.

oracle(facts, known_by="2024-05-01") -> {(series key, indicator, baseline): Expected}
"""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.measures import Nature, measure_named

TIERS = ("official", "company", "press", "other")
DAY = dt.timedelta(days=1)

Fact = Claim | Retraction
Key = tuple[str, str, str]
Ends = tuple[Fraction | None, Fraction | None]
Period = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Expected:
    """A reading: exact value and ends, the period, who agrees (the shown one first), and whether others do not."""

    value: Fraction
    low: Fraction | None
    high: Fraction | None
    start: str | None
    end: str
    publishers: tuple[str, ...]
    conflict: bool
    gap_days: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """What is shown of one period: the claim, what all that agree leave open, and those that do not agree."""

    shown: Claim
    low: Fraction | None
    high: Fraction | None
    agreeing: tuple[Claim, ...]
    conflicts: int


def oracle(facts: Iterable[Fact], known_by: str | None = None) -> dict[Key, Expected]:
    """Every reading that the facts known by the end of that day (or that instant) give."""
    horizon = None if known_by is None else known(known_by)
    seen = [fact for fact in facts if horizon is None or known(str(fact.known_at)) <= horizon]
    by_series: dict[str, list[Claim]] = defaultdict(list)
    breaks: dict[str, list[dt.datetime]] = defaultdict(list)
    for claim in {str(each.id): each for each in standing(seen)}.values():
        by_series[claim.series.key].append(claim)
    for claims in by_series.values():
        breaks[claims[0].partition_key].extend(_breaks(claims))
    return {
        (key, indicator, baseline): expected
        for key, claims in by_series.items()
        for indicator, baseline, expected in _of_series(claims, breaks[claims[0].partition_key])
    }


def standing(facts: Sequence[Fact]) -> Iterator[Claim]:
    """Claims that their own publisher has not taken back."""
    taken_back = {(fact.retracts, fact.source.publisher) for fact in facts if isinstance(fact, Retraction)}
    for fact in facts:
        if isinstance(fact, Claim) and (fact.id, fact.source.publisher) not in taken_back:
            yield fact


def known(moment: str) -> dt.datetime:
    """When it was known: a date means its last moment."""
    return instant(moment) + (DAY - dt.timedelta(microseconds=1) if len(moment) == len("2018-09-18") else DAY * 0)


def instant(moment: str) -> dt.datetime:
    """The moment as a datetime."""
    read = dt.datetime.fromisoformat(moment)
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def _breaks(claims: list[Claim]) -> list[dt.datetime]:
    """The breaks that stand in a series; they part every series that differs from it in its grain only."""
    newest = {
        (claim.kind, claim.dated, claim.baseline_text, claim.source.publisher): claim for claim in _by_age(claims)
    }
    return [instant(claim.break_.date) for claim in newest.values() if claim.break_ is not None]


def _of_series(claims: list[Claim], breaks: list[dt.datetime]) -> Iterator[tuple[str, str, Expected]]:
    stated = {Kind.LEVEL: "level", Kind.CHANGE: "stated_gain", Kind.GROWTH: "stated_growth"}
    for kind, indicator in stated.items():
        for baseline in {claim.baseline_text for claim in claims if claim.kind is kind}:
            figures = _figures([each for each in claims if (each.kind, each.baseline_text) == (kind, baseline)])
            period = max(figures, key=lambda each: instant(each[1]))
            figure = figures[period]
            yield indicator, baseline, _expected(Fraction(figure.shown.value), (figure.low, figure.high), [figure])
    levels = _figures([claim for claim in claims if claim.kind is Kind.LEVEL])
    for baseline in ("previous", "year_ago"):
        yield from _derived(levels, breaks, baseline)


def _derived(
    levels: Mapping[Period, Figure], breaks: list[dt.datetime], baseline: str
) -> Iterator[tuple[str, str, Expected]]:
    name = {"previous": "previous_period_growth", "year_ago": "year_on_year_growth"}[baseline]
    compared = [
        (current, base)
        for current in sorted(levels, key=lambda each: instant(each[1]), reverse=True)
        for base in [_base_of(current, levels, baseline)]
        if base is not None and not any(_lies_between(broken, base, current) for broken in breaks)
    ]
    for current, base in compared[:1]:
        now, then = levels[current], levels[base]
        ends = _minus(now.low, then.high), _minus(now.high, then.low)
        value = Fraction(now.shown.value) - Fraction(then.shown.value)
        yield "derived_gain", baseline, _expected(value, ends, [now, then], _gap(current, base))
    for current, base in [pair for pair in compared if levels[pair[1]].shown.value > 0][:1]:
        now, then = levels[current], levels[base]
        low = Fraction(-1) if then.high is None or now.low is None else now.low / then.high - 1
        high = None if now.high is None or not then.low else now.high / then.low - 1
        value = Fraction(now.shown.value) / Fraction(then.shown.value) - 1
        yield name, baseline, _expected(value, (low, high), [now, then], _gap(current, base))


def _expected(value: Fraction, ends: Ends, figures: list[Figure], gap: int | None = None) -> Expected:
    period = figures[0].shown.dated
    agreeing = [claim.source.publisher for figure in figures for claim in figure.agreeing]
    conflict = any(figure.conflicts for figure in figures)
    return Expected(value, *ends, period.start, period.end, tuple(dict.fromkeys(agreeing)), conflict, gap)


def _minus(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    return None if left is None or right is None else left - right


def _figures(claims: Sequence[Claim]) -> dict[Period, Figure]:
    """By period the figure that is shown, of claims of one kind and baseline."""
    by_period: dict[Period, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_period[claim.dated.start, claim.dated.end].append(claim)
    return {period: figure_of(each) for period, each in by_period.items()}


def figure_of(claims: Sequence[Claim]) -> Figure:
    """What is shown of claims about one thing: per publisher the newest, then who agrees with whom, then the finest."""
    newest = {claim.source.publisher: claim for claim in _by_age(claims)}
    ranked = sorted(newest.values(), key=lambda each: str(each.id))
    ranked.sort(key=lambda each: known(str(each.known_at)), reverse=True)
    ranked.sort(key=lambda each: TIERS.index(each.source.tier))
    agreeing, (low, high) = [ranked[0]], ends_of(ranked[0])
    for claim in ranked[1:]:
        below, above = ends_of(claim)
        met_low = low if below is None else below if low is None else max(low, below)
        met_high = high if above is None else above if high is None else min(high, above)
        if met_low is None or met_high is None or met_low <= met_high:
            agreeing, low, high = [*agreeing, claim], met_low, met_high
    agreeing.sort(key=_finest)
    shown = Fraction(agreeing[0].value)
    low, high = low if low is None else min(low, shown), high if high is None else max(high, shown)
    return Figure(agreeing[0], low, high, tuple(agreeing), len(ranked) - len(agreeing))


def _by_age(claims: Iterable[Claim]) -> list[Claim]:
    """The newest last: a publisher's later word replaces its earlier one, break and all; of one day's the finer."""
    ordered = sorted(claims, key=lambda each: str(each.id))
    ordered.sort(key=lambda each: _finest(each)[:2], reverse=True)
    return sorted(ordered, key=lambda each: known(str(each.known_at)))


def _finest(claim: Claim) -> tuple[bool, Fraction, int, dt.datetime, str]:
    """Two-sided before one-sided, narrow before wide, the tighter bound first; then tier, earliest known, id."""
    low, high = ends_of(claim)
    if low is None or high is None:
        size = -low if low is not None else high if high is not None else Fraction(0)
        one_sided = True
    else:
        size, one_sided = high - low, False
    return one_sided, size, TIERS.index(claim.source.tier), known(str(claim.known_at)), str(claim.id)


def ends_of(claim: Claim) -> Ends:
    """What the statement leaves open: half a step either way, a whole one for about, one side for bounds."""
    floor = {Kind.LEVEL: Fraction(0), Kind.GROWTH: Fraction(-1), Kind.CHANGE: None}[claim.kind]
    value, step = Fraction(repr(claim.value)), Fraction(repr(claim.step or 0.0))
    if claim.bound in {Bound.AT_LEAST, Bound.MORE_THAN}:
        return Fraction(claim.value), None
    if claim.bound in {Bound.AT_MOST, Bound.LESS_THAN}:
        return floor, Fraction(claim.value)
    spread = step if claim.bound is Bound.ABOUT else step / 2
    low, high = Fraction(float(value - spread)), Fraction(float(value + spread))
    return low if floor is None else max(floor, low), high


def _base_of(current: Period, levels: Mapping[Period, Figure], baseline: str) -> Period | None:
    """Which period the current one is compared with."""
    if measure_named(next(iter(levels.values())).shown.measure).nature is Nature.STOCK:
        return _earlier_stock(current, levels, baseline)
    start, end = current
    if start is None:
        return None
    if baseline == "year_ago":
        wanted: Period = months_before(start, 12), months_before(end, 12)
    else:
        length = whole_months(start, end)
        if length is not None:
            wanted = months_before(start, length), start
        else:
            wanted = str((instant(start) - (instant(end) - instant(start))).date()), start
    return wanted if wanted in levels else None


def _earlier_stock(current: Period, levels: Mapping[Period, Figure], baseline: str) -> Period | None:
    earlier = [each for each in levels if instant(each[1]) < instant(current[1])]
    if baseline == "previous":
        return max(earlier, key=lambda each: instant(each[1]), default=None)
    wanted = instant(months_before(current[1], 12))
    near = [each for each in earlier if abs(instant(each[1]) - wanted) <= 15 * DAY]
    return min(near, key=lambda each: (abs(instant(each[1]) - wanted), wanted - instant(each[1])), default=None)


def _gap(current: Period, base: Period) -> int | None:
    return (instant(current[1]) - instant(base[1])).days if current[0] is None else None


def _lies_between(broken: dt.datetime, base: Period, current: Period) -> bool:
    """Whether some of the base lies before the break, and some of the current one after it."""
    first_of_base = instant(base[0]) if base[0] else instant(base[1]) - DAY / 86_400
    return first_of_base < broken < instant(current[1])


def months_before(moment: str, months: int) -> str:
    """The date so many calendar months earlier, in a shorter month its last day."""
    day = instant(moment)
    count = day.year * 12 + day.month - 1 - months
    year, month = count // 12, count % 12 + 1
    return f"{year:04}-{month:02}-{min(day.day, calendar.monthrange(year, month)[1]):02}"


def whole_months(start: str, end: str) -> int | None:
    """How many calendar months lie between two dates; None unless it is a whole number of them."""
    first, last = instant(start), instant(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    ahead = first.year * 12 + first.month - 1 + months
    year, month = ahead // 12, ahead % 12 + 1
    day = min(first.day, calendar.monthrange(year, month)[1])
    return months if months > 0 and (last.year, last.month, last.day) == (year, month, day) else None
