"""The whole way from an article's text to claims."""

import re
from collections.abc import Iterator, Sequence

from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.providers import ALL, ProviderType, providers
from paysignal.facts.rejections import Reason, Rejected
from paysignal.sources.article.assembly import MOST_FIGURES, Read, reads_of, rejection
from paysignal.sources.article.choices import Setting, SoFar
from paysignal.sources.article.model import Extraction, Motion, Parsed, Sentence
from paysignal.sources.article.naming import known_subject, only_says
from paysignal.sources.article.period_makers import Now
from paysignal.sources.article.periods import TimesFound, times_of
from paysignal.sources.article.quantities import quantities_of
from paysignal.sources.article.scene import Scene, scene_of
from paysignal.sources.article.sentences import sentences_of
from paysignal.sources.article.shown import parsed_of
from paysignal.sources.article.titles import title_of
from paysignal.sources.article.tokens import Tokens, tokens_of
from paysignal.sources.article.vocabulary import Mark, lexicon, segments
from paysignal.sources.documents import Document

#: What a figure can not be without: a digit, or a word that is one.
_DIGIT = re.compile(r"[\d一二三四五六七八九十两百千万亿倍番半]")
_WORDED = re.compile(
    r"\b(?:hundreds?|thousands?|millions?|billions?|trillions?|lakhs?|crores?|percent|per\scent|"
    r"doubl\w+|tripl\w+|trebl\w+|quadrupl\w+|quintupl\w+|halv\w+|twice|thrice|\w+fold|times|flat|unchanged|stable|steady)\b",
    re.IGNORECASE,
)


_IN_NAMES = frozenset({"payments", "transfers"})


def parse_article(document: Document, *, stages: bool = True) -> Extraction:
    """Every sentence with what the stages found, and one outcome for each figure: a `Claim`, or `Rejected` and why.

    Never raises on any text. A document without `published_at` gives claims without a known time. Without `stages`
    the sentences are left out, which is faster.
    """
    title = title_of(document.title, document.published_at)
    now, sha256 = Now(document.published_at, title.report), document.sha256
    so_far = SoFar(title=title.subject)
    shown: list[Parsed] = []
    outcomes: list[Claim | Rejected] = []
    for sentence in sentences_of(document.text):
        hinted = _DIGIT.search(sentence.text) or _WORDED.search(sentence.text)
        scene = scene_in(sentence, now) if hinted else names_in(sentence)
        reads = list(_reads(Setting(document, sha256, now, sentence, scene), so_far))
        outcomes.extend(read.outcome for read in reads)
        if not any(not figure.flat for figure in scene.figures):
            outcomes.extend(_without_figure(document, sentence, scene))
        if not any(isinstance(read.outcome, Claim) for read in reads):
            _moved(scene, so_far)
        if stages:
            shown.append(parsed_of(sentence, scene, reads))
    kept = tuple(_once(outcomes))
    named = {one.provider for one in kept if isinstance(one, Claim)} - providers().keys() - {ALL}
    return Extraction(document.id, tuple(shown), kept, tuple(sorted(named)))


def names_in(sentence: Sentence) -> Scene:
    """A sentence that can have no figure, with the providers and markets that it names."""
    tokens = tokens_of(sentence.text)
    return scene_of(tokens, lexicon().names(tokens), TimesFound((), (), (), frozenset()), [], ())


def scene_in(sentence: Sentence, now: Now) -> Scene:
    """The first stages on one sentence: tokens, wordings, times, figures, clauses."""
    tokens = tokens_of(sentence.text)
    marks = lexicon().marks(tokens)
    times = times_of(tokens, marks, now)
    figures = quantities_of(tokens, marks, times.taken)
    if figures:
        marks.extend(segments().marks(tokens))
        marks.extend(_payments_in_names(tokens, marks))
    return scene_of(tokens, marks, times, figures, ())


def _payments_in_names(tokens: Tokens, marks: Sequence[Mark]) -> list[Mark]:
    """The payments that the name of a rail ends with: of "iDEAL payments" both the rail and its payments are said."""
    return [
        Mark("measure", "payments", mark.end - 1, mark.end) for mark in marks
        if mark.category == "provider" and mark.end - mark.start > 1 and tokens.norms[mark.end - 1] in _IN_NAMES
        and providers()[mark.value].type is ProviderType.RAIL
    ]  # fmt: skip


def _reads(at: Setting, so_far: SoFar) -> Iterator[Read]:
    figures = at.scene.figures
    if len(figures) <= MOST_FIGURES:
        yield from reads_of(at, so_far)
        return
    detail = f"{len(figures)} figures in one sentence: a table, which is read by its columns"
    outcome = rejection(at.document, at.sentence, Reason.NOT_A_FACT, detail)
    yield Read(figures[0], Bound.EXACT, Motion.STANDS, None, "table", outcome)


def _moved(scene: Scene, so_far: SoFar) -> None:
    """A sentence that names a provider and gives no fact still says whom "the company" means from then on."""
    marks = scene.marks("provider")
    owned = {mark.start for mark in marks}  # of "Interswitch's Verve" the second is spoken of
    named = [mark.value for mark in marks if not only_says(scene, mark) and mark.end not in owned]
    if named and (so_far.subject is None or so_far.subject.provider not in named):
        topics = so_far.topics if so_far.subject is None else ()  # those of a forecast in this very sentence
        so_far.subject, so_far.topics, so_far.period = known_subject(named[0], "so far"), topics, None


def _without_figure(document: Document, sentence: Sentence, scene: Scene) -> Iterator[Rejected]:
    """A sentence that names a provider in markets, and states no figure, claims nothing."""
    subjects, markets = scene.marks("provider"), scene.marks("market")
    if subjects and markets:
        named = ", ".join(sorted({mark.value for mark in markets}))
        detail = f"names {subjects[0].value} in {named} and states no figure"
        yield rejection(document, sentence, Reason.NOT_A_FACT, detail)


def _finer(one: Claim, other: Claim) -> bool:
    """Whether a growth says more finely what a "four times" beside it says: "i.e. 314 %"."""
    if other.kind is not Kind.GROWTH or other.value < 1 or (other.step or 1.0) < 1 or (one.step or 1.0) >= 1:
        return False
    same = (one.provider, one.market, one.measure, one.segment, one.period, one.source.span) == (
        other.provider, other.market, other.measure, other.segment, other.period, other.source.span
    )  # fmt: skip
    return same and abs(one.value - other.value) <= 0.5


def _once(outcomes: list[Claim | Rejected]) -> Iterator[Claim | Rejected]:
    """The same fact said twice in one text is one fact."""
    seen: set[str] = set()
    growths: dict[tuple[int, int] | None, list[Claim]] = {}
    for one in outcomes:
        if isinstance(one, Claim) and one.kind is Kind.GROWTH and one.step is not None:
            growths.setdefault(one.source.span, []).append(one)
    for outcome in outcomes:
        if isinstance(outcome, Claim) and any(_finer(one, outcome) for one in growths.get(outcome.source.span, ())):
            continue
        if isinstance(outcome, Claim) and outcome.id is not None:
            if outcome.id in seen:
                continue
            seen.add(outcome.id)
        yield outcome
