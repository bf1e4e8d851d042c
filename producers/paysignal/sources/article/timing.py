"""When a figure holds, and what it is compared with."""

from paysignal.facts.claims import Baseline
from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Comparison, Kind
from paysignal.facts.measures import MEASURES, Nature
from paysignal.facts.moments import instant_of, months_later
from paysignal.facts.periods import Grain, Period, grain_of, months_in, previous_of, year_ago_of
from paysignal.facts.rejections import Reason
from paysignal.sources.article.choices import Choice, Unclear, What
from paysignal.sources.article.model import Motion, When
from paysignal.sources.article.period_makers import Now
from paysignal.sources.article.periods import TimeMark
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.scene import ASIDES, Scene

_YEAR_MONTHS = 12
_COMPARED_AFTER = {1: Comparison.PREVIOUS, 3: Comparison.PREVIOUS, _YEAR_MONTHS: Comparison.YEAR_AGO}
_LENGTHS = {"day": "P1D", "week": "P7D", "month": "P1M", "year": "P12M", "hour": "PT1H"}


def mention_of(scene: Scene, figure: Found, *, stock: bool, base: bool = False) -> TimeMark | None:
    """The period named for a figure: in its own clause, else before it, else behind it where no other figure is."""
    usable = [
        one for one in scene.times.periods
        if (not one.base or base) and not _of_another(scene, one, figure)
        and not scene.aside_before(one.start, figure.start, ASIDES)
    ]  # fmt: skip
    if not usable:
        return None
    first, last = scene.clauses[scene.clause_of(figure.start)]
    inside = [one for one in usable if first <= one.start < last]
    if inside:
        return _best(inside, figure, stock=stock)
    before = [one for one in usable if one.end <= first]
    if before:
        return _best(before, figure, stock=stock)
    nxt = next((other for other in scene.figures if other.start >= figure.end), None)
    return next((one for one in usable if nxt is None or one.start < nxt.start or len(usable) == 1), None)


def _of_another(scene: Scene, mention: TimeMark, figure: Found) -> bool:
    """Whether a period stands right behind a later figure of comparison: "compared to $1 million in 2021"."""
    return any(
        other.start != figure.start
        and 0 <= mention.start - other.end <= 3
        and (
            scene.norm(other.start - 1) == "than"
            or any(link.value == "from" and 0 <= other.start - link.end <= 3 for link in scene.marks("link"))
        )
        for other in scene.figures
    )


def _best(mentions: list[TimeMark], figure: Found, *, stock: bool) -> TimeMark:
    """Of several the nearest; of a flow rather a stretch of time than a day on which something stood."""
    fitting = mentions if stock else [one for one in mentions if one.when is When.DURING] or mentions
    behind = [one for one in fitting if 0 <= one.start - figure.end <= 3]
    return (
        behind[0]
        if behind
        else min(fitting, key=lambda one: min(abs(one.start - figure.end), abs(figure.start - one.end)))
    )


def period_of(scene: Scene, choice: Choice, what: What, carried: Period | None, now: Now) -> tuple[Period | None, bool]:
    """The period, and whether the sentence states it: named, that of the figures before, of the report, or open."""
    found, stock = choice.found, MEASURES[what.measure].nature.at_instant
    stands = stock and what.kind is Kind.LEVEL
    mention = mention_of(scene, found, stock=stands)
    period = mention.period if mention is not None else None
    if choice.motion is Motion.FROM:
        base = base_period(scene, found, period or carried)
        if base is None and now.published is not None:
            raise Unclear(Reason.UNCLEAR, "the period of the figure compared with is not stated")
        return as_stated(base, what), False
    rate = rate_of(scene, found) if what.kind is Kind.LEVEL and not stock else None
    if rate is not None and (period is None or (rate == "P1D" and not _is_day(period))):
        return open_until(now, rate), False
    if period is not None and stock and _is_day(period):
        return Period(None, period.end), True  # "20 million at 30 June, up 24 %"
    if period is not None:
        return as_stated(period, what), True
    fallback = now.report if stands else carried or now.report
    return (as_stated(fallback, what) if fallback is not None else open_until(now)), False


