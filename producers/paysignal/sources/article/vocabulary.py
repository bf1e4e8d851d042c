"""The vocabulary: files of wordings, read into one tree of phrases that a sentence is walked through once.

A file has headings `category value` and, indented under each, its wordings: `(a|b|)` is a choice, an empty one an
option. A new wording is one line of such a file. Names of providers come from the alias file, those of markets from
ISO 3166 and `markets.txt`; names are read with their capitals, all else without.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

import pycountry

from paysignal.facts.providers import providers
from paysignal.sources.article.calendar import MONTHS
from paysignal.sources.article.tokens import HYPHENS, Tokens, tokens_of

FILES = ("units", "bounds", "motions", "measures", "others", "cues", "times", "words")
#: ISO names that are everyday words or first names in news.
_NOT_READ = frozenset({"Jersey", "Guernsey"})
#: Those that are people and states too: they are places only where the words around say so.
_DOUBTFUL = frozenset({"Chad", "Jordan", "Georgia"})
_PLACED = frozenset({"in", "across", "throughout", "within", "of", "for", "from", "to", "and", "inside", "outside"})
_OF_AMERICA = frozenset({"atlanta", "savannah", "alabama", "florida", "tennessee", "carolina"})
#: Categories whose wordings are names: `us` is no market.
_NAMES = frozenset({"provider", "market", "sign"})
_ANY_CASE = "\0"  #: before a name that is read in other capitals too: m-Pesa, Phonepe
_ARTICLES = frozenset({"a", "an", "the"})
_VALUE = ""  #: the key under which a node keeps what ends there


class Mark(NamedTuple):
    """A wording found: what it is, and from which token up to which it stands."""

    category: str
    value: str
    start: int
    end: int


class Entry(NamedTuple):
    """What a phrase stands for; `exact` are the ways a name may be written, none where case does not matter."""

    category: str
    value: str
    exact: frozenset[str]


Node = dict[str, Any]


class Lexicon(NamedTuple):
    """The tree of all phrases."""

    root: Node

    def marks(self, tokens: Tokens) -> list[Mark]:
        """The longest wording at each place, from left to right, one mark for each thing it may stand for."""
        found: list[Mark] = []
        norms, root, index = tokens.norms, self.root, 0
        nodes = [root.get(norm) for norm in norms]
        following: list[str | None] = [*norms[1:], None]
        for place, node in enumerate(nodes):
            if node is None or place < index:
                continue
            after = following[place]
            if after in node or after in HYPHENS:
                end = self._walk(tokens, place, node, found)
            elif _VALUE in node:
                end = _put(tokens, place, place + 1, node[_VALUE], found)
            else:
                continue  # most words that begin a phrase begin none here
            if end and norms[place] in _ARTICLES and self._reach(tokens, place + 1) > max(end, place + 2):
                while found and found[-1].start == place:  # "a year" is not what "a year-on-year rise" begins with
                    found.pop()
                end = 0
            index = end or place + 1
        return found

    def names(self, tokens: Tokens) -> list[Mark]:
        """Only the marks of names, which begin with a capital or in Chinese: for a sentence without figures."""
        found: list[Mark] = []
        end = 0
        for index, word in enumerate(tokens.written):
            if index >= end and (word[0].isupper() or word[0] > "\u3000" or word[0] == "e"):
                node = self.root.get(tokens.norms[index])
                end = self._walk(tokens, index, node, found) if node is not None else 0
        return [mark for mark in found if mark.category in {"provider", "market"}]

    def _reach(self, tokens: Tokens, index: int) -> int:
        """The end of the longest phrase from a place; 0 when there is none."""
        node = self.root.get(tokens.norms[index]) if index < len(tokens.norms) else None
        return self._walk(tokens, index, node, []) if node is not None else 0

    def _walk(self, tokens: Tokens, start: int, node: Node, found: list[Mark]) -> int:
        """The end of the longest phrase from `start`, whose marks are added; 0 when there is none."""
        norms, count, at = tokens.norms, len(tokens.norms), start + 1
        ends: list[tuple[int, list[Entry]]] = []
        while True:
            entries = node.get(_VALUE)
            if entries is not None:
                ends.append((at, entries))
            following = node.get(norms[at]) if at < count else None
            if following is None and at < count and norms[at] in HYPHENS and _tight(tokens, at):
                at += 1
                following = node.get(norms[at])
            if following is None:
                break
            node, at = following, at + 1
        for end, entries in reversed(ends):
            if _put(tokens, start, end, entries, found):
                return end
        return 0


def _put(tokens: Tokens, start: int, end: int, entries: list[Entry], found: list[Mark]) -> int:
    """Adds the marks of a phrase; its end, or 0 when it is a name that is written otherwise."""
    added = 0
    for category, value, exact in entries:
        if category == "market" and tokens.written[start] in _DOUBTFUL and not _is_place(tokens, start):
            continue
        if not exact or _is_written(_written(tokens, start, end), exact):
            found.append(Mark(category, value, start, end))
            added = end
    return added


def _is_place(tokens: Tokens, at: int) -> bool:
    """Whether Jordan, Chad or Georgia is the country: behind a preposition, no first name, no state of the US."""
    if at and tokens.norms[at - 1] not in _PLACED:
        return False
    following = tokens.written[at + 1] if at + 1 < len(tokens.written) else ""
    named = following[:1].isupper() and following.lower() not in MONTHS
    begins = not at and tokens.written[at] == tokens.norms[at].capitalize() and following not in {"'", ":", ","}
    return not named and not begins and not _OF_AMERICA & set(tokens.norms)


def _tight(tokens: Tokens, index: int) -> bool:
    return tokens.joined(index) and index + 1 < len(tokens.starts) and tokens.joined(index + 1)


def _is_written(word: str, exact: frozenset[str]) -> bool:
    """Whether a name is written as one of its ways, or, where it has marks of a name in it, with other capitals."""
    return word in exact or (_ANY_CASE + word.casefold() in exact and word != word.lower())


def _written(tokens: Tokens, start: int, end: int) -> str:
    """A name as written, without hyphens and possessives."""
    words = [word for word in tokens.written[start:end] if word not in HYPHENS]
    last = words[-1]
    if len(last) > 1 and last[-1] in "'’":
        words[-1] = last[:-1]
    elif len(last) > 2 and last[-2] in "'’" and last[-1] == "s":
        words[-1] = last[:-2]
    return " ".join(words)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The vocabulary, read once."""
    root: Node = {}
    for file in FILES:
        for category, value, phrase in wordings(file):
            add(root, phrase, category, value)
    for name, code in _market_names():
        add(root, name, "market", code)
    for entry in providers().values():
        for name in (entry.name, *entry.aliases):
            add(root, name, "provider", entry.slug)
    return Lexicon(root)


