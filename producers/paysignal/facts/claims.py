"""Claims: what a publisher states about one measure of one provider in one market; and their retraction."""

import math
from typing import Annotated

import msgspec

from paysignal.facts.errors import Refused
from paysignal.facts.intervals import Interval, interval_of
from paysignal.facts.kinds import Basis, Bound, Comparison, Kind, Prices, Tier
from paysignal.facts.markets import checked_currency, checked_market
from paysignal.facts.measures import Nature, Unit, measure_named, unit_of
from paysignal.facts.moments import Moment, instant_of, known_us
from paysignal.facts.periods import Period, grain_of
from paysignal.facts.series import Series, partition_key
from paysignal.facts.slugs import Slug, SlugOrEmpty, checked_slug

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Address = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]+\Z", max_length=2_048)]
Reference = Annotated[str, msgspec.Meta(max_length=200)]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]

_GROWTH_FLOOR = -1.0


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a claim was read.

    `publisher` is whose statement it is and the identity of the source; `span` are the character offsets, in the text
    whose SHA-256 is `sha256`, of the sentence it was read from; only facts read from text have one.
    """

    publisher: Slug
    name: Name
    tier: Tier
    url: Address | None = None
    ref: Reference | None = None
    sha256: Digest | None = None
    span: tuple[int, int] | None = None


class Baseline(msgspec.Struct, frozen=True):
    """A base period that is neither the previous one nor the year before."""

    start: Moment
    end: Moment

    def __post_init__(self) -> None:
        Period(self.start, self.end)


class Break(msgspec.Struct, frozen=True):
    """A declared change of definition: nothing before `date` is compared with anything after."""

    date: Moment
    note: Name

    def __post_init__(self) -> None:
        instant_of(self.date)


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One claim; raises `Refused` when its fields do not fit each other.

    Made with `paysignal.facts.identity.identified`, which gives it its `id`. `step` is the unit of the last printed
    digit. `known_at` and `period` are null only on a claim read from a text that has no date: such a claim is shown,
    and is not sent.
    """

    id: Id | None = None
    provider: Slug
    market: str
    measure: str
    segment: SlugOrEmpty = ""
    kind: Kind
    value: float
    bound: Bound = Bound.EXACT
    step: float | None = None
    unit: Unit
    currency: str = ""
    prices: Prices = Prices.CURRENT
    period: Period | None
    baseline: Comparison | Baseline | None = None
    known_at: Moment | None
    known_at_basis: Basis = Basis.STATED
    source: Source
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    equivalent_of: Id | None = None
    break_: Break | None = msgspec.field(name="break", default=None)

    def __post_init__(self) -> None:
        checked_slug("provider", self.provider)
        checked_slug("segment", self.segment, empty=True)
        checked_market(self.market)
        self._check_measure()
        self._check_value()
        self._check_times()

    def _check_measure(self) -> None:
        measure = measure_named(self.measure)
        expected = unit_of(self.measure, self.kind)
        if self.unit is not expected:
            raise Refused("unit", self.unit, f"a {self.kind} of {self.measure} is in {expected}", f"write {expected}")
        if self.currency:
            checked_currency(self.currency)
            if measure.unit is not Unit.CURRENCY:
                raise Refused("currency", self.currency, f"{self.measure} is not money", "leave it empty")
        elif self.unit is Unit.CURRENCY:
            raise Refused("currency", "", f"a {self.kind} of {self.measure} is money", "name its ISO 4217 currency")

    def _check_value(self) -> None:
        floor = {Kind.LEVEL: 0.0, Kind.GROWTH: _GROWTH_FLOOR, Kind.CHANGE: -math.inf}[self.kind]
        if not math.isfinite(self.value) or self.value < floor:
            raise Refused("value", self.value, f"a {self.kind} is a finite number from {floor:g} up", "correct it")
        if self.step is not None and not (math.isfinite(self.step) and self.step > 0):
            raise Refused("step", self.step, "a positive number", "leave it out when no digits were printed")

    def _check_times(self) -> None:
        if self.known_at is not None:
            instant_of(self.known_at)
        if self.kind is Kind.LEVEL:
            if self.baseline is not None:
                raise Refused("baseline", self.baseline, "a level has none", "leave it null")
            stock = measure_named(self.measure).nature is Nature.STOCK
            if stock and self.period is not None and self.period.start is not None:
                raise Refused(
                    "period.start", self.period.start, f"{self.measure} is a stock: a level at one day", "write null"
                )
        elif self.baseline is None:
            raise Refused("baseline", None, f"a {self.kind} has one", "write previous, year_ago or unstated")
        if self.break_ is not None and self.kind is not Kind.LEVEL:
            raise Refused("break", self.break_.date, "breaks are declared on levels", "declare it on the level")

    @property
    def series(self) -> Series:
        """The series this claim belongs to; raises `Refused` on a claim without a period."""
        nature = measure_named(self.measure).nature
        return Series(
            self.provider, self.market, self.measure, self.segment, grain_of(self.dated, nature), self.currency,
            self.prices,
        )  # fmt: skip

    @property
    def partition_key(self) -> str:
        """The Kafka key of this claim."""
        return partition_key(self.provider, self.market, self.measure, self.segment, self.currency, self.prices)

    @property
    def dated(self) -> Period:
        """The period; raises `Refused` when the text it was read from gave none."""
        if self.period is None:
            raise Refused("period", None, "a claim that is sent or computed with has one", "give the publication date")
        return self.period

    @property
    def known_us(self) -> int:
        """Known time in microseconds since 1970; raises `Refused` when there is none."""
        if self.known_at is None:
            raise Refused(
                "known_at", None, "a claim that is sent or computed with has one", "give the publication date"
            )
        return known_us(self.known_at)

    @property
    def interval(self) -> Interval:
        """What the printed digits and the bound leave open."""
        return interval_of(self.value, self.bound, self.step, self.kind)

    @property
    def baseline_text(self) -> str:
        """The baseline as identity, keys and labels have it: empty for levels."""
        if isinstance(self.baseline, Baseline):
            return f"{self.baseline.start}/{self.baseline.end}"
        return self.baseline or ""


class Retraction(msgspec.Struct, frozen=True, kw_only=True):
    """A publisher's withdrawal of its own claim whose id is `retracts`."""

    id: Id | None = None
    retracts: Id
    source: Source
    known_at: Moment

    def __post_init__(self) -> None:
        instant_of(self.known_at)
