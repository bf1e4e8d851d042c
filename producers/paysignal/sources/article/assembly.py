"""Last stages: figures and what belongs to them, put together to claims, or rejected with the reason."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import msgspec

from paysignal.facts.claims import Claim, Source
from paysignal.facts.errors import PaySignalError, Refused
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.markets import WORLD
from paysignal.facts.measures import MEASURES, Nature, unit_of
from paysignal.facts.periods import Period
from paysignal.facts.providers import ALL, providers
from paysignal.facts.rejections import Origin, Reason, Rejected, rejected
from paysignal.sources.article import timing
from paysignal.sources.article.bounds import TURNED, bound_of
from paysignal.sources.article.confidence import confidence_of, of_same_amount
from paysignal.sources.article.measuring import Topic, fits, is_money, measure_for, topic_of
from paysignal.sources.article.model import Form, Motion, Sentence
from paysignal.sources.article.motions import motion_of
from paysignal.sources.article.naming import (
    OF_COUNTRY,
    TOTAL,
    Subject,
    family_of,
    is_total,
    known_subject,
    market_of,
    prices_of,
    provider_of,
    run_of,
    segment_of,
)
from paysignal.sources.article.periods import Now
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.reasons import told
from paysignal.sources.article.scene import Scene
from paysignal.sources.article.statuses import TOLD, status_of
from paysignal.sources.article.vocabulary import Mark
from paysignal.sources.documents import Document

#: A sentence of more figures is a table that lost its lines.
MOST_FIGURES = 40
_LIST_REACH = 12
_LIST_GAP = 4  #: tokens between the members of a list
_PAID = frozenset({"transactions", "transaction_value"})
#: Topics of sentences before that a figure without one may be of.
_TOPICS_KEPT = 4
#: Of a bank or a telecom these are of payments by their very wording.
_QUALIFIED = frozenset(
    {
        "payments_revenue",
        "transactions",
        "payments",
        "transaction_value",
        "average_spend",
        "market_share",
        "funding",
        "valuation",
        "volume",
    }
)
_OF_PAYMENTS = frozenset(
    {"mobile", "money", "wallet", "wallets", "payment", "payments", "fintech", "momo", "upi", "interchange", "card"}
)
_FINTECH = frozenset(
    {"fintech", "mobile-money", "digital", "merchant", "remittances", "c2c", "p2p", "contactless", "cross-border"}
)


class Unclear(PaySignalError):  # noqa: N818  an outcome on its way to a `Rejected`, never seen outside
    """A figure that gives no fact; becomes a `Rejected` with this reason and detail."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class SoFar:
    """What sentences before said: subject, topic, market, period; and what the title says."""

    title: Subject | None = None
    subject: Subject | None = None
    topics: tuple[Topic, ...] = ()
    market: str | None = None
    segment: str = ""
    period: Period | None = None
    report: Period | None = None
    sha256: str = ""
    claims: list[Claim] = field(default_factory=list)


class Read(NamedTuple):
    """A figure with what was chosen for it; `rule` says how."""

    figure: Found
    bound: Bound
    motion: Motion
    topic: Topic | None
    rule: str
    outcome: Claim | Rejected