@lru_cache(maxsize=1)
def segments() -> Lexicon:
    """The wordings of segments, in a tree of their own: a "Series C round" is funding and its segment at once."""
    root: Node = {}
    for category, value, phrase in wordings("segments"):
        add(root, phrase, category, value)
    return Lexicon(root)


def add(root: Node, phrase: str, category: str, value: str) -> None:
    """Puts one phrase into the tree; a name is kept with its capitals."""
    tokens = tokens_of(phrase)
    words = [(norm, word) for norm, word in zip(tokens.norms, tokens.written, strict=True) if norm not in HYPHENS]
    node = root
    for norm, _ in words:
        node = node.setdefault(norm, {})
    entries: list[Entry] = node.setdefault(_VALUE, [])
    exact: frozenset[str] = frozenset()
    if category in _NAMES:
        name = " ".join(word for _, word in words)
        ways = {name, name.upper()} if len(name) > 2 and category != "sign" else {name}
        if (
            category == "provider"
            and (len(words) > 1 or any(letter.isupper() for letter in name[1:]))
            and len(name) > 4
        ):
            ways.add(_ANY_CASE + name.casefold())
        exact = frozenset(ways)
    for place, entry in enumerate(entries):
        if entry.category == category:
            if entry.value == value and exact:
                entries[place] = entry._replace(exact=entry.exact | exact)
            return
    entries.append(Entry(category, value, exact))


def wordings(file: str) -> Iterator[tuple[str, str, str]]:
    """Category, value and phrase of each wording of a file, its choices written out."""
    raw = resources.files("paysignal.sources.article").joinpath("words", f"{file}.txt").read_text("utf-8")
    category = value = ""
    for line in raw.splitlines():
        text = line.partition("# ")[0].rstrip()
        if not text:
            continue
        if not line.startswith(" "):
            category, _, value = text.partition(" ")
            continue
        for phrase in expanded(text.strip()):
            yield category, value, phrase


def expanded(pattern: str) -> Iterable[str]:
    """Every phrase that a pattern with choices can be: `(a|b|) c` is `a c`, `b c` and `c`."""
    opened = pattern.find("(")
    if opened < 0:
        return [" ".join(pattern.split())]
    closed = _closing(pattern, opened)
    before, after = pattern[:opened], list(expanded(pattern[closed + 1 :]))
    choices = [one for choice in _choices(pattern[opened + 1 : closed]) for one in expanded(choice)]
    return [" ".join(f"{before} {choice} {rest}".split()) for choice in choices for rest in after]


def _closing(pattern: str, opened: int) -> int:
    depth = 0
    for place in range(opened, len(pattern)):
        depth += {"(": 1, ")": -1}.get(pattern[place], 0)
        if depth == 0:
            return place
    raise ValueError(f"a choice is not closed in {pattern!r}; write (a|b|)")


def _choices(text: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "|" and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += letter
    return [*parts, current]


def _market_names() -> Iterator[tuple[str, str]]:
    for country in pycountry.countries:
        for name in (country.name, getattr(country, "common_name", country.name)):
            if name not in _NOT_READ:
                yield name, country.alpha_2
    for _, code, phrase in wordings("markets"):
        yield phrase, code
