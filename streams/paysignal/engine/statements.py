"""Statements: all claims and retractions of one partition."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from paysignal.engine.blocks import Block, StaleBlock
from paysignal.engine.bookcodec import read, written
from paysignal.engine.books import Book, Fate
from paysignal.engine.records import Arrived, Outcomes, Record, Statement
from paysignal.engine.slices import joined, sliced, withdrawn
from paysignal.engine.waiting import Waiting
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.rejections import Reason, rejected
from paysignal.facts.series import Series

#: What the keys of blocks start with; behind it the key of the series, or the id of the claim that others wait for.
BOOK: Final = "book:"
WAITING: Final = "waiting:"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a claim is held, and whose it is."""

    series_key: str
    publisher: str


@dataclass(slots=True)
class Taken:
    """What a batch of statements was: the keys of the series it touched, and the claims it brought that count.

    Of those that arrived packed only money is among them: no one asks for others.
    """

    touched: set[str] = field(default_factory=set)
    accepted: list[Claim | Arrived] = field(default_factory=list)


@dataclass(slots=True)
class Statements:
    """Books by series, an index of claim ids, and the retractions whose claim has not come yet."""

    books: dict[str, Book] = field(default_factory=dict)
    _lines: dict[str, list[Book]] = field(default_factory=dict)
    _places: dict[bytes, _Place] = field(default_factory=dict)  # by id
    _latest_place: dict[str, _Place] = field(default_factory=dict)  # by series; claims of one publisher share one
    _waiting: Waiting = field(default_factory=Waiting)
    _slices: dict[str, int] = field(default_factory=dict)  # how many of each block stand
    _changed: set[str] = field(default_factory=set)  # series, since the last `changed_blocks`
    _written_due: set[str] = field(default_factory=set)  # series whose block says that their readings are still due

    def take(self, statements: Sequence[Statement | Arrived], outcomes: Outcomes) -> Taken:
        """Puts statements into their books, in order."""
        taken = Taken()
        for statement in statements:
            if isinstance(statement, Arrived):
                if not self._quickly(statement, outcomes, taken):
                    self._claim(statement.fact, outcomes, taken)
            elif isinstance(statement.fact, Claim):
                self._claim(statement.fact, outcomes, taken)
            else:
                self._retraction(statement.fact, statement.record, outcomes, taken.touched)
        self._changed |= taken.touched
        return taken

    def changed_blocks(self, due: Collection[str], shown: Mapping[str, Collection[str]]) -> list[Block]:
        """Blocks of the series, and of the waiting retractions, that changed since the last call.

        Called by the state, which knows of which series the readings are still `due`, and by series the keys of the
        readings that are `shown`.
        """
        blocks: list[Block] = []
        for key in sorted(self._changed):
            value = written(self.books[key], self._publisher_of, shown.get(key, ()), due=key in due)
            blocks += self._sliced(BOOK + key, value)
        for claim_id in sorted(self._waiting.changed):
            blocks += self._sliced(WAITING + claim_id, self._waiting.written(claim_id))
        self._written_due = self._written_due.difference(self._changed).union(self._changed.intersection(due))
        self._changed.clear()
        self._waiting.changed.clear()
        return blocks

    def emitted(self, series_keys: Iterable[str]) -> None:
        """The readings of these series have been computed: a block that says they are due is written anew."""
        self._changed |= self._written_due.intersection(series_keys)

    @property
    def row_count(self) -> int:
        """How many blocks stand."""
        return sum(self._slices.values())

    def _sliced(self, key: str, value: bytes | None) -> list[Block]:
        before = self._slices.pop(key, 0)
        if value is None:
            return withdrawn(key, before)
        blocks, self._slices[key] = sliced(key, value, before)
        return blocks

    def _publisher_of(self, claim_id: str) -> str:
        return self._places[bytes.fromhex(claim_id)].publisher

    def _quickly(self, claim: Arrived, outcomes: Outcomes, taken: Taken) -> bool:
        """Puts in a claim that nothing else was said of: the only one of its period, and nobody took it back."""
        key = claim.series_key
        book = self.books.get(key)
        if book is None:
            book = self.books[key] = self._opened(claim.series)
        if (self._waiting and claim.id.hex() in self._waiting) or not book.put_only(claim.key, claim.packed):
            return False
        if book.declares:
            self._touch(book, taken.touched)
        else:
            taken.touched.add(key)
        self._places[claim.id] = self._place(key, claim.publisher)
        outcomes.accepted += 1
        if claim.series.currency:
            taken.accepted.append(claim)
        return True

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
        self._places[bytes.fromhex(str(claim.id))] = self._place(key, claim.source.publisher)
        if self._strike_waiting(str(claim.id), outcomes, taken.touched):
            outcomes.retracted += 1
        elif entry.fate is Fate.EVICTED:
            outcomes.evicted += 1
        else:
            outcomes.accepted += 1
            taken.accepted.append(claim)
        for identity in entry.forgotten:
            self._places.pop(bytes.fromhex(identity), None)

    def _place(self, series_key: str, publisher: str) -> _Place:
        place = self._latest_place.get(series_key)
        if place is None or place.publisher != publisher:
            place = self._latest_place[series_key] = _Place(series_key, publisher)
        return place

    def _opened(self, series: Series) -> Book:
        """A new book, in its line."""
        return self._lined(Book(series))

    def _lined(self, book: Book) -> Book:
        """The book, in the line of those that differ from it in their grain only."""
        book.line = self._lines.setdefault(book.series.partition_key, [])
        book.line.append(book)
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
        if bytes.fromhex(retraction.retracts) in self._places:
            if self._strike(retraction, record, outcomes, touched):
                outcomes.accepted += 1
            return
        if self._waiting.add(retraction, record):
            outcomes.accepted += 1
        else:
            outcomes.duplicate += 1

    def _strike(self, retraction: Retraction, record: Record, outcomes: Outcomes, touched: set[str]) -> bool:
        place = self._places[bytes.fromhex(retraction.retracts)]
        if place.publisher != retraction.source.publisher:
            detail = f"{retraction.source.publisher} retracts a claim of {place.publisher}; only its publisher may"
            outcomes.rejected.append(rejected(Reason.FOREIGN_RETRACTION, detail, record.value or b"", record.origin))
            return False
        if not self.books[place.series_key].retract(retraction.retracts, str(retraction.id)):
            outcomes.duplicate += 1
            return False
        self._touch(self.books[place.series_key], touched)
        return True

    def restore(self, blocks: Iterable[Block]) -> Iterator[tuple[str, frozenset[str], bool]]:
        """Fills empty statements from blocks; gives each series, the keys of its readings, and whether they are due.

        Raises `StaleBlock` for a block of another form. The readings are due where facts came after they were computed.
        """
        waiting = []
        for key, value, count in joined(blocks):
            self._slices[key] = count
            if key.startswith(WAITING):
                waiting.append((key.removeprefix(WAITING), value))
                continue
            if not key.startswith(BOOK):
                raise StaleBlock(f"block {key[:64]} is none of claims; rebuild the state from the topics")
            series_key = key.removeprefix(BOOK)
            restored = read(series_key, value)
            self.books[series_key] = self._lined(restored.book)
            self._places.update((identity, self._place(series_key, name)) for identity, name in restored.publishers)
            if restored.due:
                self._written_due.add(series_key)
            yield series_key, restored.shown, restored.due
        self._waiting.restore(waiting)
