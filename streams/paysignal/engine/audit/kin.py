"""Kin: books of one thing in several currencies; a growth is often published without the currency of its levels."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paysignal.engine.books import Book
from paysignal.engine.choice import Choice
from paysignal.facts.kinds import Kind
from paysignal.facts.series import Series

KinKey = tuple[str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Kin:
    """Books that differ in their currency only."""

    books: tuple[Book, ...]

    @property
    def with_levels(self) -> tuple[Book, ...]:
        """Those that have levels."""
        return tuple(book for book in self.books if book.choices(Kind.LEVEL))


def kin_key(series: Series) -> KinKey:
    """A series without its currency."""
    return series.provider, series.market, series.measure, series.segment, series.grain, series.prices


def kin_of(books: Iterable[Book]) -> Mapping[KinKey, Kin]:
    """Books grouped by everything but their currency, in the order of their keys."""
    grouped: dict[KinKey, list[Book]] = defaultdict(list)
    for book in sorted(books, key=lambda each: each.series.key):
        grouped[kin_key(book.series)].append(book)
    return {key: Kin(tuple(members)) for key, members in grouped.items()}


def ids_of(choice: Choice) -> tuple[str, ...]:
    """The ids of the shown claim and of those that support it."""
    return tuple(str(claim.id) for claim in choice.supporting)
