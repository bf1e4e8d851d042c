"""The worked example of docs/meaning/breaks.md."""

import pytest

from paysignal.engine.breaks.suspecting import suspicions
from paysignal.engine.breaks.suspicion import BreakRule, crossed
from paysignal.engine.pairs import Level, levels_of, pairs
from paysignal.facts.kinds import Comparison
from tests.tools import datasets


def test_kenyas_november_2024() -> None:
    """297.02 on 215.26 million payments, KES 707.27 on 722.28 billion: KES 2,381 a payment after 3,355."""
    books = {book.series.measure: book for book in datasets.kenya()}

    def told(measure: str, end: str) -> float:
        (found,) = [level for level in levels_of(books[measure]) if level.period.end == end]
        shown: Level = found
        return shown.choice.shown.value

    counts = [told("transactions", end) for end in ("2024-11-01", "2024-12-01")]
    values = [told("transaction_value", end) for end in ("2024-11-01", "2024-12-01")]
    averages = [value / count for value, count in zip(values, counts, strict=True)]
    assert [215.26e6, 297.02e6] == pytest.approx(counts)
    assert [722.28e9, 707.27e9] == pytest.approx(values)
    assert [3355, 2381] == [round(each) for each in averages]
    assert [0.380, -0.021, -0.290] == [round(now / base - 1, 3) for base, now in (counts, values, averages)]

    (found,) = [each for each in suspicions(books.values()) if each.rule is BreakRule.SIBLINGS_PARTED]
    assert (books["transactions"].series.key,) == found.series
    assert ("2024-11-01", "2024-12-01") == (found.after, found.before)
    flagged = [
        pair.current.period.start
        for pair in pairs(books["transactions"], Comparison.PREVIOUS)
        if crossed(pair, [found])
    ]
    assert ["2024-11-01"] == flagged