def reads_of(document: Document, sentence: Sentence, scene: Scene, so_far: SoFar, now: Now) -> Iterator[Read]:
    """One outcome for each figure of a sentence, in its order; `so_far` goes on to the next sentence."""
    topics: list[Topic | None] = []
    claims: list[Claim | None] = []
    bounds = [bound_of(scene, figure) for figure in scene.figures]
    respective = _respective(scene)
    for number, figure in enumerate(scene.figures):
        bound, start = bounds[number]
        motion = motion_of(scene, figure, start)
        motion = _inherited(scene, number, motion, claims)
        topic = (
            respective.get(number)
            or _in_turn(scene, number, claims)
            or topic_of(scene, number, start, topics, so_far.topics)
        )
        topics.append(topic)
        rule = topic.rule if topic is not None else ""
        try:
            claim, rule = _claim(
                document, sentence, scene, _Figure(number, figure, bound, start, motion, topic), so_far, now, claims
            )
        except Unclear as unclear:
            claims.append(None)
            if figure.flat:
                continue
            yield Read(
                figure, bound, motion, topic, rule, _rejected(document, sentence, unclear.reason, unclear.detail)
            )
        except (Refused, msgspec.ValidationError) as refused:
            claims.append(None)
            yield Read(figure, bound, motion, topic, rule, _rejected(document, sentence, Reason.UNCLEAR, str(refused)))
        else:
            claims.append(claim)
            so_far.claims.append(claim)
            yield Read(figure, bound, motion, topic, rule, claim)
            twin = _second_topic(scene, number, figure, topic)
            if twin is not None:
                both = identified(
                    msgspec.structs.replace(
                        claim,
                        measure=measure_for(twin, figure.form),
                        unit=unit_of(measure_for(twin, figure.form), claim.kind),
                        currency=claim.currency if is_money(measure_for(twin, figure.form)) else "",
                    )
                )
                yield Read(figure, bound, motion, twin, "both", both)


class _Figure(NamedTuple):
    number: int
    found: Found
    bound: Bound
    start: int
    motion: Motion
    topic: Topic | None


def _claim(
    document: Document,
    sentence: Sentence,
    scene: Scene,
    figure: _Figure,
    so_far: SoFar,
    now: Now,
    before: list[Claim | None],
) -> tuple[Claim, str]:
    found, topic = figure.found, figure.topic
    words = scene.tokens.between(found.start, found.end)
    status = status_of(scene, found, figure.start)
    if status is not None:
        _spoken_of(so_far, topic)
        raise Unclear(Reason.NOT_A_FACT, f"{words!r} {TOLD[status]}")
    if found.form is Form.COUNT and timing.is_per_second(scene, found):
        raise Unclear(Reason.NOT_A_FACT, f"{words!r} is how fast a system is, not how much was paid")
    twin = _twin(scene, figure, before)
    if twin is not None:
        return _equivalent(scene, twin, figure), "the same in another currency"
    if topic is None:
        raise Unclear(Reason.NOT_A_FACT, f"{words!r} is of no measure that the sentence names")
    if not topic.is_measure:
        raise Unclear(Reason.NOT_A_FACT, told(words, topic.value, _word_counted(scene, topic)))
    form = _counted(scene, found, topic)
    if form is Form.COUNT and _per_user(scene, found):
        raise Unclear(Reason.NOT_A_FACT, told(words, "per_user"))
    if _is_part(scene, figure):
        raise Unclear(Reason.NOT_A_FACT, f"{words!r} is a part of the figure before")
    measure = _measure(scene, figure, form, before)
    kind = _kind(scene, figure, form, measure, words)
    _check_people(scene, found, topic, words)
    subject = _same_subject(scene, figure, before) or _subject(scene, found, topic, so_far)
    if subject is None:
        raise Unclear(Reason.UNCLEAR, f"{words!r} is of no provider that the text names")
    segment = segment_of(scene, found, topic, measure)
    _check_mixed(scene, topic, subject, segment, words, goes_on=topic.rule == "goes on" and before[-1] is not None)
    if topic.rule == "context" and not segment:
        segment = so_far.segment if so_far.topics and topic.value == so_far.topics[0].value else ""
    same = (
        subject is OF_COUNTRY
        or so_far.subject is None
        or family_of(so_far.subject.provider) == family_of(subject.provider)
    )
    market = market_of(scene, found, subject, measure, segment, so_far.market if same else None)
    if market is None:
        raise Unclear(Reason.UNCLEAR, f"several markets are named and {words!r} is of none alone")
    period, stated = _period(scene, figure, kind, measure, so_far, now)
    if timing.is_ahead(period, now):
        raise Unclear(Reason.NOT_A_FACT, f"{words!r} {TOLD['forecast']}: its period lies ahead")
    value, bound = _signed(figure, kind)
    claim = Claim(
        provider=subject.provider,
        market=market[0],
        measure=measure,
        segment=segment or ("gmv" if topic.value == "gmv" else ""),
        kind=kind,
        value=value,
        bound=bound,
        step=found.step,
        unit=unit_of(measure, kind),
        currency=_currency(scene, found, subject, market[0]) if is_money(measure) and kind is not Kind.GROWTH else "",
        prices=prices_of(scene, found, measure),
        period=period,
        baseline=timing.baseline_of(scene, found, kind, measure, period),
        known_at=document.published_at,
        known_at_basis=document.published_basis,
        confidence=confidence_of(topic.rule, subject.rule),
        source=_source(document, sentence, so_far.sha256),
    )
    _remember(scene, so_far, figure, topic, measure, subject, market, segment, period if stated else None)
    return identified(claim), f"{topic.rule}, {subject.rule}, {market[1]}"


