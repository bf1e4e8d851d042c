"""Second stage: the figures of a sentence. Dates are no figures: the tokens of time are left out before."""

import itertools
import re
from collections.abc import Container, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from paysignal.facts.errors import Refused
from paysignal.facts.intervals import step_of
from paysignal.facts.markets import checked_currency
from paysignal.sources.article.model import Form, Quantity
from paysignal.sources.article.tokens import HYPHENS, Tokens, is_latin
from paysignal.sources.article.vocabulary import Mark

_INDIAN = re.compile(r"\d{1,3}(?:,\d{2})*,\d{3}(?:\.\d+)?\Z")
_THREES = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z")
_DOTS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?\Z|\d{1,3}(?:\.\d{3})+,\d+\Z")
_COMMA_DECIMAL = re.compile(r"\d+,(?:\d{1,2}|\d{4,})\Z")
_LONGEST_DIGITS = 25
_MINUS = frozenset({"-", "\N{MINUS SIGN}"})
_GROUP = 3
#: Letters that are a currency when written right before digits: N43.6 billion, R17.3 billion, P1 trillion.
_LETTERS = {"N": "NGN", "R": "ZAR", "P": "PHP"}
_YEN_OR_YUAN = "¥"
#: Letters of a scale that count only when they stand right behind the digits: 5m, 3b, 7k, 2t.
_TIGHT_SCALES = {"m": 6, "b": 9, "k": 3, "t": 12}
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


class _Number(NamedTuple):
    start: int
    end: int
    value: Decimal
    step: Decimal
    power: int | None
    digits: str


def quantities_of(tokens: Tokens, marks: Sequence[Mark], taken: Container[int]) -> list[Found]:
    """The figures of a sentence in their order; no token in `taken` (those of dates) is part of one."""
    by = _Marks(marks)
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


