"""What enters the engine: records as Kafka hands them over, and what they decode to."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from paysignal.engine.packing import unpacked
from paysignal.engine.pages import PeriodKey
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.increments import Increment, Tick
from paysignal.facts.kinds import Kind
from paysignal.facts.periods import Period
from paysignal.facts.rejections import Late, Origin, Rejected
from paysignal.facts.series import Series

if TYPE_CHECKING:  # arrivals are made of the records here
    from paysignal.engine.tallies.arrivals import Arrivals


class Record(msgspec.Struct, frozen=True, gc=False):  # made for each record, in a fifth of a dataclass's time
    """One Kafka record; `timestamp_ms` is its sending time, None where facts come from a file."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp_ms: int | None

    @property
    def origin(self) -> Origin:
        """Where it stands."""
        return Origin(topic=self.topic, partition=self.partition, offset=self.offset)


class Statement(msgspec.Struct, frozen=True, gc=False):
    """A decoded claim or retraction with the record it came in."""

    fact: Claim | Retraction
    record: Record


class Arrived(msgspec.Struct, frozen=True, gc=False):
    """A claim with the record it came in, of the period `key` of a series, as `engine.packing` packs it.

    It stands for a `Statement` in the same list: `fact` makes it an object for those who want one.
    """

    series: Series
    series_key: str
    kind: Kind
    dated: Period
    key: PeriodKey
    publisher: str
    id: bytes
    packed: bytes
    record: Record

    @property
    def fact(self) -> Claim:
        """The claim."""
        return unpacked(self.packed, self.series)

    @property
    def currency(self) -> str:
        """Its currency."""
        return self.series.currency

    @property
    def measure(self) -> str:
        """What it measures."""
        return self.series.measure


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A decoded increment with the record it came in."""

    fact: Increment
    record: Record


@dataclass(frozen=True, slots=True)
class Decoded:
    """A batch after decoding, each list in the order of arrival.

    Increments are either occurrences, one object each, or arrivals, one for each chunk: never the same one twice.
    """

    statements: list[Statement | Arrived] = field(default_factory=list)
    occurrences: list[Occurrence] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    arrivals: "list[Arrivals]" = field(default_factory=list)

    def add(self, other: "Decoded") -> None:
        """Puts what another batch has behind this one's."""
        self.statements.extend(other.statements)
        self.occurrences.extend(other.occurrences)
        self.ticks.extend(other.ticks)
        self.rejected.extend(other.rejected)
        self.arrivals.extend(other.arrivals)


@dataclass(slots=True)
class Outcomes:
    """What became of every record of a batch: the counts and lists add up to the records handed in."""

    accepted: int = 0
    duplicate: int = 0
    replayed: int = 0  #: increments read again from an offset that was taken in before: neither counted nor duplicates
    evicted: int = 0  #: older than the history that is held, or crowded out of its period
    retracted: int = 0  #: claims that arrived after their retraction
    ticks: int = 0
    overturned: int = 0  #: among `rejected` retractions that were accepted before, when they waited for their claim
    rejected: list[Rejected] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    #: Among `accepted` increments too late for some windows that were told for good; sent where late ones are.
    missed: list[Late] = field(default_factory=list)
    #: Levels of money, by currency, that can not be told in every currency of the catalogue, for want of a published
    #: rate. They are accepted, and counted above as such.
    unrated: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All records that these outcomes speak of."""
        counted = self.accepted + self.duplicate + self.replayed + self.evicted + self.retracted + self.ticks
        return counted + len(self.rejected) + len(self.late) - self.overturned
