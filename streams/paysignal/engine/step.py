"""The step: one batch applied to one partition's state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from paysignal.engine.blocks import Block
from paysignal.engine.bulk import Limits
from paysignal.engine.decoding import limits_of
from paysignal.engine.emission.cases import told_of
from paysignal.engine.emission.claims import of_books, possible_keys
from paysignal.engine.emission.members import of_members
from paysignal.engine.emission.trends import of_trends, possible_trends
from paysignal.engine.emission.windows import of_announced, of_rows
from paysignal.engine.emission.written import Written
from paysignal.engine.money.rates import NO_RATES, RateTable
from paysignal.engine.money.unrated import unrated
from paysignal.engine.parameters import DEFAULTS, Parameters
from paysignal.engine.records import Decoded, Outcomes
from paysignal.engine.statements import Statements
from paysignal.engine.tallies.arrivals import arrivals_of
from paysignal.engine.tallies.restoring import restored
from paysignal.engine.tallies.stored import PREFIX
from paysignal.engine.tallies.tallies import Tallies
from paysignal.engine.tallies.writing import changed_blocks
from paysignal.facts.members import Member
from paysignal.facts.moments import microseconds
from paysignal.facts.readings import Reading

#: Enough for numpy to work on arrays; more would keep what is unpacked of all books at a time.
_BOOKS_AT_ONCE: Final = 1_000


@dataclass(slots=True)
class State:
    """Everything the engine knows of one partition.

    `limits` are what decoding holds event times to. `readings` are the latest of claims, by key, as of the last `emit`;
    those of windows are made when they are asked for, since a million series could not keep theirs.
    """

    parameters: Parameters = DEFAULTS
    statements: Statements = field(default_factory=Statements)
    limits: Limits = field(init=False)
    tallies: Tallies = field(init=False)
    readings: dict[str, Reading] = field(default_factory=dict)
    touched_books: set[str] = field(default_factory=set)
    touched_rows: set[int] = field(default_factory=set)
    _keys_of: dict[str, frozenset[str]] = field(default_factory=dict)
    _unread: set[str] = field(default_factory=set)  # restored books whose readings were not computed since

    def __post_init__(self) -> None:
        self.limits = limits_of(self.parameters)
        self.tallies = Tallies(self.parameters)

    @classmethod
    def restored(cls, blocks: Iterable[Block], parameters: Parameters = DEFAULTS) -> "State":
        """The state that wrote these blocks, which from here on behaves as if it had never been interrupted.

        Called at a take-over with everything that stands, in any order; raises `StaleBlock` for a block of another form
        or other parameters. `readings` are empty until `emit` or `emit_rebuilt`: what changes is sent, and what was
        shown and is no more is withdrawn.
        """
        state = cls(parameters)
        of_increments: list[Block] = []
        of_claims: list[Block] = []
        for block in blocks:
            (of_increments if block.key.startswith(PREFIX) else of_claims).append(block)
        for key, shown, is_due in state.statements.restore(of_claims):
            state._keys_of[key] = shown
            state._unread.add(key)
            if is_due:
                state.touched_books.add(key)
        state.tallies, rows_due = restored(of_increments, parameters)
        state.touched_rows.update(rows_due)
        return state

    def changed_blocks(self) -> list[Block]:
        """The blocks that changed since the last call; the caller keeps them until they are committed."""
        claims = self.statements.changed_blocks(self.touched_books, self._keys_of)
        return claims + changed_blocks(self.tallies, self.touched_rows)

    def pass_over(self) -> None:
        """Keeps nothing only to store it. Called by those who store nothing, now and then, instead of `changed_blocks`.

        Without it an increment's id was held for ever: 500,000 of them after 500,000 increments.
        """
        self.tallies.pass_over()

    @property
    def row_count(self) -> int:
        """How many blocks stand when all changed ones are stored."""
        return self.statements.row_count + self.tallies.stored.count

    def latest(self) -> list[Reading]:
        """The latest reading of every key, of claims and of windows, in the order of the keys."""
        windows = (each.reading for each in of_rows(self.tallies, range(len(self.tallies.rows))))
        return sorted([*self.readings.values(), *windows], key=lambda reading: reading.key)

    @property
    def held(self) -> int:
        """How many keys have a reading, also those of restored claims that nobody has asked for since."""
        windows = sum(len(each.indicators) for each in self.parameters.asked)
        return sum(map(len, list(self._keys_of.values()))) + windows * len(self.tallies.rows)

    @property
    def watermark_us(self) -> int | None:
        """Windows that end by here are closed, in microseconds since 1970; None before any increment has come."""
        return self.tallies.watermark_us if self.tallies.is_begun else None

    def renew(self, series_key: str, now: dict[str, Reading]) -> tuple[list[Reading], list[str]]:
        """Replaces a series' readings by `now`; returns those that changed and the keys that are gone, in order."""
        self._unread.discard(series_key)
        before = self._keys_of.get(series_key, frozenset())
        withdrawn = sorted(before - now.keys())
        for key in withdrawn:
            self.readings.pop(key, None)  # one restored was shown, and is not known
        changed = [reading for key, reading in sorted(now.items()) if self.readings.get(key) != reading]
        self.readings.update(now)
        if before != now.keys():
            self._keys_of[series_key] = frozenset(now)
        return changed, withdrawn

    def touch_unread(self) -> None:
        """Has `emit` compute the readings of every book, also those restored that nothing touched since."""
        self.touched_books |= self._unread


