"""What a figure is of: the noun behind it, the figure it goes on from, the subject before it, or the topic so far."""

from collections.abc import Sequence

from paysignal.sources.article.model import Form
from paysignal.sources.article.nouns import next_in_list, noun_behind, of_every
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.ratios import PAID_WORDS
from paysignal.sources.article.scene import Scene
from paysignal.sources.article.topics import Topic, fits
from paysignal.sources.article.vocabulary import Mark

#: Other things that are the subject of a clause when they stand before a figure; the rest only right behind one.
_SUBJECT_OTHERS = frozenset({
    "profit", "cash", "shares", "staff", "loans", "costs", "shops", "telecom", "cards", "accounts", "prices", "limits",
    "stake", "money", "per_user",
})  # fmt: skip
_PASSING = frozenset({"durations", "places", "institutions", "people", "population", "limits"})
_PREPOSITIONS = frozenset({
    "of", "from", "in", "on", "at", "for", "by", "to", "per", "through", "via", "across", "using", "between", "among",
    "under", "within",
    "into",
})  # fmt: skip
_DETERMINERS = frozenset(
    {
        "the",
        "its",
        "their",
        "a",
        "an",
        "our",
        "his",
        "her",
        "total",
        "average",
        "gross",
        "all",
        "such",
        "new",
        "each",
        "every",
        "of",
    }
    - {"of"}
)
_SMALL = 1_000  #: a bare number below that, without a noun, is an age, a rank or a note's mark
_GETTING = frozenset({"got", "gets", "received", "receives", "attracted", "landed", "nabbed", "netted", "pulled"})
_FAR = 22  #: tokens: beyond that a figure is no longer gone on from
#: Segments that payments are in rather than users.
_OF_PAYMENTS = frozenset({"online", "in-store", "contactless", "cross-border", "remittances"})


def topic_of(scene: Scene, number: int, start: int, reads: list[Topic | None], before: Sequence[Topic]) -> Topic | None:
    """The topic of the figure of that number; None when nothing before or behind it can be one.

    `reads` are the topics of the sentence's figures before it, `before` those of earlier sentences, the latest first.
    """
    figure = scene.figures[number]
    if figure.form is Form.MONEY and _valued_at(scene, start) and not scene.marks("handle"):
        return Topic("measure", "valuation", "valued at")
    if figure.bare and of_every(scene, figure):
        return None
    behind = noun_behind(scene, figure) or next_in_list(scene, figure)
    if behind is not None:
        return behind
    if figure.bare and figure.value < _SMALL and figure.form is Form.COUNT:
        ahead = _ahead(scene, number, start, reads)
        return ahead if ahead is not None and ahead.rule != "goes on" else None
    told = _going_on(scene, number, start, reads) or _ahead(scene, number, start, reads)
    return told or _in_context(scene, figure, start, before) or _later(scene, figure) or _got(scene, figure, start)


def _got(scene: Scene, figure: Found, start: int) -> Topic | None:
    """Money that a firm "got" where its valuation or its investors are told."""
    near = set(scene.tokens.norms[max(0, start - 3) : start])
    told = any(mark.value in {"valuation", "valued_at", "funding"} for mark in scene.marks("measure"))
    return Topic("measure", "funding", "behind") if figure.form is Form.MONEY and near & _GETTING and told else None


def _in_context(scene: Scene, figure: Found, start: int, before: Sequence[Topic]) -> Topic | None:
    """The topic of a sentence before, where this one has no subject of its own."""
    if _subject_unknown(scene, 0, start):
        return None
    if any(mark.value in _OF_PAYMENTS and mark.end <= start for mark in scene.marks("segment")):
        before = sorted(before, key=lambda one: one.value not in {"transactions", "payments", "transaction_value"})
    fitting = (topic._replace(rule="context", mark=None) for topic in before if fits(topic.value, figure.form))
    return next(fitting, None)


