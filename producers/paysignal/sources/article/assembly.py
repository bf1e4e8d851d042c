"""Last stage: figures and what belongs to them, put together to claims, or rejected with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from paysignal.facts.claims import Claim, Source
from paysignal.facts.errors import Refused
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Bound, Comparison, Kind
from paysignal.facts.measures import MEASURES, Unit, unit_of
from paysignal.facts.periods import Period, months_in, year_ago_of
from paysignal.facts.rejections import Origin, Reason, Rejected, rejected
from paysignal.sources.article.bounds import TURNED
from paysignal.sources.article.choice import (
    Topic,
    Unclear,
    kind_of,
    market_of,
    measure_of,
    provider_of,
    segment_of,
)
from paysignal.sources.article.model import Figure, Form, Motion, Parsed, PeriodMention, When
from paysignal.sources.documents import Document

#: A sentence of more figures is a table that lost its lines.
MOST_FIGURES = 40

_YEAR_MONTHS = 12
_COMPARED_AFTER = {1: Comparison.PREVIOUS, 3: Comparison.PREVIOUS, _YEAR_MONTHS: Comparison.YEAR_AGO}


@dataclass(frozen=True, slots=True)
class _Context:
    """What sentences before said: the last topic and the last period stated for it, the title's provider."""

    topic: Topic | None = None
    period: Period | None = None
    title: str | None = None
    sha256: str = ""


def outcomes_of(document: Document, sentences: tuple[Parsed, ...], title: str | None) -> Iterator[Claim | Rejected]:
    """One outcome a figure, and one for a sentence that names a provider in markets and states no figure."""
    context = _Context(title=title, sha256=document.sha256)
    for parsed in sentences:
        claims: list[Claim] = []
        if len(parsed.figures) > MOST_FIGURES:
            detail = f"{len(parsed.figures)} figures in one sentence: a table, which is read by its columns"
            yield _rejected(document, parsed, Reason.NOT_A_FACT, detail)
            continue
        for figure in parsed.figures:
            outcome, context = _outcome(document, parsed, figure, context, claims)
            yield outcome
            if isinstance(outcome, Claim):
                claims.append(outcome)
        if not parsed.figures:
            yield from _without_figure(document, parsed)
        context = _moved(context, parsed)


def _outcome(
    document: Document, parsed: Parsed, figure: Figure, context: _Context, before: list[Claim]
) -> tuple[Claim | Rejected, _Context]:
    try:
        twin = _twin(parsed, figure, before)
        if twin is not None:
            return _equivalent(twin, figure), context
        topic = _topic(parsed, figure, context)
        claim = _claim(document, parsed, figure, topic, context)
    except Unclear as unclear:
        return _rejected(document, parsed, unclear.reason, unclear.detail), context
    except (Refused, msgspec.ValidationError) as refused:
        return _rejected(document, parsed, Reason.UNCLEAR, str(refused)), context
    stated = claim.period if _mention(parsed, figure) and figure.motion is not Motion.FROM else context.period
    return claim, replace(context, topic=topic, period=stated)


def _topic(parsed: Parsed, figure: Figure, context: _Context) -> Topic:
    measure = measure_of(figure, parsed, context.topic)
    kind_of(figure, measure, parsed.sentence.text)  # what is no fact is told before what is unclear
    provider = provider_of(figure, parsed, context.topic, context.title)
    segment = segment_of(parsed, measure, context.topic)
    market = market_of(figure, parsed, (provider, measure, segment), context.topic)
    return Topic(provider, market, measure, segment)


def _claim(document: Document, parsed: Parsed, figure: Figure, topic: Topic, context: _Context) -> Claim:
    kind = kind_of(figure, topic.measure, parsed.sentence.text)
    value, bound = _signed(figure, kind)
    period = _period(document.published_at, parsed, figure, topic, context)
    claim = Claim(
        provider=topic.provider,
        market=topic.market,
        measure=topic.measure,
        segment=topic.segment,
        kind=kind,
        value=value,
        bound=bound,
        step=figure.quantity.step,
        unit=unit_of(topic.measure, kind),
        currency=figure.quantity.currency,
        prices=parsed.subjects.prices,
        period=period,
        baseline=None if kind is Kind.LEVEL else _baseline(parsed, topic, period, kind),
        known_at=document.published_at,
        source=_source(document, parsed, context.sha256),
    )
    return identified(claim)


def _signed(figure: Figure, kind: Kind) -> tuple[float, Bound]:
    """The value with the sign its verb gives it: "fell by more than 10 %" is less than -0.1."""
    value, bound = figure.quantity.value, figure.bound
    if figure.motion is Motion.FELL and kind is not Kind.LEVEL and value > 0:
        return -value, TURNED.get(bound, bound)
    return value, bound


