"""`paysignal produce`: what readers find, onto the topics."""

import datetime as dt
import logging
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from paysignal.command import logs
from paysignal.command.article_flags import with_telling
from paysignal.command.inputs import Gauge, Outcome, Stream, Telling, is_watched, outcomes_of, place_of
from paysignal.command.producing import Reading, Run, Watch, stopped_by_signals
from paysignal.command.reaching import require_access
from paysignal.command.resuming import Positions
from paysignal.command.settings import Settings, with_settings
from paysignal.command.watching import items_of, outcomes_in, watching
from paysignal.facts import topics, wire
from paysignal.facts.rejections import Rejected
from paysignal.security.rights import rights_of
from paysignal.sending.account import Tally

_FAILED = 1
_STREAM = "sample:increments"  #: the source that has no end


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Columns to fact fields, TOML; or the name of one that ships.",
)
@with_telling
@click.option("--dry-run", is_flag=True, help="Print the facts as JSON lines instead of sending them; no broker.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="Send N records a second.")
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Remember in FILE how far this run came; go on there.",
)
@click.option(
    "--spool",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep records and what was read in FILE until they are sent: nothing lost, nothing doubled.",
)
@click.option("--follow", is_flag=True, help="Then look at folders and addresses again, and go on with increments.")
@click.option(
    "--every",
    type=click.FloatRange(min=1),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="Between two looks of --follow.",
)
@click.option("--allow-private", is_flag=True, help="Fetch from this machine and private networks as well.")
@click.option("--count", type=click.IntRange(min=0), default=3_000, show_default=True, help="Synthetic increments.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the synthetic increments.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON line on stdout, nothing else there.")
@with_settings(
    "broker", "host", "producer_port", "outbox_records", "outbox_bytes", "spool_bytes", "log_level", "log_format"
)
def produce(
    *,
    settings: Settings,
    sources: tuple[str, ...],
    mapping: Path | None,
    telling: Telling,
    count: int,
    seed: int,
    rate: float | None,
    resume: Path | None,
    spool: Path | None,
    dry_run: bool,
    follow: bool,
    every: float,
    allow_private: bool,
    as_json: bool,
) -> None:
    """Send the facts of every SOURCE: a table, an article, a page, feed or folder, facts, or a sample that ships.

    \b
    paysignal produce figures.csv --mapping figures.toml
    paysignal produce article.txt --published-at 2018-09-18 --publisher technode --tier press
    paysignal produce upi.csv --mapping npci-upi-monthly
    paysignal produce pulse:../pulse/data --resume pulse.position
    paysignal produce https://news.example/feed.xml releases/ --follow --every 600 --spool outbox.db
    paysignal produce facts.jsonl --spool outbox.db
    paysignal produce sample:facts sample:press-note sample:increments
    paysignal produce sample:increments --count 0 --follow
    paysignal produce sample:facts --dry-run > facts.jsonl

    What can not be read goes to the rejected topic with its place and reason. Exit code 1 when a record was not sent.
    """  # noqa: D301  click wants the backspace itself
    logs.set_up(settings)
    logging.getLogger("kafka").setLevel(logging.WARNING)  # it tells every connection
    watch = _watch(sources, telling, every if follow else None, private=allow_private)
    stream = Stream(seed, count, dt.datetime.now(dt.UTC))
    read = [_reading(source, mapping, stream, watch) for source in sources if source not in watch.sources]
    if dry_run:
        _dry_run(read, watch)
        return
    run = _run(settings, rate, resume, spool, quiet=as_json)
    _send(run, read, watch, seed if follow and _STREAM in sources else None, as_json=as_json)


def _watch(sources: tuple[str, ...], telling: Telling, every: float | None, *, private: bool) -> Watch:
    """The folders and addresses among the sources; raises `click.UsageError` when --follow can not go on."""
    watched = tuple(source for source in sources if is_watched(source))
    if every is not None and not watched and _STREAM not in sources:
        raise click.UsageError(f"--follow goes on with folders, addresses and {_STREAM}; add one of those")
    return Watch(watched, telling, every, private=private)


def _run(settings: Settings, rate: float | None, resume: Path | None, spool: Path | None, *, quiet: bool) -> Run:
    if resume is not None and spool is not None:
        raise click.UsageError("a spool remembers by itself how far it came; leave --resume out")
    require_access(settings, rights_of("producer", settings.group))
    return Run(settings, Console(stderr=True, quiet=quiet), rate, Positions(resume), spool)


def _send(run: Run, read: list[Reading], watch: Watch, follow_seed: int | None, *, as_json: bool) -> None:
    """Sends what is read until it ends or somebody says stop; exits with 1 when a record was not sent."""
    with stopped_by_signals(run.stop):
        tally = run.all(read, follow_seed, watch)
    _report(run, tally, as_json=as_json)
    if not tally.complete or run.waiting:
        raise SystemExit(_FAILED)


def _reading(source: str, mapping: Path | None, stream: Stream, watch: Watch) -> Reading:
    gauge = Gauge()
    outcomes = outcomes_of(source, mapping, watch.telling, stream, gauge=gauge, articles=watch.articles)
    return Reading(source, outcomes, gauge)


def _dry_run(read: list[Reading], watch: Watch) -> None:
    """Prints what would be sent: of the sources that are read once, then of one look at those that are watched."""
    _print_facts(outcome for reading in read for outcome in reading.outcomes)
    with watching(watch.telling, lambda *_: None, private=watch.private) as watcher:
        items = (item for source in watch.sources for item in items_of(watcher, source))
        _print_facts(one for item in items for one in outcomes_in(item, watch.articles))


def _print_facts(outcomes: Iterator[Outcome]) -> None:
    stdout = click.get_binary_stream("stdout")
    for outcome in outcomes:
        if isinstance(outcome, Rejected):
            click.echo(_told(outcome), err=True)
        else:
            stdout.write(wire.encode(outcome) + b"\n")
    stdout.flush()


def _told(outcome: Rejected) -> str:
    return f"rejected {place_of(outcome)}: {outcome.reason}: {outcome.detail}"


def _report(run: Run, tally: Tally, *, as_json: bool) -> None:
    rejected = sum(count.rejected for count in run.counts.values())
    if as_json:
        sources = {source: {"read": count.read, "rejected": count.rejected} for source, count in run.counts.items()}
        line = {"sent": tally.sent, "failed": tally.failed, "refused": tally.refused, "sources": sources}
        click.echo(msgspec.json.encode(line).decode())
    else:
        console = Console(stderr=True)
        console.print(_table(run))
        console.print(f"{tally.sent:,} sent, {tally.failed:,} failed, {tally.refused:,} refused as too large")
    if run.waiting:
        click.echo(f"{run.waiting:,} records wait in the spool; the next run with it sends them", err=True)
    for outcome in run.rejections:
        click.echo(_told(outcome), err=True)
    if rejected > len(run.rejections):
        click.echo(f"{rejected - len(run.rejections)} more were rejected; all are in {topics.REJECTED}", err=True)
    for failure in tally.failures:
        click.echo(f"not sent: {failure.topic} {failure.key}: {failure.error}", err=True)


def _table(run: Run) -> Table:
    table = Table("source", "read", "of them rejected")
    for source, count in run.counts.items():
        table.add_row(source, f"{count.read:,}", f"{count.rejected:,}")
    return table
