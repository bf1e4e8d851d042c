"""Books: the claims of one series, by period, bounded.

A period of which one claim was ever told, which most are, is that claim packed; any other is a page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from math import inf
from typing import Final

from paysignal.engine.choice import Choice, choose, latest_revisions
from paysignal.engine.packing import id_of, kind_of, packed, unpacked, value_of
from paysignal.engine.pages import Page, PeriodKey, StatementKey, page_of, statement_of
from paysignal.facts.claims import Break, Claim
from paysignal.facts.kinds import Kind
from paysignal.facts.moments import event_us
from paysignal.facts.periods import Period
from paysignal.facts.series import Series

#: 42 years of months, or 10 of weeks: the history a growth can need, and a bound on the memory of one series.
MOST_PERIODS: Final = 512


class Fate(Enum):
    """What became of a claim that was put into a book."""

    ACCEPTED = auto()
    DUPLICATE = auto()
    EVICTED = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim's fate, and the ids of the claims that had to leave for it (or of itself).

    `forgotten` are those that would be a new fact if they were told again; `changed` is False where nothing did.
    """

    fate: Fate
    gone: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()
    changed: bool = True


_ACCEPTED: Final = Entry(Fate.ACCEPTED)

#: A level has no baseline, so there is one choice of it a period.
_LEVEL: Final[StatementKey] = (Kind.LEVEL, "")

#: What is shown of a period, by kind and baseline.
_Choices = dict[StatementKey, Choice]


