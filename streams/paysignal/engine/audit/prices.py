"""Prices against their parts: an average spend is the sum of values over the sum of counts."""

from collections.abc import Iterator

from paysignal.engine.audit.findings import Finding, Rule
from paysignal.engine.audit.kin import Kin, KinKey, ids_of
from paysignal.engine.books import Book
from paysignal.engine.parts.totals import quotient
from paysignal.facts.kinds import Kind


def check_prices(families: dict[KinKey, Kin]) -> Iterator[Finding]:
    """Every stated average spend that transaction value over transactions of the same period contradicts."""
    for key, kin in families.items():
        if key[2] != "average_spend":
            continue
        values = families.get((key[0], key[1], "transaction_value", *key[3:]))
        counts = families.get((key[0], key[1], "transactions", *key[3:]))
        if values is not None and counts is not None:
            for book in kin.with_levels:
                yield from _check(book, values, counts)


def _check(book: Book, values: Kin, counts: Kin) -> Iterator[Finding]:
    value_of = {
        (period.start, period.end): choice
        for values_book in values.with_levels
        if values_book.series.currency == book.series.currency
        for period, _, choice in values_book.choices(Kind.LEVEL)
    }
    count_of = {
        (period.start, period.end): choice
        for count_book in counts.with_levels
        for period, _, choice in count_book.choices(Kind.LEVEL)
    }
    for period, _, choice in book.choices(Kind.LEVEL):
        value, count = (of.get((period.start, period.end)) for of in (value_of, count_of))
        if value is None or count is None or count.shown.value <= 0:
            continue
        follows = quotient(value.interval, count.interval)
        if not follows.meets(choice.interval):
            computed = value.shown.value / count.shown.value
            note = f"average spend {choice.shown.value:g} is stated, {computed:.6g} follows from value over count"
            yield Finding(
                Rule.PRICE_CONTRADICTS_PARTS, ids_of(choice), book.series.key, period.text, choice.shown.value,
                computed, follows, note,
            )  # fmt: skip
