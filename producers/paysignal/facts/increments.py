"""Increments: single occurrences to be added, and ticks, which only move the clock of a partition."""

import datetime as dt
from typing import Annotated

import msgspec

from paysignal.facts.claims import Id, checked_id
from paysignal.facts.errors import Refused
from paysignal.facts.intervals import is_finite
from paysignal.facts.kinds import Kind, Prices
from paysignal.facts.markets import CurrencyOrEmpty, Market, checked_currency, checked_market
from paysignal.facts.measures import MeasureName, Nature, Unit, measure_named
from paysignal.facts.moments import in_utc
from paysignal.facts.periods import Grain
from paysignal.facts.series import Series, partition_key
from paysignal.facts.slugs import Slug, SlugOrEmpty, checked_slug
from paysignal.facts.texts import form

Instant = Annotated[dt.datetime, msgspec.Meta(description="An instant with its time zone.", tz=True)]

#: The exact sums cut a value into four 31-bit limbs of which two stand before the point: 2 ** 62.
LARGEST_INCREMENT = float(2**62)


Amount = Annotated[float, form("To be added.", exclusiveMinimum=-LARGEST_INCREMENT, exclusiveMaximum=LARGEST_INCREMENT)]


#: Numbers of 63 bits are held without loss by every language's largest integer.
LARGEST_SEQUENCE = 2**63 - 1

Sequence = Annotated[
    int,
    form("Rises with every increment its publisher sends of this series.", minimum=0, maximum=LARGEST_SEQUENCE),
]


class Increment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One occurrence of a flow or stock measure at the instant `at`: a payment, a batch of sign-ups.

    `id` comes from the publisher and its own unique event string (`paysignal.facts.identity.increment_id`), so the same
    event sent again is a duplicate. `sequence` is the publisher's own count, where it keeps one: an engine that is told
    so knows by it what was sent again, and need not remember ids.

    In Python: raises `Refused` when the fields do not fit each other.
    """

    id: Id
    provider: Slug
    market: Market
    measure: MeasureName
    segment: SlugOrEmpty = ""
    currency: CurrencyOrEmpty = ""
    prices: Prices = Prices.CURRENT
    value: Amount
    sequence: Sequence | None = None
    at: Instant
    publisher: Slug

    def __post_init__(self) -> None:
        checked_id("id", self.id)
        checked_slug("provider", self.provider)
        checked_slug("segment", self.segment, empty=True)
        checked_slug("publisher", self.publisher)
        checked_market(self.market)
        measure = measure_named(self.measure)
        if measure.nature in (Nature.PRICE, Nature.RATIO, Nature.COVERAGE):
            raise Refused("measure", self.measure, f"a {measure.nature} can not be added up", "send its parts")
        if (measure.unit is Unit.CURRENCY) != bool(self.currency):
            raise Refused("currency", self.currency, f"{self.measure} is in {measure.unit}", "name it for money only")
        if self.currency:
            checked_currency(self.currency)
        if self.prices is Prices.CONSTANT and not self.currency:
            raise Refused("prices", self.prices, f"{self.measure} is not money", "write current")
        if not is_finite(self.value) or abs(self.value) >= LARGEST_INCREMENT:
            raise Refused("value", self.value, "finite and smaller than 2 ** 62", "correct it or use a larger unit")
        if self.sequence is not None and not 0 <= self.sequence <= LARGEST_SEQUENCE:
            raise Refused("sequence", self.sequence, "from 0 to 2 ** 63 - 1", "count from 0 on, or leave it out")
        if self.at.tzinfo is not dt.UTC:
            in_utc(self.at)

    @property
    def series(self) -> Series:
        """The series this increment belongs to; increments have no grain."""
        return Series(
            self.provider, self.market, self.measure, self.segment, Grain.NONE, self.currency, self.prices
        )  # fmt: skip

    @property
    def partition_key(self) -> str:
        """The Kafka key of this increment."""
        return partition_key(self.provider, self.market, self.measure, self.segment, self.currency, self.prices)

    @property
    def kind(self) -> Kind:
        """What its value is: a change of the measure."""
        return Kind.CHANGE


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """An increment without value: says that event time has reached `at` on the partition it stands in."""

    id: Id
    at: Instant
    publisher: Slug

    def __post_init__(self) -> None:
        checked_id("id", self.id)
        checked_slug("publisher", self.publisher)
        in_utc(self.at)
