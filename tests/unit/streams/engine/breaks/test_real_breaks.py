"""Suspected breaks in published tables: what has to be found, and how seldom anything else is."""

from collections import Counter
from collections.abc import Callable

import pytest

from paysignal import samples
from paysignal.engine.books import Book
from paysignal.engine.breaks.suspecting import suspicions
from paysignal.engine.breaks.suspicion import BreakRule, crossed
from paysignal.engine.pairs import pairs
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Comparison
from paysignal.sources.table.mapping import mapping_from
from paysignal.sources.table.parse import parse_table
from tests.tools import datasets
from tests.tools.books import books_of


def test_kenyas_count_of_november_2024_is_suspected() -> None:
    """38 % more payments in a month for as much money: a third less a payment, at once; agents and users go on."""
    books = datasets.kenya()
    (found,) = [each for each in suspicions(books) if each.before > "2012-02-01"]
    (count,) = [book for book in books if book.series.measure == "transactions"]

    assert (BreakRule.SIBLINGS_PARTED, "2024-11-01", "2024-12-01") == (found.rule, found.after, found.before)
    assert (count.series.key,) == found.series
    assert [0.37982, -0.29033] == pytest.approx([each.value for each in found.measured[:2]], abs=1e-5)
    year_on_year = [pair.current.period.start for pair in pairs(count, Comparison.YEAR_AGO) if crossed(pair, [found])]
    assert ["2025-02-01", "2025-01-01", "2024-12-01", "2024-11-01"] == year_on_year


def test_kenyas_first_falls_are_suspected_and_the_next_sixty_are_not() -> None:
    """Agents first fell in January 2011, by 14 %, accounts in December 2011; both fell 34 times by 2025."""
    found = [each for each in suspicions(datasets.kenya()) if each.rule is BreakRule.STOCK_FELL]

    assert [("agents", "2011-02-01"), ("registered_users", "2012-01-01")] == [
        (each.series[0].split("|")[2], each.before) for each in found
    ]


def _samples() -> list[Book]:
    mapping = mapping_from(samples.facts_mapping(), "facts.toml")
    facts = parse_table(samples.facts_csv().splitlines(keepends=True), mapping, "facts.csv")
    return books_of(fact for fact in facts if isinstance(fact, Claim))


@pytest.mark.parametrize(
    ("books", "most"),
    [
        (_samples, {BreakRule.STOCK_FELL: 4}),
        (datasets.upi, {BreakRule.PARTS_REATTRIBUTED: 1}),
        (datasets.rbi, {BreakRule.PARTS_REATTRIBUTED: 5, BreakRule.SIBLINGS_PARTED: 5}),
        (datasets.phonepe, {BreakRule.SIBLINGS_PARTED: 2}),
    ],
)
def test_few_breaks_are_suspected(books: Callable[[], list[Book]], most: dict[BreakRule, int]) -> None:
    """At most this many of each rule, in tables of 69 to 405 series: the pandemic among them, and some real ones."""
    found = Counter(each.rule for each in suspicions(books()))

    assert not found - Counter(most)


def test_the_prepaid_cards_reclassified_in_march_2023_are_suspected() -> None:
    """Half of all payments with prepaid cards turn from "others" to the counter between two months."""
    found = [each for each in suspicions(datasets.rbi()) if each.before == "2023-04-01"]

    assert {BreakRule.PARTS_REATTRIBUTED, BreakRule.SIBLINGS_PARTED} == {each.rule for each in found}
    (parts,) = [each for each in found if each.rule is BreakRule.PARTS_REATTRIBUTED]
    assert ("all|IN|transactions|5-2-1|month||current", "all|IN|transactions|5-2-2|month||current") == parts.series
