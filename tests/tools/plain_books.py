"""The plain book: the definition of what `paysignal.engine.books` does packed and in passing, as objects and at once.

It is the book that the engine began with; the tests hold the quick one to it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from paysignal.engine.books import Entry, Fate
from paysignal.engine.choice import Choice, Revision, authority, choose, fineness, latest_revisions, revision
from paysignal.facts import wire
from paysignal.facts.claims import Break, Claim
from paysignal.facts.kinds import Kind
from paysignal.facts.periods import Period
from paysignal.facts.series import Series

#: 42 years of months, or 10 of weeks: the history a growth can need, and a bound on the memory of one series.
MOST_PERIODS: Final = 512

#: Claims a period: the figures that decide are kept, the hundredth retelling is counted and let go.
MOST_CLAIMS: Final = 16

#: Ids a period remembers, held and let go: enough to know every retelling, bounded against a hostile flood.
MOST_IDS: Final = 1_024

#: Claims that tell one figure alike are let go before others: the best of them and the newest say all that they say.
_TELLERS: Final = 2

_Group = TypeVar("_Group")

PeriodKey = tuple[int, str, str]
StatementKey = tuple[Kind, str]


@dataclass(slots=True)
class _Page:
    """One period of a book. `latest` is the newest revision it was ever given, by statement and publisher."""

    period: Period
    claims: dict[str, Claim] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    latest: dict[tuple[StatementKey, str], Revision] = field(default_factory=dict)
    choices: dict[StatementKey, Choice] = field(default_factory=dict)

    def revised(self, claim: Claim) -> bool:
        """Whether its publisher has said otherwise since, be that still held or not."""
        return self.latest.get((statement_of(claim), claim.source.publisher), revision(claim)) > revision(claim)

    def note(self, claim: Claim) -> None:
        """Remembers the claim's id, and that it is its publisher's latest where it is."""
        if len(self.ids) < MOST_IDS:
            self.ids.add(str(claim.id))
        key = statement_of(claim), claim.source.publisher
        if key in self.latest or len(self.latest) < MOST_IDS:
            self.latest[key] = max(self.latest.get(key, revision(claim)), revision(claim))


@dataclass(slots=True)
class PlainBook:
    """The claims of one series.

    `facts` counts the distinct facts it was given, whether still held or not. `line` are all books that differ from
    this one in their grain only, itself among them: a break declared in one of them counts for all. `declares` is
    whether this one was ever given a break, lifted since or not.
    """

    series: Series
    facts: int = 0
    declares: bool = False
    line: list["PlainBook"] = field(default_factory=list, repr=False, compare=False)
    _pages: dict[PeriodKey, _Page] = field(default_factory=dict)
    _evicted: dict[PeriodKey, set[str]] = field(default_factory=dict)
    _retracted: dict[str, str] = field(default_factory=dict)

    def put(self, claim: Claim) -> Entry:
        """Takes a claim in; a period beyond the newest `MOST_PERIODS` is evicted, whatever the order of arrival."""
        key = period_key(claim.dated)
        page = self._pages.get(key)
        # Whatever becomes of the claim: what was said decides, not whether there was room for it when it came.
        self.declares = self.declares or claim.break_ is not None
        if claim.id in (self._evicted.get(key, ()) if page is None else page.ids):
            return Entry(Fate.DUPLICATE, changed=page is not None and self._reword(page, claim))
        self.facts += 1
        if page is None:
            page = self._pages[key] = _Page(claim.dated, ids=self._evicted.pop(key, set()))
        if claim.dated.end < page.period.end:  # one day may end "2018-07-01" or at that midnight; the date is shown
            page.period = claim.dated
        gone = self._write(page, claim)
        forgotten = tuple(identity for identity in gone if identity not in page.ids)
        if len(self._pages) > MOST_PERIODS:
            left, forgotten_then = self._evict()
            gone, forgotten = gone + left, forgotten + forgotten_then
        return Entry(Fate.EVICTED if claim.id in gone else Fate.ACCEPTED, gone, forgotten)

    def retract(self, claim_id: str, retraction_id: str) -> bool:
        """Strikes a claim out; False when it already was."""
        if claim_id in self._retracted:
            return False
        self._retracted[claim_id] = retraction_id
        self.facts += 1
        for page in self._pages.values():
            if claim_id in page.claims:
                self._choose(page, statement_of(page.claims[claim_id]))
        return True

    def choices(self, kind: Kind) -> list[tuple[Period, str, Choice]]:
        """Every (period, baseline, choice) of a kind, the latest event time first, then the latest known time."""
        found = [
            (page.period, statement[1], choice)
            for page in self._pages.values()
            for statement, choice in page.choices.items()
            if statement[0] is kind
        ]
        found.sort(key=_latest_first, reverse=True)
        return found

    def baselines(self, kind: Kind) -> list[str]:
        """Every baseline that a claim of the kind is held with, retracted or not."""
        held = (statement_of(claim) for page in self._pages.values() for claim in page.claims.values())
        return sorted({baseline for of_kind, baseline in held if of_kind is kind})

    @property
    def can_lose_readings(self) -> bool:
        """Whether a retraction or a break may have left the series without a reading that it had."""
        return bool(self._retracted) or self.declares or any(book.declares for book in self.line)

    def statements_about(self, period: Period, kind: Kind, baseline: str) -> list[tuple[Claim, bool]]:
        """Every claim held of one period, kind and baseline, by id, and whether it was retracted."""
        page = self._pages.get(period_key(period))
        held = sorted(page.claims.items()) if page is not None else []
        return [
            (claim, identity in self._retracted) for identity, claim in held if statement_of(claim) == (kind, baseline)
        ]

    @property
    def version(self) -> int:
        """The version of the series' readings: the distinct facts that it was given, and the books whose breaks it has.

        Whatever is said where a break was declared may lift it, so all of that counts; where none was, nothing else.
        """
        return self.facts + sum(book.facts for book in self.line if book.declares and book is not self)

    def breaks(self) -> list[Break]:
        """The breaks declared in this series or, for other grains, in another of its line; those lifted are not."""
        others = (book for book in self.line if book.declares and book is not self)
        return [declared for book in (self, *others) for declared in book.own_breaks()]

    def own_breaks(self) -> list[Break]:
        """The breaks that its claims declare; one that its publisher revises or takes back without it is lifted."""
        if not self.declares:
            return []
        standing = (
            claim
            for page in self._pages.values()
            for claim in latest_revisions(
                held
                for identity, held in page.claims.items()
                if held.kind is Kind.LEVEL and identity not in self._retracted
            )
        )
        return [claim.break_ for claim in standing if claim.break_ is not None]

    def _evict(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Lets the oldest period go, and after twice as many periods its ids; returns the ids of both."""
        key = min(self._pages)
        page = self._pages.pop(key)
        self._evicted[key] = page.ids
        forgotten = {identity for identity in page.claims if identity not in page.ids}
        if len(self._evicted) > MOST_PERIODS:
            forgotten |= self._evicted.pop(min(self._evicted))
        return tuple(page.claims), tuple(sorted(forgotten))

    def _write(self, page: _Page, claim: Claim) -> tuple[str, ...]:
        """Enters the claim into its page; returns the ids of those that the page let go."""
        page.note(claim)
        page.claims[str(claim.id)] = claim
        gone = tuple(_least(page) for _ in range(len(page.claims) - MOST_CLAIMS))
        changed = [claim, *(page.claims.pop(identity) for identity in gone)]
        for statement in {statement_of(each) for each in changed}:
            self._choose(page, statement)
        return gone

    def _reword(self, page: _Page, claim: Claim) -> bool:
        """One claim read twice, say from a table and from a text, may come with other digits: the finer is held."""
        held = page.claims.get(str(claim.id))
        if held is None or _wording(held) <= _wording(claim):
            return False
        page.claims[str(claim.id)] = claim
        self._choose(page, statement_of(claim))
        return True

    def _choose(self, page: _Page, statement: StatementKey) -> None:
        """Renews the choice among the claims of one kind and baseline."""
        rivals = [
            held
            for identity, held in page.claims.items()
            if statement_of(held) == statement and identity not in self._retracted
        ]
        choice = choose(rivals)
        if choice is None:
            page.choices.pop(statement, None)
        else:
            page.choices[statement] = choice


