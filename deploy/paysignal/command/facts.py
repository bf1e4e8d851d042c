"""`paysignal facts`: the facts kept in a file, and put back."""

import time
from pathlib import Path

import click
import msgspec

from paysignal.command.operating.backups import BackupWriter, Head, reading, writing
from paysignal.command.operating.copying import Progress
from paysignal.command.operating.copying import backup as backed_up
from paysignal.command.operating.copying import restore as restored
from paysignal.command.reaching import require_broker
from paysignal.command.settings import Settings, with_settings
from paysignal.command.topics import json_option
from paysignal.facts.topics import FACTS, INCREMENTS
from paysignal.security.rights import reading_of, rights_of

_TOPICS = {"facts": FACTS, "increments": INCREMENTS}
_TOLD_SECONDS = 5.0

_file = click.argument("file", type=click.Path(path_type=Path, allow_dash=True))


@click.group()
def facts() -> None:
    """Keep facts or increments in a file, check it, put it back: into more partitions too, or another cluster."""


@facts.command()
@_file
@with_settings("broker")
@click.option("--topic", type=click.Choice(tuple(_TOPICS)), default="facts", show_default=True, help="Which topic.")
@json_option
def backup(settings: Settings, file: Path, *, topic: str, as_json: bool) -> None:
    r"""Write every record of the topic to FILE: keys, values, headers and times as they stand, with a checksum.

    A name that ends in .zst is compressed; - is standard output. FILE is there only when it is whole; one that was cut
    off is begun again. The topic is only read, and may be written meanwhile: FILE has what stood at the beginning.

    \b
    paysignal facts backup facts.jsonl.zst
    paysignal facts backup increments.jsonl.zst --topic increments
    """
    require_broker(settings, [reading_of(_TOPICS[topic])])

    with writing(file) as out:

        def begun(head: Head) -> BackupWriter:
            return BackupWriter(out, head)

        foot = backed_up(settings.broker, _TOPICS[topic], begun, _telling("written"))
    _tell({"records": foot.records, "sha256": foot.sha256}, f"{foot.records:,} records written", as_json=as_json)


@facts.command()
@_file
@json_option
def check(file: Path, *, as_json: bool) -> None:
    """Read a backup to its end and compare it with its checksum; exit code 1 when it is not whole. Asks no broker."""
    with reading(file) as reader:
        count = sum(1 for _ in reader)
        head = reader.head
    line = {"topic": head.topic, "partitions": head.partitions, "records": count, "id": head.id}
    _tell(line, f"whole: {count:,} records of {head.topic}, {head.partitions} partitions", as_json=as_json)


@facts.command()
@_file
@with_settings("broker", "plain_outputs")
@json_option
def restore(settings: Settings, file: Path, *, as_json: bool) -> None:
    r"""Put a backup into its topic, which must be empty and have as many partitions or a multiple.

    Every record once, with its bytes, headers and time, in the order of its partition. A restore that was cut off goes
    on when it is run again. Then `paysignal rebuild`, and start the workers: readings are those of before, byte for
    byte.

    \b
    paysignal facts restore facts.jsonl.zst
    paysignal facts backup - | paysignal facts restore - --broker new:9092
    """
    require_broker(settings, [each for each in rights_of("operator", settings.group) if each.name in _TOPICS.values()])
    if str(file) != "-":
        with reading(file) as reader:
            for _ in reader:  # nothing is sent of a file that is not whole
                pass
    with reading(file) as reader:
        done = restored(settings.broker, reader, _telling("sent"), plain=settings.plain_outputs)
    text = f"{done.records:,} records stand on {reader.head.topic}" + (
        f"; {done.before:,} of them were sent by an earlier run" if done.before else ""
    )
    _tell({"topic": reader.head.topic, "records": done.records, "before": done.before}, text, as_json=as_json)


def _tell(line: object, text: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(line))
    else:
        click.echo(text, err=True)


def _telling(what: str) -> Progress:
    """A line on stderr every few seconds."""
    last = time.monotonic()

    def progress(done: int, whole: int | None) -> None:
        nonlocal last
        if time.monotonic() - last < _TOLD_SECONDS:
            return
        last = time.monotonic()
        click.echo(f"{done:,}{f' of at most {whole:,}' if whole else ''} records {what}", err=True)

    return progress
