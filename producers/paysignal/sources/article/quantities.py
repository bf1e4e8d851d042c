"""Second stage: the figures of a sentence. Dates are no figures: the tokens of time are left out before."""

import itertools
from collections.abc import Container, Sequence
from decimal import Decimal
from typing import NamedTuple

from paysignal.facts.errors import Refused
from paysignal.facts.markets import checked_currency
from paysignal.sources.article.model import Form, Quantity
from paysignal.sources.article.numbers import GROUP, Number, UnitMarks, number_at
from paysignal.sources.article.tokens import HYPHENS, Tokens, is_latin
from paysignal.sources.article.vocabulary import Mark

_MINUS = frozenset({"-", "\N{MINUS SIGN}"})
#: Letters that are a currency when written right before digits: N43.6 billion, R17.3 billion, P1 trillion.
_LETTERS = {"N": "NGN", "R": "ZAR", "P": "PHP"}
_YEN_OR_YUAN = "¥"
_RANGE_WORDS = frozenset({"to", "and", "or"})
_DOLLARS = "USD"


class Found(NamedTuple):
    """A quantity with the tokens it takes; `low` is the lower end where a range is stated."""

    start: int
    end: int
    form: Form
    value: float
    step: float | None
    currency: str
    ranged: bool = False
    bare: bool = False  #: a number with neither scale nor unit
    flat: bool = False  #: "was flat": a growth of about nothing


def quantities_of(tokens: Tokens, marks: Sequence[Mark], taken: Container[int]) -> list[Found]:
    """The figures of a sentence in their order; no token in `taken` (those of dates) is part of one."""
    by = UnitMarks(marks)
    worded = {start for category, start in by.starts if category in _STARTERS}
    starts = [at for at, norm in enumerate(tokens.norms) if at in worded or norm[0].isdigit()]
    found: list[Found] = []
    behind = 0
    for index in starts:
        one = None if index < behind or index in taken else _at(tokens, by, index, taken)
        if one is not None:
            found.append(one)
            behind = one.end
    found = _same_money(tokens, found)
    flats = flats_of(marks) if any(mark.category == "flat" for mark in marks) else []
    return sorted([*found, *flats]) if flats else found


def _same_money(tokens: Tokens, found: list[Found]) -> list[Found]:
    """The currency that is printed once for two amounts: "from 22 billion to 35 billion euros"."""
    for at, (one, other) in enumerate(itertools.pairwise(found)):
        between = tokens.norms[one.end : other.start]
        if one.form is Form.COUNT and other.form is Form.MONEY and not one.bare and between in (["to"], ["and"]):
            found[at] = one._replace(form=Form.MONEY, currency=other.currency)
    amounts = [at for at, one in enumerate(found) if one.form in {Form.COUNT, Form.MONEY} and not one.bare]
    for before, at in itertools.pairwise(amounts):
        one, other = found[before], found[at]
        if one.form is Form.MONEY and other.form is Form.COUNT and _compared_with(tokens, one, other):
            found[at] = other._replace(form=Form.MONEY, currency=one.currency)
    return found


def _compared_with(tokens: Tokens, one: Found, other: Found) -> bool:
    """Whether an amount without its currency is what the one before is compared with: "four times the 1.8 trillion"."""
    after = tokens.norms[other.end] if other.end < len(tokens.norms) else "."
    if after not in _ENDS_AMOUNT:
        return False
    if tokens.norms[one.end : other.start] in (["to"], ["from"], [",", "from"], [",", "up", "from"], ["up", "from"]):
        return True
    return tokens.norms[other.start - 1] == "the" and tokens.norms[other.start - 2] in _COMPARING


#: What may stand behind an amount that counts nothing named.
_ENDS_AMOUNT = frozenset({",", ".", ";", ")", "in", "a", "the", "of", "for", "during", "over", "last", "and", "or"})
_COMPARING = frozenset({"times", "than", "from", "against", "with", "to", "over", "twice", "double", "triple"})


