"""The pages over the samples that ship, in one process: board and history filled through the pure engine.

with Seen() as seen:
    seen.address   the server's
    seen.tell(…)   more facts, as if they had come by the topics
"""

import datetime as dt
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from prometheus_client import CollectorRegistry

from paysignal.board.board import Counts, Snapshot
from paysignal.engine.asof import state_of
from paysignal.engine.money.rates import NO_RATES
from paysignal.exposition.server import Server
from paysignal.facts.alerts import Alert
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.readings import Reading
from paysignal.history.answers import Answers
from paysignal.history.store import History
from paysignal.page.answering import answer_routes
from paysignal.page.health import Count, Feed, Health, Work, Workers
from paysignal.page.lines import lines_of
from paysignal.page.query.catalogue import Held
from paysignal.page.query.freshness import freshness
from paysignal.page.query.serving import query_routes
from paysignal.page.routes import routes
from paysignal.page.view import Views
from tests.tools.samples import sample_claims

#: A pipeline in which one thing is to be looked at.
HEALTH = Health(
    Workers("paysignal", (Work("paysignal.facts.v1", 0), Work("paysignal.increments.v1", 412))),
    feeds=(
        Feed("paysignal.facts.v1", 8, 1_794, 0, caught_up=True, failure=None),
        Feed("paysignal.readings.v1", 8, 40_317, 12, caught_up=True, failure=None),
        Feed("paysignal.alerts.v1", 8, 3, None, caught_up=True, failure=None),
    ),
    counts=(
        Count("Readings held", 940, "the latest of each key, at most 100,000"),
        Count("Facts malformed", 2, "records that were no facts; the log names one", doubt=True),
    ),
    version="0.1.0",
)

#: Enough for whatever a test tells.
_MOST_CLAIMS = 200_000


class Seen:
    """A server over these facts, and readings of others besides; a context manager."""

    def __init__(self, facts: Iterable[Claim | Retraction] | None = None, readings: Iterable[Reading] = ()) -> None:
        self.history = History(_MOST_CLAIMS)
        self.alerts: tuple[Alert, ...] = ()
        self.health = Health()
        self._facts: list[Claim | Retraction] = []
        self._others = tuple(readings)
        self._snapshot = Snapshot((), Counts(), _MOST_CLAIMS)
        self.tell(sample_claims() if facts is None else facts)
        answers = Answers(self.history, NO_RATES)
        views = Views(
            lambda: self._snapshot,
            self.history.recollect,
            lambda: dt.datetime.now(dt.UTC),
            lambda: answers.examined().notes,
            lines_of(answers),
        )
        held = Held(freshness(lambda: (self._snapshot.readings, {}, ())), lambda: self.alerts, answers)
        index = held.lists.index
        served = (*routes(views, held, lambda: self.health), *answer_routes(answers, index), *query_routes(held))
        self.server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict, served)

    def tell(self, facts: Iterable[Claim | Retraction]) -> None:
        """Take in more facts, and the readings that follow of all."""
        new = list(facts)
        self._facts += new
        self.history.remember(new)
        readings = (*state_of(self._facts).readings.values(), *self._others)
        self._snapshot = Snapshot(readings, Counts(applied=len(readings)), _MOST_CLAIMS)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What stands on the board."""
        return self._snapshot.readings

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.port}"

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.server.stop()