def as_stated(period: Period | None, what: What) -> Period | None:
    """A level of a stock has no start: it stands at the end of what was named."""
    if period is not None and what.kind is Kind.LEVEL and MEASURES[what.measure].nature.at_instant:
        return Period(None, period.end)
    return period


def is_per_second(scene: Scene, figure: Found) -> bool:
    """Whether a count is one of each second or minute."""
    return any(mark.value == "minute" and 0 <= mark.start - figure.end <= 4 for mark in scene.times.rates)


def _is_day(period: Period) -> bool:
    """Whether a period is one day."""
    return grain_of(period, Nature.FLOW) is Grain.DAY


def rate_of(scene: Scene, figure: Found) -> str | None:
    """The length that a figure is a rate of: five million a day."""
    for mark in scene.times.rates:
        if -4 <= mark.start - figure.end <= 5 and not any(
            figure.end <= other.start < mark.start for other in scene.figures
        ):
            return _LENGTHS.get(mark.value)
    return None


def comparison_of(scene: Scene, figure: Found) -> Comparison | None:
    """What is named to compare a figure with: behind it and before the next figure, else before it, else anywhere."""
    compared = scene.times.compared
    if not compared:
        return None
    following = next((one.start for one in scene.figures if one.start >= figure.end), len(scene.tokens.norms))
    behind = next((one for one in compared if figure.end <= one.start < following), None)
    if behind is not None:
        return behind.comparison
    before = [one for one in compared if one.end <= figure.start]
    return before[-1].comparison if before else compared[0].comparison


def baseline_of(scene: Scene, figure: Found, what: What, period: Period | None) -> Comparison | Baseline | None:
    """The baseline of a change or growth: a named comparison or earlier year, or the state before a gain."""
    if what.kind is Kind.LEVEL:
        return None
    named = comparison_of(scene, figure)
    if named is not None:
        return named
    earlier = next((one for one in scene.times.periods if one.base and one.start >= figure.end and one.period), None)
    if earlier is not None and earlier.period is not None and period is not None:
        return _from_year(period, earlier.period)
    stock = MEASURES[what.measure].nature.at_instant
    if what.kind is Kind.CHANGE and stock and period is not None and period.start is not None:
        return _COMPARED_AFTER.get(months_in(period.start, period.end) or 0, Comparison.UNSTATED)
    return Comparison.UNSTATED


def _from_year(period: Period, earlier: Period) -> Comparison | Baseline:
    """As in "compared to 2019": the same months of that year."""
    if period.start is None or earlier.start is None:
        return Comparison.UNSTATED
    if earlier == previous_of(period):
        return Comparison.PREVIOUS if earlier != year_ago_of(period) else Comparison.YEAR_AGO
    years = instant_of(period.start).year - instant_of(earlier.start).year
    if years == 1:
        return Comparison.YEAR_AGO
    if years < 1:
        return Comparison.UNSTATED
    try:
        return Baseline(months_later(period.start, -12 * years), months_later(period.end, -12 * years))
    except Refused:
        return Comparison.UNSTATED


def base_period(scene: Scene, figure: Found, period: Period | None) -> Period | None:
    """The period of a figure "from which" another rose: named beside it, or the one compared with."""
    following = next((one.start for one in scene.figures if one.start >= figure.end), len(scene.tokens.norms))
    beside = next(
        (one for one in scene.times.periods if figure.end <= one.start <= min(figure.end + 4, following)), None
    )
    if beside is not None and beside.period is not None:
        return beside.period
    if period is None or period.start is None:
        return None
    named = comparison_of(scene, figure)
    if named is Comparison.YEAR_AGO:
        return year_ago_of(period)
    return previous_of(period) if named is Comparison.PREVIOUS else None


def open_until(now: Now, length: str | None = None) -> Period | None:
    """A period that nobody stated ends with the publication."""
    return Period(None, now.published, length) if now.published is not None else None


def is_ahead(period: Period | None, now: Now) -> bool:
    """Whether a period starts after the publication: such a figure is a forecast."""
    if period is None or now.published is None:
        return False
    return instant_of(period.start or period.end) > instant_of(now.published) and (period.start is not None)
