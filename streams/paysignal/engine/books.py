"""Books: the claims of one series, by period, bounded."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from paysignal.engine.choice import Choice, authority, choose, fineness
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

PeriodKey = tuple[int, str, str]
StatementKey = tuple[Kind, str]


class Fate(Enum):
    """What became of a claim that was put into a book."""

    ACCEPTED = auto()
    DUPLICATE = auto()
    EVICTED = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim's fate, and the ids of the claims that had to leave for it (or of itself)."""

    fate: Fate
    gone: tuple[str, ...] = ()


@dataclass(slots=True)
class _Page:
    """One period of a book."""

    period: Period
    claims: dict[str, Claim] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    choices: dict[StatementKey, Choice] = field(default_factory=dict)


@dataclass(slots=True)
class Book:
    """The claims of one series.

    `facts` counts the distinct facts it was given, whether still held or not: the version of the series' readings.
    """

    series: Series
    facts: int = 0
    _pages: dict[PeriodKey, _Page] = field(default_factory=dict)
    _retracted: dict[str, str] = field(default_factory=dict)

    def put(self, claim: Claim) -> Entry:
        """Takes a claim in; a period beyond the newest `MOST_PERIODS` is evicted, whatever the order of arrival."""
        key = period_key(claim.dated)
        page = self._pages.get(key)
        if page is not None and claim.id in page.ids:
            return Entry(Fate.DUPLICATE)
        self.facts += 1
        if page is None:
            page = self._pages[key] = _Page(claim.dated)
        gone = self._write(page, claim)
        if len(self._pages) > MOST_PERIODS:
            gone += tuple(self._pages.pop(min(self._pages)).claims)
        return Entry(Fate.EVICTED if claim.id in gone else Fate.ACCEPTED, gone)

    def retract(self, claim_id: str, retraction_id: str) -> bool:
        """Strikes a claim out; False when it already was."""
        if claim_id in self._retracted:
            return False
        self._retracted[claim_id] = retraction_id
        self.facts += 1
        for page in self._pages.values():
            if claim_id in page.claims:
                claim = page.claims[claim_id]
                self._choose(page, (claim.kind, claim.baseline_text))
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

    def statements_about(self, period: Period, kind: Kind, baseline: str) -> list[tuple[Claim, bool]]:
        """Every claim held of one period, kind and baseline, by id, and whether it was retracted."""
        page = self._pages.get(period_key(period))
        held = sorted(page.claims.items()) if page is not None else []
        return [
            (claim, identity in self._retracted)
            for identity, claim in held
            if (claim.kind, claim.baseline_text) == (kind, baseline)
        ]

    def breaks(self) -> list[Break]:
        """The breaks that its claims declare."""
        return [
            claim.break_
            for page in self._pages.values()
            for identity, claim in page.claims.items()
            if claim.break_ is not None and identity not in self._retracted
        ]

    def _write(self, page: _Page, claim: Claim) -> tuple[str, ...]:
        """Enters the claim into its page; returns the ids of those that the page let go."""
        if len(page.ids) < MOST_IDS:
            page.ids.add(str(claim.id))
        page.claims[str(claim.id)] = claim
        gone = tuple(_least(page) for _ in range(len(page.claims) - MOST_CLAIMS))
        changed = [claim, *(page.claims.pop(identity) for identity in gone)]
        for statement in {(each.kind, each.baseline_text) for each in changed}:
            self._choose(page, statement)
        return gone

    def _choose(self, page: _Page, statement: StatementKey) -> None:
        """Renews the choice among the claims of one kind and baseline."""
        rivals = [
            held
            for identity, held in page.claims.items()
            if (held.kind, held.baseline_text) == statement and identity not in self._retracted
        ]
        choice = choose(rivals)
        if choice is None:
            page.choices.pop(statement, None)
        else:
            page.choices[statement] = choice


def period_key(period: Period) -> PeriodKey:
    """Sorts periods by event time, then start; the same for equal periods only."""
    return period.event_us, period.start or "", period.length or ""


def _least(page: _Page) -> str:
    """The claim that matters least to the choices: never the most authoritative one, else the least fine."""
    leader = min(page.claims.values(), key=authority)
    return max((identity for identity in page.claims if identity != leader.id), key=lambda i: fineness(page.claims[i]))


def _latest_first(entry: tuple[Period, str, Choice]) -> tuple[int, int, PeriodKey, str]:
    period, baseline, choice = entry
    return period.event_us, choice.shown.known_us, period_key(period), baseline
