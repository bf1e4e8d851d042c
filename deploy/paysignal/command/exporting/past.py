"""The past that is exported: claims of a file or of the facts topic, and the finals of windows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from kafka import TopicPartition

from paysignal.command.asking import claims_in
from paysignal.command.reaching import require_broker
from paysignal.command.settings import Settings
from paysignal.command.topic_records import consuming, partitions_of, records_of
from paysignal.consuming.records import Record
from paysignal.facts import topics, wire
from paysignal.facts.errors import Malformed
from paysignal.facts.moments import event_us
from paysignal.facts.readings import Reading
from paysignal.history.feed import facts_of
from paysignal.history.store import History
from paysignal.security.rights import reading_of
from paysignal.subscribe.ends import true_ends

#: Called with how much is done of how much; 0 when that is not known.
Told = Callable[[int, int], None]

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Span:
    """Event times in microseconds since 1970, both ends among them; None is open."""

    since_us: int | None = None
    until_us: int | None = None

    def holds(self, moment: str) -> bool:
        """Whether the moment is one of them."""
        us = event_us(moment)
        return (self.since_us is None or us >= self.since_us) and (self.until_us is None or us <= self.until_us)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the past is read from: a file of facts, or else the broker of the settings."""

    settings: Settings
    facts: Path | None

    def history(self, told: Told) -> History:
        """Every claim there is, as many as `max_claims`; what was not taken in is told on stderr."""
        history = History(self.settings.max_claims)
        if self.facts is not None:
            history.remember(claims_in(self.facts))
        else:
            for records in self._read(topics.FACTS, told):
                history.remember(*facts_of(records))
        _warn(history, self.settings)
        return history

    def finals(self, told: Told) -> Iterator[Reading]:
        """The readings of closed windows, in the order of their partitions; none of a file."""
        if self.facts is not None:
            return
        malformed = 0
        for records in self._read(topics.FINALS, told):
            for record in records:
                try:
                    yield wire.decode_reading(record.value or b"")
                except Malformed:
                    malformed += 1
        if malformed:
            click.echo(f"{malformed:,} records of {topics.FINALS} are no readings and were left out", err=True)

    def _read(self, topic: str, told: Told) -> Iterator[Sequence[Record]]:
        require_broker(self.settings, [reading_of(topic)])
        with consuming(self.settings.broker, "paysignal-export") as consumer:
            ends = true_ends(consumer, partitions_of(consumer, topic, self.settings.broker))
            batch: list[Record] = []
            for record in records_of(consumer, ends, from_start=True, exit_at_end=True):
                batch.append(Record(record.key, record.value))
                if len(batch) == _BATCH:
                    told(*_progress(consumer, ends))
                    yield batch
                    batch = []
            yield batch


def _progress(consumer: Any, ends: dict[TopicPartition, int]) -> tuple[int, int]:  # noqa: ANN401 - kafka-python has no types
    return sum(consumer.position(each, timeout_ms=0) or 0 for each in ends), sum(ends.values())


def _warn(history: History, settings: Settings) -> None:
    counts = history.counts()
    if counts.evicted:
        click.echo(
            f"{counts.evicted:,} of the oldest claims were left out: at most {settings.max_claims:,} are held; "
            "hold more with --max-claims",
            err=True,
        )
    if counts.malformed:
        click.echo(f"{counts.malformed:,} records of {topics.FACTS} are no facts and were left out", err=True)