def as_quantity(found: Found, tokens: Tokens) -> Quantity:
    """The quantity as the other stages and `--explain` know it, with character offsets."""
    span = (tokens.starts[found.start], tokens.ends[found.end - 1])
    return Quantity(span, found.form, found.value, found.step, found.currency)


#: What a figure can start with when not with a digit.
_STARTERS = frozenset({"times", "word"})


def _at(tokens: Tokens, by: UnitMarks, index: int, taken: Container[int]) -> Found | None:
    worded = by.at("times", index)
    if worded is not None:
        return _worded(tokens, worded)
    number = number_at(tokens, by, index)
    if number is None or (number.end - 1) in taken:
        return None
    return _measured(tokens, by, _second(tokens, by, number, taken))


def flats_of(marks: Sequence[Mark]) -> list[Found]:
    """As in "was essentially flat" is a growth of about nothing."""
    return [
        Found(mark.start, mark.end, Form.PERCENT, 0.0, 0.01, "", flat=True) for mark in marks if mark.category == "flat"
    ]


def _worded(tokens: Tokens, mark: Mark) -> Found | None:
    """Growth in one word: tripled is 2.0; "double-digit" is none, and neither is a doubling of a digit."""
    if (
        mark.end + 1 < len(tokens.norms)
        and tokens.norms[mark.end] in HYPHENS
        and tokens.norms[mark.end + 1] in {"digit", "digits"}
    ):
        return None
    if mark.end < len(tokens.norms) and tokens.norms[mark.end] in {"digit", "digits", "check", "down"}:
        return None
    return Found(mark.start, mark.end, Form.TIMES, float(mark.value) - 1, None, "")


def _second(tokens: Tokens, by: UnitMarks, number: Number, taken: Container[int]) -> tuple[Number, bool]:
    """Of a range its lower end with the scale of the upper one: "2.5-3 million" is 2.5 million and ranged."""
    at = number.end
    if at + 1 >= len(tokens.norms) or not (tokens.norms[at] in HYPHENS or tokens.norms[at] in _RANGE_WORDS):
        return number, False
    if tokens.norms[at] in _RANGE_WORDS and not _opens_range(tokens, by, number):
        return number, False
    after = at + 1
    sign = by.at("sign", after)
    after = sign.end if sign is not None else after
    other = number_at(tokens, by, after) if after not in taken else None
    if other is None or other.start != after or other.digits[:1] == "0":
        return number, False
    power = number.power if number.power is not None else other.power
    low = number.value if number.power is not None or other.power is None else number.value * 10**other.power
    step = number.step if number.power is not None or other.power is None else number.step * 10**other.power
    if low > other.value or (tokens.norms[at] in HYPHENS and not tokens.joined(at)):
        return number, False
    return Number(number.start, other.end, low, step, power, number.digits), True


def _opens_range(tokens: Tokens, by: UnitMarks, number: Number) -> bool:
    """Whether "between" or "from" stands before the number, so that the "and" behind is a range's."""
    start = number.start
    sign = by.signs.get(start)
    start = sign.start if sign is not None else start
    word = tokens.norms[start - 1] if start else ""
    joiner = tokens.norms[number.end]
    if word == "between" or (
        word in {"of", "range"} and joiner == "to" and "range" in tokens.norms[max(0, start - 3) : start]
    ):
        return joiner in {"and", "to"}
    return False


