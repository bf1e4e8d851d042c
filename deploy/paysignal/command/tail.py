"""`paysignal tail`: what flows through a topic, as lines."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click
import msgspec
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from paysignal.command.ends import true_ends
from paysignal.command.reaching import NoBrokerError, require_broker
from paysignal.command.settings import Settings, with_settings
from paysignal.command.telling import TELLERS
from paysignal.facts import topics
from paysignal.facts.errors import Malformed, PaySignalError, quoted

KINDS = {
    "facts": topics.FACTS,
    "increments": topics.INCREMENTS,
    "readings": topics.READINGS,
    "alerts": topics.ALERTS,
    "rejected": topics.REJECTED,
}

_POLL_MS = 500
_CONNECT_MS = 5_000
_ASK_MS = 10_000

#: kafka-python has no types.
_Consumer = Any
_Record = Any
_Ends = dict[TopicPartition, int]


class NoTopicError(PaySignalError):
    """The topic does not exist on that broker."""


@click.command()
@click.argument("kind", type=click.Choice(tuple(KINDS)))
@with_settings("broker")
@click.option("--json", "as_json", is_flag=True, help="Each value as it is on the topic, one JSON line each.")
@click.option("--from-start", is_flag=True, help="Begin with the oldest record, not with what comes next.")
@click.option("--exit-at-end", is_flag=True, help="End where the topic ended when this began.")
def tail(settings: Settings, kind: str, *, as_json: bool, from_start: bool, exit_at_end: bool) -> None:
    r"""Print what flows through a topic, until Ctrl-C.

    What is no record of its kind is told on stderr, and so is the withdrawal of a reading.

    \b
    paysignal tail readings
    paysignal tail facts --from-start --exit-at-end --json > facts.jsonl
    """
    require_broker(settings)
    with suppress(KeyboardInterrupt), _consumer(settings.broker) as consumer:
        ends = true_ends(consumer, _partitions(consumer, KINDS[kind], settings.broker))
        for record in _records(consumer, ends, from_start=from_start, exit_at_end=exit_at_end):
            _tell(kind, record, as_json=as_json)


@contextmanager
def _consumer(broker: str) -> Iterator[_Consumer]:
    consumer = KafkaConsumer(
        bootstrap_servers=broker,
        client_id="paysignal-tail",
        group_id=None,
        enable_auto_commit=False,
        isolation_level="read_committed",
        allow_auto_create_topics=False,
        bootstrap_timeout_ms=_CONNECT_MS,
    )
    try:
        yield consumer
    except KafkaError as error:
        raise NoBrokerError(f"{broker} stopped answering: {error}; look at its log, then start again") from error
    finally:
        consumer.close(autocommit=False)


def _partitions(consumer: _Consumer, topic: str, broker: str) -> list[TopicPartition]:
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise NoTopicError(f"there is no topic {topic} on {broker}; `paysignal topics create` makes it")
    return [TopicPartition(topic, number) for number in sorted(numbers)]


def _records(consumer: _Consumer, ends: _Ends, *, from_start: bool, exit_at_end: bool) -> Iterator[_Record]:
    """The records from the start or from the ends on, for ever or until the ends."""
    consumer.assign(list(ends))
    for partition, end in ends.items():
        consumer.seek_to_beginning(partition) if from_start else consumer.seek(partition, end)
    while not exit_at_end or any(consumer.position(each, timeout_ms=_ASK_MS) < end for each, end in ends.items()):
        for partition, records in consumer.poll(timeout_ms=_POLL_MS).items():
            # The last fetch may have brought what came after the end.
            yield from (record for record in records if not exit_at_end or record.offset < ends[partition])


def _tell(kind: str, record: _Record, *, as_json: bool) -> None:
    place = f"{record.topic}/{record.partition}@{record.offset}"
    if record.value is None:
        click.echo(f"{place}: withdrawn: {(record.key or b'').decode(errors='replace')}", err=True)
        return
    try:
        line = _json_line(record.value) if as_json else TELLERS[kind](record.value)
    except (Malformed, msgspec.DecodeError, UnicodeDecodeError) as error:
        click.echo(f"{place}: no record of {kind}: {error}; it begins with {quoted(record.value)}", err=True)
        return
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _json_line(value: bytes) -> str:
    """The value unchanged where it is one line of JSON; spread over several, it is joined."""
    text = value.decode()
    msgspec.json.decode(value, type=msgspec.Raw)
    return text if "\n" not in text and "\r" not in text else msgspec.json.format(text, indent=-1)
