"""`paysignal exporter`: readings and facts in, metrics, page and API out, until SIGTERM or Ctrl-C."""

import datetime as dt
import logging
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import click
from prometheus_client import CollectorRegistry

from paysignal.board.alerts import AlertBoard, alerts_feed
from paysignal.board.board import Board
from paysignal.board.feed import readings_feed
from paysignal.board.flagging import Flagging
from paysignal.command import logs
from paysignal.command.examining import Examination, found
from paysignal.command.health import health_of
from paysignal.command.rates import published_rates
from paysignal.command.reaching import require_access
from paysignal.command.registries import process_registry
from paysignal.command.settings import Settings, api_token, with_settings
from paysignal.command.thresholds import Thresholds, rules_in_use, thresholds_of
from paysignal.command.workers_watch import WorkersWatch, look
from paysignal.consuming.reader import Reader
from paysignal.consuming.share import WHOLE, share_of
from paysignal.engine.alerting.rules import Rules
from paysignal.exposition.alerts import AlertsCollector
from paysignal.exposition.collector import BoardCollector, ExporterCollector, Own
from paysignal.exposition.findings import FindingsCollector
from paysignal.exposition.server import Server
from paysignal.exposition.status import Status, status_of
from paysignal.history.answers import Answers
from paysignal.history.examining import Examiner
from paysignal.history.feed import facts_feed
from paysignal.history.store import History
from paysignal.page.answering import answer_routes
from paysignal.page.health import Health
from paysignal.page.lines import lines_of
from paysignal.page.query.catalogue import Held
from paysignal.page.query.freshness import Inputs, freshness
from paysignal.page.query.guard import Guard, guarded
from paysignal.page.query.serving import query_routes
from paysignal.page.routes import routes
from paysignal.page.view import Views
from paysignal.security.rights import rights_of

_LOG = logging.getLogger(__name__)

#: Readers, examination and views compute in threads of their own; at Python's 5 ms each of them may hold an answer up
#: for so long, several times in each answer.
_SWITCH_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Exporter:
    """The parts of one exporter, wired but not started."""

    feeds: tuple[Reader, ...]
    server: Server
    examination: Examination
    watching: WorkersWatch


@click.command()
@with_settings(
    "broker",
    "group",
    "host",
    "exporter_port",
    "exporter_share",
    "max_series",
    "series_ttl_seconds",
    "window_ttl_seconds",
    "max_claims",
    "rates",
    "api_token_file",
    "api_rate",
    "thresholds",
    "log_level",
    "log_format",
)
def exporter(settings: Settings) -> None:
    """Serve readings to Prometheus at /metrics, to people at /, to programs at /v1."""
    logs.set_up(settings)
    # kafka-python logs each of its tries to connect as an error; the readers tell once what is the matter.
    logging.getLogger("kafka").setLevel(logging.DEBUG if settings.log_level == "debug" else logging.CRITICAL)
    require_access(settings, rights_of("exporter", settings.group))
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    sys.setswitchinterval(_SWITCH_SECONDS)
    run(wired(settings), stop)


def run(parts: Exporter, stop: threading.Event) -> None:
    """Serve until `stop`, then end within five seconds; raises `ListenError` before anything is started."""
    parts.server.start()
    try:
        for feed in parts.feeds:
            feed.start()
        parts.examination.start()
        parts.watching.start()
        _LOG.info("serving on port %d: / /metrics /explain /v1/… /status", parts.server.port)
        stop.wait()
    finally:
        for feed in parts.feeds:
            feed.halt()
        for feed in parts.feeds:
            feed.stop()
        parts.examination.stop()
        parts.watching.stop()
        parts.server.stop()


