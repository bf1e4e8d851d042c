"""The step: one batch applied to one partition's state."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from paysignal.engine.emission.claims import of_books
from paysignal.engine.emission.windows import of_rows
from paysignal.engine.money.rates import NO_RATES, RateTable
from paysignal.engine.records import Decoded, Outcomes
from paysignal.engine.statements import Statements
from paysignal.engine.tallies import Tallies
from paysignal.facts.readings import Reading


@dataclass(slots=True)
class State:
    """Everything the engine knows of one partition; `readings` are the latest, by key."""

    statements: Statements = field(default_factory=Statements)
    tallies: Tallies = field(default_factory=Tallies)
    readings: dict[str, Reading] = field(default_factory=dict)
    _keys_of: dict[str, frozenset[str]] = field(default_factory=dict)

    def renew(self, series_key: str, now: dict[str, Reading]) -> tuple[list[Reading], list[str]]:
        """Replaces a series' readings by `now`; returns those that changed and the keys that are gone, in order."""
        before = self._keys_of.get(series_key, frozenset())
        withdrawn = sorted(before - now.keys())
        for key in withdrawn:
            del self.readings[key]
        changed = [reading for key, reading in sorted(now.items()) if self.readings.get(key) != reading]
        self.readings.update(now)
        self._keys_of[series_key] = frozenset(now)
        return changed, withdrawn


@dataclass(frozen=True, slots=True)
class Step:
    """What a batch brought about: readings that are new or changed, keys that have no reading any more, outcomes."""

    readings: list[Reading]
    withdrawn: list[str]
    outcomes: Outcomes


def step(state: State, decoded: Decoded, rates: RateTable = NO_RATES) -> Step:
    """Applies a decoded batch to `state`, which the caller hands over and gets back changed.

    Called by the agents for each batch of a partition and by replay. Deterministic: no clock, no randomness; the
    readings left in `state` depend on the set of facts it was given, not on how they were cut into batches or in which
    order they came (late increments excepted: they arrive after their ring). `rates` tell money in other currencies;
    where they have none there is no such reading.
    """
    outcomes = Outcomes(ticks=len(decoded.ticks), rejected=list(decoded.rejected))
    books = [state.statements.books[key] for key in state.statements.take(decoded.statements, outcomes)]
    rows = state.tallies.take(decoded.occurrences, outcomes)
    touched = [book.series.key for book in books] + [state.tallies.rows[row].series.key for row in rows]
    emitted = _by_series([*of_books(books, rates), *of_rows(state.tallies, rows)])
    readings: list[Reading] = []
    withdrawn: list[str] = []
    for key in touched:
        changed, gone = state.renew(key, emitted.get(key, {}))
        readings += changed
        withdrawn += gone
    return Step(readings, withdrawn, outcomes)


def _by_series(readings: Iterable[Reading]) -> dict[str, dict[str, Reading]]:
    grouped: dict[str, dict[str, Reading]] = {}
    for reading in readings:
        grouped.setdefault(reading.series.key, {})[reading.key] = reading
    return grouped