def _spoken_of(so_far: SoFar, topic: Topic | None) -> None:
    """What is forecast or denied is still what "it" means in the next sentence."""
    if topic is not None and topic.is_measure:
        said = topic._replace(rule="context", mark=None)
        so_far.topics = (said, *(one for one in so_far.topics if one.value != topic.value))[:_TOPICS_KEPT]


def _word_counted(scene: Scene, topic: Topic) -> str:
    return scene.tokens.between(topic.mark.start, topic.mark.end) if topic.mark is not None else ""


def _per_user(scene: Scene, found: Found) -> bool:
    """Whether a count is of each user: nothing else that is counted is named between "each user" and it."""
    marks = [mark for mark in scene.marks("measure", "other") if mark.end <= found.start]
    return bool(marks) and marks[-1].value == "per_user" and found.start - marks[-1].end < _LIST_REACH


def _is_part(scene: Scene, figure: _Figure) -> bool:
    """As in "20 million accounts, 10 million of them through a purchase"."""
    topic, end = figure.topic, figure.found.end
    named = topic is not None and topic.rule == "noun behind"
    return (
        figure.number > 0
        and not named
        and scene.norm(end) == "of"
        and scene.norm(end + 1) in {"them", "which", "whom", "these", "those"}
    )


def _remember(
    scene: Scene,
    so_far: SoFar,
    figure: _Figure,
    topic: Topic,
    measure: str,
    subject: Subject,
    market: tuple[str, str],
    segment: str,
    period: Period | None,
) -> None:
    if figure.motion is not Motion.FROM:
        said = Topic("measure", measure, topic.rule)
        beside = {mark.value for mark in scene.marks("measure") if mark.end <= figure.start} | {topic.value}
        also = tuple(
            Topic("measure", value, topic.rule) for value in ("payments", "transactions", "volume") if value in beside
        )
        so_far.topics = (said, *also, *(one for one in so_far.topics if one.value not in {measure, topic.value}))[
            :_TOPICS_KEPT
        ]
        so_far.segment = segment
        if period is not None and period.start is not None:
            so_far.period = period
    so_far.subject = subject
    so_far.market = None if market[0] == WORLD else market[0]


#: Names of money that several countries have: the code read, and that of other homes.
_SHARED = {
    "KES": {"TZ": "TZS", "UG": "UGX"}, "MXN": {"PH": "PHP", "AR": "ARS", "CO": "COP", "CL": "CLP", "UY": "UYU"},
    "INR": {"PK": "PKR", "LK": "LKR", "NP": "NPR"}, "USD": {"AU": "AUD", "NZ": "NZD"}, "CHF": {"RW": "RWF"},
    "GBP": {"EG": "EGP"}, "SEK": {"NO": "NOK", "DK": "DKK"}, "DKK": {"NO": "NOK"},
}  # fmt: skip


