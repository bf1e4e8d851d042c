"""Claims: what a publisher states about one measure of one provider in one market; and their retraction."""

import math
import re
from typing import Annotated

import msgspec

from paysignal.facts.errors import Refused
from paysignal.facts.intervals import Interval, interval_of, is_finite
from paysignal.facts.kinds import Basis, Bound, Comparison, Kind, Prices, Tier
from paysignal.facts.markets import CurrencyOrEmpty, Market, checked_currency, checked_market
from paysignal.facts.measures import Measure, MeasureName, Unit, measure_named, unit_of
from paysignal.facts.moments import Moment, instant_of, known_us
from paysignal.facts.periods import Period, grain_of
from paysignal.facts.series import Series, partition_key, series_key
from paysignal.facts.slugs import Slug, SlugOrEmpty, checked_slug
from paysignal.facts.texts import ONE_LINE_PATTERN, checked_text, form

NAME_LENGTH = 200
ADDRESS_LENGTH = 2_048
DIGEST_PATTERN = r"^[0-9a-f]{64}\Z"
ID_PATTERN = r"^[0-9a-f]{32}\Z"

Name = Annotated[str, form("One line of text.", pattern=ONE_LINE_PATTERN, minLength=1, maxLength=NAME_LENGTH)]
Address = Annotated[str, form("A web address.", pattern=r"^https?://[^\s]+\Z", maxLength=ADDRESS_LENGTH)]
Reference = Annotated[str, form("One line of text.", pattern=ONE_LINE_PATTERN, maxLength=NAME_LENGTH)]
Digest = Annotated[str, form("A SHA-256 in lower-case hex.", pattern=DIGEST_PATTERN)]

Id = Annotated[str, form("A BLAKE2b-128 in lower-case hex.", pattern=ID_PATTERN)]

#: Character offsets lie in a text; none that anyone reads is longer than this.
LONGEST_TEXT = 2**31

Step = Annotated[float, form("The unit of the last printed digit.", exclusiveMinimum=0)]
Offset = Annotated[int, form("Characters from the start of the text.", minimum=0, maximum=LONGEST_TEXT)]

_DIGEST = re.compile(DIGEST_PATTERN)
_ID = re.compile(ID_PATTERN)

#: What a value of the kind can not go below.
_FLOOR = {Kind.LEVEL: 0.0, Kind.GROWTH: -1.0, Kind.CHANGE: -math.inf}


def value_ends(measure: Measure, kind: Kind) -> tuple[float, float]:
    """What a value can not go below, and what it can not be larger than, its sign aside; both may be infinite."""
    return _FLOOR[kind], 1.0 if measure.nature.up_to_one and kind is not Kind.GROWTH else math.inf


def checked_id(field: str, value: str) -> str:
    """`value` when it can be the id of a record; raises `Refused` otherwise."""
    if _ID.match(value):
        return value
    raise Refused(field, value, "an id is 32 lower-case hex digits", "copy the id of the record that is meant")


def _is_address(text: str) -> bool:
    host = text.removeprefix("https://").removeprefix("http://")
    return len(text) <= ADDRESS_LENGTH and "" != host != text and text.isprintable() and " " not in text


