"""The start of `paysignal up`, step by step, until both tables can be shown."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from paysignal.command import processes
from paysignal.command.processes import EXPORTER, PRODUCER, WORKER, Articles
from paysignal.command.settings import Settings
from paysignal.command.settling import Ends, remaining, unexamined
from paysignal.command.steps import Steps
from paysignal.facts import topics
from paysignal.facts.errors import PaySignalError
from paysignal.local.broker import NOTICE, embedded_broker
from paysignal.local.supervisor import Supervisor, TooSlowError
from paysignal.page.rows import JustRead, Strongest
from paysignal.sending.topics import create_topics

_Row = TypeVar("_Row", bound=msgspec.Struct)

_JUST_READ = msgspec.json.Decoder(tuple[JustRead, ...])
_STRONGEST = msgspec.json.Decoder(tuple[Strongest, ...])

BROKER = "broker"

#: It is ready in 10 ms; on a machine that is busy with everything else it gets the time it needs.
_BROKER_SECONDS = 15.0


class NoTablesError(PaySignalError):
    """The exporter does not give the tables."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows of both tables, as the page shows them."""

    just_read: tuple[JustRead, ...]
    strongest: tuple[Strongest, ...]


class _Source(msgspec.Struct):
    """What the producer tells of one source."""

    rejected: int


class _Sent(msgspec.Struct):
    """What the producer tells in the end."""

    sent: int
    sources: dict[str, _Source]


class Start:
    """One start: its methods are its steps, called in their order by `up`.

    Each raises `ChildDiedError` when a child dies meanwhile and, with `seconds` for all of them together,
    `TooSlowError` with what was still awaited.
    """

    def __init__(self, settings: Settings, supervisor: Supervisor, steps: Steps, seconds: float | None) -> None:
        self._settings = settings
        self._supervisor = supervisor
        self._steps = steps
        self._seconds = seconds

    def embedded_broker(self, port: int) -> None:
        """Start the embedded broker and wait until it answers."""
        self._supervisor.start(embedded_broker(port))
        self._supervisor.wait_for(
            lambda: self._supervisor.not_ready(BROKER) is None,
            lambda: f"the embedded broker did not answer within {_BROKER_SECONDS:g} s; use one with --broker HOST:PORT",
            _BROKER_SECONDS,
        )
        self._steps.done(BROKER, f"embedded, {self._settings.broker}")
        self._steps.say(NOTICE)

    def topics(self) -> None:
        """Make the topics; where they exist already and differ, say so and go on."""
        self._steps.awaiting("topics")
        settings = self._settings
        report = create_topics(settings.broker, settings.partitions, settings.replication)
        self._steps.done("topics", f"{len(report.created)} created, {len(report.present)} there already")
        for difference in report.conflicts:
            self._steps.say(str(difference))

    def processes(self, articles: Articles) -> None:
        """Start worker, exporter and producer side by side; wait until two are ready and the third has sent all.

        The worker is first: it has most to import, and then waits for its group.
        """
        settings, supervisor = self._settings, self._supervisor
        for child in (processes.worker(settings), processes.exporter(settings), processes.producer(settings, articles)):
            supervisor.start(child)
        self._all_of(
            {
                WORKER: lambda: supervisor.not_ready(WORKER),
                EXPORTER: lambda: supervisor.not_ready(EXPORTER),
                PRODUCER: lambda: None if supervisor.ended(PRODUCER) else "sending",
            }
        )

    def settle(self) -> None:
        """Wait until the worker has read all that was sent, then the exporter all that the worker made of it.

        And has held the figures against each other: the tables show what that finds.
        """
        with Ends(self._settings.broker) as ends:
            self._read(WORKER, self._settings.worker_port, ends, (topics.FACTS, topics.INCREMENTS))
            if self._settings.sections:  # its members are all there: they were sent before the facts counted as read
                self._read(WORKER, self._settings.worker_port, ends, (topics.CROSS,))
            self._read(EXPORTER, self._settings.exporter_port, ends, (topics.FACTS, topics.READINGS))
        self._examined()

    def tables(self) -> Tables:
        """The rows, from the exporter; raises `NoTablesError`."""
        return Tables(self._rows("/v1/just-read", _JUST_READ), self._rows("/v1/strongest", _STRONGEST))

    def _all_of(self, awaited: dict[str, Callable[[], str | None]]) -> None:
        reasons: dict[str, str] = {}

        def happened() -> bool:
            for name in tuple(awaited):
                reason = awaited[name]()
                if reason is None:
                    del awaited[name]
                    reasons.pop(name, None)
                    self._steps.done(name, self._detail(name))
                else:
                    reasons[name] = f"{name}: {reason}"
            self._steps.awaiting("; ".join(reasons.values()))
            return not awaited

        self._wait(happened, lambda: "; ".join(reasons.values()))

    def _read(self, name: str, port: int, ends: Ends, names: Iterable[str]) -> None:
        targets = ends.of(names)
        left: int | None = None

        def told() -> str:
            return f"{name}: {'still rebuilding' if left is None else f'{left:,} records to read'}"

        def happened() -> bool:
            nonlocal left
            left = remaining(processes.ask(self._settings, port, "/status"), targets)
            self._steps.awaiting(told())
            return left == 0

        self._wait(happened, told)
        self._steps.done(name, f"has read {sum(targets.values()):,} records")

    def _examined(self) -> None:
        target: int | None = None

        def happened() -> bool:
            nonlocal target
            told = unexamined(processes.ask(self._settings, self._settings.exporter_port, "/status"), target)
            if told is None:
                return False
            target, left = told
            return left == 0

        self._wait(happened, lambda: f"{EXPORTER}: holding figures against each other")

    def _detail(self, name: str) -> str:
        if name != PRODUCER:
            return "ready"
        for line in reversed(self._supervisor.last_lines(PRODUCER)):
            try:
                told = msgspec.json.decode(line, type=_Sent)
            except msgspec.DecodeError:
                continue
            rejected = sum(source.rejected for source in told.sources.values())
            return f"has sent {told.sent:,} records, {rejected:,} of them statements rejected with the reason"
        return "has sent everything"

    def _rows(self, path: str, decoder: "msgspec.json.Decoder[tuple[_Row, ...]]") -> tuple[_Row, ...]:
        answer = processes.ask(self._settings, self._settings.exporter_port, path)
        if not answer.ok:
            reason = answer.body.decode(errors="replace")
            raise NoTablesError(f"{path} of the exporter: {answer.status} {reason}; look at its log")
        return decoder.decode(answer.body)

    def _wait(self, happened: Callable[[], bool], what: Callable[[], str]) -> None:
        left = None if self._seconds is None else self._seconds - self._steps.seconds
        try:
            self._supervisor.wait_for(happened, what, left)
        except TooSlowError as error:
            raise TooSlowError(
                f"not done within {self._seconds:g} s (--timeout SECONDS gives it more): {error}"
            ) from None
