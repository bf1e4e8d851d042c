"""What a figure is of: the noun behind it, the figure it goes on from, the subject before it, or the topic so far."""

from collections.abc import Sequence
from typing import NamedTuple

from paysignal.facts.measures import MEASURES, Unit
from paysignal.sources.article.model import Form
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.scene import Scene
from paysignal.sources.article.vocabulary import Mark

#: Words whose measure the figure decides: dollars of payments are their value, a count of them their number.
MONEY_OF = {
    "transactions": "transaction_value", "payments": "transaction_value", "volume": "transaction_value",
    "income": "revenue", "net_sales": "revenue", "gmv": "transaction_value", "invested": "funding",
    "payments_revenue": "revenue", "valued_at": "valuation", "averaged": "average_spend",
}  # fmt: skip
COUNT_OF = {
    "payments": "transactions", "volume": "transactions", "people": "active_users", "subscribers": "active_users",
    "averaged": "transactions",
}  # fmt: skip
_RATIO_OF = {
    "valued_at": "valuation", "invested": "funding", "averaged": "transactions",
    "payments": "transactions", "volume": "transaction_value", "income": "revenue", "net_sales": "revenue",
    "gmv": "transaction_value", "payments_revenue": "revenue", "people": "active_users",
    "subscribers": "active_users",
}  # fmt: skip
_MONEY = frozenset({"transaction_value", "revenue", "funding", "valuation", "average_spend"}) | MONEY_OF.keys()
#: Measures that a share can be meant by, and what only money or counts can be.
_COUNTS = (
    frozenset({"active_users", "registered_users", "merchants", "agents", "transactions", "app_opens"})
    | COUNT_OF.keys()
)
#: Other things that are the subject of a clause when they stand before a figure; the rest only right behind one.
_SUBJECT_OTHERS = frozenset({
    "profit", "cash", "shares", "staff", "loans", "costs", "shops", "telecom", "cards", "accounts", "prices", "limits",
    "stake", "money", "per_user",
})  # fmt: skip
_PASSING = frozenset({"durations", "places", "institutions", "people", "population", "limits"})
_PREPOSITIONS = frozenset({
    "of", "from", "in", "on", "at", "for", "by", "per", "through", "via", "across", "using", "between", "among",
    "under", "within",
    "into",
})  # fmt: skip
_SINGULAR = frozenset(
    {"payment", "transaction", "user", "customer", "merchant", "wallet", "agent", "account", "client"}
)
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
_BEFORE_GROWTH = frozenset(
    {"annual", "annualised", "sequential", "yearly", "quarterly", "organic", "net", "total", "-"}
)
#: Words between "a 14 % growth in" and its noun.
_BEFORE_NOUN = frozenset({
    "in", "of", "the", "its", "total", "monthly", "annual", "annualised", "their", "active", "new", "net", "number",
    "average", "daily", "weekly", "quarterly", "overall", "our", "gross", "adjusted", "unique", "reported", "organic",
    "global", "worldwide", "combined",
})  # fmt: skip
_REACH = 7
_FAR = 22  #: tokens: beyond that a figure is no longer gone on from
_SKIPPED = frozenset({
    "of", "new", "net", "its", "the", "total", "more", "worth", "monthly", "annual", "additional", "extra",
    "other", "further",
    "in", "a", "their", "our", "different", "unique", "digital", "through", "via", "such", "these", "those",
    "single", "separate",
    "daily", "weekly", "quarterly", "active", "over", "gross", "them", "which", "combined", "adjusted", "fewer",
    "higher", "as", "many", "much",
})  # fmt: skip
_NO_NOUN_AFTER_COUNT = frozenset({"in", "through", "via", "over", "as", "the", "a"})


#: Segments that payments are in rather than users.
_OF_PAYMENTS = frozenset({"online", "in-store", "contactless", "cross-border", "remittances"})


class Topic(NamedTuple):
    """What a figure is of: a measure's wording or another thing, by which rule."""

    category: str
    value: str
    rule: str
    mark: Mark | None = None

    @property
    def is_measure(self) -> bool:
        """Whether it is of a measure at all."""
        return self.category == "measure"


