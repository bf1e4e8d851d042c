"""The catalogue of endpoints: from it come the routes, the checks of parameters, and the OpenAPI document.

A new endpoint is one entry. `answer` gets what is held and what was asked, and gives a row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from paysignal.facts.alerts import Alert
from paysignal.history.answers import Answers
from paysignal.history.dividing import parts_row
from paysignal.history.rows import (
    ExplanationRow,
    FactRow,
    FactsRow,
    FindingsRow,
    FoundRow,
    HistoryRow,
    PartsRow,
    PointRow,
)
from paysignal.history.telling import MOST_FACTS, explanation_row, findings_row, history_row
from paysignal.page.query.alerts import alerts_row
from paysignal.page.query.facts import facts_page
from paysignal.page.query.filters import KEY, OF_READINGS, OF_SERIES, SERIES
from paysignal.page.query.freshness import Freshness
from paysignal.page.query.listing import ORDER, readings_row, series_list_row
from paysignal.page.query.paging import CURSOR, LIMIT
from paysignal.page.query.parameters import AS_OF, FORMAT, WORDS, Asked, Parameter
from paysignal.page.query.rows import AlertRow, AlertsRow, ReadingRow, ReadingsRow, SeriesListRow, SeriesRow


@dataclass(frozen=True, slots=True)
class Held:
    """What answers come from: the board's readings, its alerts, and the history.

    `share` tells which part of the readings the board has, where it has not all of them.
    """

    lists: Freshness
    alerts: Callable[[], Sequence[Alert]]
    answers: Answers
    share: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address: what it is asked, what it answers.

    `rows` names the field of `row` that is a table (with its type), for CSV; None where there is no table. `listed`
    answers come from the board's index and are the same until that changes.
    """

    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    row: type[msgspec.Struct]
    answer: Callable[[Held, Asked], msgspec.Struct]
    rows: tuple[str, type[msgspec.Struct]] | None = None
    listed: bool = False

    def rows_in(self, row: Any) -> Sequence[msgspec.Struct]:  # noqa: ANN401 - of the type `row`
        """The table of an answer; `rows` is there."""
        assert self.rows is not None  # noqa: S101 - asked of endpoints that have one
        found: Sequence[msgspec.Struct] = getattr(row, self.rows[0])
        return found


OF_LISTS: Final = (*OF_SERIES, SERIES, KEY, *OF_READINGS, WORDS, ORDER, LIMIT, CURSOR, AS_OF, FORMAT)
_ONE_SERIES: Final = Parameter(
    "series", "Key of the series, or of one of its readings.", required=True, longest=100_000,
    example="upi|IN|transactions||month||current",
)  # fmt: skip
_ONE_KEY: Final = Parameter(
    "key", "Key of the reading.", longest=100_000, required=True,
    example="upi|IN|transactions||month||current|year_on_year_growth||year_ago",
)  # fmt: skip
_FACTS_LIMIT: Final = Parameter("limit", "Facts a page.", default=str(MOST_FACTS), most=MOST_FACTS)
_AXIS: Final = Parameter("axis", "Along which the whole is divided: market, provider or segment; all without it.")
_OF_ALERTS: Final = (
    Parameter("state", "State of the rule.", many=True, choices=("firing", "possible", "resolved")),
    Parameter("severity", "How grave it is.", many=True, choices=("info", "warning", "critical")),
    Parameter("rule", "Name of the rule.", many=True),
    *OF_SERIES,
)

ENDPOINTS: Final = (
    Endpoint(
        "/v1/readings",
        "The latest reading of each key, or as it was known at another time.",
        OF_LISTS,
        ReadingsRow,
        lambda held, asked: readings_row(held.lists.index(), held.answers, asked, held.share),
        ("readings", ReadingRow),
        listed=True,
    ),
    Endpoint(
        "/v1/series",
        "Series with their latest level and growths: those that have a reading like that.",
        OF_LISTS,
        SeriesListRow,
        lambda held, asked: series_list_row(held.lists.index(), held.answers, asked, held.share),
        ("series", SeriesRow),
        listed=True,
    ),
    Endpoint(
        "/v1/history",
        "A series period by period: levels, growths with their intervals, revisions, conflicts, breaks.",
        (_ONE_SERIES, AS_OF, FORMAT),
        HistoryRow,
        lambda held, asked: history_row(held.answers, asked.one("series"), asked.one("as_of")),
        ("points", PointRow),
    ),
    Endpoint(
        "/v1/facts",
        "The facts of a series with their sources, the latest period first.",
        (_ONE_SERIES, _FACTS_LIMIT, CURSOR, AS_OF, FORMAT),
        FactsRow,
        lambda held, asked: facts_page(held.answers, asked),
        ("facts", FactRow),
    ),
    Endpoint(
        "/v1/explain",
        "What a reading comes from: formula, facts, and what was left out.",
        (_ONE_KEY, AS_OF, FORMAT),
        ExplanationRow,
        lambda held, asked: explanation_row(held.answers, asked.one("key"), asked.one("as_of")),
    ),
    Endpoint(
        "/v1/parts",
        "The latest breakdowns of a whole: parts, shares, what is left.",
        (_ONE_SERIES, _AXIS, AS_OF, FORMAT),
        PartsRow,
        lambda held, asked: parts_row(held.answers, asked.one("series"), asked.one("axis"), asked.one("as_of")),
    ),
    Endpoint(
        "/v1/findings",
        "Figures that others contradict, and breaks that nobody declared.",
        (Parameter("provider", "Slug of the provider; all of them without it."), AS_OF, FORMAT),
        FindingsRow,
        lambda held, asked: findings_row(held.answers, asked.one("provider"), asked.one("as_of")),
        ("findings", FoundRow),
    ),
    Endpoint(
        "/v1/alerts",
        "The state of each rule and series.",
        (*_OF_ALERTS, WORDS, LIMIT, CURSOR, FORMAT),
        AlertsRow,
        lambda held, asked: alerts_row(held.alerts(), asked),
        ("alerts", AlertRow),
    ),
)
