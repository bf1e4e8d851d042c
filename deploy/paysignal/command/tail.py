"""`paysignal tail`: what flows through a topic, as lines."""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click
import msgspec

from paysignal.command.drawing import stdout_console
from paysignal.command.painting import Painter
from paysignal.command.reaching import require_broker
from paysignal.command.settings import Settings, with_settings
from paysignal.command.telling import TELLERS
from paysignal.command.topic_records import consuming, partitions_of, records_of
from paysignal.facts import topics
from paysignal.facts.errors import Malformed, quoted
from paysignal.facts.texts import shown, shown_json
from paysignal.history.questions import LONGEST_KEY
from paysignal.security.rights import reading_of
from paysignal.subscribe.ends import true_ends

KINDS = {
    "facts": topics.FACTS,
    "increments": topics.INCREMENTS,
    "readings": topics.READINGS,
    "alerts": topics.ALERTS,
    "rejected": topics.REJECTED,
}

#: kafka-python has no types.
_Record = Any


@click.command()
@click.argument("kind", type=click.Choice(tuple(KINDS)))
@with_settings("broker")
@click.option("--json", "as_json", is_flag=True, help="Each value as it is on the topic, one JSON line each.")
@click.option("--from-start", is_flag=True, help="Begin with the oldest record, not with what comes next.")
@click.option("--exit-at-end", is_flag=True, help="End where the topic ended when this began.")
def tail(settings: Settings, kind: str, *, as_json: bool, from_start: bool, exit_at_end: bool) -> None:
    r"""Print what flows through a topic, until Ctrl-C.

    On a terminal in colours, and beside a reading how the ones before it went; elsewhere as plain lines. What is no
    record of its kind is told on stderr, and so is the withdrawal of a reading.

    \b
    paysignal tail readings
    paysignal tail facts --from-start --exit-at-end --json > facts.jsonl
    """
    require_broker(settings, [reading_of(KINDS[kind])])
    with suppress(KeyboardInterrupt), consuming(settings.broker, "paysignal-tail") as consumer:
        ends = true_ends(consumer, partitions_of(consumer, KINDS[kind], settings.broker))
        out = _teller(kind, as_json=as_json)
        for record in records_of(consumer, ends, from_start=from_start, exit_at_end=exit_at_end):
            _tell(kind, record, out)


def _tell(kind: str, record: _Record, out: Callable[[bytes], None]) -> None:
    place = f"{record.topic}/{record.partition}@{record.offset}"
    if record.value is None:
        key = shown((record.key or b"").decode(errors="replace")[:LONGEST_KEY])
        click.echo(f"{place}: withdrawn: {key}", err=True)
        return
    try:
        out(record.value)
    except (Malformed, msgspec.DecodeError, UnicodeDecodeError) as error:
        told = f"{place}: no record of {kind}: {error}; it begins with {quoted(record.value)}"
        click.echo(shown(told), err=True)


def _teller(kind: str, *, as_json: bool) -> Callable[[bytes], None]:
    """How a value is told: as JSON, in colours to a terminal, or as plain text to whatever else reads it."""
    if as_json:
        return lambda value: _written(_json_line(value))
    if not sys.stdout.isatty():
        return lambda value: _written(TELLERS[kind](value).text())
    console, painter = stdout_console(), Painter()
    return lambda value: console.print(painter.painted(TELLERS[kind](value)), soft_wrap=True)


def _written(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _json_line(value: bytes) -> str:
    """The value as it is where it is one line of JSON; spread over several, it is joined.

    What a terminal would act on is escaped: to whoever parses it nothing changed.
    """
    text = value.decode()
    msgspec.json.decode(value, type=msgspec.Raw)
    return shown_json(text if "\n" not in text and "\r" not in text else msgspec.json.format(text, indent=-1))
