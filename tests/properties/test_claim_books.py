"""Books of claims: quick ones do what the plain definition does, and come back from their blocks as they were."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paysignal.engine import books, pages, waiting
from paysignal.engine.asof import state_of
from paysignal.engine.blocks import Block
from paysignal.engine.books import Book
from paysignal.engine.breaks.falls import fell
from paysignal.engine.decoding import decode
from paysignal.engine.packing import id_of, kind_of, packed, publisher_of, unpacked, value_of
from paysignal.engine.pairs import pairs
from paysignal.engine.records import Record
from paysignal.engine.step import State, absorb, emit, emit_rebuilt
from paysignal.facts import wire
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Comparison, Kind
from paysignal.facts.readings import Reading
from tests.tools import plain_books, strategies
from tests.tools.batches import records
from tests.tools.oracle import Fact
from tests.tools.plain_pairs import plain_pairs
from tests.tools.stories import Story, story

#: Bounds so low that a story of forty facts meets all of them.
LOW = {"MOST_PERIODS": 3, "MOST_CLAIMS": 3, "MOST_IDS": 5, "MOST_WAITING": 3}

seeds = st.integers(0, 2**32)
stories = seeds.map(lambda seed: story(Random(seed)))
streams = seeds.map(lambda seed: stream(Random(seed)))


@contextmanager
def low_bounds() -> Iterator[None]:
    """The engine, and the plain definition, with bounds that stories meet."""
    with pytest.MonkeyPatch.context() as patched:
        for module in (books, pages, waiting, plain_books):
            for name, bound in LOW.items():
                if hasattr(module, name):
                    patched.setattr(module, name, bound)
        yield


def stream(random: Random) -> list[Fact]:
    """Facts of a story in any order, many told again, some more than once."""
    facts = story(random, most=60).facts
    return random.sample(facts * 2, random.randint(len(facts), 2 * len(facts)))


@given(strategies.claims())
@settings(max_examples=200)
def test_a_packed_claim_is_the_claim(claim: Claim) -> None:
    """Every field of any claim that can be sent comes back, and what is read without unpacking is right."""
    raw = packed(claim)

    assert claim == unpacked(raw, claim.series)
    assert wire.encode(claim) == wire.encode(unpacked(raw, claim.series))
    assert (claim.id, claim.kind, claim.source.publisher) == (id_of(raw), kind_of(raw), publisher_of(raw))
    assert claim.value == value_of(raw)


@given(streams, seeds)
@settings(max_examples=150)
def test_a_book_does_what_the_plain_definition_does(facts: list[Fact], seed: int) -> None:
    """Fates, what left, choices, versions and breaks are those of the plain book after every single fact."""
    random = Random(seed)
    with low_bounds():
        quick: dict[str, Book] = {}
        plain: dict[str, plain_books.PlainBook] = {}
        for claim in (fact for fact in facts if isinstance(fact, Claim)):
            book = quick.setdefault(claim.series_key, Book(claim.series))
            other = plain.setdefault(claim.series_key, plain_books.PlainBook(claim.series))
            assert other.put(claim) == book.put(claim)
            if random.random() < 0.2:
                assert other.retract(str(claim.id), "0" * 32) == book.retract(str(claim.id), "0" * 32)
            assert_alike(other, book)
            if random.random() < 0.2:
                book.rest()


def assert_alike(plain: plain_books.PlainBook, book: Book) -> None:
    """Whatever can be asked of the two, they answer alike."""
    assert (plain.facts, plain.declares) == (book.facts, book.declares)
    assert sorted(map(repr, plain.own_breaks())) == sorted(map(repr, book.own_breaks()))
    for kind in Kind:
        assert plain.choices(kind) == book.choices(kind)
        assert plain.baselines(kind) == book.baselines(kind)
        for period, baseline, _ in plain.choices(kind):
            assert plain.statements_about(period, kind, baseline) == book.statements_about(period, kind, baseline)


@given(stories, st.booleans())
@settings(max_examples=150)
def test_pairs_told_one_by_one_are_the_plain_ones(told: Story, has_rested: bool) -> None:  # noqa: FBT001 - drawn
    """Flows, stocks, breaks, months that end on one day: the same pairs in the same order, levels and choices alike."""
    for book in state_of(told.facts).statements.books.values():
        for comparison in (Comparison.PREVIOUS, Comparison.YEAR_AGO):
            if has_rested:
                book.rest()
            first = next(pairs(book, comparison), None)
            plain = list(plain_pairs(book, comparison))
            assert plain == list(pairs(book, comparison))
            assert plain[:1] == ([] if first is None else [first])


@given(stories)
@settings(max_examples=100)
def test_a_stock_that_is_seen_to_have_only_risen_never_fell(told: Story) -> None:
    """What is not unpacked for it would not have been suspected."""
    for book in state_of(told.facts).statements.books.values():
        quick = fell(book)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Book, "has_only_risen", lambda _: False)
            assert fell(book) == quick


class Interrupted:
    """A worker that is killed over and over, and one that is not; `topics` is what each has published."""

    def __init__(self, random: Random) -> None:
        """Both begin with nothing."""
        self.random = random
        self.whole, self.cut = State(), State()
        self.stored: dict[str, bytes] = {}
        self.topics: tuple[dict[str, Reading], dict[str, Reading]] = ({}, {})

    def absorb(self, batch: list[Record]) -> None:
        """Both take a batch in, with the same outcomes."""
        decoded = decode(batch, partitions=None)
        assert absorb(self.whole, decoded) == absorb(self.cut, decoded)

    def emit(self) -> None:
        """Both publish."""
        for state, topic in zip((self.whole, self.cut), self.topics, strict=True):
            emitted = emit(state)
            topic.update((reading.key, reading) for reading in emitted.readings)
            for key in emitted.withdrawn:
                del topic[key]
        assert self.topics[0] == self.topics[1]

    def checkpoint(self) -> None:
        """The interrupted one stores what changed."""
        for block in self.cut.changed_blocks():
            if block.value is None:
                del self.stored[block.key]
            else:
                self.stored[block.key] = block.value
        assert len(self.stored) == self.cut.row_count

    def restart(self) -> None:
        """It is killed, and another takes its blocks, in any order."""
        self.checkpoint()
        blocks = [Block(*each) for each in self.stored.items()]
        self.cut = State.restored(self.random.sample(blocks, len(blocks)))
        assert not self.cut.changed_blocks()
        assert self.cut.row_count == len(self.stored)


@given(streams, seeds)
@settings(max_examples=150)
def test_a_restored_state_goes_on_as_if_nothing_had_been(facts: list[Fact], seed: int) -> None:
    """Duplicates, evictions, revisions, retractions before and after their claim, breaks: whatever is cut, whenever."""
    random = Random(seed)
    with low_bounds():
        both = Interrupted(random)
        for batch in batched(records(facts), random):
            both.absorb(batch)
            for happens in random.choices([both.emit, both.checkpoint, both.restart], k=2):
                happens()
        both.restart()
        both.emit()
        assert both.whole.statements.books == both.cut.statements.books
        assert emit_rebuilt(both.whole) == emit_rebuilt(both.cut)


def batched(items: Iterable[Record], random: Random) -> Iterator[list[Record]]:
    """The records in batches of one to eight."""
    batch: list[Record] = []
    for item in items:
        batch.append(item)
        if random.random() < 0.25:
            yield batch
            batch = []
    yield batch
