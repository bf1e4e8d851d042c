"""`paysignal rejected`: what was refused and why, and its originals sent again."""

import datetime as dt
import sys
from collections import Counter, deque

import click
import msgspec

from paysignal.command.operating.rejections import Standing, Told, place_of, rejections
from paysignal.command.operating.rejections import replay as replayed
from paysignal.command.reaching import require_broker
from paysignal.command.settings import Settings, with_settings
from paysignal.command.topics import json_option
from paysignal.facts.errors import quoted
from paysignal.facts.rejections import Origin, Reason
from paysignal.facts.texts import shown
from paysignal.facts.topics import FACTS, INCREMENTS, REJECTED
from paysignal.security.rights import reading_of, rights_of

_BEGINS = 80

_reason = click.option("--reason", type=click.Choice([each.value for each in Reason]), help="Only of this reason.")


@click.group()
def rejected() -> None:
    """List what was refused, or send its originals again after a fix."""


@rejected.command("list")
@with_settings("broker")
@_reason
@click.option("--last", type=click.IntRange(min=1), default=20, show_default=True, help="How many are shown.")
@json_option
def list_(settings: Settings, *, reason: str | None, last: int, as_json: bool) -> None:
    """Print how many there are of each reason, and the last of them: where the original stands, and its first bytes.

    What came from outside is made harmless: no control character of it reaches the terminal.
    """
    require_broker(settings, [reading_of(REJECTED)])
    counts, kept = Counter[str](), deque[Standing](maxlen=last)
    for each in rejections(settings.broker, Reason(reason) if reason else None):
        counts["no rejection of ours" if each.rejected is None else each.rejected.reason.value] += 1
        kept.append(each)
    for each in sorted(kept, key=lambda one: one.sent_ms):
        _tell(_told(each), as_json=as_json)
    for name, count in counts.most_common():
        click.echo(f"{count:>9,} {name}", err=True)
    if not counts:
        click.echo("nothing was rejected", err=True)


@rejected.command()
@with_settings("broker", "plain_outputs")
@_reason
@click.option("--dry-run", is_flag=True, help="Count what would be sent, and send nothing.")
@json_option
def replay(settings: Settings, *, reason: str | None, dry_run: bool, as_json: bool) -> None:
    """Send the originals that are facts by now through their topic again, each of them once.

    For what was refused and would be taken today: a fault of ours that is mended, a catalogue that knows the provider,
    an event time that has come. What is refused still, was not kept whole, or came from a file is left and counted; a
    file is produced again by `paysignal produce`.

    Run it again, after kill -9 as well: what was sent is known by a record of the rejected topic, written in the same
    transaction. A rebuild of the workers takes an original that is good by now from where it stands, and the copy is a
    duplicate by its id; where duplicates=off, rebuild and do not replay.
    """
    rights = (
        [reading_of(REJECTED)] if dry_run else [each for each in rights_of("operator", "") if each.name in _WRITTEN]
    )
    require_broker(settings, rights)
    done = replayed(settings.broker, Reason(reason) if reason else None, dry_run=dry_run, plain=settings.plain_outputs)
    if as_json:
        _print({"sent": done.sent, "sent_before": done.before, "left": dict(done.left), "dry_run": dry_run})
        return
    click.echo(f"{done.sent:>9,} {'would be sent' if dry_run else 'sent'}")
    click.echo(f"{done.before:>9,} sent before")
    for why, count in done.left.most_common():
        click.echo(f"{count:>9,} left: {why}")


_WRITTEN = {FACTS, INCREMENTS, REJECTED}


def _told(each: Standing) -> Told:
    at = dt.datetime.fromtimestamp(each.sent_ms / 1_000, dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    found = each.rejected
    if found is None:
        return Told(at=at, reason="", detail="", place=each.place, length=0, whole=False, sha256="", begins="")
    return Told(
        at=at,
        reason=found.reason,
        detail=shown(found.detail),
        place=shown(_where(found.origin)),
        length=found.length,
        whole=len(found.original) == found.length,
        sha256=shown(found.sha256),
        begins=shown(quoted(found.original[:_BEGINS])),
    )


def _where(origin: Origin) -> str:
    if (place := place_of(origin)) is not None:
        return place
    span = f"[{origin.span[0]}:{origin.span[1]}]" if origin.span else ""
    return f"{origin.file or '?'}{'' if origin.line is None else f':{origin.line}'}{span}"


def _tell(told: Told, *, as_json: bool) -> None:
    if as_json:
        _print(told)
    else:
        cut = "" if told.whole else ", cut"
        reason = told.reason or "no rejection of ours"
        click.echo(f"{told.at} {reason:<18} {told.place}: {told.detail} ({told.length:,} bytes{cut}: {told.begins})")


def _print(line: object) -> None:
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