def _going_on(scene: Scene, number: int, start: int, reads: list[Topic | None]) -> Topic | None:
    """The topic of the figure before, when nothing but links, motions and times stand between the two."""
    figure = scene.figures[number]
    if not number:
        return None
    since = scene.figures[number - 1].end
    last = reads[number - 1]
    if last is not None and last.mark is not None and since <= last.mark.start < start:
        since = last.mark.end
    if start - since > _FAR or _fresh_subject(scene, since, start):
        return None
    if (
        figure.form is Form.MONEY
        and scene.norm(figure.end) == "from"
        and any(one is not None and one.value == "funding" for one in reads)
    ):
        return Topic("measure", "funding", "goes on")
    for back in range(number - 1, -1, -1):
        topic = reads[back]
        if (
            topic is None
            or (not topic.is_measure and topic.value in _PASSING)
            or (topic.value == "people" and any(_topic_fits(one, figure.form) for one in reads[:back]))
            or (_aside(scene, back) and back and _topic_fits(reads[back - 1], figure.form))
        ):
            continue
        if figure.form in {Form.COUNT, Form.MONEY} and scene.unknown(
            max(since, scene.clauses[scene.clause_of(start)].start), start
        ):
            return Topic("other", f"word:{_told(scene, since, start)}", "unknown before")
        if _topic_fits(topic, figure.form):
            return topic._replace(rule="goes on")
    return None


def _topic_fits(topic: Topic | None, form: Form) -> bool:
    return topic is not None and (not topic.is_measure or fits(topic.value, form))


def _aside(scene: Scene, number: int) -> bool:
    """Whether a figure stands in a phrase beside the point: "£27bn … for 5.5 million customers, 50 per cent more"."""
    figure = scene.figures[number]
    words = {"for", "from", "across", "involving"} | ({"by"} if figure.form in {Form.COUNT, Form.MONEY} else set())
    return any(scene.norm(figure.start - back) in words for back in (1, 2))


def _fresh_subject(scene: Scene, start: int, end: int) -> bool:
    """Whether a topic is named, or an unknown thing is, between two figures."""
    if any(start <= mark.start < end and _can_lead(mark) for mark in scene.marks("measure", "other", "handle")):
        return True
    return _subject_unknown(scene, start, end)


def _can_lead(mark: Mark) -> bool:
    if mark.category == "other":
        return mark.value in _SUBJECT_OTHERS
    return True


def _subject_unknown(scene: Scene, start: int, end: int) -> bool:
    """Whether a clause between two places has a subject that is no wording: unknown words and then a verb."""
    for clause_start, clause_end in scene.clauses:
        first, last = max(clause_start, start), min(clause_end, end)
        if first >= last:
            continue
        verb = next((at for at in range(first, last) if _finite(scene, at)), -1)
        if verb < 0 or _coordinated(scene, clause_start, first):
            continue
        unknown = scene.unknown(first, verb)
        if unknown and not any(first <= mark.start < verb for mark in scene.marks("measure", "provider", "pronoun")):
            return True
    return False


def _coordinated(scene: Scene, clause_start: int, first: int) -> bool:
    """Whether an "and" goes on a subject that has had no verb yet: "spending on travel and entertainment went up"."""
    if first != clause_start or scene.norm(first) != "and" or not first:
        return False
    start, _ = scene.clauses[scene.clause_of(first - 1)]
    named = any(start <= mark.start < first for mark in scene.marks("measure", "other"))
    return named and not any(_finite(scene, at) for at in range(start, first))


def _finite(scene: Scene, at: int) -> bool:
    mark = scene.start_at.get(("stand", at)) or scene.start_at.get(("handle", at))
    if mark is not None and not scene.norm(at).endswith("ing"):
        return True
    rise = scene.start_at.get(("rise", at)) or scene.start_at.get(("fall", at))
    return rise is not None and rise.value == "verb" and not scene.norm(at).endswith("ing")


