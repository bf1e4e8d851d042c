"""Figures, spans of time and names as people write them. Pure."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.measures import Unit
from paysignal.facts.moments import instant_of, is_date
from paysignal.facts.periods import Grain, months_in
from paysignal.facts.providers import ALL, provider_name

_BOUND_WORDS = {
    Bound.EXACT: "",
    Bound.ABOUT: "about ",
    Bound.AT_LEAST: "≥ ",
    Bound.MORE_THAN: "> ",
    Bound.AT_MOST: "≤ ",
    Bound.LESS_THAN: "< ",
}
_MAGNITUDES = ((10**12, " trillion"), (10**9, " billion"), (10**6, " million"))

#: Figures are read, not calculated with: four digits tell more than any of our sources is sure of.
_DIGITS = 4

_MOST_PLACES = 4

#: As long as a slug may be.
_NAME_CHARACTERS = 64

_MONTHS_OF_QUARTER = 3
_DAY = 86_400
_DAYS_A_MONTH = 30.44
_DAYS_A_YEAR = 365.25
_AGES = ((_DAYS_A_YEAR * _DAY, "year"), (_DAYS_A_MONTH * _DAY, "month"), (_DAY, "day"), (3_600, "hour"), (60, "minute"))


def number(value: float) -> str:
    """`2955` → "2,955", `2e8` → "200 million", `0.0004` → "0.0004": four digits, but a whole number under a million."""
    for size, word in _MAGNITUDES:
        if abs(value) >= size:
            return _digits(value / size) + word
    return f"{value:,.0f}" if value == int(value) else _digits(value)


def _digits(value: float) -> str:
    rounded = Decimal(f"{value:.{_DIGITS}g}")
    whole = rounded == rounded.to_integral_value()
    return f"{rounded:,.0f}" if whole else f"{rounded.normalize():,f}"


def percent(ratio: float, *, sign: bool) -> str:
    """`50` → "+5,000 %", `0.425` → "+42.5 %"; three digits at least, whole from 1,000 %."""
    return f"{percent_digits(ratio, sign=sign)} %"


def percent_digits(ratio: float, *, sign: bool = False) -> str:
    """The same without the percent sign: at most one decimal, or three digits where it is smaller than 0.1 %."""
    hundredths = Decimal(repr(ratio)) * 100
    places = 1 if abs(hundredths) >= Decimal("0.1") or not hundredths else 3
    text = f"{hundredths:{'+' if sign else ''},.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return _minus(text)


def amount(value: float, unit: Unit, currency: str) -> str:
    """A level in its unit: "CNY 2,955", "US$14 billion", "42 %", "200 million"."""
    if unit is Unit.RATIO:
        return percent(value, sign=False)
    return _money(currency) + _minus(number(value))


def _money(currency: str) -> str:
    if not currency:
        return ""
    return "US$" if currency == "USD" else f"{currency} "


def statement(value: float, bound: Bound, kind: Kind, unit: Unit, currency: str) -> str:
    """What was stated, its bound in words: "> +5,000 %", "gained > 200 million", "CNY 2,955"."""
    words = _BOUND_WORDS[bound]
    if kind is Kind.GROWTH:
        return words + percent(value, sign=True)
    if kind is Kind.LEVEL:
        return words + amount(value, unit, currency)
    verb = "lost" if value < 0 else "gained"
    size = f"{percent_digits(abs(value))} points" if unit is Unit.RATIO else amount(abs(value), unit, currency)
    return f"{verb} {words}{size}"


def interval(low: float | None, high: float | None, unit: Unit) -> str:
    """Both ends in the unit of the value: "42.5 to 43.5", "13.5 to 14.5 billion"; empty when a side is open."""
    if low is None or high is None:
        return ""
    if unit is Unit.RATIO:
        return _percent_interval(Decimal(repr(low)) * 100, Decimal(repr(high)) * 100)
    ends = number(low), number(high)
    (first, _, magnitude), last = ends[0].partition(" "), ends[1]
    same = magnitude and last.endswith(f" {magnitude}")
    return _minus(f"{first if same else ends[0]} to {last}")


def _percent_interval(low: Decimal, high: Decimal) -> str:
    """Both ends with as many places as it takes to tell them apart, and none when both are whole."""
    width = high - low
    places = 1 if width >= 1 or not width else min(_MOST_PLACES, -width.adjusted())
    ends = [f"{end:,.{places}f}" for end in (low, high)]
    if all(end.endswith("." + "0" * places) for end in ends):
        ends = [end.partition(".")[0] for end in ends]
    return _minus(" to ".join(ends))


def _minus(text: str) -> str:
    """With the minus sign instead of the hyphen, which breaks a line after itself."""
    return text.replace("-", "−")


def age(seconds: float) -> str:
    """How long ago: "8 years", "5 months", "1 hour"; "now" under a minute, "not over yet" for what lies ahead."""
    if seconds < 0:
        return "not over yet"
    for size, word in _AGES:
        count = int(seconds / size)
        if count:
            return f"{count} {word}" if count == 1 else f"{count} {word}s"
    return "now"


def period(start: str | None, end: str, grain: Grain, length: str | None = None) -> str:
    """The period as people name it: "Q1 2026", "2025", "June 2018", "on 30 June 2018", "1 Jun to 31 Aug 2018"."""
    if grain is Grain.OPEN:
        return f"{_length(length)} up to {_day(end)}" if length else f"not stated, told {_day(end)}"
    if start is None:
        return f"on {_last_day(end)}"
    return _calendar(start, end) or f"{_day(start)} to {_last_day(end)}"


def _length(duration: str) -> str:
    """ISO 8601 in words where it is one number: "P12M" is "12 months"; else as it is."""
    count, unit = duration[1:-1], {"D": "day", "W": "week", "M": "month", "Y": "year"}.get(duration[-1:])
    if unit is None or not count.isdecimal():
        return name(duration)
    return f"{count} {unit}" if count == "1" else f"{count} {unit}s"


def _calendar(start: str, end: str) -> str | None:
    """The name of a calendar year, quarter or month that is just `[start, end)`."""
    first, months = instant_of(start), months_in(start, end)
    if not is_date(start) or first.day != 1 or months is None:
        return None
    if months == 12 and first.month == 1:  # noqa: PLR2004 - a year
        return f"{first.year}"
    if months == _MONTHS_OF_QUARTER and first.month % _MONTHS_OF_QUARTER == 1:
        return f"Q{first.month // _MONTHS_OF_QUARTER + 1} {first.year}"
    last = instant_of(end) - dt.timedelta(days=1)
    return f"{last:%b %Y}" if months == 1 else f"{first:%b %Y} to {last:%b %Y}"


def _last_day(end: str) -> str:
    """The last day of a period that ends before the date `end`; an instant as it is."""
    return _written(instant_of(end) - dt.timedelta(days=1)) if is_date(end) else f"{instant_of(end):%Y-%m-%d %H:%M} UTC"


def _day(moment: str) -> str:
    return _written(instant_of(moment))


def _written(day: dt.datetime) -> str:
    return f"{day.day} {day:%b %Y}"


def provider(slug: str) -> str:
    """The name people know the provider by; a country's total is that of all providers."""
    return "All providers" if slug == ALL else provider_name(slug)


def measure(name: str, segment: str) -> str:
    """The measure with its segment: "transaction value, mobile money"."""
    words = name.replace("_", " ")
    return f"{words}, {segment.replace('-', ' ')}" if segment else words


def whose(grain: str, currency: str, prices: str) -> str:
    """What tells a series from others of its provider, market and measure: "quarter, CNY, constant prices"."""
    shown = "" if grain == "instant" else grain
    return ", ".join(filter(None, (shown, currency, "" if prices == "current" else f"{prices} prices")))


def baseline(text: str) -> str:
    """What a change or growth is measured against."""
    return {"": "", "previous": "previous period", "year_ago": "year before", "unstated": "not stated"}.get(
        text, text.replace("/", " to ")
    )


def name(text: str) -> str:
    """A name from outside, fit to be shown: cut, and without control characters or marks that turn the text around."""
    cut = text if len(text) <= _NAME_CHARACTERS else f"{text[:_NAME_CHARACTERS]}…"
    return "".join(character if character.isprintable() else "�" for character in cut)


def listed(names: Sequence[str], most: int) -> str:
    """The first names, and how many more there are: "alipay, reuters + 3"."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} + {len(names) - most}"