def _currency(scene: Scene, found: Found, subject: Subject, market: str) -> str:
    """The currency as printed; of a name that several countries share ("shillings", a bare "$") that of the market."""
    printed = scene.tokens.between(found.start, found.end)
    coded = found.currency in printed or printed.startswith(("US$", "U.S."))
    homes = _SHARED.get(found.currency)
    if homes is None or coded:
        return found.currency
    entry = providers().get(subject.provider)
    return homes.get(market, homes.get(entry.home, found.currency) if entry is not None else found.currency)


def _counted(scene: Scene, found: Found, topic: Topic) -> Form:
    """A stray dollar sign before a count: "$64.2 million transactions" are transactions."""
    stray = found.form is Form.MONEY and topic.value == "transactions" and topic.mark is not None
    if stray and topic.mark is not None and topic.mark.start == found.end and scene.norm(found.start) == "$":
        return Form.COUNT
    return found.form


def _measure(scene: Scene, figure: _Figure, form: Form, before: list[Claim | None]) -> str:
    """The measure of the catalogue; of a growth of "payments" the amount beside it says which of the two it is."""
    topic = figure.topic
    assert topic is not None  # noqa: S101  told apart before  told apart before
    if form in {Form.PERCENT, Form.TIMES} and topic.value in {"payments", "transactions", "volume"}:
        beside = _amount_beside(scene, figure)
        if beside is not None and fits(topic.value, beside):
            return measure_for(topic, beside)
        gone_on = _gone_on_from(figure, before)
        if gone_on is not None:
            return gone_on
    if topic.value == "valued_at" and any(one is not None and one.measure in _PAID for one in before):
        return "transaction_value"  # "22.9 million transactions, valued at P1.27 trillion"
    if topic.value == "volume" and any(_is_value(scene, mark) for mark in scene.marks("measure")):
        return "transactions"  # "volumes rose 61 % and value 47 %"
    return measure_for(topic, form)


def _amount_beside(scene: Scene, figure: _Figure) -> Form | None:
    """The form of the amount that a growth leads to ("rose 35 % to Rs 20 crore") or that it comes behind."""
    number = figure.number
    if number + 1 < len(scene.figures):
        following = scene.figures[number + 1]
        between = scene.tokens.norms[figure.found.end : following.start]
        if len(between) <= 8 and ("to" in between or "at" in between) and following.form in {Form.MONEY, Form.COUNT}:
            nouned = following.form is Form.MONEY or not any(m.start == following.end for m in scene.marks("other"))
            return following.form if nouned else None
    return None


def _is_value(scene: Scene, mark: Mark) -> bool:
    return mark.value == "transaction_value" and scene.norm(mark.end - 1) in {"value", "values"}


def _gone_on_from(figure: _Figure, before: list[Claim | None]) -> str | None:
    """The measure of the amount that a growth goes on from: "Rs 20 crore in July, a 35 % rise"."""
    if figure.topic is None or figure.topic.rule != "goes on":
        return None
    payments = (one.measure for one in reversed(before) if one is not None and one.measure in _PAID)
    return next(payments, None)


def _kind(scene: Scene, figure: _Figure, form: Form, measure: str, words: str) -> Kind:
    """Level, change or growth; a percentage that neither grows nor is a share is no fact."""
    motion = figure.motion
    if form is Form.POINTS:
        if measure != "market_share":
            raise Unclear(Reason.NOT_A_FACT, f"{words!r}: only shares change by points")
        return Kind.CHANGE
    if form in {Form.PERCENT, Form.TIMES}:
        if measure == "market_share" and motion in {Motion.STANDS, Motion.TO, Motion.FROM}:
            return Kind.LEVEL
        grown = any(mark.value == "noun" and mark.end <= figure.start for mark in scene.marks("rise"))
        if motion in {Motion.ROSE, Motion.FELL} or (motion in {Motion.TO, Motion.FROM} and grown):
            return Kind.GROWTH
        if motion is Motion.FROM and figure.number:
            return Kind.GROWTH
        raise Unclear(Reason.NOT_A_FACT, f"{words!r} is neither a growth nor a market share")
    if motion in {Motion.GAINED, Motion.FELL}:
        if MEASURES[measure].nature is Nature.FLOW and measure != "funding":
            raise Unclear(Reason.UNCLEAR, f"{words!r} is by how much a flow grew, not what it was")
        return Kind.LEVEL if measure == "funding" else Kind.CHANGE
    return Kind.LEVEL


