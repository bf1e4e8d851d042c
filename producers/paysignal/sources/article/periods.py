"""Fifth stage: what a sentence says of time. A period that no word states is left out, not guessed.

Rules are patterns that are tried only at words that can start one. What is relative ("last month", "in the quarter") is
relative to the day of publication, or to the period that the title says the document reports on.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Comparison
from paysignal.facts.moments import instant_of
from paysignal.facts.periods import Period, months_in
from paysignal.sources.article import calendar as words
from paysignal.sources.article.model import When
from paysignal.sources.article.tokens import Tokens, is_latin, place_before
from paysignal.sources.article.vocabulary import Mark

_Match = re.Match[str]


class Now(NamedTuple):
    """What relative words are relative to: the day of publication, and the period the title reports on."""

    published: str | None = None
    report: Period | None = None

    @property
    def year(self) -> int | None:
        """The year that "last year" is the year before of."""
        if self.report is not None and self.report.start is not None and self.published is None:
            return instant_of(self.report.start).year
        return instant_of(self.published).year if self.published else None


class TimeMark(NamedTuple):
    """A mention of time by its tokens; `period` is None where it can not be told, `base` says others compare with it."""

    start: int
    end: int
    period: Period | None
    when: When
    base: bool = False


class Compared(NamedTuple):
    """A comparison by its tokens."""

    start: int
    end: int
    comparison: Comparison


class TimesFound(NamedTuple):
    """All a sentence says of time: periods, comparisons, rates ("a day"), and the tokens that they take."""

    periods: tuple[TimeMark, ...]
    compared: tuple[Compared, ...]
    rates: tuple[Mark, ...]
    taken: frozenset[int]


#: From a match and now to a period; None when something is missing.
_Maker = Callable[[_Match, Now], Period | None]

_M = rf"(?:{words.MONTH_NAMES})\b\.?"
_Y = r"(?:19|20)\d{2}"
_TH = r"(?:st|nd|rd|th)?"
_DAY = (
    rf"(?:(?P<d>\d{{1,2}}){_TH}(?:\s+of)?\s+(?P<dm>{_M})(?:,?\s+(?P<dy>{_Y})\b)?"
    rf"|(?P<em>{_M})\s+(?P<ed>\d{{1,2}}){_TH}\b(?![,.]\d|\s?(?:%|per|million|billion|lakh|crore|trillion))(?:,?\s+(?P<ey>{_Y})\b)?"
    rf"|(?P<iso>{_Y}-\d{{2}}-\d{{2}}))"
)
_N = rf"(?:{'|'.join(words.NUMBERS)}|\d{{1,2}})"
_ORDINAL = r"first|second|third|fourth|final|1st|2nd|3rd|4th"
_AT_END = r"(?:(?:as\s(?:of|at)|by|at|until|from|since)\s)?(?:the\s)?end(?:[\s-]of)?[\s-](?:the\s)?"
_TO = r"(?:to|ended|ending|through|until|up\sto|till|ended\son)(?:\son)?(?:\s(?:the\s)?end[\s-](?:of\s)?(?=[A-Z]))?"
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_FISCAL = r"(?:fiscal|financial|calendar)(?:\s(?:year|quarter))?\s"
_QUARTER, _HALF, _YEAR = 3, 6, 12


@dataclass(frozen=True, slots=True)
class _Rule:
    starts: frozenset[str]
    pattern: re.Pattern[str]
    when: When
    maker: _Maker


def _day_of(match: _Match, now: Now) -> Period | None:
    if match["iso"]:
        year, number, of_month = (int(part) for part in match["iso"].split("-"))
        return words.day(year, number, of_month)
    month, day, year_text = (
        (match["dm"], match["d"], match["dy"]) if match["d"] else (match["em"], match["ed"], match["ey"])
    )
    number = _month_number(month)
    if year_text:
        return words.day(int(year_text), number, int(day))
    if now.published is None:
        return None
    at = instant_of(now.published)
    past = (number, int(day)) <= (at.month, at.day)
    return words.day(at.year if past else at.year - 1, number, int(day))


def _as_of_day(match: _Match, now: Now) -> Period | None:
    day = _day_of(match, now)
    return Period(None, day.end) if day else None


def _months_to_day(match: _Match, now: Now) -> Period | None:
    """Twelve months to 18 September end where that day starts, as news count them; to a month's last day, after it."""
    day = _day_of(match, now)
    if day is None or day.start is None:
        return None
    end = day.end if day.end.endswith("-01") else day.start
    return words.months_to(end, _length(match))


