"""`paysignal up`: everything on this machine, from published figures to both tables.

broker → topics → worker, exporter and producer side by side → all sent is read → tables → until Ctrl-C
"""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

import click
import msgspec
from rich.console import Console

from paysignal.command import processes
from paysignal.command.drawing import draw, stdout_console
from paysignal.command.processes import Articles
from paysignal.command.reaching import require_broker
from paysignal.command.settings import Settings, with_settings
from paysignal.command.starting import Start, Tables
from paysignal.command.steps import Steps
from paysignal.facts.errors import PaySignalError
from paysignal.local import broker
from paysignal.local.ports import LOOPBACK, Wanted, free_port, reachable_host, require_free
from paysignal.local.supervisor import Supervisor


class Interrupted(BaseException):
    """Ctrl-C, SIGTERM, or the terminal is gone: no error, as KeyboardInterrupt is none."""


class NotDoneError(PaySignalError):
    """`--exit-when-done` was ended before it was done."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings of all processes, and the port of the embedded broker where there is to be one."""

    settings: Settings
    embedded_port: int | None


@click.command()
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...", type=click.Path(exists=True, dir_okay=False))
@click.option("--published-at", metavar="DATE", help="When the articles were published: their facts' known time.")
@click.option("--publisher", metavar="SLUG", help="Whose statements the articles are.")
@click.option("--exit-when-done", is_flag=True, help="End once all that was sent is read and both tables are shown.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=120.0, show_default=True, metavar="SECONDS",
    help="With --exit-when-done: give up after it, with exit code 1.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The rows of both tables as JSON lines on stdout.")
@click.option("--broker-port", type=click.IntRange(1, 65_535), metavar="PORT", help="Port of the embedded broker.")
@with_settings(
    "broker", "partitions", "replication", "host", "worker_port", "exporter_port", "producer_port", "group",
    "session_seconds", "log_level", "log_format",
)  # fmt: skip
def up(
    *,
    settings: Settings,
    articles: tuple[str, ...],
    published_at: str | None,
    publisher: str | None,
    timeout: float,
    broker_port: int | None,
    exit_when_done: bool,
    as_json: bool,
) -> None:
    r"""Run everything on this machine: broker, topics, sample producers, worker, exporter and page.

    Shows two tables: just read (every fact of the press note that ships, and of every ARTICLE) and strongest (each
    provider's latest growth on the year). Then it goes on, with a synthetic stream, until Ctrl-C.

    \b
    paysignal up
    paysignal up --exit-when-done --json > rows.jsonl
    paysignal up article.txt --published-at 2018-09-18
    paysignal up --broker kafka.example:9092
    """
    if articles and not published_at:
        raise click.UsageError("what an article states was known when it was published; add --published-at 2018-09-18")
    plan = _planned(settings, broker_port)
    console = Console(stderr=True)
    try:
        with _interruptible(), Supervisor() as supervisor:
            try:
                with Steps(console, time.monotonic) as steps:
                    tables = _started(plan, supervisor, steps, Articles(articles, published_at, publisher),
                                      timeout if exit_when_done else None)  # fmt: skip
                _show(tables, as_json=as_json)
                if not exit_when_done:
                    _go_on(plan, supervisor, Console(stderr=True) if as_json else stdout_console())
            except Interrupted:
                console.print("stopping ...")
                raise
    except Interrupted:
        if exit_when_done:
            raise NotDoneError("stopped before it was done") from None


def _planned(settings: Settings, broker_port: int | None) -> Plan:
    """Which broker and which ports; raises before anything is started when they can not be had."""
    if "broker" in settings.model_fields_set:
        if broker_port:
            raise click.UsageError(f"--broker-port is the embedded broker's, but {settings.broker} is used; drop one")
        require_free(settings.host, processes.ports_of(settings))
        require_broker(settings)
        return Plan(settings, None)
    require_free(settings.host, processes.ports_of(settings))
    require_free(LOOPBACK, [Wanted(broker_port or 0, "--broker-port", "broker")])
    port = broker_port or free_port(broker.USUAL_PORT)
    changes = {"broker": f"{LOOPBACK}:{port}", "plain_outputs": True}
    if "session_seconds" not in settings.model_fields_set:
        changes["session_seconds"] = broker.SESSION_SECONDS
    if "finals" not in settings.model_fields_set:
        changes["finals"] = False  # 12 s of sending to a broker that keeps nothing
    return Plan(settings.model_copy(update=changes), port)


def _started(plan: Plan, supervisor: Supervisor, steps: Steps, articles: Articles, seconds: float | None) -> Tables:
    start = Start(plan.settings, supervisor, steps, seconds)
    if plan.embedded_port is None:
        steps.done("broker", plan.settings.broker)
    else:
        start.embedded_broker(plan.embedded_port)
    start.topics()
    start.processes(articles)
    start.settle()
    return start.tables()


def _show(tables: Tables, *, as_json: bool) -> None:
    if not as_json:
        draw(stdout_console(), tables.just_read, tables.strongest)
        return
    for name, rows in (("just_read", tables.just_read), ("strongest", tables.strongest)):
        for row in rows:
            line = {"table": name, **msgspec.to_builtins(row)}
            sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()


def _go_on(plan: Plan, supervisor: Supervisor, console: Console) -> None:
    """Let the synthetic stream move the windows, tell the addresses, and wait; ends by an exception only."""
    settings = plan.settings
    supervisor.start(processes.stream(settings))
    web = f"http://{_in_url(settings.host)}:"
    for name, address in (
        ("page", f"{web}{settings.exporter_port}/"),
        ("metrics", f"{web}{settings.exporter_port}/metrics, of the worker {web}{settings.worker_port}/metrics"),
        ("broker", settings.broker),
        ("look", f"paysignal tail readings --broker {settings.broker}"),
    ):
        console.print(f"{name:<8} {address}", highlight=False, soft_wrap=True)
    console.print("Ctrl-C stops everything.")
    supervisor.wait_for(lambda: False, str)


def _in_url(host: str) -> str:
    reachable = reachable_host(host)
    return f"[{reachable}]" if ":" in reachable else reachable


@contextmanager
def _interruptible() -> Iterator[None]:
    """Within it, Ctrl-C, SIGTERM and the end of the terminal raise `Interrupted`, each time they come."""

    def interrupt(_: int, __: FrameType | None) -> NoReturn:
        raise Interrupted

    wanted = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup has it ignored, and means it
        wanted.append(signal.SIGHUP)
    before = {each: signal.signal(each, interrupt) for each in wanted}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
