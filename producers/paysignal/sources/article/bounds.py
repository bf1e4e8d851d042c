"""Third stage: how the words beside a figure limit it."""

import re

from paysignal.facts.kinds import Bound
from paysignal.sources.article.model import Quantity

#: Words right before a figure; the longest are tried first.
_BEFORE = {
    Bound.MORE_THAN: "more than|over|above|exceeding|exceeded|exceeds|surpassing|surpassed|in excess of|upwards of"
                     "|north of|greater than|topped|topping|passed",
    Bound.AT_LEAST: "at least|no less than|not less than|no fewer than|a minimum of",
    Bound.AT_MOST: "at most|up to|as many as|as much as|no more than|not more than|a maximum of",
    Bound.LESS_THAN: "less than|under|below|fewer than|lower than",
    Bound.ABOUT: "about|around|approximately|approx\\.?|roughly|some|nearly|almost|close to|circa|an estimated|~",
}  # fmt: skip
_AFTER = {
    Bound.AT_LEAST: r"\+|\s?plus\b|\sor more\b",
    Bound.AT_MOST: r"\sor (?:less|fewer)\b",
    Bound.ABOUT: r"\sor so\b",
}

_WORDS_BEFORE = {
    bound: re.compile(rf"(?:^|[\s(])(?:{words})\s*(?:the\s)?\Z", re.IGNORECASE) for bound, words in _BEFORE.items()
}
_WORDS_AFTER = {bound: re.compile(words, re.IGNORECASE) for bound, words in _AFTER.items()}

#: The longest of the words above, with space around it.
_REACH = 24

#: What a bound is of the same figure with its sign turned: "fell by more than 10 %" is a growth of less than -10 %.
TURNED = {
    Bound.MORE_THAN: Bound.LESS_THAN,
    Bound.AT_LEAST: Bound.AT_MOST,
    Bound.AT_MOST: Bound.AT_LEAST,
    Bound.LESS_THAN: Bound.MORE_THAN,
}


def bound_of(text: str, quantity: Quantity) -> Bound:
    """The bound of one figure of a sentence; exact when no word limits it."""
    found = _found_before(text, quantity)
    if found is not None:
        return found[1]
    end = quantity.span[1]
    for bound, words in _WORDS_AFTER.items():
        if words.match(text, end):
            return bound
    return Bound.EXACT


def before_bound(text: str, quantity: Quantity) -> int:
    """Where the figure with its bounding words starts: what a verb stands before."""
    found = _found_before(text, quantity)
    return found[0] if found is not None else quantity.span[0]


def _found_before(text: str, quantity: Quantity) -> tuple[int, Bound] | None:
    """Where the bounding words start, and which bound they are; of "no more than" and "more than" the longer."""
    start = quantity.span[0]
    floor = max(0, start - _REACH)
    matches = ((words.search(text[floor:start]), bound) for bound, words in _WORDS_BEFORE.items())
    return min(((floor + match.start(), bound) for match, bound in matches if match), default=None)
