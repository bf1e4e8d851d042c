"""The step: one batch applied to one partition's state."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from paysignal.engine.emission.claims import of_books, possible_keys
from paysignal.engine.emission.windows import of_rows
from paysignal.engine.money.rates import NO_RATES, RateTable
from paysignal.engine.money.unrated import unrated
from paysignal.engine.records import Decoded, Outcomes
from paysignal.engine.statements import Statements
from paysignal.engine.tallies import Tallies
from paysignal.facts.readings import Reading


@dataclass(slots=True)
class State:
    """Everything the engine knows of one partition; `readings` are the latest, by key, as of the last `emit`."""

    statements: Statements = field(default_factory=Statements)
    tallies: Tallies = field(default_factory=Tallies)
    readings: dict[str, Reading] = field(default_factory=dict)
    touched_books: set[str] = field(default_factory=set)
    touched_rows: set[int] = field(default_factory=set)
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
class Emitted:
    """Readings that are new or changed, and keys that have no reading any more."""

    readings: list[Reading]
    withdrawn: list[str]


@dataclass(frozen=True, slots=True)
class Step:
    """What a batch brought about: readings, withdrawn keys, and what became of each record."""

    readings: list[Reading]
    withdrawn: list[str]
    outcomes: Outcomes


def step(state: State, decoded: Decoded, rates: RateTable = NO_RATES) -> Step:
    """Applies a decoded batch to `state`, which the caller hands over and gets back changed.

    Called by the agents for each batch of a partition and by replay. Deterministic: no clock, no randomness; the
    readings left in `state` depend on the set of facts it was given, not on how they were cut into batches or in which
    order they came (late increments excepted: they arrive after their ring). `rates` tell money in other currencies;
    where they have none there is no such reading, and
    the outcomes count the figure.
    """
    outcomes = absorb(state, decoded, rates)
    emitted = emit(state, rates)
    return Step(emitted.readings, emitted.withdrawn, outcomes)


def absorb(state: State, decoded: Decoded, rates: RateTable = NO_RATES) -> Outcomes:
    """The first half of a step: the facts are in `state`, and what they touched waits for `emit`.

    Called alone while a partition is rebuilt, when nobody reads what each batch would give.
    """
    outcomes = Outcomes(ticks=len(decoded.ticks), rejected=list(decoded.rejected))
    taken = state.statements.take(decoded.statements, outcomes)
    outcomes.unrated = unrated(taken.accepted, rates)
    state.touched_books.update(taken.touched)
    state.touched_rows.update(state.tallies.take(decoded.occurrences, outcomes))
    return outcomes


def emit(state: State, rates: RateTable = NO_RATES) -> Emitted:
    """The second half: computes again what the facts absorbed since the last `emit` touched."""
    books = [state.statements.books[key] for key in sorted(state.touched_books)]
    rows = sorted(state.touched_rows)
    state.touched_books.clear()
    state.touched_rows.clear()
    touched = [book.series.key for book in books] + [state.tallies.rows[row].series.key for row in rows]
    made = _by_series([*of_books(books, rates), *of_rows(state.tallies, rows)])
    emitted = Emitted([], [])
    for key in touched:
        changed, gone = state.renew(key, made.get(key, {}))
        emitted.readings.extend(changed)
        emitted.withdrawn.extend(gone)
    return emitted


def emit_rebuilt(state: State, rates: RateTable = NO_RATES) -> Emitted:
    """Every reading of a partition that has been rebuilt, in the order of their keys, and every key it may have had.

    A worker that died behind a retraction or a break may have left a reading on the topic that no fact supports any
    more: the keys that the claims of such series could have given are withdrawn again.
    """
    emit(state, rates)
    losers = (book for book in state.statements.books.values() if book.can_lose_readings)
    possible = {key for book in losers for key in possible_keys(book)}
    readings = [reading for _, reading in sorted(state.readings.items())]
    return Emitted(readings, sorted(possible - state.readings.keys()))


def _by_series(readings: Iterable[Reading]) -> dict[str, dict[str, Reading]]:
    grouped: dict[str, dict[str, Reading]] = {}
    for reading in readings:
        grouped.setdefault(reading.series.key, {})[reading.key] = reading
    return grouped