def _period(published: str | None, parsed: Parsed, figure: Figure, topic: Topic, context: _Context) -> Period | None:
    """The period that the sentence states for the figure, else that of the sentence it leans on, else an open one."""
    mention = _mention(parsed, figure)
    same = context.topic is not None and parsed.subjects.pronoun and context.topic.measure == topic.measure
    period = mention.period if mention is not None else (context.period if same else None)
    if figure.motion is Motion.FROM and period is not None:
        period = _base(parsed, period)
    if period is None:
        return Period(None, published) if published is not None else None
    level = kind_of(figure, topic.measure, parsed.sentence.text) is Kind.LEVEL
    if level and MEASURES[topic.measure].nature.at_instant:
        return Period(None, period.end)
    return period


def _base(parsed: Parsed, period: Period) -> Period:
    """The period that a figure "from which" another rose belongs to; only a year ago can be told."""
    base = year_ago_of(period) if parsed.times.comparison is Comparison.YEAR_AGO else None
    if base is None:
        raise Unclear(Reason.UNCLEAR, "the period of the figure compared with is not stated")
    return base


def _mention(parsed: Parsed, figure: Figure) -> PeriodMention | None:
    """The period named last before the figure, else the first behind it; an as-of day where nothing else is named."""
    start = figure.quantity.span[0]
    mentions = parsed.times.mentions
    during = [one for one in mentions if one.when is When.DURING] or list(mentions)
    earlier = [one for one in during if one.span[0] < start]
    return earlier[-1] if earlier else next(iter(during), None)


def _baseline(parsed: Parsed, topic: Topic, period: Period | None, kind: Kind) -> Comparison:
    """What the sentence compares with; a gain over months is compared with the state before them."""
    if parsed.times.comparison is not None:
        return parsed.times.comparison
    stock = MEASURES[topic.measure].nature.at_instant
    if kind is Kind.CHANGE and stock and period is not None and period.start is not None:
        return _COMPARED_AFTER.get(months_in(period.start, period.end) or 0, Comparison.UNSTATED)
    return Comparison.UNSTATED


def _twin(parsed: Parsed, figure: Figure, before: list[Claim]) -> Claim | None:
    """The claim of the same amount in another currency, right before these brackets: "CNY 2,955 (US$433)"."""
    if figure.quantity.form is not Form.MONEY or not before or before[-1].unit is not Unit.CURRENCY:
        return None
    start, end = figure.quantity.span
    text = parsed.sentence.text
    index = parsed.figures.index(figure)
    previous_end = parsed.figures[index - 1].quantity.span[1] if index else 0
    between = text[previous_end:start].strip()
    bracketed = between.startswith("(") and len(between) <= len("(approximately") and text[end : end + 1] == ")"
    return before[-1] if bracketed and before[-1].currency != figure.quantity.currency else None


def _equivalent(twin: Claim, figure: Figure) -> Claim:
    quantity = figure.quantity
    bound = figure.bound if figure.bound is not Bound.EXACT else twin.bound
    return identified(
        msgspec.structs.replace(
            twin,
            value=quantity.value,
            step=quantity.step,
            bound=bound,
            currency=quantity.currency,
            equivalent_of=twin.id,
        )
    )


def _without_figure(document: Document, parsed: Parsed) -> Iterator[Rejected]:
    subjects = parsed.subjects
    if subjects.providers and subjects.markets:
        markets = sorted({mention.value for mention in subjects.markets})
        detail = f"names {subjects.providers[0].value} in {', '.join(markets)} and states no figure"
        yield _rejected(document, parsed, Reason.NOT_A_FACT, detail)


def _moved(context: _Context, parsed: Parsed) -> _Context:
    """After a sentence that names a provider and gives no fact, "the company" is that provider all the same."""
    providers = parsed.subjects.providers
    if not providers or (context.topic is not None and context.topic.provider == providers[0].value):
        return context
    known = {mention.value for mention in providers}
    if context.topic is not None and context.topic.provider in known:
        return context
    return replace(context, topic=None, period=None, title=providers[0].value)


def _source(document: Document, parsed: Parsed, sha256: str) -> Source:
    sentence = parsed.sentence
    return Source(
        publisher=document.publisher,
        name=document.publisher_name,
        tier=document.tier,
        url=document.url,
        sha256=sha256,
        span=(sentence.start, sentence.end),
    )


def _rejected(document: Document, parsed: Parsed, reason: Reason, detail: str) -> Rejected:
    sentence = parsed.sentence
    origin = Origin(file=document.id, span=(sentence.start, sentence.end))
    return rejected(reason, detail, sentence.text.encode(), origin)
