"""Books for tests of parts and breaks: a series written as a row of numbers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from paysignal.engine.books import Book
from paysignal.engine.pairs import Level, levels_of
from paysignal.facts.claims import Claim, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Kind, Tier
from paysignal.facts.measures import Nature, Unit, measure_named, unit_of
from paysignal.facts.moments import months_later
from paysignal.facts.periods import Period

BUREAU = Source("bureau", "Bureau of Statistics", Tier.OFFICIAL)
_DEFAULT_CURRENCY = "INR"


def period_of(measure: str, start: str, months: int = 1) -> Period:
    """The period of so many months from `start`; of a stock its last day."""
    end = months_later(start, months)
    return Period(None if measure_named(measure).nature is Nature.STOCK else start, end)


def level(value: float, period: Period, **changes: object) -> Claim:
    """A level of UPI's transactions in India; `changes` replace fields."""
    fields: Mapping[str, Any] = {
        "provider": "upi",
        "market": "IN",
        "measure": "transactions",
        "source": BUREAU,
        **changes,
    }
    money = measure_named(fields["measure"]).unit is Unit.CURRENCY
    return identified(
        Claim(**{
            "kind": Kind.LEVEL,
            "value": value,
            "unit": unit_of(fields["measure"], Kind.LEVEL),
            "currency": _DEFAULT_CURRENCY if money else "",
            "period": period,
            "known_at": period.end,
            **fields,
        })
    )  # fmt: skip


def book_of(claims: Iterable[Claim]) -> Book:
    """One book of claims that share a series."""
    (book,) = books_of(claims)
    return book


def books_of(claims: Iterable[Claim]) -> list[Book]:
    """A book for each series of the claims."""
    books: dict[str, Book] = {}
    for claim in claims:
        books.setdefault(claim.series_key, Book(claim.series)).put(claim)
    return list(books.values())


def monthly(values: Sequence[float | None], start: str = "2023-01-01", months: int = 1, **changes: Any) -> Book:  # noqa: ANN401 - any field
    """A book of one level a period, from `start` on; None is a gap."""
    measure = changes.get("measure", "transactions")
    starts = [months_later(start, months * index) for index in range(len(values))]
    return book_of(
        level(value, period_of(measure, at, months), **changes)
        for value, at in zip(values, starts, strict=True)
        if value is not None
    )


def only_level(book: Book) -> Level:
    """The level of a book that has one."""
    (found,) = levels_of(book)
    return found
