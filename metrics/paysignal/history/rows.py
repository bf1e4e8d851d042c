"""Answers as they travel: what the API sends, page and terminal draw, and `--json` prints. Part of the product."""

import msgspec

from paysignal.facts.claims import Claim, Id
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.measures import Unit
from paysignal.facts.moments import Moment
from paysignal.facts.periods import Period
from paysignal.facts.readings import Reading


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as it was sent, the interval that its digits and bound leave open, and when it was taken back."""

    claim: Claim
    low: float | None
    high: float | None
    retracted_at: Moment | None


class EvidenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that the formula takes, and the facts behind it, the shown one first.

    `part` is its name in the formula, `rate` what it was converted at (null where it was not). `low` and `high` are
    what all these facts together leave open.
    """

    part: str
    period: Period
    value: float
    low: float | None
    high: float | None
    rate: float | None
    facts: tuple[FactRow, ...]


class LeftOutRow(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about one of the periods that was not used: `revised`, `retracted` or in `conflict`."""

    why: str
    fact: FactRow


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A contradiction among figures: what is stated, what follows from others, and a sentence.

    `claims` are those it flags; `used` says whether one of them is behind the explained reading.
    """

    rule: str
    claims: tuple[Id, ...]
    period: str
    stated: float
    computed: float | None
    low: float | None
    high: float | None
    note: str
    used: bool


class SuspicionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A break that nobody declared, between two moments of these series, and a sentence.

    `used` says whether the explained reading compares across it.
    """

    rule: str
    series: tuple[str, ...]
    after: Moment
    before: Moment
    note: str
    used: bool


class RateCheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """An amount told in two currencies: the rate that the two imply, and those published at the time.

    `claim` is the equivalent, `original` the amount; rates are units of the former's currency for one of the latter's.
    `low` and `high` are what the digits leave open of the implied `rate`.
    """

    claim: Id
    original: Id
    rate: float
    low: float | None
    high: float | None
    lowest: float
    highest: float
    agrees: bool
    note: str


class FoundRow(msgspec.Struct, frozen=True, kw_only=True):
    """A finding, and the series whose figure it is about."""

    series: str
    finding: FindingRow


class FindingsRow(msgspec.Struct, frozen=True, kw_only=True):
    """What speaks against figures, of all providers or of one, as known at `as_of` (null: now).

    Of `total` the first 1,000 findings and 1,000 suspicions. `examining` says that facts are held which were not held
    against the others yet.
    """

    provider: str | None
    as_of: Moment | None
    total: int
    examining: bool
    findings: tuple[FoundRow, ...]
    suspicions: tuple[SuspicionRow, ...]


class ExplanationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A reading and everything it comes from, as known at `as_of` (null: now).

    `formula` has its numbers put in and gives `reading.value` to the last bit. `passed_over` are later periods where
    the indicator is undefined, with the reason; `others` the keys of the series' other readings. `marks` are flags that
    the reading has not on its topic, raised by `findings` and `suspicions` over several series; `rate_checks` are of
    the amounts that were told in other money as well, whether they agree or not. `missing_until`: of
    periods that ended by then the history is not complete (null where it is).
    """

    key: str
    as_of: Moment | None
    reading: Reading
    formula: str
    evidence: tuple[EvidenceRow, ...]
    left_out: tuple[LeftOutRow, ...]
    passed_over: tuple[str, ...]
    findings: tuple[FindingRow, ...]
    suspicions: tuple[SuspicionRow, ...]
    marks: tuple[str, ...]
    rate_checks: tuple[RateCheckRow, ...]
    others: tuple[str, ...]
    missing_until: Moment | None


class ChoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """The figure shown of several statements, with the publishers that support it, its own first."""

    claim: Id
    value: float
    bound: Bound
    low: float | None
    high: float | None
    unit: Unit
    known_at: Moment
    sources: tuple[str, ...]


class StatedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A change or growth as stated, against `baseline`."""

    kind: Kind
    baseline: str
    shown: ChoiceRow


class FigureRow(msgspec.Struct, frozen=True, kw_only=True):
    """A derived figure."""

    value: float
    low: float | None
    high: float | None


class PointRow(msgspec.Struct, frozen=True, kw_only=True):
    """One period of a series.

    `previous` and `year_ago` are derived growths, null where undefined; `revisions` statements that their own publisher
    replaced; `conflicts` those that exclude the shown level; `broken` the note of a break declared in the period;
    `found` the sentences of findings about its figures, and of breaks suspected before its end. `computed`, in a series
    of average spend, is value over count of the period, null where one of these is not known.
    """

    period: Period
    level: ChoiceRow | None
    stated: tuple[StatedRow, ...]
    previous: FigureRow | None
    year_ago: FigureRow | None
    revisions: int
    conflicts: int
    broken: str | None
    found: tuple[str, ...]
    computed: FigureRow | None = None


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A series period by period, the oldest first, as known at `as_of` (null: now)."""

    series: str
    as_of: Moment | None
    points: tuple[PointRow, ...]
    missing_until: Moment | None


class FactsRow(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a series known at `as_of` (null: now), the latest period first; of `total` at most 1,000.

    `next` asks for those behind these; null where there are none.
    """

    series: str
    as_of: Moment | None
    total: int
    facts: tuple[FactRow, ...]
    missing_until: Moment | None
    next: str | None = None


class PartRow(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a whole: its level, and its share of `base` (the key of the whole's series, or "sum of parts").

    `share` is null where the base is nothing. `place` is by the shown figure, 1 the largest; what the digits leave open
    may put it anywhere from `best` to `worst`.
    """

    series: str
    level: FigureRow
    share: FigureRow | None
    base: str | None
    place: int
    best: int
    worst: int


class BreakdownRow(msgspec.Struct, frozen=True, kw_only=True):
    """A whole along one axis (market, provider, segment) in one period; of providers those of one type.

    `whole` is its own figure, null where nobody told it; `total` the sum of its parts, `residual` the whole less these
    (null without a whole); `overlap` says that the parts are certainly more than the whole. `missing` are series told
    in a neighbouring period and not in this one. `refused` is why there is no such sum, and then there is nothing else.
    """

    axis: str
    provider_type: str | None
    period: Period
    whole: FigureRow | None = None
    parts: tuple[PartRow, ...] = ()
    missing: tuple[str, ...] = ()
    total: FigureRow | None = None
    residual: FigureRow | None = None
    overlap: bool = False
    refused: str | None = None


class PartsRow(msgspec.Struct, frozen=True, kw_only=True):
    """The latest breakdowns of a whole, as known at `as_of` (null: now)."""

    series: str
    as_of: Moment | None
    breakdowns: tuple[BreakdownRow, ...]


class ErrorRow(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no answer: the value, the rule, the fix; `near` are keys that may have been meant."""

    error: str
    near: tuple[str, ...] = ()
