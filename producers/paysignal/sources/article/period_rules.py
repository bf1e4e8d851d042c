"""The patterns of time: what each is called, at which words it can start, and how it becomes a period.

A rule is tried only at the words it can start with. What is relative ("last month", "in the quarter") is relative to
the day of publication, or to the period that the title says the document reports on.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from paysignal.facts.periods import Period
from paysignal.sources.article import calendar as words
from paysignal.sources.article import chinese_periods as zh
from paysignal.sources.article import period_makers as make
from paysignal.sources.article.model import When
from paysignal.sources.article.period_makers import Match, Now

#: From a match and now to a period; None when something is missing.
_Maker = Callable[[Match, Now], Period | None]
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
_FISCAL = r"(?:fiscal|financial|calendar)(?:\s(?:year|quarter))?\s"


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern of time, the words it can start with, what it is of, and who makes a period of its match."""

    starts: frozenset[str]
    pattern: re.Pattern[str]
    when: When
    maker: _Maker


def _rule(starts: str, pattern: str, maker: _Maker, when: When = When.DURING) -> Rule:
    return Rule(frozenset(starts.split()), re.compile(rf"(?:{pattern})(?!\w|[.,]\d)", re.IGNORECASE), when, maker)


def _rule_zh(starts: str, pattern: str, maker: _Maker, when: When = When.DURING) -> Rule:
    return Rule(frozenset(starts.split()), re.compile(pattern), when, maker)


