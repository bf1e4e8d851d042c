"""Numbers as they are printed or spelt, with their scale: 1,23,456.5, 2.5bn, twenty-five million, half a billion."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from paysignal.sources.article.tokens import HYPHENS, Tokens
from paysignal.sources.article.vocabulary import Mark

_INDIAN = re.compile(r"\d{1,3}(?:,\d{2})*,\d{3}(?:\.\d+)?\Z")
_THREES = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z")
_DOTS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?\Z|\d{1,3}(?:\.\d{3})+,\d+\Z")
_COMMA_DECIMAL = re.compile(r"\d+,(?:\d{1,2}|\d{4,})\Z")
_LONGEST_DIGITS = 25
GROUP = 3
#: Letters of a scale that count only when they stand right behind the digits: 5m, 3b, 7k, 2t.
_TIGHT_SCALES = {"m": 6, "b": 9, "k": 3, "t": 12}


class Number(NamedTuple):
    """A number by its tokens: its value, the unit of its last digit, the power of ten written out, its digits."""

    start: int
    end: int
    value: Decimal
    step: Decimal
    power: int | None
    digits: str


class UnitMarks:
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
        """The mark of a category that starts at a token."""
        return self.starts.get((category, index))


_UNITS = frozenset({"scale", "unit", "times", "sign", "money", "word"})


def number_at(tokens: Tokens, by: UnitMarks, index: int) -> Number | None:
    """The number that starts at a token, in digits or in words, with its scale."""
    if index >= len(tokens.norms):
        return None
    if tokens.norms[index][:1].isdigit() and tokens.norms[index].isascii():
        return _printed(tokens, by, index)
    word = by.at("word", index)
    return _spelled(tokens, by, index, word) if word is not None else None


def _printed(tokens: Tokens, by: UnitMarks, index: int) -> Number | None:
    end = index + 1
    digits = plain(tokens.norms[index])
    while "." not in digits and _spaced(tokens, index, end):
        digits += tokens.norms[end]
        end += 1
    if digits == "" or len(digits) > _LONGEST_DIGITS:
        return None
    return _scaled(tokens, by, Number(index, end, Decimal(digits), _step(digits), None, digits))


def _step(digits: str) -> Decimal:
    """The unit of the last printed digit that is no trailing zero of a whole number, as `step_of` tells of any text."""
    _, point, fraction = digits.partition(".")
    if point:
        return Decimal((0, (1,), -len(fraction)))
    printed = digits.rstrip("0")
    return Decimal((0, (1,), len(digits) - len(printed) if printed else 0))


def _spaced(tokens: Tokens, index: int, end: int) -> bool:
    """Whether the next token goes on a number grouped by spaces: 1 234 567."""
    if end >= len(tokens.norms) or tokens.starts[end] != tokens.ends[end - 1] + 1:
        return False
    head, group = tokens.norms[index], tokens.norms[end]
    return len(head) <= GROUP and head[0] != "0" and head.isdigit() and len(group) == GROUP and group.isdigit()


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


def _spelled(tokens: Tokens, by: UnitMarks, index: int, word: Mark) -> Number | None:
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
    number = _scaled(tokens, by, Number(index, end, value, Decimal("0.5" if value % 1 else 1), None, "1"))
    if number.power is None and by.at("unit", end) is None and tokens.norms[end : end + 1] != ["-"]:
        return number if tokens.norms[index] not in {"a", "one", "half", "一", "二", "两"} and value > 1 else None
    if tokens.norms[index] == "a" and number.power in (None, 2):
        return None
    return number


def _scaled(tokens: Tokens, by: UnitMarks, plain_number: Number) -> Number:
    """A number with the scales behind it: "2.5 lakh crore"."""
    end, power = plain_number.end, plain_number.power
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
    start, _, value, step, _, digits = plain_number
    return Number(start, end, value * factor, step * factor, power, digits)


def _tight_scale(tokens: Tokens, end: int) -> int | None:
    return _TIGHT_SCALES.get(tokens.norms[end]) if end < len(tokens.norms) and tokens.joined(end) else None