class Source(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
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
    span: tuple[Offset, Offset] | None = None

    def __post_init__(self) -> None:
        checked_slug("source.publisher", self.publisher)
        checked_text("source.name", self.name, NAME_LENGTH)
        if self.url is not None and not _is_address(self.url):
            raise Refused("source.url", self.url, "a web address of at most 2,048 characters", "write it with https://")
        if self.ref is not None:
            checked_text("source.ref", self.ref, NAME_LENGTH, empty=True)
        if self.sha256 is not None and not _DIGEST.match(self.sha256):
            raise Refused("source.sha256", self.sha256, "64 lower-case hex digits", "write the SHA-256 of the text")
        if self.span is not None and not 0 <= self.span[0] < self.span[1] <= LONGEST_TEXT:
            raise Refused("source.span", self.span, "from a character to a later one", "write start, then end")


class Baseline(msgspec.Struct, frozen=True, gc=False):
    """A base period that is neither the previous one nor the year before."""

    start: Moment
    end: Moment

    def __post_init__(self) -> None:
        Period(self.start, self.end)


class Break(msgspec.Struct, frozen=True, gc=False):
    """A declared change of definition: nothing before `date` is compared with anything after."""

    date: Moment
    note: Name

    def __post_init__(self) -> None:
        instant_of(self.date)
        checked_text("break.note", self.note, NAME_LENGTH)


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a publisher states about one measure of one provider in one market.

    `value` in `unit` (growth as a ratio: +43 % is 0.43), limited by `bound`; `step` is the unit of its last printed
    digit. `baseline` is what a change or growth is measured from, null for levels. `known_at` is when it was published;
    `equivalent_of` the id of the claim that says the same in another currency.

    In Python: made with `paysignal.facts.identity.identified`, which gives it its `id`; raises `Refused` when its
    fields do not fit each other. `known_at` and `period` are null only on a claim read from a text that has no date:
    such a claim is shown, and is not sent.
    """

    id: Id | None = None
    provider: Slug
    market: Market
    measure: MeasureName
    segment: SlugOrEmpty = ""
    kind: Kind
    value: float
    bound: Bound = Bound.EXACT
    step: Step | None = None
    unit: Unit
    currency: CurrencyOrEmpty = ""
    prices: Prices = Prices.CURRENT
    period: Period | None
    baseline: Comparison | Baseline | None = None
    known_at: Moment | None
    known_at_basis: Basis = Basis.STATED
    source: Source
    confidence: Annotated[float, form("From 0 to 1.", minimum=0, maximum=1)] | None = None
    equivalent_of: Id | None = None
    break_: Break | None = msgspec.field(name="break", default=None)

    def __post_init__(self) -> None:
        checked_slug("provider", self.provider)
        checked_slug("segment", self.segment, empty=True)
        checked_market(self.market)
        measure = measure_named(self.measure)
        self._check_unit(measure)
        self._check_value(measure)
        self._check_times(measure)
        if self.equivalent_of is not None:
            checked_id("equivalent_of", self.equivalent_of)

    def _check_unit(self, measure: Measure) -> None:
        expected = unit_of(self.measure, self.kind)
        if self.unit is not expected:
            raise Refused("unit", self.unit, f"a {self.kind} of {self.measure} is in {expected}", f"write {expected}")
        if self.currency:
            checked_currency(self.currency)
            if measure.unit is not Unit.CURRENCY:
                raise Refused("currency", self.currency, f"{self.measure} is not money", "leave it empty")
        elif self.unit is Unit.CURRENCY:
            raise Refused("currency", "", f"a {self.kind} of {self.measure} is money", "name its ISO 4217 currency")
        if self.prices is Prices.CONSTANT and measure.unit is not Unit.CURRENCY:
            raise Refused("prices", self.prices, f"{self.measure} is not money", "write current")

    def _check_value(self, measure: Measure) -> None:
        floor, most = value_ends(measure, self.kind)
        if not is_finite(self.value):
            raise Refused("value", self.value, "a finite number", "leave the claim out when there is no figure")
        if self.value < floor:
            raise Refused("value", self.value, f"a {self.kind} is at least {floor:g}", "correct it, or its kind")
        if abs(self.value) > most:
            raise Refused("value", self.value, f"a {self.kind} of {self.measure} is at most 1", "write 54 % as 0.54")
        if self.confidence is not None and not 0 <= self.confidence <= 1:
            raise Refused("confidence", self.confidence, "a number from 0 to 1", "leave it out when it is not known")
        if self.step is not None and not (is_finite(self.step) and self.step > 0):
            raise Refused("step", self.step, "a positive number", "leave it out when no digits were printed")

    def _check_times(self, measure: Measure) -> None:
        if self.known_at is not None:
            instant_of(self.known_at)
        if self.kind is Kind.LEVEL:
            if self.baseline is not None:
                raise Refused("baseline", self.baseline, "a level has none", "leave it null")
            if measure.nature.at_instant and self.period is not None:
                self.period.check_instant(self.measure)
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
    def series_key(self) -> str:
        """The key of `series`, for those who need no more; raises `Refused` on a claim without a period."""
        grain = grain_of(self.dated, measure_named(self.measure).nature)
        return series_key(
            self.provider, self.market, self.measure, self.segment, grain, self.currency, self.prices
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


class Retraction(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A publisher's withdrawal of its own claim whose id is `retracts`.

    In Python: made with `paysignal.facts.identity.identified`, which gives it its `id`; raises `Refused` for what can
    not be an id or a moment.
    """

    id: Id | None = None
    retracts: Id
    source: Source
    known_at: Moment

    def __post_init__(self) -> None:
        checked_id("retracts", self.retracts)
        instant_of(self.known_at)