_MONTHS = " ".join(words.MONTHS)
_UNIT = r"(?P<unit>year|quarter|half(?:[\s-]year)?|month)"
DIGIT = "#"  #: stands for any token that begins with a digit
_NUMBERS = " ".join(words.NUMBERS)
_ZH = rf"(?P<y>{_Y})\s*年(?:\s*(?P<m>\d{{1,2}})\s*月(?:\s*[和至到、-]\s*(?P<m2>\d{{1,2}})\s*月)?(?:\s*(?P<d>\d{{1,2}})\s*[日号])?|\s*第?(?P<q>[一二三四1-4])季度?|\s*(?P<h>[上下])半年)?"
#: Tried from the top at each word that can start one; a span of text that one rule took is not read again.
_RULES = (
    _rule_zh("截 截至 到", rf"截[至止]?\s*{_ZH}\s*(?:底|末)?\s*的?(?P<n>\d{{1,2}})\s*个月(?:里|内|中)?", zh.chinese_months_to),
    _rule_zh("截", rf"截[至止]\s*{_ZH}\s*(?:底|末)?", zh.chinese_as_of, When.AS_OF),
    _rule_zh(DIGIT, rf"{_ZH}\s*(?:底|末)", zh.chinese_as_of, When.AS_OF),
    _rule_zh(DIGIT, rf"{_ZH}", zh.chinese),
    _rule(f"{DIGIT} {_NUMBERS}", rf"(?P<n>{_N})[\s-]months?(?:[\s-]period)?\s{_TO}\s{_DAY}", make.months_to_day),
    _rule(f"{DIGIT} {_NUMBERS}", rf"(?P<n>{_N})[\s-]months?(?:[\s-]period)?\s{_TO}\s?(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?", make.months_to_month),
    _rule(f"{DIGIT} {_NUMBERS}", rf"(?P<n>{_N})[\s-]weeks?\s{_TO}\s{_DAY}", make.weeks_to_day),
    _rule("week", rf"week\s{_TO}\s{_DAY}", make.weeks_to_day),
    _rule("year quarter half fiscal financial month", rf"(?:(?:fiscal|financial)\s)?{_UNIT}\s{_TO}\s{_DAY}", make.months_to_day),
    _rule("year quarter half fiscal financial", rf"(?:(?:fiscal|financial)\s)?{_UNIT}\s{_TO}\s?(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?", make.months_to_month),
    _rule("as by at until the end from since", rf"{_AT_END}(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?", make.end_of_month, When.AS_OF),
    _rule("as by at until the end from since", rf"{_AT_END}(?P<y>{_Y})", make.end_of_year, When.AS_OF),
    _rule("as by at until the end", rf"{_AT_END}(?:the\s)?{_UNIT}", make.the_quarter, When.AS_OF),
    _rule("as by at until the end", rf"{_AT_END}(?:the\s)?(?P<q>{_ORDINAL})\squarter(?:\s(?:of|in)\s(?P<y>{_Y}))?", make.quarter, When.AS_OF),
    _rule("as by until", rf"(?:as\s(?:of|at)|by|until)\s{_DAY}", make.as_of_day, When.AS_OF),
    _rule("as by until", rf"(?:as\s(?:of|at)|by|until)\s(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?", make.end_of_month, When.AS_OF),
    _rule(_MONTHS, rf"(?P<m1>{_M})(?:\s(?:and|to|through|until)\s|\s?[-–]\s?)(?P<m2>{_M})(?:,?\s(?P<y>{_Y}))?", make.months_together),
    _rule(_MONTHS, rf"(?P<m>{_M})\s(?P<y>{_Y})[\s-]quarter", make.month_quarter),
    _rule(_MONTHS, rf"(?P<m>{_M})[\s-]quarter(?:\s(?:of\s)?(?P<y>{_Y}))?", make.month_quarter),
    _rule(f"{DIGIT} {_MONTHS}", _DAY, make.day_of),
    _rule("first second third fourth final # ", rf"(?P<q>{_ORDINAL})[\s-](?:fiscal\s|financial\s|calendar\s)?quarter(?:(?:\s(?:of|in))?,?\s(?:{_FISCAL})?(?:FY\s?)?(?P<y>{_Y}))?", make.quarter),
    _rule("q", rf"Q(?P<qn>[1-4])(?:\s(?:of|in))?[\s,-]*(?:(?:FY\s?|{_FISCAL}|[’'])?(?P<y>{_Y})|(?:FY\s?|[’'])(?P<ym>\d\d))", make.quarter),
    _rule("q", rf"Q(?P<q1>[1-4])\s?(?:-|–|to|through)\s?Q(?P<q2>[1-4])\s(?:of\s)?(?P<y>{_Y})", make.quarters_together),
    _rule("q", r"Q(?P<qn>[1-4])", make.quarter),
    _rule(f"{DIGIT} fiscal financial", rf"(?:(?:fiscal|financial)(?:\syear)?\s)?(?P<y>{_Y})(?:\s(?:fiscal|financial))?(?:’s|'s)?\s(?P<q>{_ORDINAL})[\s-]quarter", make.quarter),
    _rule(f"{DIGIT} fiscal financial", rf"(?:(?:fiscal|financial)(?:\syear)?\s)?(?P<y>{_Y})(?:\s(?:fiscal|financial))?\sQ(?P<qn>[1-4])", make.quarter),
    _rule(f"{DIGIT} fiscal financial", rf"(?:(?:fiscal|financial)(?:\syear)?\s)?(?P<y>{_Y})(?:\s(?:fiscal|financial))?(?:’s|'s)?\s(?P<h>first|second)[\s-]half", make.half),
    _rule("the last final closing", rf"(?:the\s)?(?:last|final|closing)\s(?:(?P<n>{_N})\smonths|quarter)\sof\s(?P<y>{_Y})", make.last_months_of),
    _rule("since", rf"since\s(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?", make.since_month),
    _rule("yesterday", r"yesterday", make.yesterday),
    _rule(DIGIT, rf"(?P<qn>[1-4])Q\s?(?:FY\s?|[’'])?(?P<y>{_Y}|\d\d)", make.quarter),
    _rule(DIGIT, rf"(?P<hn>[12])H\s?(?:FY\s?|[’'])?(?P<y>{_Y}|\d\d)", make.half),
    _rule("first second", rf"(?P<h>first|second)[\s-]half(?:[\s-]year)?(?:(?:\s(?:of|in))?,?\s(?:{_FISCAL})?(?:FY\s?)?(?P<y>{_Y}))?", make.half),
    _rule("first", rf"first\s(?P<n>{_N})\smonths(?:\sof\s(?:(?P<y>{_Y})|(?:the|this)\syear))?", make.first_months),
    _rule("h", rf"H(?P<hn>[12])[\s,-]*(?:(?:FY\s?|[’'])?(?P<y>{_Y})|(?:FY\s?|[’'])(?P<ym>\d\d))", make.half),
    _rule("h", r"H(?P<hn>[12])", make.half),
    _rule("fy fiscal financial", rf"(?:FY|fiscal|financial)(?:\s?year)?(?:\sended)?[\s’']*(?P<y>{_Y}|\d\d)(?P<split>[-–/]\d\d(?:\d\d)?)?", make.year),
    _rule(_MONTHS, rf"(?P<m>{_M}),?\s(?:of\s)?(?P<y>{_Y})", make.month),
    _rule(DIGIT, rf"(?P<y>{_Y})\s?[-–/]\s?\d\d(?!\d)", make.split_year),
    _rule("full", rf"full[\s-]year(?:\s(?P<y>{_Y}))?", make.full_year),
    _rule(DIGIT, rf"(?P<y>{_Y})", make.year),
    _rule("last past previous preceding latest prior trailing", rf"(?:last|past|previous|preceding|latest|prior|trailing)\s(?P<n>{_N})[\s-]months?\s{_TO}\s{_DAY}", make.months_to_day),
    _rule("last past previous preceding latest prior trailing", rf"(?:last|past|previous|preceding|latest|prior|trailing)\s(?P<n>{_N})[\s-]months?\s{_TO}\s?(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?", make.months_to_month),
    _rule("last past previous preceding", rf"(?:last|past|previous|preceding)\s(?P<n>{_N})\s(?P<unit>quarters?|years?)", make.last_years),
    _rule(f"{DIGIT} {_NUMBERS}", rf"(?P<n>{_N})\s(?P<unit>months?|years?)\sago", make.ago, When.AS_OF),
    _rule("year", r"year[\s-]to[\s-]date", make.this_year),
    _rule("ytd", r"ytd", make.this_year),
    _rule("last past previous preceding latest prior trailing", rf"(?:last|past|previous|preceding|latest|prior|trailing)\s(?P<n>{_N})[\s-]months?", make.last_months),
    _rule("last past", rf"(?:last|past)\s(?P<n>{_N})\s(?P<unit>days?|weeks?)", make.last_days),
    _rule("the", r"(?:(?<=in\s)|(?<=over\s)|(?<=during\s)|(?<=within\s))the\s(?:last|past)\s(?P<unit>year|quarter|month)", make.past_year),
    _rule("past", r"past\s(?P<unit>year|quarter|month)", make.past_year),
    _rule("last", r"last\s(?P<unit>month|quarter|year)", make.last),
    _rule("this so", r"(?:so\sfar\s)?this\syear|so\sfar", make.this_year),
    _rule("the this reported", r"(?:the|this|reported)\s(?P<unit>quarter|half(?:[\s-]year)?)(?!\s(?:to|ended|ending|through)\b)", make.the_quarter),
    _rule("half", r"(?P<unit>half)[\s-]year(?:ly)?", make.the_quarter),
    _rule("the", r"(?:(?<=in\s)|(?<=for\s)|(?<=over\s)|(?<=during\s))the\s(?:full\s|whole\s)?(?P<unit>year)(?!\s(?:to|ended|ending|through|until|earlier|before|ago))", make.the_quarter),
    _rule(_MONTHS, rf"(?P<m>{_M})(?P<y>)", make.month),
)  # fmt: skip


@lru_cache(maxsize=1)
def rules_by_word() -> dict[str, tuple[Rule, ...]]:
    """The rules that can start with a word, in their order."""
    found: dict[str, list[Rule]] = {}
    for rule in _RULES:
        for word in rule.starts:
            found.setdefault(word, []).append(rule)
    return {word: tuple(rules) for word, rules in found.items()}


_NAME = re.compile(r"\(\?P<\w+>")


@lru_cache(maxsize=1)
def any_by_word() -> dict[str, re.Pattern[str]]:
    """For each such word one pattern of all its rules, without their names: most words that can start one do not."""
    return {
        word: re.compile("|".join(f"(?:{_NAME.sub('(?:', rule.pattern.pattern)})" for rule in rules), re.IGNORECASE)
        for word, rules in rules_by_word().items()
    }