def _measured(tokens: Tokens, by: UnitMarks, numbered: tuple[Number, bool]) -> Found | None:
    """The number with what it is a number of: a unit or a currency beside it."""
    number, ranged = numbered
    at = number.end
    unit = by.at("unit", at) or (
        by.at("unit", at + 1) if at < len(tokens.norms) and tokens.norms[at] in HYPHENS else None
    )
    start = number.start
    minus = start > 0 and tokens.norms[start - 1] in _MINUS and tokens.joined(start) and not tokens.joined(start - 1)
    if unit is not None and not (
        unit.value == "times" and tokens.norms[unit.start] == "x" and not tokens.joined(unit.start)
    ):
        sign_value = Decimal(-1 if minus else 1)
        return _ratio(tokens, number, unit, sign_value, ranged=ranged)
    if start > 0 and start not in by.signs and not _code(tokens.written[start - 1]) and _glued(tokens, start):
        return None
    currency, start, end = _currency(tokens, by, number)
    if _tail(tokens, end):
        return None
    if ranged and start > 0 and tokens.norms[start - 1] == "between":
        start -= 1
    bare = number.power is None and not currency
    form = Form.MONEY if currency else Form.COUNT
    value = -number.value if minus else number.value
    return Found(start, end, form, float(value), float(number.step) or None, currency, ranged, bare)


def _ratio(tokens: Tokens, number: Number, unit: Mark, sign: Decimal, *, ranged: bool) -> Found:
    start = number.start
    if tokens.norms[start - 1 : start] == ["+"] or (ranged and tokens.norms[start - 1 : start] == ["between"]):
        start -= 1
    if unit.value == "times" and (number.power or 0) >= GROUP:
        return Found(start, number.end, Form.COUNT, float(number.value), float(number.step) or None, "", ranged)
    if unit.value == "times":
        return Found(start, unit.end, Form.TIMES, float(number.value) - 1, float(number.step), "", ranged)
    form = Form.PERCENT if unit.value == "percent" else Form.POINTS
    divisor = 10_000 if unit.value == "basis_points" else 100
    return Found(start, unit.end, form, float(sign * number.value / divisor), float(number.step / divisor), "", ranged)


def _glued(tokens: Tokens, start: int) -> bool:
    """Whether letters run into the number without being a currency: COVID-19, Q3, ABC123."""
    if not tokens.joined(start):
        return False
    before = tokens.written[start - 1]
    if before in HYPHENS and start > 1 and tokens.joined(start - 1) and tokens.written[start - 2][-1:].isalnum():
        return True
    return is_latin(before) and not _letter_currency(tokens, start)


def _tail(tokens: Tokens, end: int) -> bool:
    """Whether letters follow the figure at once, as in 4G, 21st or 123x."""
    if end < len(tokens.norms) and tokens.joined(end):
        if tokens.written[end][0].isalpha() and tokens.written[end].isascii():
            return True
        if tokens.norms[end] in HYPHENS and end + 1 < len(tokens.norms) and tokens.joined(end + 1):
            return tokens.norms[end + 1] not in {"a", "plus"} and tokens.written[end + 1][0].isalnum()
        return tokens.norms[end] in {"/", ":"} and end + 1 < len(tokens.norms) and tokens.norms[end + 1][:1].isdigit()
    return False


def _currency(tokens: Tokens, by: UnitMarks, number: Number) -> tuple[str, int, int]:
    start, end = number.start, number.end
    sign = by.signs.get(start)
    if sign is not None:
        return sign.value, sign.start, end
    before = tokens.written[start - 1] if start else ""
    if before == _YEN_OR_YUAN:
        return "", start, end
    code = _code(before)
    if code:
        return code, start - 1, end
    letter = _letter_currency(tokens, start)
    if letter and (number.power is not None or "," in tokens.written[number.start]):
        return letter, start - 1, end
    money = by.at("money", end)
    if money is not None:
        return money.value, start, money.end
    after = by.at("sign", end)
    if after is not None and after.end - after.start <= 2 and after.value != _DOLLARS:
        return after.value, start, after.end
    code = _code(tokens.written[end]) if end < len(tokens.written) else ""
    return (code, start, end + 1) if code else ("", start, end)


def _letter_currency(tokens: Tokens, start: int) -> str:
    before = tokens.written[start - 1] if start and tokens.joined(start) else ""
    return _LETTERS.get(before, "") if before and not tokens.joined(start - 1) else ""


def _code(word: str) -> str:
    if len(word) != GROUP or not (word.isascii() and word.isupper()):
        return ""
    try:
        return checked_currency(word)
    except Refused:
        return ""
