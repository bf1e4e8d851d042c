"""Fifth stage: what a sentence says of time. A period that no word states is left out, not guessed."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Comparison
from paysignal.facts.moments import instant_of
from paysignal.facts.periods import Period
from paysignal.sources.article import calendar as words
from paysignal.sources.article.model import When
from paysignal.sources.article.period_makers import Match, Now
from paysignal.sources.article.period_rules import DIGIT, Rule, any_by_word, rules_by_word
from paysignal.sources.article.tokens import Tokens, is_latin, place_before
from paysignal.sources.article.vocabulary import Mark


class TimeMark(NamedTuple):
    """A mention of time by its tokens; `period` is None where nobody can tell; with a `base` others are compared."""

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


def times_of(tokens: Tokens, marks: Sequence[Mark], now: Now) -> TimesFound:
    """The periods, comparisons and rates that a sentence names, and the tokens that are theirs."""
    compared = _compared(marks)
    closed = {index for one in compared for index in range(one.start, one.end)}
    periods: list[TimeMark] = []
    taken: set[int] = set()
    starters, any_of, behind = rules_by_word(), any_by_word(), 0
    text, starts = tokens.text, tokens.starts
    places = [
        (index, norm if norm in starters else DIGIT)
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


def _first(tokens: Tokens, index: int, rules: Sequence[Rule], now: Now) -> TimeMark | None:
    for rule in rules:
        match = rule.pattern.match(tokens.text, tokens.starts[index])
        if match is None or not _stands(tokens, index, match):
            continue
        end = place_before(tokens, match.end())
        return TimeMark(index, end, _made(rule, match, now), rule.when, _is_base(tokens, index, match.group()))
    return None


#: Signs that make the digits behind them no date: $2018, 1.2018.
_RUN_INTO = frozenset({"$", "€", "£", "₹", "¥", "#", ".", ",", "/", "+"})


def _stands(tokens: Tokens, index: int, match: Match) -> bool:
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
#: Words between one of them and the period: "than in the fourth quarter of 2019".
_BEFORE_BASE = frozenset({"in", "the", "of", "same", "period", "quarter", "levels", ".", "fourth", "third"})
#: What is told by how much it is more, before "on" and "over".
_GROWTHS = frozenset({
    "%", "percent", "cent", "pct", "pc", "up", "down", "increase", "rise", "growth", "improvement", "jump", "gain",
    "surge", "uptick", "decline", "drop", "fall", "decrease", "value", "volume", "number",
})  # fmt: skip


def _is_base(tokens: Tokens, index: int, printed: str) -> bool:
    """Whether others are compared with this period: "than in 2019", "versus 2019", "up 36 % on 2020"."""
    at = index - 1
    while at >= 0 and tokens.norms[at] in _BEFORE_BASE:
        at -= 1
    if at > 0 and tokens.norms[at : at + 2] == ["as", "in"]:
        return True
    if at < 0 or tokens.norms[at] not in _BASES:
        return False
    word, before = tokens.norms[at], tokens.norms[at - 1] if at else ""
    if word in {"on", "over"}:
        return _LENGTH_TO.match(printed) is None and before in _GROWTHS
    if word == "from":
        return at == index - 1 and tokens.norms[index][0].isdigit()
    return word not in {"to", "with"} or before in {"compared", "relative", "comparison", "contrast"}


_FISCAL_WORD = re.compile(r"fiscal|financial|FY", re.IGNORECASE)


def _made(rule: Rule, match: Match, now: Now) -> Period | None:
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
