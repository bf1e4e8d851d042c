"""Declared breaks that stand, and that do not any more."""

from paysignal.engine.pairs import pairs
from paysignal.facts.claims import Break, Source
from paysignal.facts.kinds import Comparison, Tier
from paysignal.facts.periods import Period
from tests.tools.books import book_of, level

JANUARY = Period("2023-01-01", "2023-02-01")
FEBRUARY = Period("2023-02-01", "2023-03-01")
BREAK = Break("2023-02-01", "counted anew")


def test_a_revision_without_the_break_lifts_it() -> None:
    """A publisher that first declares a break and then corrects itself leaves a growth again."""
    before, broken = level(10, JANUARY), level(12, FEBRUARY, known_at="2023-03-05", break_=BREAK)
    corrected = level(13, FEBRUARY, known_at="2023-03-20")

    assert not list(pairs(book_of([before, broken]), Comparison.PREVIOUS))
    assert len(list(pairs(book_of([before, broken, corrected]), Comparison.PREVIOUS))) == 1


def test_retellings_do_not_crowd_a_break_out() -> None:
    """Twenty finer figures that do not mention the break leave it standing."""
    bureau = Source("bureau", "Bureau", Tier.PRESS)
    broken = level(12, FEBRUARY, known_at="2023-03-05", step=10.0, break_=BREAK, source=bureau)
    retold = [
        level(12, FEBRUARY, known_at=f"2023-03-{6 + number:02}", step=1.0,
              source=Source(f"outlet-{number}", "Outlet", Tier.OFFICIAL))
        for number in range(20)
    ]  # fmt: skip

    assert not list(pairs(book_of([level(10, JANUARY), broken, *retold]), Comparison.PREVIOUS))
