"""One run of `produce`: outcomes sent, counted and paced, until they end or somebody says stop."""

import datetime as dt
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import FrameType

from prometheus_client import CollectorRegistry
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from paysignal.command.inputs import Gauge, Outcome
from paysignal.command.resuming import Positions, looks_of
from paysignal.command.settings import Settings
from paysignal.facts import topics
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.increments import Tick
from paysignal.facts.rejections import Origin, Reason, Rejected, rejected
from paysignal.facts.wire import encode
from paysignal.sending.errors import TopicsMissing
from paysignal.sending.outbox import Outgoing, record_of, retraction_record
from paysignal.sending.sender import Sender, SenderLimits, Tally

#: How fast the synthetic stream goes on by itself: enough that windows visibly move, little enough to read along.
_FOLLOW_RATE = 5.0

#: The topics that a producer writes to.
_WRITTEN = frozenset({topics.FACTS, topics.INCREMENTS, topics.REJECTED})

#: Rejections are all sent to their topic; so many are shown.
_SHOWN_REJECTIONS = 10

#: Claims a run remembers so that retractions further down the same file find their key.
_REMEMBERED_CLAIMS = 100_000


#: Outcomes between two positions that a run that is resumed can start from: waiting for the broker so seldom costs
#: nothing, and half a second's work is sent again at most.
_KEPT_EVERY = 5_000

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


class Run:
    """One run: reads, counts, sends, paces; ends early, in order, when `stop` is set."""

    def __init__(
        self, settings: Settings, console: Console, rate: float | None, positions: Positions | None = None
    ) -> None:
        self.stop = threading.Event()
        self.counts: dict[str, SourceCount] = {}
        self.rejections: list[Rejected] = []  #: the first, to be shown
        self._settings = settings
        self._console = console
        self._rate = rate
        self._next = time.monotonic()
        self._registry = CollectorRegistry()
        self._claims: dict[str, Claim] = {}
        self._positions = positions or Positions(None)

    def all(self, read: list[Reading], follow_seed: int | None) -> Tally:
        """Send everything; with a seed, go on with synthetic increments until told to stop."""
        limits = SenderLimits(records=self._settings.outbox_records, bytes=self._settings.outbox_bytes)
        _check_topics(self._settings.broker)
        for reading in read:  # before a connection is open, which an error would have to tear down
            passed = self._positions.of(reading.source, looks_of(reading.source))
            self.counts[reading.source] = SourceCount(passed=passed)
        with ExitStack() as stack:
            sender = stack.enter_context(Sender(self._settings.broker, self._registry, limits))
            if self._rate or follow_seed is not None:
                stack.enter_context(self._served(sender))
            with self._progress() as progress:
                for reading in read:
                    self._send_all(sender, reading, progress)
            if follow_seed is not None:
                self._follow(sender, follow_seed)
            return sender.close()

    def _send_all(self, sender: Sender, reading: Reading, progress: Progress) -> None:
        source, looks = reading.source, looks_of(reading.source)
        task = progress.add_task(source, total=None, rate="", rejected="")
        count = self.counts[source]
        started = time.monotonic()
        for outcome in reading.outcomes:
            if self.stop.is_set():
                break
            count.read += 1
            record = self._record(outcome, source)
            if count.read <= count.passed:
                continue
            if record.topic == topics.REJECTED:
                count.rejected += 1
            sender.send(record)
            if isinstance(outcome, Rejected):
                sender.counters.count_rejected(outcome.reason)
            self._pace(self._rate)
            if count.read % _SHOWN_EVERY == 0:
                _show(progress, task, reading.gauge, count, time.monotonic() - started)
            if count.read % _KEPT_EVERY == 0:
                self._keep(sender, source, looks, count.read)
        self._keep(sender, source, looks, count.read)
        _show(progress, task, reading.gauge, count, time.monotonic() - started)

    def _keep(self, sender: Sender, source: str, looks: str, read: int) -> None:
        """Remembers how far the source has come, once all of it is acknowledged."""
        if not self._positions.kept:
            return
        sender.flush()
        if sender.tally.complete:
            self._positions.keep(source, looks, max(read, self.counts[source].passed))

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

    def _follow(self, sender: Sender, seed: int) -> None:
        from paysignal.samples.synthetic import increment_at

        self._console.print("following: new synthetic increments until stopped (Ctrl-C)")
        count = self.counts.setdefault("following", SourceCount())
        while not self.stop.is_set():
            sender.send(record_of(increment_at(seed, count.read, dt.datetime.now(dt.UTC))))
            count.read += 1
            self._pace(self._rate or _FOLLOW_RATE)

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
    def _served(self, sender: Sender) -> Iterator[None]:
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