def _valued_at(scene: Scene, start: int) -> bool:
    """Whether "values the payments company at" stands before an amount."""
    if scene.norm(start - 1) != "at":
        return False
    at = next((at for at in range(max(0, start - 9), start) if scene.norm(at) in {"values", "valued", "valuing"}), -1)
    paid = any(at - 8 <= mark.start < at and mark.value in PAID_WORDS for mark in scene.marks("measure"))
    return at >= 0 and not paid


def _ahead(scene: Scene, number: int, start: int, reads: list[Topic | None]) -> Topic | None:
    """The subject before a figure: in its own clause, else in those before, up to one whose subject is unknown."""
    figure = scene.figures[number]
    floor = scene.figures[number - 1].end if number else 0
    clause = scene.clause_of(start)
    end = start
    while clause >= 0:
        first = max(scene.clauses[clause].start, floor)
        if first < end:
            head = _head(scene, first, end, figure)
            if head is not None:
                return head
            if _subject_unknown(scene, first, end):
                return Topic("other", f"word:{_told(scene, first, end)}", "subject")
        end = scene.clauses[clause].start
        clause -= 1
        if end <= floor:
            break
    if number and floor:
        back = next((read for read in reversed(reads[:number]) if read is not None), None)
        if back is not None and _topic_fits(back, figure.form) and not _subject_unknown(scene, floor, start):
            return back._replace(rule="goes on")
    return None


def _told(scene: Scene, first: int, end: int) -> str:
    words = scene.unknown(first, end)
    return scene.tokens.written[words[-1]] if words else "other"


def _head(scene: Scene, first: int, end: int, figure: Found) -> Topic | None:
    """The head of what is named between two places: the first that fits, or a later one that hangs on nothing."""
    head: Mark | None = None
    for mark in scene.marks("measure", "other", "handle"):
        if not first <= mark.start < end or mark.end > end or not _heads(mark, figure.form):
            continue
        if head is None or not (_goes_with(scene, head, mark) or _hangs(scene, head, mark)):
            head = mark
    if head is None:
        return None
    if head.category == "handle":
        return Topic("measure", "payments", "verb before", head)
    return Topic(head.category, head.value, "subject", head)


def _heads(mark: Mark, form: Form) -> bool:
    """Whether a wording can be what a figure of a form is of when it stands before it."""
    if mark.category == "other":
        return mark.value in _SUBJECT_OTHERS
    return fits(mark.value, form) if mark.category == "measure" else form in {Form.MONEY, Form.COUNT}


def _goes_with(scene: Scene, head: Mark, mark: Mark) -> bool:
    """As in "transactions, valued at" and "GMV of merchants on its platform": the later wording tells of the head."""
    if mark.value == "valued_at":
        return head.value in PAID_WORDS
    return mark.category == "handle" and scene.norm(mark.start) in _PREPOSITIONS


def _hangs(scene: Scene, head: Mark, mark: Mark) -> bool:
    """Whether a preposition stands before what is named later, with nothing but determiners and adjectives between."""
    if mark.value == "valuation":
        return False  # "raised $250 million at a valuation of"
    at, unknown = mark.start - 1, 0
    named = {place for one in scene.marks("provider", "market") for place in range(one.start, one.end)}
    while at >= head.end and (scene.norm(at) in _DETERMINERS or at in named or (not scene.covered[at] and unknown < 2)):
        unknown += not scene.covered[at]
        at -= 1
    return at >= head.end and scene.norm(at) in _PREPOSITIONS


def _later(scene: Scene, figure: Found) -> Topic | None:
    """A topic behind a ratio in its own clause, when nothing stands before: "up 5 % in transactions"."""
    if figure.form in {Form.COUNT, Form.MONEY}:
        return None
    clause = scene.clauses[scene.clause_of(figure.start)]
    for mark in scene.marks("measure"):
        if figure.end <= mark.start < clause.end and fits(mark.value, figure.form):
            return Topic("measure", mark.value, "behind", mark)
    return None