def _weeks_to_day(match: _Match, now: Now) -> Period | None:
    day = _day_of(match, now)
    return words.days_before(day.end, _number(match["n"]) * 7) if day else None


def _months_to_month(match: _Match, now: Now) -> Period | None:
    month = _month_of(match["m"], match["y"], now)
    return words.months_to(month.end, _length(match)) if month else None


def _length(match: _Match) -> int:
    named = match.groupdict()
    if named.get("n"):
        return _number(named["n"])
    unit = (named.get("unit") or "year").lower()
    return (
        _QUARTER
        if unit.startswith("quarter")
        else _HALF
        if unit.startswith("half")
        else 1
        if unit == "month"
        else _YEAR
    )


def _months_together(match: _Match, now: Now) -> Period | None:
    first, last = _month_number(match["m1"]), _month_number(match["m2"])
    month = _month_of(match["m2"], match["y"], now)
    if month is None or month.start is None:
        return None
    year = instant_of(month.start).year
    return (
        words.month(year - 1, first, 13 - first + last) if first > last else words.month(year, first, last - first + 1)
    )


def _month_of(name: str, year: str | None, now: Now) -> Period | None:
    if year:
        return words.month(int(year), _month_number(name))
    return words.last_month_named(_month_number(name), now.published) if now.published else None


def _month(match: _Match, now: Now) -> Period | None:
    return _month_of(match["m"], match["y"], now)


def _end_of_month(match: _Match, now: Now) -> Period | None:
    month = _month_of(match["m"], match["y"], now)
    return Period(None, month.end) if month else None


def _quarter(match: _Match, now: Now) -> Period | None:
    named = match.groupdict()
    number = _QUARTERS.get((named.get("q") or "").lower()) or int(named.get("qn") or named.get("qm") or 0)
    year = _year_number(named.get("y") or named.get("ym"))
    if year:
        return words.quarter(year, number)
    if now.report is not None and now.report.start is not None:
        return words.quarter(instant_of(now.report.start).year, number)
    return words.latest_quarter(number, now.published) if now.published else None


def _half(match: _Match, now: Now) -> Period | None:
    named = match.groupdict()
    number = {"first": 1, "second": 2}.get((named.get("h") or "").lower()) or int(
        named.get("hn") or named.get("hm") or 0
    )
    year = _year_number(named.get("y") or named.get("ym"))
    if year:
        return words.half(year, number)
    if now.report is not None and now.report.start is not None:
        return words.half(instant_of(now.report.start).year, number)
    return words.latest_half(number, now.published) if now.published else None


def _year(match: _Match, _: Now) -> Period | None:
    year = _year_number(match["y"])
    if year and match.groupdict().get("split"):
        return words.month(year, 4, _YEAR)
    return words.year_of(year) if year else None


def _split_year(match: _Match, _: Now) -> Period:
    """India's financial year 2023-24 runs from April."""
    return words.month(int(match["y"]), 4, _YEAR)


def _end_of_year(match: _Match, _: Now) -> Period:
    return Period(None, words.year_of(int(match["y"])).end)


def _first_months(match: _Match, now: Now) -> Period | None:
    year = _year_number(match["y"]) or now.year
    return words.month(year, 1, _number(match["n"])) if year else None


def _last(match: _Match, now: Now) -> Period | None:
    if now.published is None:
        return now.report if match["unit"].lower() == "quarter" else None
    return words.before(now.published, match["unit"].lower())


