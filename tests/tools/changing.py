"""A board and a history in this process into which facts flow, decoded from bytes as the exporter's readers do it."""

import datetime as dt
import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from prometheus_client import CollectorRegistry

from paysignal.board.board import Board, Snapshot
from paysignal.board.updates import update_of
from paysignal.consuming.records import Record
from paysignal.engine.money.rates import NO_RATES
from paysignal.exposition.server import Server
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Bound
from paysignal.facts.readings import Reading
from paysignal.facts.wire import decode_claim, encode
from paysignal.history.answers import Answers
from paysignal.history.examining import Examined
from paysignal.history.store import History
from paysignal.page.answering import answer_routes
from paysignal.page.lines import lines_of
from paysignal.page.query.catalogue import Held
from paysignal.page.query.freshness import freshness
from paysignal.page.query.serving import query_routes
from paysignal.page.routes import routes
from paysignal.page.view import Views
from tests.tools.figures import level, reading
from tests.tools.flow import SERIES, claims

#: A batch as readers deliver it: twenty times a second.
_CUTS = 20

_EXAMINED = Examined()


def readings_of(claim: Claim, version: int) -> Iterator[Reading]:
    """A level and two growths, as the worker makes them of the claim."""
    times = {"start": claim.dated.start, "event_time": claim.dated.end, "version": version}
    value = claim.value
    yield level(claim.series, value=value, low=value - 1, high=value + 1, **times)
    for indicator, baseline in (("year_on_year_growth", "year_ago"), ("previous_period_growth", "previous")):
        span = {"value": 0.2, "low": 0.19, "high": 0.21, "bound": Bound.EXACT, "origin": "derived", **times}
        yield reading(claim.series, indicator=indicator, baseline=baseline, **span)


def batches(facts: int, rate: int) -> list[tuple[list[bytes], list[Record]]]:
    """The claims' bytes and the readings' records, a twentieth of a second each."""
    told = itertools.islice(claims(), facts)
    made = []
    for number, claim in enumerate(told):
        records = [Record(each.key.encode(), encode(each)) for each in readings_of(claim, number // SERIES + 1)]
        made.append((encode(claim), records))
    size = rate // _CUTS
    return [
        ([claim for claim, _ in cut], [record for _, records in cut for record in records])
        for cut in (made[at : at + size] for at in range(0, len(made), size))
    ]


class Changing:
    """A server over them; a context manager."""

    def __init__(self) -> None:
        self.board = Board(100_000, 1e9)
        self.history = History(1_000_000)
        answers = Answers(self.history, NO_RATES, lambda: _EXAMINED)
        views = Views(self._snapshot, self.history.recollect, lambda: dt.datetime.now(dt.UTC), dict, lines_of(answers))
        held = Held(freshness(lambda: (self._snapshot().readings, {}, ())), tuple, answers)
        served = (*routes(views, held), *answer_routes(answers, held.lists.index), *query_routes(held))
        self.server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict, served)

    def _snapshot(self) -> Snapshot:
        return self.board.snapshot(0.0)

    def take(self, claims_: Sequence[bytes], records: Sequence[Record]) -> None:
        """One batch."""
        self.history.remember([decode_claim(each) for each in claims_])
        self.board.apply([update_of(record) for record in records], 0.0)

    def flow(self, told: Sequence[tuple[list[bytes], list[Record]]]) -> threading.Thread:
        """Takes the batches in, one each twentieth of a second, from a thread of its own."""

        def run() -> None:
            due = time.monotonic()
            for each in told:
                self.take(*each)
                due += 1 / _CUTS
                time.sleep(max(0.0, due - time.monotonic()))

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.server.stop()
