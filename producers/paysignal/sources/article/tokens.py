"""The words of a sentence with their places: what every later stage walks over."""

import re
from typing import NamedTuple

#: A word with its apostrophes (first, being the most frequent), a number with its groups, a run of signs (a rule or a
#: row of dots), one Chinese or Japanese character, or any other sign. No two of them begin with the same character.
_TOKEN = re.compile(
    r"[^\W\d_\u3400-\u9fff\uf900-\ufaff]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*|[^\w\s]{5,}|[\u3400-\u9fff\uf900-\ufaff]|\S"
)
HYPHENS = frozenset("-‐‑–")


class Tokens(NamedTuple):
    """Tokens side by side: as written, as looked up (lower case, without a possessive), where they start and end."""

    text: str
    written: list[str]
    norms: list[str]
    starts: list[int]
    ends: list[int]

    def between(self, start: int, end: int) -> str:
        """The text from one token up to, and without, another."""
        return self.text[self.starts[start] : self.ends[end - 1]] if end > start else ""

    def joined(self, index: int) -> bool:
        """Whether nothing stands between a token and the one before."""
        return index > 0 and self.starts[index] == self.ends[index - 1]


def tokens_of(text: str) -> Tokens:
    """The tokens of a text, in order."""
    spans = list(map(re.Match.span, _TOKEN.finditer(text)))
    written = [text[start:end] for start, end in spans]
    lower = text.lower()
    if len(lower) == len(text):
        norms = [lower[start:end] for start, end in spans]
    else:  # a letter whose lower case is two letters
        norms = [word.lower() for word in written]
    if "'" in text or "’" in text:
        norms = [norm_of(norm) if "'" in norm or "’" in norm else norm for norm in norms]
    return Tokens(text, written, norms, [start for start, _ in spans], [end for _, end in spans])


def norm_of(word: str) -> str:
    """A word as it is looked up: lower case, with one kind of apostrophe, without the possessive."""
    norm = word.lower()
    if len(norm) > 2 and norm[-2] in "'’":
        return norm[:-2] if norm[-1] == "s" else norm
    return norm[:-1] if norm[-1] in "'’" and len(norm) > 1 else norm


def is_latin(word: str) -> bool:
    """Whether a token is a word of letters that run into digits: Chinese stands beside them without a space."""
    return word[-1:].isalpha() and word[-1:] < "\u2e80"


def place_before(tokens: Tokens, offset: int) -> int:
    """The index of the first token that starts at or after a character."""
    low, high = 0, len(tokens.starts)
    while low < high:
        middle = (low + high) // 2
        if tokens.starts[middle] < offset:
            low = middle + 1
        else:
            high = middle
    return low
