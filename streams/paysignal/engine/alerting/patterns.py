"""Patterns over label values: what a rule may ask for, without a text that takes for ever to match.

A pattern is a glob (`*` any characters, `?` one) or, after `~`, a regular expression of the part that Python and
Prometheus (RE2) read alike. It always matches the whole value. Python's matcher tries alternatives one after the other,
so what a pattern may cost on the longest value is counted when it is read, and a dear one is refused.
"""

import re
from dataclasses import dataclass
from typing import Final

from paysignal.facts.errors import Refused

PATTERN_CHARACTERS: Final = 200

#: A slug has 64 characters, a region's market eight more.
_LONGEST_VALUE: Final = 72

#: Three repetitions over the longest value are 373,248 tries, some 5 ms; four would be a third of a second.
MOST_TRIES: Final = 400_000

REGEX_MARK: Final = "~"

_PLAIN: Final = re.compile(r"[A-Za-z0-9_:/%#@=,;<>!&'\" -]")
_ESCAPED: Final = re.compile(r"\\[.\\+*?()|\[\]{}^$-]")
_CLASS: Final = re.compile(r"\[\^?(?:[A-Za-z0-9_:](?:-[A-Za-z0-9])?)+-?\]")
_ANY: Final = re.compile(r"\.")
_COUNTED: Final = re.compile(r"\{(\d{1,2})(?:,(\d{1,2})?)?\}")

#: Fewer than half of what a pattern may have: a group takes three characters.
_DEEPEST: Final = 20


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern, as written and as the expression that the whole value must match; made by `pattern_of`."""

    text: str
    regex: str
    compiled: "re.Pattern[str]"

    def matches(self, value: str) -> bool:
        """Whether the whole value is one of the pattern's."""
        return self.compiled.fullmatch(value) is not None


def pattern_of(text: str) -> Pattern:
    """The pattern of a text; raises `Refused` for what is too long, too dear or no pattern."""
    if len(text) > PATTERN_CHARACTERS:
        raise Refused("match", text, f"a pattern has at most {PATTERN_CHARACTERS} characters", "write several of them")
    regex = text.removeprefix(REGEX_MARK) if text.startswith(REGEX_MARK) else _of_glob(text)
    tries = _Reader(regex).tries()
    if tries > MOST_TRIES:
        fix = "use fewer repetitions and choices in one pattern; several patterns in a list are tried one by one"
        raise Refused("match", text, "a pattern must not take long on any value", fix)
    return Pattern(text, regex, re.compile(regex, re.ASCII | re.DOTALL))


def _of_glob(text: str) -> str:
    parts = {"*": ".*", "?": "."}
    return "".join(parts.get(each) or (each if _PLAIN.match(each) else "\\" + each) for each in text)


class _Reader:
    """Reads an expression from left to right and counts the ways in which it could be tried on one value."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def tries(self) -> int:
        tries = self._choice(0)
        if self._at < len(self._text):
            raise self._refused("a closing bracket needs its opening one")
        return tries

    def _choice(self, depth: int) -> int:
        if depth > _DEEPEST:
            raise self._refused(f"groups are nested at most {_DEEPEST} deep")
        tries = self._sequence(depth)
        while self._taken("|"):
            tries += self._sequence(depth)
        return tries

    def _sequence(self, depth: int) -> int:
        tries = 1
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            tries *= self._repeated(depth)
        return tries

    def _repeated(self, depth: int) -> int:
        if self._taken("("):
            tries = self._group(depth)
            if self._at < len(self._text) and self._text[self._at] in "*+{":
                raise self._refused("a group is not repeated, as nested repetitions take for ever; `?` may follow it")
            return tries + 1 if self._taken("?") else tries
        self._atom()
        lengths = self._lengths()
        if lengths and self._at < len(self._text) and self._text[self._at] in "?*+{":
            raise self._refused("one repetition behind one character")
        return lengths or 1

    def _group(self, depth: int) -> int:
        if self._taken("?") and not self._taken(":"):
            raise self._refused("no look-ahead, no names, no flags")
        tries = self._choice(depth + 1)
        if not self._taken(")"):
            raise self._refused("an opening bracket needs its closing one")
        return tries

    def _atom(self) -> None:
        for form in (_PLAIN, _ANY, _ESCAPED, _CLASS):
            if found := form.match(self._text, self._at):
                self._at = found.end()
                return
        raise self._refused("characters, `.`, [a-z], groups with |, and `?`, `*`, `+` or {2,3} behind one character")

    def _lengths(self) -> int:
        """How many lengths the repetition that stands here allows; 0 when none does."""
        if self._taken("?"):
            return 2
        if self._taken("*") or self._taken("+"):
            return _LONGEST_VALUE
        if counted := _COUNTED.match(self._text, self._at):
            self._at = counted.end()
            least, most = int(counted[1]), counted[2]
            if "," not in counted[0]:
                return 1
            if most is not None and int(most) < least:
                raise self._refused("{least,most} with most above least")
            return (_LONGEST_VALUE if most is None else int(most) - least) + 1
        return 0

    def _taken(self, character: str) -> bool:
        if self._text.startswith(character, self._at):
            self._at += 1
            return True
        return False

    def _refused(self, rule: str) -> Refused:
        return Refused("match", self._text, f"{rule} (at character {self._at + 1})", "see docs/alerts.md for examples")