def period_key(period: Period) -> PeriodKey:
    """Sorts periods by event time, then start; the same for equal periods only."""
    return period.event_us, period.start or "", period.length or ""


def statement_of(claim: Claim) -> StatementKey:
    """Which of the statements about its period the claim makes."""
    return claim.kind, claim.baseline_text


def _least(page: _Page) -> str:
    """The claim that matters least to the choices, and has to leave a crowded page.

    First what its own publisher has revised; then, of the figure told most often, a retelling that is neither the best
    nor the newest. Then, of the statement with the most claims (so that no growth can drive the level out), the least
    fine, but never the most authoritative.
    """
    revised = [claim for claim in page.claims.values() if page.revised(claim)]
    if revised:
        return _roughest(revised)
    retold = max(_grouped(page, _figure).items(), key=lambda group: (len(group[1]), group[0]))[1]
    if len(retold) > _TELLERS:
        kept = (min(retold, key=fineness).id, min(retold, key=authority).id)
        return _roughest([claim for claim in retold if claim.id not in kept])
    rivals = max(_grouped(page, statement_of).items(), key=_dispensable)[1]
    leader = min(rivals, key=authority)
    return _roughest([claim for claim in rivals if claim is not leader] or rivals)


def _roughest(claims: list[Claim]) -> str:
    """The least fine; one that declares a break leaves last, or retellings could undo the break."""
    return str(max(claims, key=lambda claim: (claim.break_ is None, fineness(claim))).id)


def _figure(claim: Claim) -> tuple[StatementKey, float, str, float]:
    """What a retelling has in common with what it retells."""
    return statement_of(claim), claim.value, claim.bound, claim.step or 0.0


def _grouped(page: _Page, by: Callable[[Claim], _Group]) -> dict[_Group, list[Claim]]:
    groups: dict[_Group, list[Claim]] = {}
    for claim in page.claims.values():
        groups.setdefault(by(claim), []).append(claim)
    return groups


def _dispensable(statement: tuple[StatementKey, list[Claim]]) -> tuple[int, bool, bool, StatementKey]:
    """Sorts the statement that can best spare a claim last: many before few, growths before levels."""
    (kind, baseline), claims = statement
    return len(claims), kind is not Kind.LEVEL, "/" in baseline, (kind, baseline)


def _wording(claim: Claim) -> tuple[tuple[int, float, int, int, str], bool, bytes]:
    """Sorts the wording to hold first, of those with one id: the finest, then with a break; never by arrival."""
    return fineness(claim), claim.break_ is None, wire.encode(claim)


def _latest_first(entry: tuple[Period, str, Choice]) -> tuple[int, int, PeriodKey, str]:
    period, baseline, choice = entry
    return period.event_us, choice.shown.known_us, period_key(period), baseline
