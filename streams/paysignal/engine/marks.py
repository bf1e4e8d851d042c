"""Marks: which readings rest on figures that are in question, by what series say of one another.

A worker sees the series of its partitions, and which those are must not show in a reading; so what only several series
together tell is no flag of `readings.v1`. Whoever holds all facts (the exporter's history) adds it with these marks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paysignal.engine.audit.findings import Finding
from paysignal.engine.books import Book
from paysignal.engine.breaks.suspicion import Suspicion, crossed
from paysignal.engine.explaining import levels_behind
from paysignal.engine.pairs import Level, Pair
from paysignal.engine.step import State
from paysignal.facts.moments import Moment
from paysignal.facts.readings import Flag, Reading


@dataclass(frozen=True, slots=True)
class Mark:
    """Flags for the reading of a key, as long as it is about the period that ends at `event_time`."""

    event_time: Moment
    flags: tuple[str, ...]


def marks_of(state: State, findings: Sequence[Finding], suspicions: Sequence[Suspicion]) -> dict[str, Mark]:
    """By reading key what findings and suspicions raise, of all readings in `state`; keys without a flag are left out.

    `contradicted` where a finding names a claim behind one of the reading's figures; `suspected_break` where its base
    and its current figure lie on two sides of a suspicion of its series. Called with the state after the facts of the
    series that are named; other series cost nothing.
    """
    named = {identity for finding in findings for identity in finding.claims}
    questioned = {finding.series_key for finding in findings} | {key for each in suspicions for key in each.series}
    marks = {}
    for key, reading in state.readings.items():
        book = state.statements.books.get(reading.series.key)
        if book is None or reading.series.key not in questioned:
            continue
        flags = tuple(_flags(reading, book, named, suspicions))
        if flags:
            marks[key] = Mark(reading.event_time, flags)
    return marks


def _flags(reading: Reading, book: Book, named: set[str], suspicions: Iterable[Suspicion]) -> Iterable[str]:
    levels = levels_behind(reading, book)
    if any(str(claim.id) in named for level in levels for claim in level.choice.supporting):
        yield Flag.CONTRADICTED
    own = [each for each in suspicions if reading.series.key in each.series]
    if own and _crosses(levels, own):
        yield Flag.SUSPECTED_BREAK


def _crosses(levels: list[Level], suspicions: Iterable[Suspicion]) -> bool:
    return len(levels) > 1 and crossed(Pair(levels[0], levels[1], None), suspicions)