def _last_months(match: _Match, now: Now) -> Period | None:
    if now.published is None:
        return words.months_to(now.report.end, _length(match)) if now.report else None
    return words.months_before(now.published, _length(match))


def _last_years(match: _Match, now: Now) -> Period | None:
    months = _number(match["n"]) * (_QUARTER if match["unit"].lower().startswith("quarter") else _YEAR)
    return words.months_before(now.published, months) if now.published else None


def _ago(match: _Match, now: Now) -> Period | None:
    """An instant so many months or years before the publication."""
    if now.published is None:
        return None
    months = _number(match["n"]) * (_YEAR if match["unit"].lower().startswith("year") else 1)
    return Period(None, words.months_before(now.published, months).start or now.published)


def _past_year(match: _Match, now: Now) -> Period | None:
    if now.published is None:
        return words.months_to(now.report.end, _length(match)) if now.report else None
    return words.months_before(now.published, _length(match))


def _last_days(match: _Match, now: Now) -> Period | None:
    days = _number(match["n"]) if match.groupdict().get("n") else 1
    factor = {"week": 7, "weeks": 7}.get(match["unit"].lower(), 1)
    return words.days_before(now.published, days * factor) if now.published else None


def _this_year(_: _Match, now: Now) -> Period | None:
    return words.year_so_far(now.published) if now.published else None


def _the_quarter(match: _Match, now: Now) -> Period | None:
    """The quarter, half or year that the document reports on, else the last one that had ended."""
    unit = match["unit"].lower()
    return _reported(_QUARTER if unit == "quarter" else _HALF if unit.startswith("half") else _YEAR, now)


def _reported(months: int, now: Now) -> Period | None:
    report = now.report
    if report is not None and report.start is not None:
        held = months_in(report.start, report.end) or 0
        if held == months:
            return report
        if months > held:
            return (
                words.year_of(instant_of(report.start).year) if months == _YEAR else words.months_to(report.end, months)
            )
    if now.published is None:
        return None
    if months == _HALF:
        return words.half_before(now.published)
    return words.before(now.published, "quarter" if months == _QUARTER else "year")


def _full_year(match: _Match, now: Now) -> Period | None:
    year = _year_number(match["y"])
    return words.year_of(year) if year else _reported(_YEAR, now)


def _month_quarter(match: _Match, now: Now) -> Period | None:
    """The March quarter is the three months that end with March."""
    month = _month_of(match["m"], match["y"], now)
    return words.months_to(month.end, _QUARTER) if month else None


def _chinese(match: _Match, _: Now) -> Period | None:
    named = match.groupdict()
    year = int(named["y"])
    if named.get("q"):
        return words.quarter(year, {"一": 1, "二": 2, "三": 3, "四": 4}.get(named["q"]) or int(named["q"]))
    if named.get("h"):
        return words.half(year, 1 if named["h"] == "上" else 2)
    if named.get("m2"):
        return words.month(year, int(named["m"]), int(named["m2"]) - int(named["m"]) + 1)
    if named.get("d"):
        return words.day(year, int(named["m"]), int(named["d"]))
    return words.month(year, int(named["m"])) if named.get("m") else words.year_of(year)


def _chinese_months_to(match: _Match, now: Now) -> Period | None:
    day = _chinese(match, now)
    if day is None or day.start is None:
        return None
    return words.months_to(day.start if match["d"] else day.end, int(match["n"]) if match["n"] else _YEAR)


def _chinese_as_of(match: _Match, now: Now) -> Period | None:
    period = _chinese(match, now)
    return Period(None, period.end) if period else None


def _rule(starts: str, pattern: str, maker: _Maker, when: When = When.DURING) -> _Rule:
    return _Rule(frozenset(starts.split()), re.compile(rf"(?:{pattern})(?!\w|[.,]\d)", re.IGNORECASE), when, maker)


def _rule_zh(starts: str, pattern: str, maker: _Maker, when: When = When.DURING) -> _Rule:
    return _Rule(frozenset(starts.split()), re.compile(pattern), when, maker)