def topic_of(scene: Scene, number: int, start: int, reads: list[Topic | None], before: Sequence[Topic]) -> Topic | None:
    """The topic of the figure of that number; None when nothing before or behind it can be one.

    `reads` are the topics of the sentence's figures before it, `before` those of earlier sentences, the latest first.
    """
    figure = scene.figures[number]
    behind = _behind(scene, figure)
    if behind is not None:
        return behind
    if figure.form is Form.MONEY and _valued_at(scene, start) and not scene.marks("handle"):
        return Topic("measure", "valuation", "valued at")
    going_on = _going_on(scene, number, start, reads)
    if going_on is not None:
        return going_on
    ahead = _ahead(scene, number, start, reads)
    if ahead is not None:
        return ahead
    if not _subject_unknown(scene, 0, start):
        if any(mark.value in _OF_PAYMENTS and mark.end <= start for mark in scene.marks("segment")):
            before = sorted(before, key=lambda one: one.value not in {"transactions", "payments", "transaction_value"})
        for topic in before:
            if fits(topic.value, figure.form):
                return topic._replace(rule="context", mark=None)
    return _later(scene, figure)


def measure_for(topic: Topic, form: Form) -> str:
    """The measure of the catalogue that a wording means for a figure of that form."""
    table = MONEY_OF if form is Form.MONEY else COUNT_OF if form is Form.COUNT else _RATIO_OF
    return table.get(topic.value, topic.value)


def fits(value: str, form: Form) -> bool:
    """Whether a figure of this form can be of the measure: dollars of users are none."""
    if form in {Form.PERCENT, Form.TIMES}:
        return True
    if form is Form.POINTS:
        return value == "market_share"
    return value in _MONEY if form is Form.MONEY else value in _COUNTS


def is_money(measure: str) -> bool:
    """Whether the measure is in a currency."""
    return MEASURES[measure].unit is Unit.CURRENCY


def _behind(scene: Scene, figure: Found) -> Topic | None:
    """The noun right behind: "20 million offline merchants", "$23 billion in volume", "a 134 % jump in customers"."""
    at = figure.end
    if figure.form in {Form.PERCENT, Form.TIMES, Form.POINTS}:
        return _behind_ratio(scene, at, figure_times=figure.form is Form.TIMES)
    if scene.norm(at) in {"-", "+"}:
        at += 1
    unknown = -1
    for step in range(_REACH):
        mark = scene.start_at.get(("measure", at)) or scene.start_at.get(("other", at))
        if mark is not None:
            if mark.category == "other" and mark.value in {"durations", "prices"} and step:
                return None
            if mark.category == "measure" and not fits(mark.value, figure.form):
                ahead = scene.start_at.get(("measure", mark.end))
                if mark.value == "market_share" or ahead is None:
                    return None
                at = mark.end
                continue
            if mark.category == "measure" and _is_adjective(scene, mark):
                return Topic("other", f"word:{scene.tokens.written[mark.end]}", "noun behind")
            if mark.category == "measure" and unknown >= 0 and figure.form is Form.MONEY:
                return None
            return Topic(mark.category, mark.value, "noun behind", mark)
        norm = scene.norm(at)
        if figure.form is Form.MONEY and ("handle", at) in scene.start_at:
            return Topic("measure", "payments", "verb behind", scene.start_at["handle", at])
        if any(rate.start == at for rate in scene.times.rates):
            break
        if at in scene.times.taken and figure.form is Form.MONEY and step:
            at += 1
            continue
        if not norm or at in scene.times.taken or _verb(scene, at) or not (norm[0].isalpha() or norm == "-"):
            break
        if any(("provider", at) in scene.start_at or (one, at) in scene.start_at for one in ("market", "segment")):
            mark = next(
                scene.start_at[one, at] for one in ("provider", "market", "segment") if (one, at) in scene.start_at
            )
            at = mark.end
            continue
        if norm in _SKIPPED or norm == "-" or ("gain", at) in scene.start_at:
            if figure.form is Form.COUNT and norm in _NO_NOUN_AFTER_COUNT and norm != "of":
                break
        elif scene.covered[at]:
            break
        elif unknown < 0:
            unknown = at
        at += 1
    if unknown < 0 and figure.form is Form.COUNT and ("provider", figure.end) in scene.start_at:
        return Topic("other", f"word:{scene.tokens.written[figure.end]}", "noun behind")
    if unknown >= 0 and figure.form is Form.COUNT:
        return Topic("other", f"word:{scene.tokens.written[unknown]}", "noun behind")
    return None