def _check_people(scene: Scene, found: Found, topic: Topic, words: str) -> None:
    """People are users when they use or pay; others are rejected."""
    said = (scene.tokens.norms[mark.end - 1] for mark in scene.marks("measure") if mark.value == "active_users")
    active = scene.marks("use") or "active" in said
    if topic.value == "people" and found.form is Form.COUNT and not active:
        raise Unclear(Reason.NOT_A_FACT, f"{words!r} counts 'people', which is no measure")


def _check_mixed(scene: Scene, topic: Topic, subject: Subject, segment: str, words: str, *, goes_on: bool) -> None:
    """Of a bank, a telecom or a shop only what is said of payments is read; a retailer's goods are no payments."""
    if topic.value == "subscribers" and (subject.mixed or subject.rule != "named") and not goes_on:
        raise Unclear(Reason.NOT_A_FACT, told(words, "telecom"))
    if topic.value in {"gmv", "net_sales"} and subject.mixed:
        raise Unclear(Reason.NOT_A_FACT, told(words, "shops"))
    if subject.mixed and any(mark.value == "shops" for mark in scene.marks("other")):
        raise Unclear(Reason.NOT_A_FACT, told(words, "shops"))
    if subject.mixed and topic.value not in _QUALIFIED and subject.provider != ALL:
        worded = set(scene.tokens.norms[topic.mark.start : topic.mark.end + 4]) if topic.mark is not None else set()
        qualified = (
            bool(worded & _OF_PAYMENTS)
            or segment in _FINTECH
            or any(mark.value in _FINTECH for mark in scene.marks("segment"))
        )
        if not (
            qualified
            or scene.marks("handle")
            or any(mark.value in {"payments", "transactions"} for mark in scene.marks("measure"))
        ):
            raise Unclear(
                Reason.NOT_A_FACT, f"{words!r} is of {subject.provider}'s whole business, not of its payments"
            )


def _same_subject(scene: Scene, figure: _Figure, before: list[Claim | None]) -> Subject | None:
    """The provider of the figure that this one goes on from, where no other is named between the two."""
    if figure.topic is None or figure.topic.rule != "goes on" or not before or before[-1] is None:
        return None
    since = scene.figures[figure.number - 1].end
    if any(since <= mark.start < figure.start for mark in scene.marks("provider")):
        return None
    if before[-1].provider == ALL:
        return TOTAL
    known = known_subject(before[-1].provider, "goes on")
    return known if known.known else None


def _subject(scene: Scene, found: Found, topic: Topic, so_far: SoFar) -> Subject | None:
    if so_far.subject is not None and not scene.marks("provider") and _of_the_country(scene, found):
        return OF_COUNTRY
    subject = provider_of(scene, found, topic, so_far.subject, so_far.title)
    if subject is None and is_total(scene, topic):
        return TOTAL
    return subject


def _of_the_country(scene: Scene, found: Found) -> bool:
    """Whether "the country" or "the industry" is spoken of, after a provider of it was."""
    return any(
        scene.norm(at - 1) == "the" and scene.norm(at) in {"country", "nation", "industry", "sector"}
        for at in range(1, found.start)
    )


