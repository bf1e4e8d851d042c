"""Pages: what is said of one period of a series, by everybody, bounded."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final, TypeVar

from paysignal.engine.choice import Choice, Revision, authority, choose, fineness, revision
from paysignal.facts import wire
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Kind
from paysignal.facts.periods import Period

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
class Page:
    """One period of a book. `latest` is the newest revision it was ever given, by statement and publisher.

    `chosen` are the choices among its claims, None until somebody asks: most pages are written many times before.
    """

    period: Period
    claims: dict[str, Claim] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    latest: dict[tuple[StatementKey, str], Revision] = field(default_factory=dict)
    chosen: dict[StatementKey, Choice] | None = field(default=None, compare=False)

    def write(self, claim: Claim) -> tuple[str, ...]:
        """Enters the claim; returns the ids of those that had to leave for it."""
        if claim.dated.end < self.period.end:  # one day may end "2018-07-01" or at that midnight; the date is shown
            self.period = claim.dated
        self._note(claim)
        self.claims[str(claim.id)] = claim
        gone = tuple(_least(self) for _ in range(len(self.claims) - MOST_CLAIMS))
        for identity in gone:
            del self.claims[identity]
        self.chosen = None
        return gone

    def reword(self, claim: Claim) -> bool:
        """One claim read twice, say from a table and from a text, may come with other digits: the finer is held."""
        held = self.claims.get(str(claim.id))
        if held is None or _wording(held) <= _wording(claim):
            return False
        self.claims[str(claim.id)] = claim
        self.chosen = None
        return True

    def choices(self, retracted: Collection[str]) -> dict[StatementKey, Choice]:
        """The choice among the claims of each kind and baseline; whoever retracts one of them sets `chosen` to None."""
        if self.chosen is None:
            rivals: dict[StatementKey, list[Claim]] = {}
            for identity, claim in self.claims.items():
                if identity not in retracted:
                    rivals.setdefault(statement_of(claim), []).append(claim)
            found = ((statement, choose(claims)) for statement, claims in rivals.items())
            self.chosen = {statement: choice for statement, choice in found if choice is not None}
        return self.chosen

    def revised(self, claim: Claim) -> bool:
        """Whether its publisher has said otherwise since, be that still held or not."""
        return self.latest.get((statement_of(claim), claim.source.publisher), revision(claim)) > revision(claim)

    def _note(self, claim: Claim) -> None:
        """Remembers the claim's id, and that it is its publisher's latest where it is."""
        if len(self.ids) < MOST_IDS:
            self.ids.add(str(claim.id))
        key = statement_of(claim), claim.source.publisher
        if key in self.latest or len(self.latest) < MOST_IDS:
            self.latest[key] = max(self.latest.get(key, revision(claim)), revision(claim))


def page_of(claim: Claim) -> Page:
    """A page with one claim on it."""
    page = Page(claim.dated)
    page.write(claim)
    return page


def statement_of(claim: Claim) -> StatementKey:
    """Which of the statements about its period the claim makes."""
    return claim.kind, claim.baseline_text


def _least(page: Page) -> str:
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


def _grouped(page: Page, by: Callable[[Claim], _Group]) -> dict[_Group, list[Claim]]:
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