_MONTHS = " ".join(words.MONTHS)
_UNIT = r"(?P<unit>year|quarter|half(?:[\s-]year)?|month)"
_DIGIT = "#"  #: stands for any token that begins with a digit
_NUMBERS = " ".join(words.NUMBERS)
_ZH = rf"(?P<y>{_Y})\s*年(?:\s*(?P<m>\d{{1,2}})\s*月(?:\s*[和至到、-]\s*(?P<m2>\d{{1,2}})\s*月)?(?:\s*(?P<d>\d{{1,2}})\s*[日号])?|\s*第?(?P<q>[一二三四1-4])季度?|\s*(?P<h>[上下])半年)?"

#: Tried from the top at each word that can start one; a span of text that one rule took is not read again.
_RULES = (
    _rule_zh("截 截至 到", rf"截[至止]?\s*{_ZH}\s*(?:底|末)?\s*的?(?P<n>\d{{1,2}})\s*个月(?:里|内|中)?", _chinese_months_to),
    _rule_zh("截", rf"截[至止]\s*{_ZH}\s*(?:底|末)?", _chinese_as_of, When.AS_OF),
    _rule_zh(_DIGIT, rf"{_ZH}\s*(?:底|末)", _chinese_as_of, When.AS_OF),
    _rule_zh(_DIGIT, rf"{_ZH}", _chinese),
    _rule(f"{_DIGIT} {_NUMBERS}", rf"(?P<n>{_N})[\s-]months?(?:[\s-]period)?\s{_TO}\s{_DAY}", _months_to_day),
    _rule(f"{_DIGIT} {_NUMBERS}", rf"(?P<n>{_N})[\s-]months?(?:[\s-]period)?\s{_TO}\s?(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?", _months_to_month),
    _rule(f"{_DIGIT} {_NUMBERS}", rf"(?P<n>{_N})[\s-]weeks?\s{_TO}\s{_DAY}", _weeks_to_day),
    _rule("year quarter half fiscal financial month", rf"(?:(?:fiscal|financial)\s)?{_UNIT}\s{_TO}\s{_DAY}", _months_to_day),
    _rule("year quarter half fiscal financial", rf"(?:(?:fiscal|financial)\s)?{_UNIT}\s{_TO}\s?(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?", _months_to_month),
    _rule("as by at until the end from since", rf"{_AT_END}(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?", _end_of_month, When.AS_OF),
    _rule("as by at until the end from since", rf"{_AT_END}(?P<y>{_Y})", _end_of_year, When.AS_OF),
    _rule("as by at until the end", rf"{_AT_END}(?:the\s)?{_UNIT}", _the_quarter, When.AS_OF),
    _rule("as by at until the end", rf"{_AT_END}(?:the\s)?(?P<q>{_ORDINAL})\squarter(?:\s(?:of|in)\s(?P<y>{_Y}))?", _quarter, When.AS_OF),
    _rule("as by until", rf"(?:as\s(?:of|at)|by|until)\s{_DAY}", _as_of_day, When.AS_OF),
    _rule("as by until", rf"(?:as\s(?:of|at)|by|until)\s(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?", _end_of_month, When.AS_OF),
    _rule(_MONTHS, rf"(?P<m1>{_M})(?:\s(?:and|to|through|until)\s|\s?[-–]\s?)(?P<m2>{_M})(?:,?\s(?P<y>{_Y}))?", _months_together),
    _rule(_MONTHS, rf"(?P<m>{_M})[\s-]quarter(?:\s(?:of\s)?(?P<y>{_Y}))?", _month_quarter),
    _rule(f"{_DIGIT} {_MONTHS}", _DAY, _day_of),
    _rule("first second third fourth final # ", rf"(?P<q>{_ORDINAL})[\s-](?:fiscal\s|financial\s|calendar\s)?quarter(?:(?:\s(?:of|in))?,?\s(?:{_FISCAL})?(?:FY\s?)?(?P<y>{_Y}))?", _quarter),
    _rule("q", rf"Q(?P<qn>[1-4])(?:\s(?:of|in))?[\s,-]*(?:(?:FY\s?|{_FISCAL}|[’'])?(?P<y>{_Y})|(?:FY\s?|[’'])(?P<ym>\d\d))", _quarter),
    _rule("q", r"Q(?P<qn>[1-4])", _quarter),
    _rule(_DIGIT, rf"(?P<qn>[1-4])Q\s?(?:FY\s?|[’'])?(?P<y>{_Y}|\d\d)", _quarter),
    _rule(_DIGIT, rf"(?P<hn>[12])H\s?(?:FY\s?|[’'])?(?P<y>{_Y}|\d\d)", _half),
    _rule("first second", rf"(?P<h>first|second)[\s-]half(?:[\s-]year)?(?:(?:\s(?:of|in))?,?\s(?:{_FISCAL})?(?:FY\s?)?(?P<y>{_Y}))?", _half),
    _rule("first", rf"first\s(?P<n>{_N})\smonths(?:\sof\s(?:(?P<y>{_Y})|(?:the|this)\syear))?", _first_months),
    _rule("h", rf"H(?P<hn>[12])[\s,-]*(?:(?:FY\s?|[’'])?(?P<y>{_Y})|(?:FY\s?|[’'])(?P<ym>\d\d))", _half),
    _rule("h", r"H(?P<hn>[12])", _half),
    _rule("fy fiscal financial", rf"(?:FY|fiscal|financial)(?:\s?year)?(?:\sended)?[\s’']*(?P<y>{_Y}|\d\d)(?P<split>[-–/]\d\d(?:\d\d)?)?", _year),
    _rule(_MONTHS, rf"(?P<m>{_M}),?\s(?:of\s)?(?P<y>{_Y})", _month),
    _rule(_DIGIT, rf"(?P<y>{_Y})\s?[-–/]\s?\d\d(?!\d)", _split_year),
    _rule("full", rf"full[\s-]year(?:\s(?P<y>{_Y}))?", _full_year),
    _rule(_DIGIT, rf"(?P<y>{_Y})", _year),
    _rule("last past previous preceding latest prior trailing", rf"(?:last|past|previous|preceding|latest|prior|trailing)\s(?P<n>{_N})[\s-]months?\s{_TO}\s{_DAY}", _months_to_day),
    _rule("last past previous preceding latest prior trailing", rf"(?:last|past|previous|preceding|latest|prior|trailing)\s(?P<n>{_N})[\s-]months?\s{_TO}\s?(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?", _months_to_month),
    _rule("last past previous preceding", rf"(?:last|past|previous|preceding)\s(?P<n>{_N})\s(?P<unit>quarters?|years?)", _last_years),
    _rule(f"{_DIGIT} {_NUMBERS}", rf"(?P<n>{_N})\s(?P<unit>months?|years?)\sago", _ago, When.AS_OF),
    _rule("year", r"year[\s-]to[\s-]date", _this_year),
    _rule("ytd", r"ytd", _this_year),
    _rule("last past previous preceding latest prior trailing", rf"(?:last|past|previous|preceding|latest|prior|trailing)\s(?P<n>{_N})[\s-]months?", _last_months),
    _rule("last past", rf"(?:last|past)\s(?P<n>{_N})\s(?P<unit>days?|weeks?)", _last_days),
    _rule("the", r"(?:(?<=in\s)|(?<=over\s)|(?<=during\s)|(?<=within\s))the\s(?:last|past)\s(?P<unit>year|quarter|month)", _past_year),
    _rule("past", r"past\s(?P<unit>year|quarter|month)", _past_year),
    _rule("last", r"last\s(?P<unit>month|quarter|year)", _last),
    _rule("this so", r"(?:so\sfar\s)?this\syear|so\sfar", _this_year),
    _rule("the this reported", r"(?:the|this|reported)\s(?P<unit>quarter|half(?:[\s-]year)?)(?!\s(?:to|ended|ending|through)\b)", _the_quarter),
    _rule("half", r"(?P<unit>half)[\s-]year(?:ly)?", _the_quarter),
    _rule("the", r"(?:(?<=in\s)|(?<=for\s)|(?<=over\s)|(?<=during\s))the\s(?:full\s|whole\s)?(?P<unit>year)(?!\s(?:to|ended|ending|earlier|before|ago))", _the_quarter),
    _rule(_MONTHS, rf"(?P<m>{_M})(?P<y>)", _month),
)  # fmt: skip

