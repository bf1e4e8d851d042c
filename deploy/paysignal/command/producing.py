"""One run of `produce`: outcomes sent, counted and paced, until they end or somebody says stop."""

import datetime as dt
import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from paysignal.command.inputs import Articles, Gauge, Outcome, Telling
from paysignal.command.registries import process_registry
from paysignal.command.resuming import Direct, Outlet, Positions, Spooled, looks_of
from paysignal.command.settings import Settings
from paysignal.command.watching import items_of, outcomes_in, watching
from paysignal.facts import topics
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.increments import Tick
from paysignal.facts.rejections import Origin, Reason, Rejected, rejected
from paysignal.facts.wire import encode
from paysignal.sending.account import Tally
from paysignal.sending.counters import SourceCounters
from paysignal.sending.errors import BrokerUnreachable, TopicsMissing
from paysignal.sending.outbox import Outgoing, record_of, retraction_record
from paysignal.sending.sender import Sender, SenderLimits
from paysignal.sending.spool.sender import SpoolLimits, SpoolSender
from paysignal.sending.spool.store import Mark
from paysignal.sources.items import Watcher

#: Who sends increments on and on.
_STREAM = "sample:increments"

#: How fast the synthetic stream goes on by itself: enough that windows visibly move, little enough to read along.
_FOLLOW_RATE = 5.0

#: The topics that a producer writes to.
_WRITTEN = frozenset({topics.FACTS, topics.INCREMENTS, topics.REJECTED})

#: Rejections are all sent to their topic; so many are shown.
_SHOWN_REJECTIONS = 10

#: Claims a run remembers so that retractions further down the same file find their key.
_REMEMBERED_CLAIMS = 100_000

#: Outcomes between two strokes of the progress bar, which costs ten times what a record does.
_SHOWN_EVERY = 100


@dataclass(slots=True)
class SourceCount:
    """How much was read of one source, and how much of that was rejected; `passed` was sent by an earlier run."""

    read: int = 0
    rejected: int = 0
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """One source: what its reader gives, and how far the reader is."""

    source: str
    outcomes: Iterator[Outcome]
    gauge: Gauge = field(default_factory=Gauge)


@dataclass(frozen=True, slots=True)
class Watch:
    """Folders and addresses to look at, again `every` so many seconds, or once."""

    sources: tuple[str, ...] = ()
    telling: Telling = field(default_factory=Telling)
    every: float | None = None
    private: bool = False
    articles: Articles = field(default_factory=Articles)


