"""Histories: a series period by period, with what is behind each figure."""

import pytest

from paysignal.engine.books import Book
from paysignal.engine.histories import Point, history_of
from paysignal.facts.claims import Break, Claim, Source
from paysignal.facts.kinds import Comparison, Kind, Tier
from paysignal.facts.periods import Period
from tests.tools import examples
from tests.tools.batches import told
from tests.tools.samples import sample_claims


def history(*claims: Claim) -> tuple[Point, ...]:
    """The points of claims of one series."""
    book = Book(claims[0].series)
    for claim in claims:
        book.put(claim)
    return history_of(book)


def quarter(number: int, value: float, **changes: object) -> Claim:
    """A quarter of 2023."""
    ends = [f"2023-{1 + 3 * number:02}-01", f"2023-{4 + 3 * number:02}-01" if number < 3 else "2024-01-01"]
    return told(examples.claim(value=value, step=None, period=Period(*ends), **changes))


def test_periods_come_oldest_first_with_their_growths() -> None:
    """Whatever came first; the first period, and one behind a gap, have none."""
    points = history(quarter(3, 4.0), quarter(1, 2.2), quarter(0, 2.0))

    assert ["2023-04-01", "2023-07-01", "2024-01-01"] == [point.period.end for point in points]
    assert [None, pytest.approx(0.1), None] == [
        None if each.previous is None else each.previous.value for each in points
    ]
    assert [None] * 3 == [each.year_ago for each in points]


def test_a_growth_from_nothing_is_no_figure() -> None:
    """A pair whose base is zero has no growth, and does not shift those of the others."""
    points = history(quarter(0, 0.0), quarter(1, 2.0), quarter(2, 3.0))

    assert [None, None, 0.5] == [None if each.previous is None else each.previous.value for each in points]


def test_revisions_conflicts_and_breaks_are_counted() -> None:
    """Of one period: two revisions, one conflict, a break with its note; a retracted claim is none of these."""
    first, second, third = (
        quarter(1, value, known_at=f"2023-08-0{day}", source=Source("npci", "NPCI", Tier.OFFICIAL))
        for day, value in ((1, 2.0), (2, 2.1), (3, 2.2))
    )
    other = quarter(1, 9.0, break_=Break("2023-05-01", "counted anew"))
    withdrawn = quarter(1, 7.0, source=Source("times", "Times", Tier.PRESS))
    book = Book(first.series)
    for claim in (first, second, third, other, withdrawn):
        book.put(claim)
    book.retract(str(withdrawn.id), "r")
    [point] = history_of(book)

    assert point.level is not None
    assert (2.2, 2, 1, "counted anew") == (point.level.shown.value, point.revisions, point.conflicts, point.broken)


def test_what_is_only_stated_has_its_point_too() -> None:
    """A growth of a period that nobody gave a level of is in the history, with its baseline."""
    growth = told(examples.growth(period=Period("2023-04-01", "2023-07-01"), value=0.6))
    first, second = history(quarter(0, 2.0), growth)

    assert first.level is not None
    assert second.level is None
    assert [(Kind.GROWTH, "year_ago", 0.6)] == [
        (one.kind, one.baseline, one.choice.shown.value) for one in second.stated
    ]
    assert (0, None, None) == (second.revisions, second.previous, second.year_ago)


def test_the_shipped_series_have_the_growths_that_their_last_readings_have() -> None:
    """PayPal's value: 23 quarters, a growth wherever the quarter before is known, and only there."""
    key = "paypal|world|transaction_value||quarter|USD|current"
    points = history(*(claim for claim in sample_claims() if claim.series.key == key))
    ends = {point.period.end for point in points}

    assert len(points) >= 20
    assert [each.period.start in ends for each in points] == [each.previous is not None for each in points]
    assert {Comparison.PREVIOUS, Comparison.YEAR_AGO} == set(Comparison) - {Comparison.UNSTATED}