class _Marks:
    """The marks of units by where they start, and signs by where they end."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self.starts: dict[tuple[str, int], Mark] = {}
        self.signs: dict[int, Mark] = {}
        for mark in marks:
            if mark.category in _UNITS:
                self.starts[mark.category, mark.start] = mark
                if mark.category == "sign":
                    self.signs[mark.end] = mark

    def at(self, category: str, index: int) -> Mark | None:
        return self.starts.get((category, index))


_UNITS = frozenset({"scale", "unit", "times", "sign", "money", "word"})
#: What a figure can start with when not with a digit.
_STARTERS = frozenset({"times", "word"})


def _at(tokens: Tokens, by: _Marks, index: int, taken: Container[int]) -> Found | None:
    worded = by.at("times", index)
    if worded is not None:
        return _worded(tokens, worded)
    number = _number(tokens, by, index)
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


def _second(tokens: Tokens, by: _Marks, number: _Number, taken: Container[int]) -> tuple[_Number, bool]:
    """Of a range its lower end with the scale of the upper one: "2.5-3 million" is 2.5 million and ranged."""
    at = number.end
    if at + 1 >= len(tokens.norms) or not (tokens.norms[at] in HYPHENS or tokens.norms[at] in _RANGE_WORDS):
        return number, False
    if tokens.norms[at] in _RANGE_WORDS and not _opens_range(tokens, by, number):
        return number, False
    after = at + 1
    sign = by.at("sign", after)
    after = sign.end if sign is not None else after
    other = _number(tokens, by, after) if after not in taken else None
    if other is None or other.start != after or other.digits[:1] == "0":
        return number, False
    power = number.power if number.power is not None else other.power
    low = number.value if number.power is not None or other.power is None else number.value * 10**other.power
    step = number.step if number.power is not None or other.power is None else number.step * 10**other.power
    if low > other.value or (tokens.norms[at] in HYPHENS and not tokens.joined(at)):
        return number, False
    return _Number(number.start, other.end, low, step, power, number.digits), True


def _opens_range(tokens: Tokens, by: _Marks, number: _Number) -> bool:
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


def _measured(tokens: Tokens, by: _Marks, numbered: tuple[_Number, bool]) -> Found | None:
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


def _ratio(tokens: Tokens, number: _Number, unit: Mark, sign: Decimal, *, ranged: bool) -> Found:
    start = number.start
    if tokens.norms[start - 1 : start] == ["+"] or (ranged and tokens.norms[start - 1 : start] == ["between"]):
        start -= 1
    if unit.value == "times" and (number.power or 0) >= _GROUP:
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


def _currency(tokens: Tokens, by: _Marks, number: _Number) -> tuple[str, int, int]:
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
    if len(word) != _GROUP or not (word.isascii() and word.isupper()):
        return ""
    try:
        return checked_currency(word)
    except Refused:
        return ""


def _number(tokens: Tokens, by: _Marks, index: int) -> _Number | None:
    """The number that starts at a token, in digits or in words, with its scale."""
    if index >= len(tokens.norms):
        return None
    if tokens.norms[index][:1].isdigit() and tokens.norms[index].isascii():
        return _printed(tokens, by, index)
    word = by.at("word", index)
    return _spelled(tokens, by, index, word) if word is not None else None


def _printed(tokens: Tokens, by: _Marks, index: int) -> _Number | None:
    end = index + 1
    digits = plain(tokens.norms[index])
    while "." not in digits and _spaced(tokens, index, end):
        digits += tokens.norms[end]
        end += 1
    if digits == "" or len(digits) > _LONGEST_DIGITS:
        return None
    return _scaled(tokens, by, index, end, digits, Decimal(digits), Decimal(repr(step_of(digits))))


def _spaced(tokens: Tokens, index: int, end: int) -> bool:
    """Whether the next token goes on a number grouped by spaces: 1 234 567."""
    if end >= len(tokens.norms) or tokens.starts[end] != tokens.ends[end - 1] + 1:
        return False
    head, group = tokens.norms[index], tokens.norms[end]
    return len(head) <= _GROUP and head[0] != "0" and head.isdigit() and len(group) == _GROUP and group.isdigit()


def plain(written: str) -> str:
    """A number as written, without its grouping: 1,23,456.5 and 123.456,5 are 123456.5; empty when it is none."""
    if "," not in written:
        if written.count(".") <= 1:
            return written
        return written.replace(".", "") if _DOTS.match(written) else ""
    if _THREES.match(written) or _INDIAN.match(written):
        return written.replace(",", "")
    if _DOTS.match(written):
        return written.replace(".", "").replace(",", ".")
    return written.replace(",", ".") if _COMMA_DECIMAL.match(written) else ""


def _spelled(tokens: Tokens, by: _Marks, index: int, word: Mark) -> _Number | None:
    """Twenty-five million, half a billion, a million: words count only with a scale or a unit behind them."""
    value, end = Decimal(word.value), word.end
    following = end + 1 if end < len(tokens.norms) and tokens.norms[end] in HYPHENS else end
    second = by.at("word", following)
    if value >= 20 and second is not None and 1 <= float(second.value) <= 9:
        value, end = value + Decimal(second.value), second.end
    if word.value == "0.5" and tokens.norms[end : end + 1] == ["a"]:
        end += 1
    if tokens.norms[end : end + 3] == ["and", "a", "half"]:
        value, end = value + Decimal("0.5"), end + 3
    number = _scaled(tokens, by, index, end, "1", value, Decimal("0.5" if value % 1 else 1))
    if number.power is None and by.at("unit", end) is None and tokens.norms[end : end + 1] != ["-"]:
        return number if tokens.norms[index] not in {"a", "one", "half", "一", "二", "两"} and value > 1 else None
    if tokens.norms[index] == "a" and number.power in (None, 2):
        return None
    return number


def _scaled(tokens: Tokens, by: _Marks, start: int, end: int, digits: str, value: Decimal, step: Decimal) -> _Number:
    power: int | None = None
    while True:
        at = end + 1 if end < len(tokens.norms) and tokens.norms[end] in HYPHENS and tokens.joined(end) else end
        scale = by.at("scale", at)
        more = int(scale.value) if scale is not None else _tight_scale(tokens, end)
        if more is None or (power is not None and more + power > 15):
            break
        if scale is not None and tokens.norms[at] in {"k", "mm"} and not tokens.joined(at):
            break
        power, end = (power or 0) + more, (scale.end if scale is not None else end + 1)
    factor = Decimal(10) ** (power or 0)
    return _Number(start, end, value * factor, step * factor, power, digits)


def _tight_scale(tokens: Tokens, end: int) -> int | None:
    return _TIGHT_SCALES.get(tokens.norms[end]) if end < len(tokens.norms) and tokens.joined(end) else None


def figures_in(tokens: Tokens) -> Iterator[int]:
    """The tokens that begin with a digit."""
    return (index for index, norm in enumerate(tokens.norms) if norm[:1].isdigit())
