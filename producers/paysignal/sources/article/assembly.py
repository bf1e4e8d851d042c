"""Last stages: figures and what belongs to them, put together to claims, or rejected with the reason."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from paysignal.facts.claims import Claim, Source
from paysignal.facts.errors import Refused
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.measures import unit_of
from paysignal.facts.periods import Period
from paysignal.facts.providers import ALL
from paysignal.facts.rejections import Origin, Reason, Rejected, rejected
from paysignal.sources.article import timing
from paysignal.sources.article.bounds import bound_of
from paysignal.sources.article.choices import About, Choice, Setting, SoFar, Unclear, What
from paysignal.sources.article.confidence import confidence_of
from paysignal.sources.article.lists import in_turn, inherited, respective, second_topic
from paysignal.sources.article.measuring import topic_of
from paysignal.sources.article.model import Motion, Sentence
from paysignal.sources.article.motions import motion_of
from paysignal.sources.article.naming import OF_COUNTRY, TOTAL, Subject, family_of, known_subject, provider_of
from paysignal.sources.article.parts import prices_of, segment_of
from paysignal.sources.article.places import everywhere, is_total, market_of
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.refusing import (
    check_counted,
    check_mixed,
    check_people,
    check_stated,
    check_subscribers,
    topic_told,
)
from paysignal.sources.article.scene import Scene
from paysignal.sources.article.stating import counted, currency_of, kind_of, measure_of, signed
from paysignal.sources.article.statuses import TOLD
from paysignal.sources.article.topics import Topic, is_money, measure_for
from paysignal.sources.article.twins import SAME_AMOUNT, equivalent, twin_of
from paysignal.sources.documents import Document

#: A sentence of more figures is a table that lost its lines.
MOST_FIGURES = 40


class Read(NamedTuple):
    """A figure with what was chosen for it; `rule` says how."""

    figure: Found
    bound: Bound
    motion: Motion
    topic: Topic | None
    rule: str
    outcome: Claim | Rejected


def reads_of(at: Setting, so_far: SoFar) -> Iterator[Read]:
    """One outcome for each figure of a sentence, in its order; `so_far` goes on to the next sentence."""
    topics: list[Topic | None] = []
    claims: list[Claim | None] = []
    told_in_order = respective(at.scene)
    for number, figure in enumerate(at.scene.figures):
        bound, start = bound_of(at.scene, figure)
        motion = inherited(at.scene, number, motion_of(at.scene, figure, start), claims)
        topic = (
            told_in_order.get(number)
            or in_turn(at.scene, number, claims)
            or topic_of(at.scene, number, start, topics, so_far.topics)
        )
        topics.append(topic)
        read = _read(at, Choice(number, figure, bound, start, motion, topic), so_far, claims)
        claims.append(read.outcome if isinstance(read.outcome, Claim) else None)
        if figure.flat and claims[-1] is None:
            continue
        yield read
        yield from _second(at.scene, number, read)


def _read(at: Setting, choice: Choice, so_far: SoFar, before: list[Claim | None]) -> Read:
    rule = choice.topic.rule if choice.topic is not None else ""
    outcome: Claim | Rejected
    try:
        outcome, rule = _claim(at, choice, so_far, before)
    except Unclear as unclear:
        outcome = rejection(at.document, at.sentence, unclear.reason, unclear.detail)
    except (Refused, msgspec.ValidationError) as refused:
        outcome = rejection(at.document, at.sentence, Reason.UNCLEAR, str(refused))
    return Read(choice.found, choice.bound, choice.motion, choice.topic, rule, outcome)


def _second(scene: Scene, number: int, read: Read) -> Iterator[Read]:
    """The same figure of another measure: "revenues and transactions each grew 15 %"."""
    topic = second_topic(scene, number, read.figure, read.topic) if isinstance(read.outcome, Claim) else None
    if topic is None or not isinstance(read.outcome, Claim):
        return
    measure = measure_for(topic, read.figure.form)
    unit, currency = unit_of(measure, read.outcome.kind), read.outcome.currency if is_money(measure) else ""
    both = msgspec.structs.replace(read.outcome, measure=measure, unit=unit, currency=currency)
    yield read._replace(topic=topic, rule="both", outcome=identified(both))


def _claim(at: Setting, choice: Choice, so_far: SoFar, before: list[Claim | None]) -> tuple[Claim, str]:
    """The claim that a figure is, and the rules that found its measure, provider and market."""
    scene = at.scene
    check_stated(scene, choice, so_far)
    twin = twin_of(scene, choice, before)
    if twin is not None:
        return equivalent(twin, choice), SAME_AMOUNT
    topic = topic_told(scene, choice)
    form = counted(scene, choice.found, topic)
    check_counted(scene, choice, form)
    measure = measure_of(scene, choice, topic, form, before)
    what = What(topic, measure, kind_of(scene, choice, form, measure))
    check_people(scene, choice, topic)
    about = _about(scene, choice, what, so_far, before)
    period, stated = timing.period_of(scene, choice, what, so_far.period, at.now)
    if timing.is_ahead(period, at.now):
        raise Unclear(Reason.NOT_A_FACT, f"{choice.words(scene)!r} {TOLD['forecast']}: its period lies ahead")
    claim = _made(at, choice, what, about, period)
    so_far.stated(scene, choice, what, about, period if stated else None)
    return identified(claim), _rule(what, about)


def _about(scene: Scene, choice: Choice, what: What, so_far: SoFar, before: Sequence[Claim | None]) -> About:
    """Whom and where a figure is about; raises `Unclear` where the text does not tell."""
    topic, found = what.topic, choice.found
    subject = _same_subject(scene, choice, before) or _subject(scene, found, topic, so_far)
    if subject is None:
        raise Unclear(Reason.UNCLEAR, f"{choice.words(scene)!r} is of no provider that the text names")
    segment = segment_of(scene, found, topic, what.measure)
    if topic.rule != "goes on" or before[-1] is None:
        check_subscribers(scene, choice, topic, subject)
    check_mixed(scene, choice, topic, subject, segment)
    if topic.rule == "context" and not segment:
        segment = so_far.segment if so_far.topics and topic.value == so_far.topics[0].value else ""
    there = so_far.market if _same_family(subject, so_far.subject) else None
    market = everywhere(scene, what.measure, segment) or market_of(scene, found, subject, what.measure, there)
    if market is None:
        detail = f"several markets are named and {choice.words(scene)!r} is of none alone"
        raise Unclear(Reason.UNCLEAR, detail)
    return About(subject, segment, market)


def _same_family(subject: Subject, before: Subject | None) -> bool:
    """Whether a market that was spoken of is that of a subject too."""
    if subject is OF_COUNTRY or before is None:
        return True
    return family_of(before.provider) == family_of(subject.provider)


def _same_subject(scene: Scene, choice: Choice, before: Sequence[Claim | None]) -> Subject | None:
    """The provider of the figure that this one goes on from, where no other is named between the two."""
    if choice.topic is None or choice.topic.rule != "goes on" or not before or before[-1] is None:
        return None
    since = scene.figures[choice.number - 1].end
    if any(since <= mark.start < choice.start for mark in scene.marks("provider")):
        return None
    if before[-1].provider == ALL:
        return TOTAL
    known = known_subject(before[-1].provider, "goes on")
    return known if known.known else None


def _subject(scene: Scene, found: Found, topic: Topic, so_far: SoFar) -> Subject | None:
    if so_far.subject is not None and not scene.marks("provider") and _of_the_country(scene, found):
        return OF_COUNTRY
    subject = provider_of(scene, found, topic, so_far.subject, so_far.title)
    return TOTAL if subject is None and is_total(scene, topic) else subject


def _of_the_country(scene: Scene, found: Found) -> bool:
    """Whether "the country" or "the industry" is spoken of, after a provider of it was."""
    return any(
        scene.norm(at - 1) == "the" and scene.norm(at) in {"country", "nation", "industry", "sector"}
        for at in range(1, found.start)
    )


def _made(at: Setting, choice: Choice, what: What, about: About, period: Period | None) -> Claim:
    scene, found = at.scene, choice.found
    value, bound = signed(choice, what.kind)
    money = is_money(what.measure) and what.kind is not Kind.GROWTH
    return Claim(
        provider=about.subject.provider,
        market=about.market[0],
        measure=what.measure,
        segment=about.segment or ("gmv" if what.topic.value == "gmv" else ""),
        kind=what.kind,
        value=value,
        bound=bound,
        step=found.step,
        unit=unit_of(what.measure, what.kind),
        currency=currency_of(scene, found, about.subject, about.market[0]) if money else "",
        prices=prices_of(scene, found, what.measure),
        period=period,
        baseline=timing.baseline_of(scene, found, what, period),
        known_at=at.document.published_at,
        known_at_basis=at.document.published_basis,
        confidence=confidence_of(what.topic.rule, about.subject.rule),
        source=_source(at.document, at.sentence, at.sha256, _rule(what, about)),
    )


def _rule(what: What, about: About) -> str:
    """The rules that found a figure's measure, its provider and its market: what `source.ref` of a claim tells."""
    return f"{what.topic.rule}, {about.subject.rule}, {about.market[1]}"


@lru_cache(maxsize=4)
def _source(document: Document, sentence: Sentence, sha256: str, rule: str) -> Source:
    """The source of the claims of one sentence that one rule found."""
    return Source(
        publisher=document.publisher,
        name=document.publisher_name,
        tier=document.tier,
        url=document.url,
        ref=rule,
        sha256=sha256,
        span=(sentence.start, sentence.end),
    )


def rejection(document: Document, sentence: Sentence, reason: Reason, detail: str) -> Rejected:
    """A sentence, or a figure of it, that gives no fact."""
    origin = Origin(file=document.id, span=(sentence.start, sentence.end))
    return rejected(reason, detail, sentence.text.encode(), origin)