@dataclass(slots=True)
class Book:
    """The claims of one series.

    `facts` counts the distinct facts it was given, whether still held or not. `line` are all books that differ from
    this one in their grain only, itself among them: a break declared in one of them counts for all. `declares` is
    whether this one was ever given a break, lifted since or not.
    """

    series: Series
    facts: int = 0
    declares: bool = False
    line: list["Book"] = field(default_factory=list, repr=False, compare=False)
    pages: dict[PeriodKey, Page | bytes] = field(default_factory=dict)
    evicted: dict[PeriodKey, set[str]] = field(default_factory=dict)
    retracted: dict[str, str] = field(default_factory=dict)
    _read: dict[PeriodKey, tuple[Period, _Choices]] = field(default_factory=dict, repr=False, compare=False)
    _order: dict[Kind, list[PeriodKey]] | None = field(default=None, repr=False, compare=False)

    def put(self, claim: Claim) -> Entry:
        """Takes a claim in; a period beyond the newest `MOST_PERIODS` is evicted, whatever the order of arrival."""
        key = period_key(claim.dated)
        # Whatever becomes of the claim: what was said decides, not whether there was room for it when it came.
        self.declares = self.declares or claim.break_ is not None
        raw = packed(claim)
        if self.put_only(key, raw):
            return _ACCEPTED
        page = self.pages.get(key)
        if isinstance(page, bytes):
            if page == raw:
                return Entry(Fate.DUPLICATE, changed=False)
            page = self.pages[key] = page_of(unpacked(page, self.series))
        self._read.pop(key, None)
        self._order = None
        return self._put(key, page, claim)

    def put_only(self, key: PeriodKey, raw: bytes) -> bool:
        """Takes in a packed claim without a break as the only one of its period; False where it is not, for `put`."""
        if key in self.pages or key in self.evicted or len(self.pages) >= MOST_PERIODS:
            return False
        self.pages[key] = raw
        self.facts += 1
        self._order = None
        return True

    def _put(self, key: PeriodKey, page: Page | None, claim: Claim) -> Entry:
        if claim.id in (self.evicted.get(key, ()) if page is None else page.ids):
            return Entry(Fate.DUPLICATE, changed=page is not None and page.reword(claim))
        self.facts += 1
        if page is None:
            page = self.pages[key] = Page(claim.dated, ids=self.evicted.pop(key, set()))
        gone = page.write(claim)
        forgotten = tuple(identity for identity in gone if identity not in page.ids)
        if len(self.pages) > MOST_PERIODS:
            left, forgotten_then = self._evict()
            gone, forgotten = gone + left, forgotten + forgotten_then
        return Entry(Fate.EVICTED if claim.id in gone else Fate.ACCEPTED, gone, forgotten)

    def retract(self, claim_id: str, retraction_id: str) -> bool:
        """Strikes a claim out; False when it already was."""
        if claim_id in self.retracted:
            return False
        self.retracted[claim_id] = retraction_id
        self.facts += 1
        self._read.clear()
        for page in self.pages.values():
            if isinstance(page, Page) and claim_id in page.claims:
                page.chosen = None
        return True

    def choices(self, kind: Kind) -> list[tuple[Period, str, Choice]]:
        """Every (period, baseline, choice) of a kind, the latest event time first, then the latest known time."""
        return list(self.latest(kind))

    def latest(self, kind: Kind) -> Iterator[tuple[Period, str, Choice]]:
        """The same one after the other: only what is asked for is unpacked."""
        keys = self._keys_of(kind)
        at = 0
        while at < len(keys):
            until = at + 1
            while until < len(keys) and keys[until][0] == keys[at][0]:
                until += 1
            yield from self._at_one_time(kind, keys[at:until])
            at = until

    def has_only_risen(self) -> bool:
        """Whether no shown value is below an earlier one, by what can be seen without unpacking: no is no proof."""
        last = -inf
        for key in reversed(self._keys_of(Kind.LEVEL)):
            page = self.pages[key]
            if not isinstance(page, bytes) or value_of(page) < last:
                return False
            last = value_of(page)
        return not self.retracted

    def level_of(self, start: str | None, end: str) -> tuple[Period, Choice] | None:
        """The chosen level of the period that is shown with these ends; None where there is none."""
        key = _key(start, end, None)
        if key not in self.pages:
            return None
        period, choices = self._choices_of(key)
        choice = choices.get(_LEVEL)
        return (period, choice) if choice is not None and period.end == end else None

    def rest(self) -> None:
        """Lets go of what was unpacked to be read; called by the step when it has emitted."""
        self._read.clear()
        self._order = None

    def baselines(self, kind: Kind) -> list[str]:
        """Every baseline that a claim of the kind is held with, retracted or not."""
        held = (statement_of(claim) for claims in self._held() for claim in claims.values())
        return sorted({baseline for of_kind, baseline in held if of_kind is kind})

    @property
    def can_lose_readings(self) -> bool:
        """Whether a retraction or a break may have left the series without a reading that it had."""
        return bool(self.retracted) or self.declares or any(book.declares for book in self.line)

    def statements_about(self, period: Period, kind: Kind, baseline: str) -> list[tuple[Claim, bool]]:
        """Every claim held of one period, kind and baseline, by id, and whether it was retracted."""
        page = self.pages.get(period_key(period))
        held = sorted(self._claims_of(page).items()) if page is not None else []
        return [
            (claim, identity in self.retracted) for identity, claim in held if statement_of(claim) == (kind, baseline)
        ]

    @property
    def version(self) -> int:
        """The version of the series' readings: the distinct facts that it was given, and the books whose breaks it has.

        Whatever is said where a break was declared may lift it, so all of that counts; where none was, nothing else.
        """
        return self.facts + sum(book.facts for book in self.line if book.declares and book is not self)

    def breaks(self) -> list[Break]:
        """The breaks declared in this series or, for other grains, in another of its line; those lifted are not."""
        if len(self.line) < 2:  # noqa: PLR2004 - itself
            return self.own_breaks()
        others = (book for book in self.line if book.declares and book is not self)
        return [declared for book in (self, *others) for declared in book.own_breaks()]

    def own_breaks(self) -> list[Break]:
        """The breaks that its claims declare; one that its publisher revises or takes back without it is lifted."""
        if not self.declares:
            return []
        standing = (
            claim
            for claims in self._held()
            for claim in latest_revisions(
                held for identity, held in claims.items() if held.kind is Kind.LEVEL and identity not in self.retracted
            )
        )
        return [claim.break_ for claim in standing if claim.break_ is not None]

    def _keys_of(self, kind: Kind) -> list[PeriodKey]:
        """Keys of the periods that may have a choice of the kind, the latest first."""
        if self._order is None:
            order: dict[Kind, list[PeriodKey]] = {each: [] for each in Kind}
            for key in sorted(self.pages, reverse=True):
                page = self.pages[key]
                for each in (kind_of(page),) if isinstance(page, bytes) else Kind:
                    order[each].append(key)
            self._order = order
        return self._order[kind]

    def _at_one_time(self, kind: Kind, keys: list[PeriodKey]) -> list[tuple[Period, str, Choice]]:
        """The choices of periods that end together."""
        found = [
            (period, statement[1], choice)
            for period, choices in map(self._choices_of, keys)
            for statement, choice in choices.items()
            if statement[0] is kind
        ]
        if len(found) > 1:
            found.sort(key=_latest_first, reverse=True)
        return found

    def _choices_of(self, key: PeriodKey) -> tuple[Period, _Choices]:
        """The period as it is shown and what is chosen of it, remembered until it changes or the book rests."""
        page = self.pages[key]
        if isinstance(page, Page):
            return page.period, page.choices(self.retracted)
        found = self._read.get(key)
        if found is None:
            found = self._read[key] = self._only(page)
        return found

    def _only(self, page: bytes) -> tuple[Period, _Choices]:
        """What is chosen of the one claim of a period."""
        claim = unpacked(page, self.series)
        choice = choose([claim]) if claim.id not in self.retracted else None
        return claim.dated, {} if choice is None else {statement_of(claim): choice}

    def _held(self) -> list[dict[str, Claim]]:
        """The claims held, by id, of each period."""
        return [self._claims_of(page) for page in self.pages.values()]

    def _claims_of(self, page: Page | bytes) -> dict[str, Claim]:
        return page.claims if isinstance(page, Page) else {id_of(page): unpacked(page, self.series)}

    def _evict(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Lets the oldest period go, and after twice as many periods its ids; returns the ids of both."""
        key = min(self.pages)
        self._read.pop(key, None)
        page = self.pages.pop(key)
        held = (id_of(page),) if isinstance(page, bytes) else tuple(page.claims)
        ids = set(held) if isinstance(page, bytes) else page.ids
        self.evicted[key] = ids
        forgotten = {identity for identity in held if identity not in ids}
        if len(self.evicted) > MOST_PERIODS:
            forgotten |= self.evicted.pop(min(self.evicted))
        return held, tuple(sorted(forgotten))


def period_key(period: Period) -> PeriodKey:
    """Sorts periods by event time, then start; the same for equal periods only."""
    return _key(period.start, period.end, period.length)


@lru_cache(maxsize=65_536)
def _key(start: str | None, end: str, length: str | None) -> PeriodKey:
    return shared_key(event_us(end), start or "", length or "")


@lru_cache(maxsize=65_536)
def shared_key(at_us: int, start: str, length: str) -> PeriodKey:
    """One object for one key: a month is the same for fifty thousand books."""
    return at_us, start, length


def _latest_first(entry: tuple[Period, str, Choice]) -> tuple[int, int, PeriodKey, str]:
    period, baseline, choice = entry
    return period.event_us, choice.shown.known_us, period_key(period), baseline