def wired(settings: Settings) -> Exporter:
    """Board, history, their feeds, collectors, page and server, as the settings say."""
    board = Board(settings.max_series, settings.series_ttl_seconds, settings.window_ttl_seconds)
    alerts, history = AlertBoard(), History(settings.max_claims)
    readings = readings_feed(board, settings.broker, time.monotonic, _wall_ms)
    readings.share = share_of(settings.exporter_share)
    feeds = (
        readings,
        facts_feed(history, settings.broker, time.monotonic),
        alerts_feed(alerts, settings.broker, time.monotonic),
    )
    rates = published_rates(settings.rates)
    examiner = Examiner(history, rates)
    examination = Examination(examiner, lambda: all(feed.caught_up for feed in feeds))
    watching = WorkersWatch(settings.group, lambda: look(settings.broker, settings.group))
    flagging = Flagging(
        lambda: board.snapshot(time.monotonic()),
        lambda: examiner.examined.marks,
        lambda: examiner.examined.averages,
    )
    registry = _registry(flagging, alerts, history, feeds, examiner, settings.thresholds)
    answers = Answers(history, rates, lambda: examiner.examined)
    held = _held(board, alerts, examiner, answers, settings.exporter_share)

    def health() -> Health:
        return health_of(watching.workers, feeds, board.snapshot(time.monotonic()), alerts, history)

    server = Server(
        settings.host,
        settings.exporter_port,
        registry,
        live=lambda: _not_live(feeds) or examination.failure,
        ready=lambda: _not_ready(feeds) or examination.failure,
        status=lambda: _status(feeds, history, examiner),
        routes=guarded(
            (
                *routes(_views(flagging, history, examiner, answers), held, health),
                *answer_routes(answers, held.lists.index),
                *query_routes(held),
            ),
            Guard(settings.api_rate, api_token(settings), time.monotonic),
        ),
        flag="--exporter-port",
    )
    return Exporter(feeds, server, examination, watching)


def _registry(  # noqa: PLR0917 - every part that has metrics
    flagging: Flagging,
    alerts: AlertBoard,
    history: History,
    feeds: tuple[Reader, ...],
    examiner: Examiner,
    file: Path | None,
) -> CollectorRegistry:
    """The metrics of all parts; thresholds are those of the file as of each scrape."""
    thresholds, registry = Thresholds(file, time.monotonic), process_registry()
    registry.register(BoardCollector(flagging.snapshot))
    registry.register(ExporterCollector(lambda: _own(feeds, history, thresholds())))
    registry.register(FindingsCollector(lambda: found(examiner)))
    registry.register(AlertsCollector(alerts, lambda: rules_in_use(thresholds)))
    return registry


def _views(flagging: Flagging, history: History, examiner: Examiner, answers: Answers) -> Views:
    """What the page is made of."""
    return Views(
        flagging.snapshot,
        history.recollect,
        lambda: dt.datetime.now(dt.UTC),
        lambda: examiner.examined.notes,
        lines_of(answers),
    )


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _held(board: Board, alerts: AlertBoard, examiner: Examiner, answers: Answers, share: str) -> Held:
    """What the query API answers from: readings as they stand on their topic, with marks beside them."""

    def inputs() -> Inputs:
        examined = examiner.examined
        return board.snapshot(time.monotonic()).readings, examined.marks, examined.averages

    return Held(freshness(inputs), alerts.snapshot, answers, None if share_of(share) == WHOLE else share)


def _own(feeds: tuple[Reader, ...], history: History, rules: Rules) -> Own:
    counts = history.counts()
    return Own(
        positions=tuple(position for feed in feeds for position in feed.positions()),
        claims=counts.claims,
        claims_limit=history.max_claims,
        claims_bytes=counts.encoded_bytes,
        claims_evicted=counts.evicted,
        facts_malformed=counts.malformed,
        thresholds=thresholds_of(rules),
    )


def _not_live(feeds: tuple[Reader, ...]) -> str | None:
    return next((feed.failure for feed in feeds if feed.failure is not None), None)


def _not_ready(feeds: tuple[Reader, ...]) -> str | None:
    waiting = [feed.topic for feed in feeds if not feed.caught_up]
    return _not_live(feeds) or (f"still reading {', '.join(waiting)}" if waiting else None)


def _status(feeds: tuple[Reader, ...], history: History, examiner: Examiner) -> Status:
    positions = [position for feed in feeds for position in feed.positions()]
    # Positions first: what they tell as read is among the changes.
    return status_of(
        positions,
        restoring=any(not feed.caught_up for feed in feeds),
        changes=history.changes,
        examined=examiner.examined.changes,
    )