#: Words that are months and other things: they are months only with their capital, and some only behind a preposition.
_AMBIGUOUS = frozenset({"may", "march", "mar", "sep", "dec", "jan", "apr", "oct", "nov", "jun", "jul", "aug", "feb"})
_BEFORE_MONTH = frozenset(
    {
        "in",
        "for",
        "during",
        "since",
        "of",
        "from",
        "by",
        "until",
        "to",
        "last",
        "this",
        "and",
        "early",
        "late",
        "through",
        "between",
        "mid",
        "at",
        "ended",
        "alone",
    }
)


@lru_cache(maxsize=1)
def _starters() -> dict[str, tuple[_Rule, ...]]:
    """The rules that can start with a word, in their order."""
    found: dict[str, list[_Rule]] = {}
    for rule in _RULES:
        for word in rule.starts:
            found.setdefault(word, []).append(rule)
    return {word: tuple(rules) for word, rules in found.items()}


_NAME = re.compile(r"\(\?P<\w+>")


@lru_cache(maxsize=1)
def _any_of() -> dict[str, re.Pattern[str]]:
    """For each such word one pattern of all its rules, without their names: most words that can start one do not."""
    return {
        word: re.compile("|".join(f"(?:{_NAME.sub('(?:', rule.pattern.pattern)})" for rule in rules), re.IGNORECASE)
        for word, rules in _starters().items()
    }