def _signed(figure: _Figure, kind: Kind) -> tuple[float, Bound]:
    """The value with the sign its verb gives it: "fell by more than 10 %" is less than -0.1."""
    value, bound = figure.found.value, figure.bound
    if figure.motion is Motion.FELL and kind is not Kind.LEVEL and value > 0:
        return -value, TURNED.get(bound, bound)
    return value, bound


def _period(
    scene: Scene, figure: _Figure, kind: Kind, measure: str, so_far: SoFar, now: Now
) -> tuple[Period | None, bool]:
    """The period, and whether the sentence states it: named, gone on with, that of the report, or open."""
    found = figure.found
    stock = MEASURES[measure].nature.at_instant
    mention = timing.mention_of(scene, found, stock=stock and kind is Kind.LEVEL)
    period = mention.period if mention is not None else None
    if figure.motion is Motion.FROM:
        base = timing.base_period(scene, found, period or so_far.period)
        if base is None and now.published is not None:
            raise Unclear(Reason.UNCLEAR, "the period of the figure compared with is not stated")
        return timing.as_stated(base, kind, measure), False
    rate = timing.rate_of(scene, found)
    dated = period is not None and timing.is_day(period)
    if rate is not None and kind is Kind.LEVEL and not stock and (period is None or (rate == "P1D" and not dated)):
        return timing.open_until(now, rate), False
    if period is not None and stock and timing.is_day(period):
        return Period(None, period.end), mention is not None  # "20 million at 30 June, up 24 %"
    if period is not None:
        return timing.as_stated(period, kind, measure), mention is not None
    carried = so_far.period if not (stock and kind is Kind.LEVEL) else None
    fallback = carried or (now.report if not (stock and kind is Kind.LEVEL) else None)
    if fallback is not None:
        return timing.as_stated(fallback, kind, measure), False
    if now.report is not None:
        return timing.as_stated(now.report, kind, measure), False
    return timing.open_until(now), False


def _inherited(scene: Scene, number: int, motion: Motion, claims: list[Claim | None]) -> Motion:
    """As in "up 31 % by volume and 48 % by value": a second percentage of a list moves as the first did."""
    figure = scene.figures[number]
    if motion is not Motion.STANDS or figure.form not in {Form.PERCENT, Form.TIMES} or not number:
        return motion
    grown = [(at, one) for at, one in enumerate(claims[:number]) if one is not None and one.kind is Kind.GROWTH]
    if not grown or _is_mix(scene, figure):
        return motion
    last, previous = grown[-1]
    between = scene.tokens.norms[scene.figures[number - 1].end : figure.start]
    bracketed = (
        figure.form is Form.TIMES and scene.norm(figure.start - 1) == "(" and scene.figures[last].form is Form.TIMES
    )
    listed = (
        figure.form is Form.PERCENT and len(between) <= _LIST_REACH and bool({"and", "but", "or", ","} & set(between))
    )
    if listed or bracketed:
        return Motion.FELL if previous.value < 0 else Motion.ROSE
    return motion


def _is_mix(scene: Scene, figure: Found) -> bool:
    return scene.norm(figure.end) == "of"


def _respective(scene: Scene) -> dict[int, Topic]:
    """The topics of figures that a "respectively" gives them: "revenue and profit of $374 million and $33 million"."""
    if "respectively" not in scene.tokens.norms:
        return {}
    at = scene.tokens.norms.index("respectively")
    run: list[int] = []
    for number in range(len(scene.figures) - 1, -1, -1):
        figure = scene.figures[number]
        if figure.end > at or (
            run
            and (
                scene.figures[run[-1]].start - figure.end > _LIST_GAP or figure.form is not scene.figures[run[-1]].form
            )
        ):
            continue
        run.append(number)
    run.reverse()
    marks = [mark for mark in scene.marks("measure", "other") if run and mark.end <= scene.figures[run[0]].start]
    topics = marks[-len(run) :] if len(run) > 1 else []
    together = all(later.start - earlier.end <= _LIST_GAP for earlier, later in itertools.pairwise(topics))
    if len(topics) != len(run) or not together:
        return {}
    return {
        number: Topic(mark.category, mark.value, "respectively", mark) for number, mark in zip(run, topics, strict=True)
    }


