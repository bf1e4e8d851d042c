"""Answers of the history in words, for page and terminal alike. Pure."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from paysignal.board.intervals import interval_matters
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Grain, Period
from paysignal.facts.readings import Reading
from paysignal.facts.series import SEPARATOR, Series
from paysignal.history.rows import ChoiceRow, EvidenceRow, FactRow, FigureRow, LeftOutRow, PointRow
from paysignal.page import words

_WHY = {
    "revised": "its publisher told it anew later",
    "retracted": "its publisher took it back",
    "conflict": "it contradicts the figure shown, which is of a higher tier, or newer",
}
_IN = "_in_"

#: Longer than any sentence of ours; names in it are cut by their own rules.
_LINE_CHARACTERS = 600

_BLOCKS = "▁▂▃▄▅▆▇█"


def indicator(one: Reading) -> str:
    """The indicator's name in words, such as "stated growth, against year before" or "level in USD"."""
    return _indicator(one.indicator, one.baseline)


def _indicator(raw: str, baseline: str) -> str:
    name, _, currency = raw.partition(_IN)
    shown = name.replace("_", " ") + (f" in {currency.upper()}" if currency else "")
    fixed = name.startswith(("previous", "year_on_year"))
    return f"{shown}, against {words.baseline(baseline)}" if baseline and not fixed else shown


def reading(one: Reading) -> str:
    """The reading's value with its bound in words."""
    return words.statement(one.value, one.bound, kind_of(one), one.unit, currency_of(one))


def reading_interval(one: Reading) -> str:
    """What it leaves open; empty when narrow or open on a side."""
    return spread(one.value, one.low, one.high, one.unit)


def kind_of(one: Reading) -> Kind:
    """Whether the reading is a level, a change or a growth."""
    if "growth" in one.indicator:
        return Kind.GROWTH
    return Kind.CHANGE if "gain" in one.indicator else Kind.LEVEL


def currency_of(one: Reading) -> str:
    """The currency its value is in; empty where it is no money."""
    if one.unit is not Unit.CURRENCY:
        return ""
    return one.indicator.partition(_IN)[2].upper() or one.series.currency


def claim(one: Claim) -> str:
    """What was stated, its bound in words, with what it is measured against."""
    stated = words.statement(one.value, one.bound, one.kind, one.unit, one.currency)
    return f"{stated}, against {words.baseline(one.baseline_text)}" if one.baseline_text else stated


def claim_period(one: Claim) -> str:
    """The period of a claim."""
    return period(one.dated, one.series.grain)


def claim_interval(row: FactRow) -> str:
    """What its digits and bound leave open."""
    return spread(row.claim.value, row.low, row.high, row.claim.unit)


def evidence(row: EvidenceRow) -> str:
    """The figure that the formula takes."""
    shown = row.facts[0].claim
    return words.statement(row.value, shown.bound, shown.kind, shown.unit, shown.currency)


def evidence_interval(row: EvidenceRow) -> str:
    """What all facts behind the figure leave open."""
    return spread(row.value, row.low, row.high, row.facts[0].claim.unit)


def choice(row: ChoiceRow, kind: Kind, currency: str) -> str:
    """The shown figure of a period."""
    return words.statement(row.value, row.bound, kind, row.unit, currency)


def choice_interval(row: ChoiceRow) -> str:
    """What its sources together leave open."""
    return spread(row.value, row.low, row.high, row.unit)


def growth(row: FigureRow | None) -> str:
    """A derived growth; empty where it is undefined."""
    return "" if row is None else words.percent(row.value, sign=True)


def amount(row: FigureRow | None, currency: str) -> str:
    """A derived amount of money; empty where it is undefined."""
    return "" if row is None else words.statement(row.value, Bound.EXACT, Kind.LEVEL, Unit.CURRENCY, currency)


def amount_interval(row: FigureRow | None) -> str:
    """What its inputs leave open."""
    return "" if row is None else spread(row.value, row.low, row.high, Unit.CURRENCY)


def growth_interval(row: FigureRow | None) -> str:
    """What its inputs leave open."""
    return "" if row is None else spread(row.value, row.low, row.high, Unit.RATIO)


def spread(value: float, low: float | None, high: float | None, unit: Unit) -> str:
    """The interval in words; empty when it says no more than the value, one end where the other is open."""
    if not interval_matters(value, low, high):
        return ""
    if low is None and high is None:
        return "anything"
    if low is None or high is None:
        end, bound = (high, Bound.AT_MOST) if low is None else (low, Bound.AT_LEAST)
        # An end that is the value itself is told by the value's bound.
        return "" if end is None or end == value else words.statement(end, bound, Kind.LEVEL, unit, "")
    return words.interval(low, high, unit)


def why(row: LeftOutRow) -> str:
    """Why a fact was left out, as a clause."""
    told = _WHY.get(row.why, row.why.replace("_", " "))
    return f"{told} ({row.fact.retracted_at})" if row.why == "retracted" and row.fact.retracted_at else told


def remarks(row: PointRow) -> tuple[str, ...]:
    """What there is to know of a period beside its figures."""
    counted = ((row.conflicts, "contradicted by {} of others"), (row.revisions, "{} replaced by later ones"))
    told = [what.format(f"{count} statement{'s' if count > 1 else ''}") for count, what in counted if count]
    if row.broken is not None:
        told.append(f"break: {words.name(row.broken)}")
    told.extend(map(line, row.found))
    return tuple(told)


def period(one: Period, grain: Grain) -> str:
    """A period as people name it."""
    return words.period(one.start, one.end, grain, one.length)


def period_text(raw: str, grain: Grain) -> str:
    """A period as people name it, of its text: start/end, or start/end/length."""
    start, _, rest = raw.partition("/")
    end, _, length = rest.partition("/")
    return words.period(start or None, end, grain, length or None)


def passed_over(told: str, grain: Grain) -> str:
    """A later period with the reason why it was passed over."""
    at, _, reason = told.partition(": ")
    return f"{period_text(at, grain)}: {reason}"


def key(reading_key: str) -> str:
    """The indicator that a reading's key names, in words."""
    name, _, baseline = reading_key.split(SEPARATOR)[-3:]
    return _indicator(name, baseline)


def exactly(value: float) -> str:
    """The value with all its digits, as the formula takes it."""
    return f"{Decimal(repr(value)):,f}".removesuffix(".0")


def series(one: Series) -> str:
    """What is measured of whom, such as "Alipay, average spend, abroad"; the market is told beside it."""
    return f"{words.provider(one.provider)}, {words.measure(one.measure, one.segment)}"


def as_of(moment: str | None) -> str:
    """As of when, as a clause."""
    return f"as known on {moment}" if moment else "as known now"


def missing(moment: str) -> str:
    """That the history is not whole."""
    return f"The history is full: of periods that ended by {moment} some facts may be missing."


def line(raw: str) -> str:
    """A sentence with names from outside in it, fit to be shown."""
    cut = raw if len(raw) <= _LINE_CHARACTERS else f"{raw[:_LINE_CHARACTERS]}…"
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in cut)


def sparkline(values: Sequence[float]) -> str:
    """The values as blocks between the least and the greatest."""
    if not values:
        return ""
    low, high = min(values), max(values)
    # Halved first: the difference of two floats may be larger than any.
    height = high / 2 - low / 2
    top = len(_BLOCKS) - 1
    return "".join(_BLOCKS[round(top * ((value / 2 - low / 2) / height)) if height else top // 2] for value in values)


def levels(points: Iterable[PointRow]) -> list[float]:
    """The shown levels of a history, the oldest first."""
    return [point.level.value for point in points if point.level is not None]
