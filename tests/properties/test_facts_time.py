"""Moments, periods and intervals: what holds on the whole calendar."""

import datetime as dt

import hypothesis.strategies as st
from hypothesis import assume, given

from paysignal.facts.errors import Refused
from paysignal.facts.intervals import Interval, interval_of, step_of
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.measures import Nature
from paysignal.facts.moments import event_us, instant_of, known_us, moment_at, moment_of, months_later
from paysignal.facts.periods import Grain, Period, grain_of, months_in, previous_of, year_ago_of
from tests.tools import strategies

zones = st.timedeltas(dt.timedelta(hours=-14), dt.timedelta(hours=14)).map(dt.timezone)
first_days = st.builds(dt.date, st.integers(1, 9_900), st.integers(1, 12), st.just(1)).map(dt.date.isoformat)
ends = st.none() | strategies.finite


@given(strategies.instants, zones)
def test_an_instant_has_one_text_in_every_zone(instant: dt.datetime, zone: dt.timezone) -> None:
    """And the text gives it back, to the microsecond."""
    assume(dt.timedelta(days=1) < instant - dt.datetime(1, 1, 1, tzinfo=dt.UTC))
    text = moment_of(instant)
    assert instant_of(text) == instant
    assert moment_of(instant.astimezone(zone)) == text
    assert moment_at(event_us(text)) == text


@given(st.text(st.sampled_from("0123456789-:.TZtz+ \u0661"), max_size=30) | strategies.moments)
def test_a_text_is_canonical_or_refused(text: str) -> None:
    """No text is taken that its own instant would not be written as."""
    try:
        instant = instant_of(text)
    except Refused:
        return
    assert text in {moment_of(instant), instant.date().isoformat()}


@given(strategies.moments, strategies.moments)
def test_known_time_is_never_before_event_time(first: str, second: str) -> None:
    """Of one moment; and dates keep their order in both."""
    assert 0 <= known_us(first) - event_us(first) < 86_400_000_000
    if len(first) == len(second) == 10:
        assert (first < second) == (event_us(first) < event_us(second)) == (known_us(first) < known_us(second))


@given(strategies.dates, st.integers(-30, 30))
def test_months_later_lands_in_that_month(date: str, months: int) -> None:
    """On the same day, or on the month's last when it has no such day."""
    try:
        then = instant_of(months_later(date, months))
    except Refused:
        assert not 12 <= instant_of(date).year * 12 + instant_of(date).month - 1 + months < 120_000
        return
    start = instant_of(date)
    assert then.year * 12 + then.month == start.year * 12 + start.month + months
    assert then.day == start.day or (then.day < start.day and (then + dt.timedelta(days=1)).day == 1)


@given(first_days, st.sampled_from([(1, Grain.MONTH), (3, Grain.QUARTER), (6, Grain.HALF), (12, Grain.YEAR)]))
def test_calendar_periods_follow_on_one_another(start: str, length: tuple[int, Grain]) -> None:
    """From a first of a month: the grain is exact, the previous one and the year before have it too, without a gap."""
    months, grain = length
    period = Period(start, months_later(start, months))
    assert grain_of(period, Nature.FLOW) is grain
    assert months_in(start, period.end) == months
    previous, year_ago = previous_of(period), year_ago_of(period)
    if previous is not None:
        assert previous.end == period.start
        assert grain_of(previous, Nature.FLOW) is grain
    if year_ago is not None:
        assert grain_of(year_ago, Nature.FLOW) is grain
        assert (year_ago == previous) == (grain is Grain.YEAR)


@given(strategies.any_periods, st.sampled_from(Nature))
def test_every_period_has_a_grain_and_neighbours_or_none(period: Period, nature: Nature) -> None:
    """Nothing raises; an earlier period ends no later than this one starts or is its like of the year before."""
    assert (grain_of(period, nature) is Grain.INSTANT) == nature.at_instant
    previous, year_ago = previous_of(period), year_ago_of(period)
    if period.start is None:
        assert previous is None
        assert year_ago is None
    if previous is not None:
        assert previous.end == period.start
    if year_ago is not None:
        assert event_us(year_ago.end) < event_us(period.end)


@given(ends, ends, ends, ends, strategies.finite)
def test_an_overlap_holds_what_both_hold(
    a: float | None, b: float | None, c: float | None, d: float | None, value: float
) -> None:
    """And nothing else; meeting is the same in both directions."""
    first = Interval(*sorted((a, b))) if a is not None and b is not None else Interval(a, b)
    second = Interval(*sorted((c, d))) if c is not None and d is not None else Interval(c, d)
    both = first.overlap(second)
    assert both == second.overlap(first)
    assert (first.holds(value) and second.holds(value)) == (both is not None and both.holds(value))
    assert first.meets(first)


@given(strategies.finite, st.sampled_from(Bound), st.none() | st.floats(0, exclude_min=True, allow_infinity=False))
def test_an_interval_holds_its_value_and_about_is_wider(value: float, bound: Bound, step: float | None) -> None:
    """Whatever the kind allows."""
    for kind, low in ((Kind.CHANGE, None), (Kind.LEVEL, 0.0), (Kind.GROWTH, -1.0)):
        if low is None or value >= low:
            assert interval_of(value, bound, step, kind).holds(value)
            exact = interval_of(value, Bound.EXACT, step, kind)
            assert exact.width <= interval_of(value, Bound.ABOUT, step, kind).width


@given(st.integers(-(10**40), 10**40), st.integers(0, 12))
def test_the_step_is_at_the_last_printed_digit(number: int, zeros: int) -> None:
    """Zeros added before the point make it coarser, zeros behind it finer, each by a digit."""
    digits = f"{number}{'0' * zeros}"
    significant = digits.rstrip("0").lstrip("-")
    expected = float(f"1e{len(digits) - len(digits.rstrip('0'))}") if significant else 1.0
    assert step_of(digits) == expected
    assert step_of(f"{digits}.{'0' * (zeros + 1)}") == float(f"1e-{zeros + 1}")


@given(st.text(max_size=20))
def test_any_text_has_a_step_or_is_refused(text: str) -> None:
    """Nothing else is raised, and the step is a positive finite number."""
    try:
        step = step_of(text)
    except Refused:
        return
    assert 0 < step < float("inf")