def times_of(tokens: Tokens, marks: Sequence[Mark], now: Now) -> TimesFound:
    """The periods, comparisons and rates that a sentence names, and the tokens that are theirs."""
    compared = _compared(marks)
    closed = {index for one in compared for index in range(one.start, one.end)}
    periods: list[TimeMark] = []
    taken: set[int] = set()
    starters, any_of, behind = _starters(), _any_of(), 0
    text, starts = tokens.text, tokens.starts
    places = [
        (index, norm if norm in starters else _DIGIT)
        for index, norm in enumerate(tokens.norms) if norm in starters or norm[0].isdigit()
    ]  # fmt: skip
    for index, word in places:
        if index < behind or index in closed or any_of[word].match(text, starts[index]) is None:
            continue
        mention = _first(tokens, index, starters[word], now)
        if mention is not None:
            periods.append(mention)
            taken.update(range(mention.start, mention.end))
            behind = mention.end
    rates = tuple(mark for mark in marks if mark.category == "rate" and mark.start not in taken)
    spans = [*((one.start, one.end) for one in compared), *((one.start, one.end) for one in rates)]
    digits = (at for start, end in spans for at in range(start, end) if tokens.norms[at][0].isdigit())
    return TimesFound(tuple(periods), compared, rates, frozenset(taken).union(digits))


def _first(tokens: Tokens, index: int, rules: Sequence[_Rule], now: Now) -> TimeMark | None:
    for rule in rules:
        match = rule.pattern.match(tokens.text, tokens.starts[index])
        if match is None or not _stands(tokens, index, match):
            continue
        end = place_before(tokens, match.end())
        return TimeMark(index, end, _made(rule, match, now), rule.when, _is_base(tokens, index, match.group()))
    return None


#: Signs that make the digits behind them no date: $2018, 1.2018.
_RUN_INTO = frozenset({"$", "€", "£", "₹", "¥", "#", ".", ",", "/", "+"})


