"""`paysignal lag`: how far the workers are behind, partition by partition."""

import sys
import time
from collections.abc import Sequence

import click
import msgspec

from paysignal.command.operating.lags import Lag, lags
from paysignal.command.reaching import require_broker
from paysignal.command.settings import Settings, with_settings
from paysignal.facts.errors import PaySignalError
from paysignal.facts.topics import STATE
from paysignal.security.rights import reading_of

_COLUMNS = ("topic", "partition", "end", "checkpoint", "mirror", "lag", "waits")
_LINE = "{:<24} {:>9} {:>12} {:>12} {:>12} {:>12} {:>10}"


class BehindError(PaySignalError):
    """More records wait than were allowed."""


@click.command()
@with_settings("broker", "group")
@click.option(
    "--max", "most", type=click.IntRange(min=0), metavar="N", help="Exit code 1 when more than N wait in all."
)
@click.option("--json", "as_json", is_flag=True, help="JSON lines on stdout, one a partition.")
def lag(settings: Settings, *, most: int | None, as_json: bool) -> None:
    r"""Print how far the workers of --group are behind on each topic and partition, whether any runs or not.

    Positions are those of the last checkpoints, which a running worker is seconds ahead of. end: what is committed on
    the topic. mirror: the group's offset, which lag tools see and nothing is read from. waits: since when the first
    record that is not in a checkpoint was sent.

    A worker with --plain-outputs makes no checkpoints: every start reads all again, and its /metrics tell its lag.

    \b
    paysignal lag
    paysignal lag --max 10000 --json
    """
    require_broker(settings, [reading_of(STATE)])
    found = lags(settings.broker, settings.group, time.time_ns() // 1_000_000)
    for line in _lines(found, as_json=as_json):
        sys.stdout.write(line + "\n")
    records = sum(each.records for each in found)
    if not as_json:
        click.echo(summed(found), err=True)
    if most is not None and records > most:
        raise BehindError(
            f"{records:,} records wait, more than {most:,}; start the workers or more of them, up to one a partition"
        )


def summed(found: Sequence[Lag]) -> str:
    """The lag of all partitions in a sentence."""
    behind = [each for each in found if each.records]
    if not behind:
        return "nothing waits"
    oldest = max(each.seconds or 0 for each in behind)
    fresh = sum(each.checkpoint is None for each in behind)
    told = f"; {fresh} of them have no checkpoint" if fresh else ""
    records = sum(each.records for each in behind)
    return f"{records:,} records wait in {len(behind)} partitions, the first for {oldest:,.1f} s{told}"


def _lines(found: Sequence[Lag], *, as_json: bool) -> list[str]:
    if as_json:
        return [msgspec.json.encode(each).decode() for each in found]
    return [_LINE.format(*_COLUMNS), *(_line(each) for each in found)]


def _line(each: Lag) -> str:
    places = ("-" if place is None else f"{place:,}" for place in (each.checkpoint, each.mirror))
    waits = "-" if each.seconds is None else f"{each.seconds:,.1f} s"
    return _LINE.format(each.topic, each.partition, f"{each.end:,}", *places, f"{each.records:,}", waits)
