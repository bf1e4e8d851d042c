"""Statements: all claims and retractions of one partition."""

from dataclasses import dataclass, field

from paysignal.engine.books import Book, Fate
from paysignal.engine.records import Outcomes, Record, Statement
from paysignal.engine.waiting import Waiting
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.rejections import Reason, rejected
from paysignal.facts.series import Series


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a claim is held, and whose it is."""

    series_key: str
    publisher: str


@dataclass(slots=True)
class Taken:
    """What a batch of statements was: the keys of the series it touched, and the claims it brought that count."""

    touched: set[str] = field(default_factory=set)
    accepted: list[Claim] = field(default_factory=list)


@dataclass(slots=True)
class Statements:
    """Books by series, an index of claim ids, and the retractions whose claim has not come yet."""

    books: dict[str, Book] = field(default_factory=dict)
    _lines: dict[str, list[Book]] = field(default_factory=dict)
    _places: dict[str, _Place] = field(default_factory=dict)
    _waiting: Waiting = field(default_factory=Waiting)

    def take(self, statements: list[Statement], outcomes: Outcomes) -> Taken:
        """Puts statements into their books, in order."""
        taken = Taken()
        for statement in statements:
            if isinstance(statement.fact, Claim):
                self._claim(statement.fact, outcomes, taken)
            else:
                self._retraction(statement.fact, statement.record, outcomes, taken.touched)
        return taken

    def _claim(self, claim: Claim, outcomes: Outcomes, taken: Taken) -> None:
        series = claim.series
        key = series.key
        book = self.books.get(key)
        if book is None:
            book = self.books[key] = self._opened(series)
        declared = book.declares
        entry = book.put(claim)
        if entry.changed or book.declares is not declared:
            self._touch(book, taken.touched)
        if entry.fate is Fate.DUPLICATE:
            outcomes.duplicate += 1
            return
        self._places[str(claim.id)] = _Place(key, claim.source.publisher)
        if self._strike_waiting(str(claim.id), outcomes, taken.touched):
            outcomes.retracted += 1
        elif entry.fate is Fate.EVICTED:
            outcomes.evicted += 1
        else:
            outcomes.accepted += 1
            taken.accepted.append(claim)
        for identity in entry.forgotten:
            self._places.pop(identity, None)

    def _opened(self, series: Series) -> Book:
        """A new book, in the line of those that differ from it in their grain only."""
        line = self._lines.setdefault(series.partition_key, [])
        book = Book(series, line=line)
        line.append(book)
        return book

    def _touch(self, book: Book, touched: set[str]) -> None:
        """The book changed, and with it all that its breaks count for."""
        touched.update(each.series.key for each in (book.line if book.declares else (book,)))

    def _strike_waiting(self, claim_id: str, outcomes: Outcomes, touched: set[str]) -> bool:
        """Settles the retractions that waited for a claim; whether one of them was its own publisher's."""
        struck = False
        for retraction, record in self._waiting.take(claim_id):
            if self._strike(retraction, record, outcomes, touched):
                struck = True
            else:
                outcomes.overturned += 1
        return struck

    def _retraction(self, retraction: Retraction, record: Record, outcomes: Outcomes, touched: set[str]) -> None:
        if retraction.retracts in self._places:
            if self._strike(retraction, record, outcomes, touched):
                outcomes.accepted += 1
            return
        if self._waiting.add(retraction, record):
            outcomes.accepted += 1
        else:
            outcomes.duplicate += 1

    def _strike(self, retraction: Retraction, record: Record, outcomes: Outcomes, touched: set[str]) -> bool:
        place = self._places[retraction.retracts]
        if place.publisher != retraction.source.publisher:
            detail = f"{retraction.source.publisher} retracts a claim of {place.publisher}; only its publisher may"
            outcomes.rejected.append(rejected(Reason.FOREIGN_RETRACTION, detail, record.value or b"", record.origin))
            return False
        if not self.books[place.series_key].retract(retraction.retracts, str(retraction.id)):
            outcomes.duplicate += 1
            return False
        self._touch(self.books[place.series_key], touched)
        return True
