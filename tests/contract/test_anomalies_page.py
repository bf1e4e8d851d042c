"""docs/anomalies.md says what the rules and the scores say."""

import re
from functools import cache

import pytest

from paysignal.engine.books import Book
from paysignal.engine.emission.pasts import past_of
from tests.tools import datasets
from tests.tools.anomalies import JUDGES, counted, shift
from tests.tools.books import books_of
from tests.tools.need import CHECKOUT
from tests.tools.samples import sample_claims

MONTHS = ("2024-11-01", "2024-12-01", "2025-01-01", "2025-02-01")


def sets() -> dict[str, list[Book]]:
    """The figures of the table, by its first column."""
    upi = datasets.upi()
    shares = (
        claim for claim in datasets.claims("worldbank-findex-2025") if claim.segment in {"mobile-money", "account"}
    )
    return {
        "samples that ship": books_of(sample_claims()),
        "Kenya, mobile money, months": datasets.kenya(),
        "UPI, months": [book for book in upi if not book.series.segment],
        "UPI's apps and kinds, months": [book for book in upi if book.series.segment],
        "Brazil's payment means, quarters": books_of(datasets.claims("bcb-payment-means")),
        "PhonePe, country and states, quarters": datasets.phonepe(),
        "single facts": books_of(datasets.claims("provider-facts")),
        "Findex, shares of adults, waves": books_of(shares),
    }


@cache
def page() -> dict[str, list[str]]:
    """The rows of the page's tables by their first cell."""
    text = (CHECKOUT / "docs" / "anomalies.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\|.*\|$", text, re.MULTILINE)
    rows = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in lines]
    return {first: rest for first, *rest in rows}


@pytest.mark.parametrize("figures", [
    "samples that ship", "Kenya, mobile money, months", "UPI, months", "UPI's apps and kinds, months",
    "Brazil's payment means, quarters", "PhonePe, country and states, quarters", "single facts",
    "Findex, shares of adults, waves",
])  # fmt: skip
def test_so_many_are_unusual(figures: str) -> None:
    """Series, observations, and of a hundred judged the unusual, by each of the four."""
    series, observations, counts = counted(sets()[figures])

    assert [str(series), str(observations), *(f"{count.rate:.1f}" for count in counts.values())] == page()[figures]


def test_kenyas_november_is_found_by_two() -> None:
    """The month of the break and the next two, by each judge."""
    (past,) = [past_of(book) for book in datasets.kenya() if book.series.measure == "transactions"]
    assert past is not None
    first = [level.period.end for level in past.levels].index(MONTHS[0])
    for name, judge in {**JUDGES, "suspected break": shift}.items():
        told = ["unusual" if unusual else "usual" for unusual in judge(past)[first : first + len(MONTHS)]]

        assert told == page()[name]