@dataclass(frozen=True, slots=True)
class Emitted:
    """Readings that are new or changed, and keys that have no reading any more.

    `readings` are of claims, `written` of windows, `finals` of windows that closed or were told for good before.
    `members` are what the series bring to cross-sections, where those are asked for.
    """

    readings: list[Reading]
    withdrawn: list[str]
    written: list[Written] = field(default_factory=list)
    finals: list[Written] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    """What a batch brought about: what was emitted, and what became of each record."""

    emitted: Emitted
    outcomes: Outcomes

    @property
    def readings(self) -> list[Reading]:
        """All readings that are new or changed but finals."""
        return [*self.emitted.readings, *(each.reading for each in self.emitted.written)]

    @property
    def finals(self) -> list[Reading]:
        """The readings of windows that were told for good."""
        return [each.reading for each in self.emitted.finals]

    @property
    def withdrawn(self) -> list[str]:
        """Keys that have no reading any more."""
        return self.emitted.withdrawn


def step(state: State, decoded: Decoded, rates: RateTable = NO_RATES) -> Step:
    """Applies a decoded batch to `state`, which the caller hands over and gets back changed.

    Called by the agents for each batch of a partition and by replay. Deterministic: no clock, no randomness; the
    readings left in `state` depend on the set of facts it was given, not on how they were cut into batches or in which
    order they came (late increments excepted: they arrive after their ring). `rates` tell money in other currencies;
    where they have none there is no such reading, and
    the outcomes count the figure.
    """
    outcomes = absorb(state, decoded, rates)
    return Step(emit(state, rates), outcomes)


def absorb(state: State, decoded: Decoded, rates: RateTable = NO_RATES) -> Outcomes:
    """The first half of a step: the facts are in `state`, and what they touched waits for `emit`.

    Called alone while a partition is rebuilt, when nobody reads what each batch would give.
    """
    outcomes = Outcomes(ticks=len(decoded.ticks), rejected=list(decoded.rejected))
    taken = state.statements.take(decoded.statements, outcomes)
    outcomes.unrated = unrated(taken.accepted, rates)
    state.touched_books.update(taken.touched)
    if decoded.occurrences:
        state.touched_rows.update(state.tallies.take(arrivals_of(decoded.occurrences), outcomes).tolist())
    for arrivals in decoded.arrivals:
        state.touched_rows.update(state.tallies.take(arrivals, outcomes).tolist())
    for tick in decoded.ticks:
        state.tallies.tick(microseconds(tick.at))
    return outcomes


def emit(state: State, rates: RateTable = NO_RATES) -> Emitted:
    """The second half: computes again what the facts absorbed since the last `emit` touched."""
    keys, rows = sorted(state.touched_books), sorted(state.touched_rows)
    state.touched_books.clear()
    state.touched_rows.clear()
    emitted = Emitted([], [], list(of_rows(state.tallies, rows)))
    for at in range(0, len(keys), _BOOKS_AT_ONCE):
        _emit_books(state, keys[at : at + _BOOKS_AT_ONCE], rates, emitted)
    state.statements.emitted(keys)
    emitted.finals.extend(of_announced(state.tallies, state.tallies.announce()))
    return emitted


def emit_rebuilt(state: State, rates: RateTable = NO_RATES) -> Emitted:
    """Every reading of a partition that has been rebuilt, in the order of their keys, and every key it may have had.

    A worker that died behind a retraction or a break may have left a reading on the topic that no fact supports any
    more: the keys that the claims of such series could have given are withdrawn again.
    """
    state.touch_unread()
    emitted = emit(state, rates)
    losers = (book for book in state.statements.books.values() if book.can_lose_readings)
    trends = state.parameters.trends
    possible = {
        key for book in losers for key in (*possible_keys(book), *possible_trends(book.series.key, trends))
    }.union(emitted.withdrawn)
    readings = [reading for _, reading in sorted(state.readings.items())]
    written = of_rows(state.tallies, range(len(state.tallies.rows)))
    gone = sorted(possible - state.readings.keys())
    return Emitted(readings, gone, list(written), emitted.finals, emitted.members)


def emit_caught_up(state: State, rates: RateTable = NO_RATES) -> Emitted:
    """As `emit`, of a partition whose former owner may have published more of these facts than its state tells.

    It may have published a reading between two of them that the second took away, and died: every key that the touched
    claims can have given and that has no reading now is withdrawn.
    """
    books = [state.statements.books[key] for key in sorted(state.touched_books)]
    emitted = emit(state, rates)
    possible = {key for book in books for key in possible_keys(book)}
    return replace(emitted, withdrawn=sorted((possible - state.readings.keys()) | set(emitted.withdrawn)))


def _emit_books(state: State, keys: Sequence[str], rates: RateTable, emitted: Emitted) -> None:
    books = [state.statements.books[key] for key in keys]
    asked, told = state.parameters, told_of(books)
    made = _by_series([*of_books(books, told, rates, asked.figures), *of_trends(books, rates, asked.trends)])
    if asked.sections:
        emitted.members.extend(of_members(books, told))
    for key, book in zip(keys, books, strict=True):
        changed, gone = state.renew(key, made.get(key, {}))
        emitted.readings.extend(changed)
        emitted.withdrawn.extend(gone)
        book.rest()


def _by_series(readings: Iterable[Reading]) -> dict[str, dict[str, Reading]]:
    grouped: dict[str, dict[str, Reading]] = {}
    for reading in readings:
        grouped.setdefault(reading.series.key, {})[reading.key] = reading
    return grouped
