"""The board's readings in the order of their keys, so that those of a provider stand together. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from paysignal.board.flagging import Marks
from paysignal.facts.markets import market_name
from paysignal.facts.readings import Reading
from paysignal.facts.series import SEPARATOR, Series
from paysignal.page import words

#: Behind every character that a key can have after a prefix.
_BEHIND = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Entry:
    """A reading under its key, with its marks; `text` is what words are looked for in."""

    key: str
    series_key: str
    reading: Reading
    marks: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Index:
    """Entries by key; `number` is another one for every other content."""

    number: int
    entries: tuple[Entry, ...]

    def groups(self) -> dict[str, list[Entry]]:
        """The entries by the key of their series; put together when it is first asked for."""
        return self._groups

    @cached_property
    def _groups(self) -> dict[str, list[Entry]]:
        return grouped(self.entries)

    def within(self, prefixes: Iterable[str]) -> Iterator[Entry]:
        """The entries whose keys begin with one of these, each once."""
        seen = 0
        for prefix in sorted(prefixes):
            first = max(seen, bisect_left(self.entries, prefix, key=lambda each: each.key))
            seen = max(seen, bisect_left(self.entries, prefix + _BEHIND, key=lambda each: each.key))
            yield from self.entries[first:seen]


def index_of(number: int, readings: Iterable[Reading], marks: Marks, before: Index | None = None) -> Index:
    """The readings with their marks; what did not change since `before` is taken from there."""
    known = {} if before is None else {id(each.reading): each for each in before.entries}
    texts: dict[Series, tuple[str, str]] = {}
    entries = [_entry(reading, marks, known, texts) for reading in readings]
    entries.sort(key=lambda each: each.key)
    return Index(number, tuple(entries))


def _entry(reading: Reading, marks: Marks, known: dict[int, Entry], texts: dict[Series, tuple[str, str]]) -> Entry:
    old = known.get(id(reading))
    # An id is a reading's own for as long as it lives, and `before` holds its readings.
    key, series_key, text = (old.key, old.series_key, old.text) if old is not None else _named(reading, texts)
    mark = marks.get(key)
    flags = mark.flags if mark is not None and mark.event_time == reading.event_time else ()
    if old is not None and old.marks == flags:
        return old
    return Entry(key, series_key, reading, tuple(flags), text)


def _named(reading: Reading, texts: dict[Series, tuple[str, str]]) -> tuple[str, str, str]:
    found = texts.get(reading.series)
    if found is None:
        found = texts[reading.series] = (reading.series.key, searchable(reading.series))
    series_key, text = found
    return SEPARATOR.join((series_key, reading.indicator, reading.window, reading.baseline)), series_key, text


def searchable(series: Series) -> str:
    """What a series is found by: names and codes of all its parts, without regard to case."""
    return " ".join(
        (
            *(words.provider(series.provider), series.provider, market_name(series.market), series.market),
            *(words.measure(series.measure, series.segment), series.measure, series.segment),
            *(series.grain, series.currency, series.prices),
        )
    ).casefold()


def grouped(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries by the key of their series."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.series_key, []).append(entry)
    return groups