def _stands(tokens: Tokens, index: int, match: _Match) -> bool:
    """Whether a match is time indeed: "may" is a verb without its capital, and 2,021 shops no year."""
    norm = tokens.norms[index]
    if norm[0].isdigit():
        if len(match.group()) == 4 and match.group().isdigit():
            return _is_year(tokens, index)
        before = tokens.written[index - 1] if tokens.joined(index) else ""
        return not (is_latin(before) or before[-1:].isdigit() or before in _RUN_INTO)
    if norm in words.MONTHS:
        if not tokens.written[index][0].isupper():
            return False
        bare = match.end() <= tokens.ends[index] + 1
        return not (bare and norm in _AMBIGUOUS and index and tokens.norms[index - 1] not in _BEFORE_MONTH)
    return True


def _is_year(tokens: Tokens, index: int) -> bool:
    before = tokens.norms[index - 1] if index else ""
    after = tokens.norms[index + 1] if index + 1 < len(tokens.norms) else ""
    if before and not (
        before[-1].isalpha() or before[-1] > "\u2e80" or before in {"(", ",", "-", "–", "/", ":", "'", "’", "年"}
    ):
        return False
    if tokens.joined(index) and (is_latin(before) or before in _RUN_INTO - {"/"}):
        return False
    return after not in {
        "million",
        "billion",
        "users",
        "merchants",
        "people",
        "%",
        "crore",
        "lakh",
        "customers",
        "shops",
        "stores",
    }


_BASES = frozenset({"than", "versus", "vs", "against", "on", "over", "above", "from", "below", "with", "to"})


_LENGTH_TO = re.compile(r"(?:year|quarter|half|month|\w+\smonths)\W.*(?:to|ended|ending|through)\s", re.IGNORECASE)


def _is_base(tokens: Tokens, index: int, words_of: str) -> bool:
    """Whether others are compared with this period: "than in 2019", "versus 2019", "up 36 % on 2020"."""
    at = index - 1
    while at >= 0 and tokens.norms[at] in {
        "in",
        "the",
        "of",
        "same",
        "period",
        "quarter",
        "levels",
        ".",
        "fourth",
        "third",
    }:
        at -= 1
    if at > 0 and tokens.norms[at : at + 2] == ["as", "in"]:
        return True
    if at < 0 or tokens.norms[at] not in _BASES:
        return False
    word = tokens.norms[at]
    if word in {"to", "with", "from", "over", "on"}:
        before = tokens.norms[at - 1] if at else ""
        if word in {"on", "over"}:
            return _LENGTH_TO.match(words_of) is None and before in {
                "%",
                "percent",
                "cent",
                "pct",
                "pc",
                "up",
                "down",
                "increase",
                "rise",
                "growth",
                "improvement",
                "jump",
                "gain",
                "surge",
                "uptick",
                "decline",
                "drop",
                "fall",
                "decrease",
            }
        if word == "from":
            return at == index - 1 and tokens.norms[index][0].isdigit()
        return before in {"compared", "relative", "comparison", "contrast"}
    return True


_FISCAL_WORD = re.compile(r"fiscal|financial|FY", re.IGNORECASE)


def _made(rule: _Rule, match: _Match, now: Now) -> Period | None:
    """A 31 June or a year 0 is no date: what is printed there is left alone."""
    try:
        period = rule.maker(match, now)
    except Refused:
        return None
    if period is not None and now.published is not None and _FISCAL_WORD.search(match.group()):
        begun = instant_of(period.start or period.end) <= instant_of(now.published)
        return period if begun else None  # a fiscal year of 2023 that is over in 2022: when it began is not said
    return period


def _compared(marks: Sequence[Mark]) -> tuple[Compared, ...]:
    return tuple(Compared(mark.start, mark.end, Comparison(mark.value)) for mark in marks if mark.category == "compare")


def _month_number(name: str) -> int:
    return words.MONTHS[name.lower().rstrip(".")]


def _number(text: str) -> int:
    return words.NUMBERS.get(text.lower()) or int(text)


def _year_number(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)
