"""Explanations asked of cross-sections."""

import pytest

from paysignal.engine.money.rates import NO_RATES
from paysignal.history.answers import Answers
from paysignal.history.questions import Unknown
from paysignal.history.store import History


@pytest.mark.parametrize(
    "key",
    [
        "all|IN|transactions||month||current|breadth_over_apps||year_ago",
        "phonepe|IN|transactions||month||current|rank_among_apps||previous",
    ],
)
def test_a_section_is_not_explained_from_one_series(key: str) -> None:
    """Who asks is told to ask for a member's level or growth, and not that the series was never heard of."""
    with pytest.raises(Unknown, match="a cross-section is of several series; explain the level or growth"):
        Answers(History(10), NO_RATES).explain(key)
