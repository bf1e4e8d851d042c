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

    Called with the books of one partition or of all. `fell` needs one book only; the other rules see what they are
    given: a whole and its parts, a publisher's series, a count and its value may lie in several partitions.
    """
    ordered = sorted(books, key=lambda book: book.series.key)
    found = [
        *(suspicion for book in ordered for suspicion in fell(book)),
        *reattributed(ordered),
        *shifted(ordered),
        *parted(ordered),
    ]
    return sorted(found, key=lambda suspicion: suspicion.order)