def _in_turn(scene: Scene, number: int, claims: list[Claim | None]) -> Topic | None:
    """That of a growth in a list behind as many amounts: "$25 billion in 85 million payments, up 15 % and 13 %"."""
    run = [scene.figures.index(one) for one in run_of(scene, scene.figures[number])]
    amounts = range(run[0] - len(run), run[0])
    if len(run) < 2 or number not in run or amounts.start < 0 or scene.figures[number].form is not Form.PERCENT:
        return None
    told_before = [claims[at] if at < len(claims) else None for at in amounts]
    measures = [one.measure for one in told_before if one is not None and one.kind is Kind.LEVEL]
    if len(set(measures)) < len(run):
        return None
    return Topic("measure", measures[run.index(number)], "respectively")


def _second_topic(scene: Scene, number: int, figure: Found, topic: Topic | None) -> Topic | None:
    """The other measure of "revenues and transactions each grew 15 %"."""
    if topic is None or topic.mark is None or topic.rule != "subject" or figure.form is not Form.PERCENT:
        return None
    between = range(topic.mark.end, figure.start)
    if not any(scene.norm(at) in {"each", "both"} for at in between) or number:
        return None
    for mark in scene.marks("measure"):
        joined = (
            scene.tokens.norms[topic.mark.end : mark.start]
            if mark.start >= topic.mark.end
            else scene.tokens.norms[mark.end : topic.mark.start]
        )
        if mark is not topic.mark and mark.end <= figure.start and "and" in joined and len(joined) <= 3:
            return Topic("measure", mark.value, "both", mark)
    return None


def _twin(scene: Scene, figure: _Figure, before: list[Claim | None]) -> Claim | None:
    """The claim of the same amount right before these brackets: "CNY 2,955 (US$433)", "2.80 billion (280 crore)"."""
    if not figure.number or before[-1] is None:
        return None
    found, previous = figure.found, scene.figures[figure.number - 1]
    between = scene.tokens.norms[previous.end : figure.start]
    if not between or between[0] not in {"(", "（"} or scene.norm(found.end) not in {")", "）"}:
        return None
    if found.form is not previous.form or found.form not in {Form.MONEY, Form.COUNT}:
        return None
    if abs(found.value - previous.value) <= 0.02 * abs(previous.value):
        words = scene.tokens.between(found.start, found.end)
        raise Unclear(Reason.NOT_A_FACT, f"{words!r} says the same figure again")
    return before[-1] if found.currency and found.currency != previous.currency else None


def _equivalent(scene: Scene, twin: Claim, figure: _Figure) -> Claim:
    del scene
    bound = figure.bound if figure.bound is not Bound.EXACT else twin.bound
    return identified(
        msgspec.structs.replace(
            twin,
            value=figure.found.value,
            step=figure.found.step,
            bound=bound,
            currency=figure.found.currency,
            equivalent_of=twin.id,
            confidence=of_same_amount(twin.confidence),
        )
    )


@lru_cache(maxsize=1)
def _source(document: Document, sentence: Sentence, sha256: str) -> Source:
    """The source of all claims of one sentence."""
    return Source(
        publisher=document.publisher,
        name=document.publisher_name,
        tier=document.tier,
        url=document.url,
        sha256=sha256,
        span=(sentence.start, sentence.end),
    )


def _rejected(document: Document, sentence: Sentence, reason: Reason, detail: str) -> Rejected:
    origin = Origin(file=document.id, span=(sentence.start, sentence.end))
    return rejected(reason, detail, sentence.text.encode(), origin)


rejection = _rejected