def _is_adjective(scene: Scene, mark: Mark) -> bool:
    """Whether a wording in the singular only tells what kind of another noun is counted: "50 payment methods"."""
    singular = scene.norm(mark.end - 1) in _SINGULAR
    return singular and mark.end < len(scene.covered) and not scene.covered[mark.end] and scene.norm(mark.end).isalpha()


def _of_market(scene: Scene, at: int) -> bool:
    """Whether "of the ... market" follows: a share of a market of payments is one."""
    named = scene.start_at.get(("measure", at - 1)) or scene.start_at.get(("measure", at))
    return named is not None and named.value == "market_share"


def _behind_ratio(scene: Scene, at: int, *, figure_times: bool) -> Topic | None:
    other = scene.start_at.get(("other", at))
    if other is not None:
        return Topic("other", other.value, "noun behind", other)
    if scene.norm(at) == "of" and not _of_market(scene, at + 1):
        last = next((mark.end for mark in scene.marks("measure") if at < mark.start <= at + 4), at + 1)
        return Topic("other", "mix", "noun behind", Mark("other", "mix", at, last))
    by = scene.start_at.get(("measure", at))
    if by is not None and (scene.norm(at) in {"by", "in"} or by.value == "market_share"):
        return Topic("measure", by.value, "noun behind", by)
    if scene.norm(at) in {"the", "as", "its", "their", "our"} and figure_times:
        at += 1
        while scene.norm(at) in {"many", "much", "as", "number", "of", "high", "value"}:
            at += 1
        named = scene.start_at.get(("measure", at))
        if named is not None:
            return Topic("measure", named.value, "noun behind", named)
    nouns = 0
    for _ in range(_REACH + 2):
        mark = scene.start_at.get(("measure", at)) or scene.start_at.get(("other", at))
        if mark is not None:
            return Topic(mark.category, mark.value, "noun behind", mark) if _owned(scene, mark, nouns) else None
        compared = next((one for one in scene.times.compared if one.start == at), None)
        rise = scene.start_at.get(("rise", at)) or scene.start_at.get(("fall", at))
        name = next(
            (scene.start_at[one, at] for one in ("provider", "market", "segment") if (one, at) in scene.start_at), None
        )
        if compared is not None:
            at = compared.end
        elif rise is not None:
            nouns, at = nouns + 1, rise.end
        elif name is not None:
            at = name.end
        elif scene.norm(at) in (_BEFORE_NOUN if nouns else _BEFORE_GROWTH):
            at += 1
        else:
            return None
    return None


def _owned(scene: Scene, mark: Mark, nouns: int) -> bool:
    """A measure behind a percentage is its own when a word of growth stands between, or right behind it."""
    if nouns:
        return True
    after = scene.start_at.get(("rise", mark.end)) or scene.start_at.get(("fall", mark.end))
    return after is not None and after.value == "noun"


def _verb(scene: Scene, at: int) -> bool:
    if ("handle", at) in scene.start_at or ("fall", at) in scene.start_at:
        return True
    mark = scene.start_at.get(("stand", at))
    if mark is not None:
        return True
    rise = scene.start_at.get(("rise", at))
    return rise is not None and rise.value == "verb"


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
    start = scene.figures[number].start
    return any(scene.norm(start - back) in {"for", "by", "from", "across", "involving"} for back in (1, 2))


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
        if verb < 0:
            continue
        unknown = scene.unknown(first, verb)
        if unknown and not any(first <= mark.start < verb for mark in scene.marks("measure", "provider", "pronoun")):
            return True
    return False


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
    return any(scene.norm(at) in {"values", "valued", "valuing"} for at in range(max(0, start - 9), start))


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
        if not first <= mark.start < end or mark.end > end:
            continue
        if mark.category == "other" and mark.value not in _SUBJECT_OTHERS:
            continue
        if mark.category == "measure" and not fits(mark.value, figure.form):
            continue
        if mark.category == "handle" and figure.form not in {Form.MONEY, Form.COUNT}:
            continue
        if (
            mark.value == "valued_at"
            and head is not None
            and head.value in {"transactions", "payments", "transaction_value", "volume"}
        ):
            continue
        if head is None or not _hangs(scene, head, mark):
            head = mark
    if head is None:
        return None
    if head.category == "handle":
        return Topic("measure", "payments", "verb before", head)
    return Topic(head.category, head.value, "subject", head)


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
