"""Fifth stage: what a sentence says of time. A period that no word states is left out, not guessed."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Comparison
from paysignal.facts.periods import Period
from paysignal.sources.article import calendar as words
from paysignal.sources.article.model import PeriodMention, Span, Times, When

_Match = re.Match[str]
#: From a match and the day of publication (None where unknown) to a period; None when that day is needed.
_Maker = Callable[[_Match, str | None], Period | None]

_M = rf"(?:{words.MONTH_NAMES})\.?"
_Y = r"(?:19|20)\d{2}"
_TH = r"(?:st|nd|rd|th)?"
_DAY = (
    rf"(?:(?P<d>\d{{1,2}}){_TH}\s+(?P<dm>{_M}),?\s+(?P<dy>{_Y})"
    rf"|(?P<em>{_M})\s+(?P<ed>\d{{1,2}}){_TH},?\s+(?P<ey>{_Y})"
    rf"|(?P<iso>{_Y}-\d{{2}}-\d{{2}}))"
)
_NUMBER = rf"(?:{'|'.join(words.NUMBERS)}|\d{{1,2}})"
_ORDINAL = "|".join(words.ORDINALS)
_AT_END = r"(?:as\sof|as\sat|by|at|until)\s(?:the\s)?end[\s-](?:of\s)?"
_ENDED = r"(?:to|ended|ending|through|until|up\sto)(?:\son)?"


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    when: When
    maker: _Maker


def _rule(pattern: str, maker: _Maker, when: When = When.DURING) -> _Rule:
    return _Rule(re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE), when, maker)


def _day(match: _Match, _: str | None) -> Period:
    if match["iso"]:
        year, number, of_month = (int(part) for part in match["iso"].split("-"))
        return words.day(year, number, of_month)
    if match["d"]:
        return words.day(int(match["dy"]), _month_number(match["dm"]), int(match["d"]))
    return words.day(int(match["ey"]), _month_number(match["em"]), int(match["ed"]))


def _as_of_day(match: _Match, published: str | None) -> Period:
    return Period(None, _day(match, published).end)


def _months_to_day(match: _Match, published: str | None) -> Period:
    """Twelve months to 18 September: they end where that day starts, as news count them."""
    end = _day(match, published).start
    assert end is not None  # noqa: S101  a day has a start
    return words.months_to(end, _number(match["n"]))


def _months_to_month(match: _Match, _: str | None) -> Period:
    return words.months_to(words.month(int(match["y"]), _month_number(match["m"])).end, _number(match["n"]))


def _months_together(match: _Match, _: str | None) -> Period:
    first, last, year = _month_number(match["m1"]), _month_number(match["m2"]), int(match["y"])
    if first > last:
        return words.month(year - 1, first, 12 - first + last + 1)
    return words.month(year, first, last - first + 1)


def _month(match: _Match, _: str | None) -> Period:
    return words.month(int(match["y"]), _month_number(match["m"]))


def _quarter(match: _Match, _: str | None) -> Period:
    return words.quarter(int(match["y"]), _ordinal(match["q"]))


def _half(match: _Match, _: str | None) -> Period:
    return words.half(int(match["y"]), _ordinal(match["h"]))


def _year(match: _Match, _: str | None) -> Period:
    return words.year_of(int(match["y"]))


def _end_of_year(match: _Match, _: str | None) -> Period:
    return Period(None, words.year_of(int(match["y"])).end)


def _end_of_month(match: _Match, _: str | None) -> Period:
    return Period(None, words.month(int(match["y"]), _month_number(match["m"])).end)


def _bare_month(match: _Match, published: str | None) -> Period | None:
    return words.last_month_named(_month_number(match["m"]), published) if published else None


def _last(match: _Match, published: str | None) -> Period | None:
    return words.before(published, match["unit"].lower()) if published else None


#: Tried from the top; a span of text that one rule took is not read again.
_RULES = (
    _rule(rf"(?P<n>{_NUMBER})[\s-]months?(?:\speriod)?\s{_ENDED}\s{_DAY}", _months_to_day),
    _rule(rf"(?P<n>{_NUMBER})[\s-]months?(?:\speriod)?\s{_ENDED}\s(?P<m>{_M})\s(?P<y>{_Y})", _months_to_month),
    _rule(rf"{_AT_END}(?P<m>{_M})\s(?P<y>{_Y})", _end_of_month, When.AS_OF),
    _rule(rf"{_AT_END}(?P<y>{_Y})", _end_of_year, When.AS_OF),
    _rule(rf"(?:as\sof|as\sat|by)\s{_DAY}", _as_of_day, When.AS_OF),
    _rule(rf"(?:as\sof|as\sat|by)\s(?P<m>{_M})\s(?P<y>{_Y})", _end_of_month, When.AS_OF),
    _rule(_DAY, _day),
    _rule(rf"(?P<m1>{_M})(?:\s(?:and|to|through|until)\s|\s?[-–]\s?)(?P<m2>{_M})\s(?P<y>{_Y})", _months_together),
    _rule(rf"(?P<q>{_ORDINAL})[\s-]quarter(?:\s(?:of|in))?,?\s(?P<y>{_Y})|Q(?P<q2>[1-4])[\s,]*(?:FY)?(?P<y2>{_Y})",
          lambda match, _: words.quarter(int(match["y"] or match["y2"]), _ordinal(match["q"] or match["q2"]))),
    _rule(rf"(?P<h>first|second)[\s-]half(?:\s(?:of|in))?,?\s(?P<y>{_Y})", _half),
    _rule(rf"H(?P<h>[12])\s(?P<y>{_Y})", _half),
    _rule(rf"(?P<m>{_M}),?\s(?:of\s)?(?P<y>{_Y})", _month),
    _rule(rf"(?:in|for|during|over|throughout|full[\s-]year|the\syear|calendar(?:\syear)?)\s(?P<y>{_Y})", _year),
    _rule(r"last\s(?P<unit>month|quarter|year)", _last),
    _rule(rf"(?:in|during|for|since)\s(?P<m>{_M})(?!\s\d)", _bare_month),
)  # fmt: skip

_EARLIER = r"(?:a|the|one)\syear\s(?:earlier|ago|before|previously|prior)"
_YEAR_AGO = re.compile(
    rf"\b(?:(?:{_EARLIER}|year[- ](?:on|over)[- ]year|yoy|y/y|y-o-y|on\sthe\syear|year[- ]ago|than\slast\syear)\b"
    r"|(?:over|from|in|than|with|to|of|during)\s(?:the\s)?(?:same|corresponding|comparable)\s"
    r"(?:period|quarter|month|half|time|season)\s(?:(?:of\s)?(?:the\s)?(?:last|previous|prior|preceding)\syear"
    r"|a\syear|in\s(?:19|20)\d\d)\b"
    r"|(?:from|over|than|with|to)\s(?:the\s)?(?:previous|prior|preceding|last)\syear\b|annual\s(?=growth|increase|rise|gain))",
    re.IGNORECASE,
)
_PREVIOUS = re.compile(
    r"\b(?:(?:quarter|month|week)[- ](?:on|over)[- ](?:quarter|month|week)|qoq|q/q|mom|m/m|sequentially"
    r"|(?:from|over|than|with|to)\s(?:the\s)?(?:previous|prior|preceding|last)\s(?:quarter|month|week|half))\b",
    re.IGNORECASE,
)


def times_of(text: str, published: str | None) -> Times:
    """The periods and the comparison that a sentence names; `published` turns "last month" into a date."""
    comparison = _comparison(text)
    taken: list[Span] = [match.span() for match in (*_YEAR_AGO.finditer(text), *_PREVIOUS.finditer(text))]
    mentions = []
    for rule in _RULES:
        for match in rule.pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            period = _made(rule, match, published)
            if period is not None:
                mentions.append(PeriodMention(match.span(), period, rule.when))
    return Times(tuple(sorted(mentions, key=lambda mention: mention.span)), comparison)


def _made(rule: _Rule, match: _Match, published: str | None) -> Period | None:
    """A 31 June or a year 0 is no date: what is printed there is left alone."""
    try:
        return rule.maker(match, published)
    except Refused:
        return None


def _comparison(text: str) -> Comparison | None:
    if _YEAR_AGO.search(text):
        return Comparison.YEAR_AGO
    return Comparison.PREVIOUS if _PREVIOUS.search(text) else None


def _month_number(name: str) -> int:
    return words.MONTHS[name.lower().rstrip(".")]


def _number(text: str) -> int:
    return words.NUMBERS.get(text.lower()) or int(text)


def _ordinal(text: str) -> int:
    return words.ORDINALS.get(text.lower()) or int(text)