class Run:
    """One run: reads, counts, sends, paces; ends early, in order, when `stop` is set."""

    def __init__(
        self,
        settings: Settings,
        console: Console,
        rate: float | None,
        positions: Positions | None = None,
        spool: Path | None = None,
    ) -> None:
        self.stop = threading.Event()
        self.counts: dict[str, SourceCount] = {}
        self.rejections: list[Rejected] = []  #: the first, to be shown
        self._settings = settings
        self._console = console
        self._rate = rate
        self._next = time.monotonic()
        self._registry = process_registry()
        self._claims: dict[str, Claim] = {}
        self._positions = positions or Positions(None)
        self._spool = spool
        self._items = SourceCounters(self._registry)
        self.waiting = 0  #: records that a spool keeps for the next run

    def all(self, read: list[Reading], follow_seed: int | None, watch: Watch = Watch()) -> Tally:
        """Send everything; with a seed or `watch.every`, go on until told to stop."""
        for source in (*(reading.source for reading in read), *watch.sources):
            self._items.begin(source)
        for reading in read:  # before a connection is open, which an error would have to tear down
            self.counts[reading.source] = SourceCount(
                passed=self._positions.of(reading.source, looks_of(reading.source))
            )
        with ExitStack() as stack:
            sender = self._sender()
            stack.push(sender.__exit__)
            outlet = Spooled(sender) if isinstance(sender, SpoolSender) else Direct(sender, self._positions)
            lasting = follow_seed is not None or watch.every is not None
            if self._rate or lasting:
                stack.enter_context(self._served(sender))
            with self._progress() as progress:
                for reading in read:
                    self._send_all(outlet, reading, progress)
            with watching(watch.telling, outlet.mark, private=watch.private) as watcher:
                self._look(outlet, watcher, watch)
                if lasting:
                    self._follow(outlet, follow_seed, watcher, watch)
            tally = outlet.close()
            self.waiting = sender.waiting if isinstance(sender, SpoolSender) else 0
            return tally

    def _sender(self) -> Sender | SpoolSender:
        """Straight to the broker, which has to be there; or by the spool, whose courier waits for it."""
        settings = self._settings
        if self._spool is None:
            _check_topics(settings.broker)
            limits = SenderLimits(records=settings.outbox_records, bytes=settings.outbox_bytes)
            return Sender(settings.broker, self._registry, limits)
        try:
            _check_topics(settings.broker)
        except BrokerUnreachable as error:
            self._console.print(f"{error}; until then the spool keeps what is read", markup=False)
        return SpoolSender(settings.broker, self._registry, self._spool, SpoolLimits(settings.spool_bytes), self.stop)

    def _send_all(self, outlet: Outlet, reading: Reading, progress: Progress) -> None:
        source, looks = reading.source, looks_of(reading.source)
        task = progress.add_task(source, total=None, rate="", rejected="")
        count = self.counts[source]
        count.passed = max(count.passed, outlet.of(source, looks))
        started = time.monotonic()
        for outcome in reading.outcomes:
            if self.stop.is_set():
                break
            count.read += 1
            record = self._record(outcome, source)
            if count.read <= count.passed:
                continue
            self._hand_over(outlet, outcome, record, source)
            if count.read % _SHOWN_EVERY == 0:
                _show(progress, task, reading.gauge, count, time.monotonic() - started)
            outlet.passed(source, looks, count.read, end=False)
        outlet.passed(source, looks, max(count.read, count.passed), end=True)
        _show(progress, task, reading.gauge, count, time.monotonic() - started)

    def _record(self, outcome: Outcome, source: str) -> Outgoing:
        if isinstance(outcome, Claim) and outcome.id is not None and len(self._claims) < _REMEMBERED_CLAIMS:
            self._claims[outcome.id] = outcome
        if isinstance(outcome, Retraction) and outcome.retracts in self._claims:
            return retraction_record(outcome, self._claims[outcome.retracts])
        if isinstance(outcome, Retraction | Tick):
            outcome = _keyless(outcome, source)
        if isinstance(outcome, Rejected) and len(self.rejections) < _SHOWN_REJECTIONS:
            self.rejections.append(outcome)
        return record_of(outcome)

    def _follow(self, outlet: Outlet, seed: int | None, watcher: Watcher, watch: Watch) -> None:
        self._console.print("following: what is new until stopped (Ctrl-C)")
        look = time.monotonic() + watch.every if watch.every is not None and watch.sources else math.inf
        while not self.stop.is_set():
            if time.monotonic() >= look:
                self._look(outlet, watcher, watch)
                look = time.monotonic() + (watch.every or 0)
            if seed is None:
                self.stop.wait(min(max(look - time.monotonic(), 0), 1))
            else:
                self._increment(outlet, seed)

    def _increment(self, outlet: Outlet, seed: int) -> None:
        from paysignal.samples.synthetic import increment_at

        count = self.counts.setdefault("following", SourceCount())
        if not self.stop.is_set():
            outlet.send(record_of(increment_at(seed, count.read, dt.datetime.now(dt.UTC))))
            outlet.keep(())
            self._items.read(_STREAM, "fact")
            count.read += 1
            self._pace(self._rate or _FOLLOW_RATE)

    def _look(self, outlet: Outlet, watcher: Watcher, watch: Watch) -> None:
        """One look at every folder and address: the facts of what is new, and what to remember of it, together."""
        for source in watch.sources:
            count = self.counts.setdefault(source, SourceCount())
            self._items.start(source)
            for item in items_of(watcher, source):
                if self.stop.is_set():
                    return
                for outcome in outcomes_in(item, watch.articles):
                    count.read += 1
                    self._hand_over(outlet, outcome, self._record(outcome, source), source)
                self._items.count(source, item.outcome, time.time())
                if item.found is not None or item.outcome != "rejected":
                    outlet.keep((Mark(source, item.name, item.state),))

    def _hand_over(self, outlet: Outlet, outcome: Outcome, record: Outgoing, source: str) -> None:
        refused = record.topic == topics.REJECTED
        self._items.read(source, "rejected" if refused else "fact")
        self.counts[source].rejected += refused
        outlet.send(record)
        if isinstance(outcome, Rejected):
            outlet.counters.count_rejected(outcome.reason)
        self._pace(self._rate)

    def _pace(self, rate: float | None) -> None:
        if rate is None:
            return
        self._next = max(self._next + 1 / rate, time.monotonic() - 1)  # a pause is not made up for by a burst
        self.stop.wait(max(0.0, self._next - time.monotonic()))

    def _progress(self) -> Progress:
        return Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"),
            TextColumn("{task.fields[rejected]}"), TimeElapsedColumn(),
            console=self._console, disable=self._console.quiet,
        )  # fmt: skip

    @contextmanager
    def _served(self, sender: Sender | SpoolSender) -> Iterator[None]:
        """Metrics of a run that lasts; a short one ends before anybody would scrape it."""
        if not self._settings.producer_port:
            yield
            return
        from paysignal.exposition.server import Server

        server = Server(
            self._settings.host, self._settings.producer_port, self._registry,
            lambda: None, lambda: None, lambda: sender.tally, flag="--producer-port",
        )  # fmt: skip
        server.start()
        try:
            yield
        finally:
            server.stop()


def _show(progress: Progress, task: TaskID, gauge: Gauge, count: SourceCount, seconds: float) -> None:
    """The bar follows the reader where it knows how much there is; else it only says how many."""
    a_second = (count.read - count.passed) / max(seconds, 1e-3)
    progress.update(
        task,
        completed=gauge.done,
        total=gauge.total or None,
        rate=f"{count.read:,} ({a_second:,.0f}/s)",
        rejected=f"{count.rejected:,} rejected" if count.rejected else "",
    )


def _check_topics(broker: str) -> None:
    from paysignal.sending.topics import check_topics

    report = check_topics(broker, topics.DEFAULT_PARTITIONS, [one for one in topics.TOPICS if one.name in _WRITTEN])
    if report.missing:
        raise TopicsMissing(broker, report.missing)


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM ends the run in order, what was read being sent; a second one ends it at once."""

    def told(number: int, _: FrameType | None) -> None:
        if stop.is_set():
            raise SystemExit(128 + number)
        stop.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _keyless(outcome: Retraction | Tick, source: str) -> Rejected:
    what = "a tick has no key" if isinstance(outcome, Tick) else f"the claim {outcome.retracts} is not above it"
    detail = f"{what}: it can not be sent from a file; put a retraction below the claim that it withdraws"
    return rejected(Reason.BAD_ROW, detail, encode(outcome), Origin(file=source))
