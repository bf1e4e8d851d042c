"""`paysignal produce`: what readers find, onto the topics."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from paysignal.command.inputs import Gauge, Outcome, Stream, Telling, is_watched, outcomes_of, place_of
from paysignal.command.producing import Reading, Run, Watch, stopped_by_signals
from paysignal.command.reaching import require_access
from paysignal.command.resuming import Positions
from paysignal.command.settings import Settings, with_settings
from paysignal.command.watching import items_of, outcomes_in, watching
from paysignal.facts import topics, wire
from paysignal.facts.kinds import Tier
from paysignal.facts.rejections import Rejected
from paysignal.security.rights import rights_of
from paysignal.sending.account import Tally

_FAILED = 1


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Columns to fact fields, TOML; or the name of one that ships.",
)
@click.option("--published-at", metavar="DATE", help="When an article was published; its facts' known time.")
@click.option("--publisher", metavar="SLUG", help="Whose statement an article is.")
@click.option("--publisher-name", metavar="NAME", help="The publisher's name for people.")
@click.option("--tier", type=click.Choice([tier.value for tier in Tier]), default=Tier.OTHER.value, show_default=True)
@click.option("--url", metavar="URL", help="Where an article stands.")
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
@with_settings("broker", "host", "producer_port", "outbox_records", "outbox_bytes", "spool_bytes")
def produce(
    *,
    settings: Settings,
    sources: tuple[str, ...],
    mapping: Path | None,
    published_at: str | None,
    publisher: str | None,
    publisher_name: str | None,
    tier: str,
    url: str | None,
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
    watched = [source for source in sources if is_watched(source)]
    if follow and not watched and "sample:increments" not in sources:
        raise click.UsageError("--follow goes on with folders, addresses and sample:increments; add one of those")
    if resume is not None and spool is not None:
        raise click.UsageError("a spool remembers by itself how far it came; leave --resume out")
    stream = Stream(seed, count, dt.datetime.now(dt.UTC))
    telling = Telling(published_at, publisher, publisher_name, Tier(tier), url)
    read = [_reading(source, mapping, telling, stream) for source in sources if source not in watched]
    if dry_run:
        _print_facts(outcome for reading in read for outcome in reading.outcomes)
        with watching(telling, lambda *_: None, private=allow_private) as watcher:
            _print_facts(one for source in watched for item in items_of(watcher, source) for one in outcomes_in(item))
        return
    require_access(settings, rights_of("producer", settings.group))
    console = Console(stderr=True, quiet=as_json)
    run = Run(settings, console, rate, Positions(resume), spool)
    with stopped_by_signals(run.stop):
        watch = Watch(tuple(watched), telling, every if follow else None, private=allow_private)
        tally = run.all(read, seed if follow and "sample:increments" in sources else None, watch)
    _report(run, tally, console, as_json=as_json)
    if not tally.complete or run.waiting:
        raise SystemExit(_FAILED)


def _reading(source: str, mapping: Path | None, telling: Telling, stream: Stream) -> Reading:
    gauge = Gauge()
    return Reading(source, outcomes_of(source, mapping, telling, stream, gauge), gauge)


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


def _report(run: Run, tally: Tally, console: Console, *, as_json: bool) -> None:
    rejected = sum(count.rejected for count in run.counts.values())
    if as_json:
        sources = {source: {"read": count.read, "rejected": count.rejected} for source, count in run.counts.items()}
        line = {"sent": tally.sent, "failed": tally.failed, "refused": tally.refused, "sources": sources}
        click.echo(msgspec.json.encode(line).decode())
    else:
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
