"""All rules over all books."""

from collections.abc import Iterable

from paysignal.engine.books import Book
from paysignal.engine.breaks.falls import fell
from paysignal.engine.breaks.publishers import shifted
from paysignal.engine.breaks.reattribution import reattributed
from paysignal.engine.breaks.siblings import parted
from paysignal.engine.breaks.suspicion import Suspicion


def suspicions(books: Iterable[Book]) -> list[Suspicion]:
    """Every suspected break, by time, rule and series; the same for the same set of facts, however they came.

    Called with all books there are. `fell` needs one book only; the other rules see what they are given: a whole and
    its parts, a publisher's series, a count and its value may lie in several partitions.
    """
    ordered = sorted(books, key=lambda book: book.series.key)
    return in_order([*_without_publishers(ordered), *shifted(ordered)])


def suspicions_within(books: Iterable[Book]) -> list[Suspicion]:
    """Those that the books of one provider show by themselves, in the same order.

    A publisher is judged by all that it tells, of whichever provider (`publishers.shifted_of`), and a provider in a
    whole by the whole's other parts (`reattribution.reattributed`): who calls this sees to both.
    """
    return in_order(_without_publishers(sorted(books, key=lambda book: book.series.key)))


def in_order(found: Iterable[Suspicion]) -> list[Suspicion]:
    """By time, rule and series."""
    return sorted(found, key=lambda suspicion: suspicion.order)


def _without_publishers(ordered: list[Book]) -> list[Suspicion]:
    return [
        *(suspicion for book in ordered for suspicion in fell(book)),
        *reattributed(ordered),
        *parted(ordered),
    ]
