"""Examining: what all facts together say against single figures, kept up provider by provider. Pure; it knows no clock.

    facts of a provider that changed ── audit, suspicions ──> findings, suspicions, what its publishers told
      ├─ the changed publishers, over all providers ────────> level shifts
      └─ wholes with their parts, over all providers ───────> parts that changed hands
                                    └─> marks of the readings that rest on a figure in question

The books of one provider, or of one family, are in memory at a time, and what is kept is small beside the facts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

import msgspec

from paysignal.engine.asof import state_of
from paysignal.engine.audit.auditing import audit
from paysignal.engine.audit.equivalents import RateCheck, rate_checks
from paysignal.engine.audit.findings import Finding
from paysignal.engine.averages import Averages, averages_of
from paysignal.engine.books import Book
from paysignal.engine.breaks.publishers import Told, shifted_of, told_in
from paysignal.engine.breaks.reattribution import reattributed
from paysignal.engine.breaks.suspecting import in_order, suspicions_within
from paysignal.engine.breaks.suspicion import Suspicion
from paysignal.engine.marks import Mark, marks_of
from paysignal.engine.money.rates import RateTable
from paysignal.facts.claims import Claim
from paysignal.facts.providers import ALL, providers
from paysignal.facts.readings import Flag, Reading
from paysignal.facts.series import SEPARATOR
from paysignal.history.held import standing, told
from paysignal.history.lines import provider_in
from paysignal.history.store import History

#: A whole and two parts: fewer can not trade places.
_SMALLEST_FAMILY: Final = 3


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in the history after `changes` of it, and what it says that no one series does (`averages`).

    `marks` by reading key; `notes` are the findings' sentences, by the id of the claim that they are about.
    """

    changes: int = -1
    findings: tuple[Finding, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=dict)
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    averages: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in the facts of one provider, or of one series; `checks` are those of a provider."""

    findings: tuple[Finding, ...]
    suspicions: tuple[Suspicion, ...]
    checks: tuple[RateCheck, ...] = ()

    def of_provider(self, provider: str) -> "Found":
        """What of it concerns a series of this provider."""
        return Found(
            tuple(each for each in self.findings if provider_in(each.series_key) == provider),
            tuple(each for each in self.suspicions if provider in set(map(provider_in, each.series))),
        )

    def of_series(self, series_key: str) -> "Found":
        """What of it concerns this series."""
        return Found(
            tuple(each for each in self.findings if each.series_key == series_key),
            tuple(each for each in self.suspicions if series_key in each.series),
        )


def found_in(books: Iterable[Book], claims: Iterable[Claim], rates: RateTable) -> Found:
    """What the books and standing claims of one provider show by themselves."""
    held, told_now = list(books), list(claims)
    return Found(
        tuple(audit(held, told_now, rates)), tuple(suspicions_within(held)), tuple(rate_checks(told_now, rates))
    )


@dataclass(frozen=True, slots=True)
class _Provider:
    """What the facts of one provider say by themselves, as of a version of the store."""

    version: int
    found: Found
    told: tuple[Told, ...]
    averages: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class _Marked:
    """The marks of one series, and what they were made from."""

    version: int
    findings: tuple[Finding, ...]
    suspicions: tuple[Suspicion, ...]
    marks: Mapping[str, Mark]


def _averages(books: Iterable[Book], found: Found) -> Iterator[Reading]:
    """The readings of value over count, flagged where a finding names a figure behind them."""
    for averages in averages_of(books):
        reading = averages.reading
        if reading is not None:
            yield msgspec.structs.replace(reading, flags=tuple(sorted({*reading.flags, *flags_of(averages, found)})))


def flags_of(averages: Averages, found: Found) -> tuple[str, ...]:
    """What is found against the figures behind an average."""
    named = {identity for finding in found.findings for identity in finding.claims}
    return (Flag.CONTRADICTED,) if any(claim.id in named for claim in averages.supporting) else ()


class Examiner:
    """Keeps `examined` up with a history; one thread looks, any may read what was found."""

    def __init__(self, history: History, rates: RateTable) -> None:
        self._history = history
        self._rates = rates
        self._providers: dict[str, _Provider] = {}
        self._publishers: dict[str, tuple[Suspicion, ...]] = {}
        self._families: dict[str, tuple[Suspicion, ...]] = {}
        self._marked: dict[str, _Marked] = {}
        self._examined = Examined()

    @property
    def examined(self) -> Examined:
        """What the last look found; it never changes."""
        return self._examined

    @property
    def behind(self) -> bool:
        """Whether facts have come since that were not looked at."""
        return self._examined.changes != self._history.changes

    def look(self) -> Iterator[None]:
        """Looks at all that changed since, and publishes it at the end; between two pieces of work it yields."""
        changes = self._history.changes
        present = self._history.providers()
        stale = [name for name in present if not self._is_fresh(name)]
        gone = [name for name in self._providers if name not in set(present)]
        publishers = {each.publisher for name in (*stale, *gone) for each in self._told_of(name)}
        for name in gone:
            del self._providers[name]
        for name in stale:
            self._providers[name] = self._provider(name)
            yield
        publishers |= {each.publisher for name in stale for each in self._told_of(name)}
        yield from self._look_at_publishers(publishers)
        yield from self._look_at_families({*stale, *gone})
        yield from self._publish(changes)

    def _is_fresh(self, name: str) -> bool:
        held = self._providers.get(name)
        return held is not None and held.version == self._history.version_of(name)

    def _told_of(self, name: str) -> Sequence[Told]:
        held = self._providers.get(name)
        return held.told if held is not None else ()

    def _provider(self, name: str) -> _Provider:
        version = self._history.version_of(name)
        held = self._history.facts_of_provider(name)
        books = list(state_of(told(held)).statements.books.values())
        found = found_in(books, standing(held), self._rates)
        told_by = tuple(each for book in books for each in told_in(book))
        return _Provider(version, found, told_by, tuple(_averages(books, found)))

    def _look_at_publishers(self, publishers: set[str]) -> Iterator[None]:
        by_publisher: dict[str, list[Told]] = defaultdict(list)
        for each in chain.from_iterable(held.told for held in self._providers.values()):
            if each.publisher in publishers:
                by_publisher[each.publisher].append(each)
        for publisher in publishers:
            _keep(self._publishers, publisher, tuple(shifted_of(by_publisher[publisher])))
            yield

    def _look_at_families(self, changed: set[str]) -> Iterator[None]:
        """Wholes and parts of several providers; those of one provider were seen with it."""
        families = self._families_now()
        for name in self._families.keys() - families.keys():
            del self._families[name]
        for name, keys in families.items():
            if any(provider_in(key) in changed for key in keys):
                _keep(self._families, name, tuple(reattributed(self._books(keys))))
                yield

    def _families_now(self) -> dict[str, list[str]]:
        """The keys of series that differ in their provider only, where one of these is a whole."""
        wholes = {ALL, *(each.parent for each in providers().values() if each.parent is not None)}
        alike: dict[str, list[str]] = defaultdict(list)
        for name in self._history.providers():
            for key in self._history.series_keys(name):
                alike[key.partition(SEPARATOR)[2]].append(key)
        return {
            rest: keys
            for rest, keys in alike.items()
            if len(keys) >= _SMALLEST_FAMILY and not wholes.isdisjoint(map(provider_in, keys))
        }

    def _books(self, keys: Iterable[str]) -> list[Book]:
        held = chain.from_iterable(self._history.facts_of(key) for key in keys)
        return list(state_of(told(held)).statements.books.values())

    def _publish(self, changes: int) -> Iterator[None]:
        findings = [found for _, held in sorted(self._providers.items()) for found in held.found.findings]
        found = chain(
            *(held.found.suspicions for held in self._providers.values()),
            *self._publishers.values(),
            *self._families.values(),
        )
        suspicions = in_order(found)
        yield from self._mark(findings, suspicions)
        notes: dict[str, list[str]] = defaultdict(list)
        for each in findings:
            for identity in each.claims:
                notes[identity].append(each.note)
        self._examined = Examined(
            changes,
            tuple(findings),
            tuple(suspicions),
            {key: mark for held in self._marked.values() for key, mark in held.marks.items()},
            {identity: tuple(told_of) for identity, told_of in notes.items()},
            tuple(reading for _, held in sorted(self._providers.items()) for reading in held.averages),
        )

    def _mark(self, findings: Iterable[Finding], suspicions: Iterable[Suspicion]) -> Iterator[None]:
        """Renews the marks of every series in question whose facts, or what is found of it, changed."""
        found: dict[str, tuple[list[Finding], list[Suspicion]]] = defaultdict(lambda: ([], []))
        for finding in findings:
            found[finding.series_key][0].append(finding)
        for suspicion in suspicions:
            for key in suspicion.series:
                found[key][1].append(suspicion)
        for key in self._marked.keys() - found.keys():
            del self._marked[key]
        for key, (own, suspected) in found.items():
            version = self._history.version_of(provider_in(key))
            made_from = (version, tuple(own), tuple(suspected))
            held = self._marked.get(key)
            if held is None or (held.version, held.findings, held.suspicions) != made_from:
                state = state_of(told(self._history.facts_of_line(key)), rates=self._rates)
                self._marked[key] = _Marked(*made_from, marks_of(state, own, suspected))
                yield


def _keep(kept: dict[str, tuple[Suspicion, ...]], name: str, found: tuple[Suspicion, ...]) -> None:
    """Only those with suspicions are kept: they are few."""
    if found:
        kept[name] = found
    else:
        kept.pop(name, None)
