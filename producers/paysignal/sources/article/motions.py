"""Fourth stage: what the words around a figure do with it: it stands, it rose or fell by it, it gained it."""

import re

from paysignal.sources.article.bounds import before_bound
from paysignal.sources.article.model import Form, Motion, Quantity

_RISE = (
    r"grew|grows?|growing|grown|rose|rises?|risen|rising|increased?|increases|increasing|jump(?:ed|s|ing)?|surg(?:ed?|es|ing)"
    r"|soar(?:ed|s|ing)?|climb(?:ed|s|ing)?|expand(?:ed|s|ing)?|gain(?:ed|s)?|advanced|accelerated|spiked|skyrocketed"
    r"|up|higher|growth(?:\srates?)?|gain|boost(?:ed)?|improved|ballooned|swelled"
)
_FALL = (
    r"fell|falls?|fallen|falling|dropp?(?:ed|s|ing)?|declin(?:ed?|es|ing)|decreas(?:ed?|es|ing)|shrank|shrunk|slid|slipped"
    r"|down|lower|plunged|plummeted|contracted|reduced"
)
_GAIN = r"gain(?:ed|s|ing)?|add(?:ed|s|ing)?|attract(?:ed|s|ing)?|won|signed\sup|acquired|picked\sup|welcomed"

#: Between a verb and its figure stand at most these.
_BETWEEN = (
    r"(?:\s+(?:by|of|at|a|an|another|some|further|additional|whopping|year[- ]on[- ]year|year[- ]over[- ]year|was|is))*"
    r"\s*,?"
)
_LINK = rf"{_BETWEEN}\s*\Z"

_ROSE_BEFORE = re.compile(rf"\b(?:{_RISE})\b{_LINK}", re.IGNORECASE)
_FELL_BEFORE = re.compile(rf"\b(?:{_FALL})\b{_LINK}", re.IGNORECASE)
_GAINED_BEFORE = re.compile(rf"\b(?:{_GAIN})\b{_LINK}", re.IGNORECASE)
_TO_BEFORE = re.compile(rf"\b(?:{_RISE}|{_FALL})\b.*\bto\s*\Z", re.IGNORECASE)
_FROM_BEFORE = re.compile(r"\b(?:from|compared\s(?:with|to)|against|versus|vs\.?|than)\s*\Z", re.IGNORECASE)
_FAR_ROSE = re.compile(rf"\b(?:{_RISE})\b[^,;:]{{0,60}}\bby\s*\Z", re.IGNORECASE)
_FAR_FELL = re.compile(rf"\b(?:{_FALL})\b[^,;:]{{0,60}}\bby\s*\Z", re.IGNORECASE)

_NOUNS_OF_TIME = (
    r"(?:\s(?:year[- ]on[- ]year|year[- ]over[- ]year|yoy|y/y|annual|annually|quarterly|organic|reported))*"
)
_ROSE_AFTER = re.compile(
    rf"{_NOUNS_OF_TIME}\s(?:growth|increase|rise|jump|surge|gain|more|higher|as\s(?:many|much|high)|uptick|spike)\b"
    r"|\s*\(?(?:year[- ]on[- ]year|year[- ]over[- ]year|yoy|y/y)\b|\sfrom\s(?:a|the)\s",
    re.IGNORECASE,
)
_FELL_AFTER = re.compile(
    rf"{_NOUNS_OF_TIME}\s(?:decline|drop|decrease|fall|less|lower|fewer|reduction)\b", re.IGNORECASE
)
_MORE_AFTER = re.compile(r"\s(?:more|new|additional)\b", re.IGNORECASE)

#: How far before a figure its verb may stand.
_REACH = 90


def motion_of(text: str, quantity: Quantity) -> Motion:
    """What the words do with one figure of a sentence."""
    start = before_bound(text, quantity)
    before = text[max(0, start - _REACH) : start]
    if quantity.form is Form.TIMES:
        return Motion.ROSE
    if quantity.form in {Form.PERCENT, Form.POINTS}:
        return _of_ratio(before, text, quantity)
    return _of_amount(before, text, quantity)


def _of_ratio(before: str, text: str, quantity: Quantity) -> Motion:
    if _TO_BEFORE.search(before):
        return Motion.TO
    if _FELL_BEFORE.search(before) or _FAR_FELL.search(before) or _FELL_AFTER.match(text, quantity.span[1]):
        return Motion.FELL
    if _ROSE_BEFORE.search(before) or _FAR_ROSE.search(before) or _ROSE_AFTER.match(text, quantity.span[1]):
        return Motion.ROSE
    if _FROM_BEFORE.search(before):
        return Motion.FROM
    return Motion.ROSE if text[quantity.span[0]] in "+-\N{MINUS SIGN}" else Motion.STANDS


def _of_amount(before: str, text: str, quantity: Quantity) -> Motion:
    if _TO_BEFORE.search(before):
        return Motion.TO
    if _FROM_BEFORE.search(before):
        return Motion.FROM
    if _GAINED_BEFORE.search(before) or _MORE_AFTER.match(text, quantity.span[1]) or _FAR_ROSE.search(before):
        return Motion.GAINED
    return Motion.FELL if _FAR_FELL.search(before) else Motion.STANDS
