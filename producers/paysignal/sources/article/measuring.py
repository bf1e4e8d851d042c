"""What a figure is of: the noun behind it, the figure it goes on from, the subject before it, or the topic so far."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    "of", "from", "in", "on", "at", "for", "by", "to", "per", "through", "via", "across", "using", "between", "among",
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
_PAYMENT_MARKETS = frozenset(
    {"payment", "payments", "wallet", "wallets", "upi", "acquiring", "card", "cards", "remittance", "bnpl", "money"}
)
#: Verbs of having a part of what others have too.
_SHARING = frozenset({
    "accounted", "accounts", "accounting", "commands", "commanded", "captured", "captures", "had", "has", "held",
    "holds", "handled", "handles", "processed", "processes", "processing", "controls", "controlled", "with",
    "represented", "represents", "cornered", "made",
})  # fmt: skip
_PAID_BY = frozenset({"used", "paid", "pay", "tapped", "scanned", "swiped", "transacted"})
_REACH = 7
_SMALL = 1_000  #: a bare number below that, without a noun, is an age, a rank or a note's mark
_FAR = 22  #: tokens: beyond that a figure is no longer gone on from
_SKIPPED = frozenset({
    "of", "new", "net", "its", "the", "total", "more", "worth", "monthly", "annual", "additional", "extra",
    "other", "further",
    "in", "a", "their", "our", "different", "unique", "digital", "through", "via", "such", "these", "those",
    "single", "separate",
    "daily", "weekly", "quarterly", "active", "over", "gross", "them", "which", "combined", "adjusted", "fewer",
    "higher", "as", "many", "much",
})  # fmt: skip
_NAMING = ("provider", "market", "segment")
_NO_NOUN_AFTER_COUNT = frozenset({"in", "through", "via", "over", "as", "the", "a"})


#: Wordings of payments, whose "valued at" is their value and no valuation.
_PAID_WORDS = frozenset({"transactions", "payments", "transaction_value", "volume"})
#: Rates that are adjectives before a noun: "57 million monthly transacting actives".
_RATE_ADJECTIVES = frozenset({"monthly", "daily", "weekly", "annual", "yearly", "quarterly"})
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
    if figure.form is Form.MONEY and _valued_at(scene, start) and not scene.marks("handle"):
        return Topic("measure", "valuation", "valued at")
    if figure.bare and _of_every(scene, figure):
        return None
    behind = _behind(scene, figure) or _next_in_list(scene, figure)
    if behind is not None:
        return behind
    if figure.bare and figure.value < _SMALL and figure.form is Form.COUNT:
        ahead = _ahead(scene, number, start, reads)
        return ahead if ahead is not None and ahead.rule != "goes on" else None
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
        owned = scene.start_at.get(("measure", at))
        if figure.form is Form.TIMES and owned is not None and scene.norm(figure.start)[-2:] == "ed":
            return Topic("measure", owned.value, "noun behind", owned)  # "tripled gross transaction value"
        return _behind_ratio(scene, at, figure_times=figure.form is Form.TIMES)
    return _behind_amount(scene, figure)


@dataclass(slots=True)
class _Walk:
    """How far the words behind an amount have been gone through, and the first that no wording covers."""

    at: int
    unknown: int = -1


def _behind_amount(scene: Scene, figure: Found) -> Topic | None:
    walk = _Walk(figure.end + (scene.norm(figure.end) in {"-", "+"}))
    if scene.norm(walk.at) == "times" and figure.form is Form.COUNT:
        return _times_done(scene, figure)
    for step in range(_REACH):
        mark = scene.start_at.get(("measure", walk.at)) or scene.start_at.get(("other", walk.at))
        if mark is not None and (mark.category == "other" or fits(mark.value, figure.form)):
            return _noun(scene, figure, mark, walk, step)
        if mark is not None:
            if mark.value == "market_share" or ("measure", mark.end) not in scene.start_at:
                return None
            walk.at = mark.end
        elif figure.form is Form.MONEY and ("handle", walk.at) in scene.start_at:
            return Topic("measure", "payments", "verb behind", scene.start_at["handle", walk.at])
        elif not _passes(scene, figure, walk, step):
            break
    if figure.form is not Form.COUNT:
        return None
    noun = walk.unknown
    if noun < 0 and ("provider", figure.end) in scene.start_at:
        noun = figure.end
    return Topic("other", f"word:{scene.tokens.written[noun]}", "noun behind") if noun >= 0 else None


def _noun(scene: Scene, figure: Found, mark: Mark, walk: _Walk, step: int) -> Topic | None:
    """The topic that a wording behind an amount is, with what stood between the two."""
    if mark.category == "other" and mark.value in {"durations", "prices"} and step:
        return None
    if mark.category == "measure" and _is_adjective(scene, mark):
        return Topic("other", f"word:{scene.tokens.written[mark.end]}", "noun behind")
    if mark.category == "measure" and walk.unknown >= 0 and figure.form is Form.MONEY:
        return None
    return Topic(mark.category, mark.value, "noun behind", mark)


def _passes(scene: Scene, figure: Found, walk: _Walk, step: int) -> bool:
    """Whether the noun may come after the word that the walk is at, which it then has passed."""
    at, norm = walk.at, scene.norm(walk.at)
    if any(rate.start == at for rate in scene.times.rates) and not _adjective_of_rate(scene, at):
        return False
    if at in scene.times.taken and figure.form is Form.MONEY and step:
        walk.at += 1
        return True
    if not norm or at in scene.times.taken or _verb(scene, at) or not (norm[0].isalpha() or norm == "-"):
        return False
    name = next((scene.start_at[one, at] for one in _NAMING if (one, at) in scene.start_at), None)
    if name is not None:
        walk.at = name.end
        return True
    if norm in {"and", "or"} and walk.unknown >= 0 and _noun_within(scene, at + 1):
        walk.at, walk.unknown = at + 1, -1  # "200,000 physical and online shops"
        return True
    if norm in _SKIPPED or norm == "-" or ("gain", at) in scene.start_at:
        if figure.form is Form.COUNT and norm in _NO_NOUN_AFTER_COUNT:
            return False
    elif scene.covered[at]:
        return False
    elif walk.unknown < 0:
        walk.unknown = at
    walk.at += 1
    return True


def _of_every(scene: Scene, figure: Found) -> bool:
    """As in "8 of every 10 payments": a share in words."""
    before, after = scene.norm(figure.start - 1), (scene.norm(figure.end), scene.norm(figure.end + 1))
    return before in {"every", "each"} or after in {("of", "every"), ("in", "every"), ("out", "of")}


def _noun_within(scene: Scene, at: int) -> bool:
    """Whether a noun begins here or behind one adjective."""
    return any((kind, one) in scene.start_at for kind in ("measure", "other") for one in (at, at + 1))


def _times_done(scene: Scene, figure: Found) -> Topic:
    """What was done so many times: "used 1.4 billion times" is a count of payments."""
    verbs = set(scene.tokens.norms[max(0, figure.start - 8) : figure.start])
    paid = bool(verbs & _PAID_BY)
    return Topic("measure", "transactions", "noun behind") if paid else Topic("other", "word:times", "noun behind")


def _adjective_of_rate(scene: Scene, at: int) -> bool:
    """Whether a rate is said of the noun behind it: "monthly active users", and not "5 million daily"."""
    named = scene.start_at.get(("measure", at + 1)) or scene.start_at.get(("other", at + 1))
    return scene.norm(at) in _RATE_ADJECTIVES and named is not None


def _is_adjective(scene: Scene, mark: Mark) -> bool:
    """Whether a wording in the singular only tells what kind of another noun is counted: "50 payment methods"."""
    singular = scene.norm(mark.end - 1) in _SINGULAR
    return singular and mark.end < len(scene.covered) and not scene.covered[mark.end] and scene.norm(mark.end).isalpha()


def _of_market(scene: Scene, at: int) -> bool:
    """Whether "of the ... market" follows: a share of a market of payments is one."""
    for end in range(at, at + _REACH):
        if scene.norm(end) == "market":
            return bool(_PAYMENT_MARKETS & set(scene.tokens.norms[at:end]))
    named = scene.start_at.get(("measure", at - 1)) or scene.start_at.get(("measure", at))
    return named is not None and named.value == "market_share"


def _share_of_paid(scene: Scene, at: int) -> bool:
    """As in "PhonePe accounted for 47 % of UPI transactions": a part of what one rail or country pays with."""
    provider = next((mark for mark in scene.marks("provider") if mark.end <= at), None)
    if provider is None or not any(_SHARING & {scene.norm(one)} for one in range(provider.end, at)):
        return False
    end = at + 1
    rail = None
    while end <= at + _REACH:
        for category in ("provider", "market"):
            mark = scene.start_at.get((category, end))
            rail = mark if mark is not None and mark.value != provider.value else rail
        measure = scene.start_at.get(("measure", end))
        if measure is not None:
            whole = rail is not None or any(scene.start_at.get(("market", measure.end + one)) for one in (1, 2))
            return whole and measure.value in _PAID_WORDS
        if scene.norm(end) in {"its", "their", "our", ",", "and"}:
            return False
        end += 1
    return False


def _next_in_list(scene: Scene, figure: Found) -> Topic | None:
    """What the next figure of a list is of: "1.2 million and 3.4 million users", "47 % and 34 % of UPI payments"."""
    following = next((one for one in scene.figures if one.start >= figure.end), None)
    if following is None or following.form is not figure.form:
        return None
    if scene.tokens.norms[figure.end : following.start] not in (["and"], [","], [",", "and"]):
        return None
    topic = _behind(scene, following) or _next_in_list(scene, following)
    shared = topic is not None and (topic.value == "market_share" or "respectively" in scene.tokens.norms)
    return topic if shared else None


def _behind_ratio(scene: Scene, at: int, *, figure_times: bool) -> Topic | None:
    other = scene.start_at.get(("other", at))
    if other is not None:
        return Topic("other", other.value, "noun behind", other)
    if scene.norm(at) == "respectively" and scene.norm(at + 1) == "of":
        at += 1
    if scene.norm(at) == "of" and _of_market(scene, at + 1):
        return Topic("measure", "market_share", "noun behind")
    if scene.norm(at) == "of" and _share_of_paid(scene, at):
        return Topic("measure", "market_share", "noun behind", None)
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
    paid = any(at - 8 <= mark.start < at and mark.value in _PAID_WORDS for mark in scene.marks("measure"))
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
        if not first <= mark.start < end or mark.end > end:
            continue
        if mark.category == "other" and mark.value not in _SUBJECT_OTHERS:
            continue
        if mark.category == "measure" and not fits(mark.value, figure.form):
            continue
        if mark.category == "handle" and figure.form not in {Form.MONEY, Form.COUNT}:
            continue
        if mark.value == "valued_at" and head is not None and head.value in _PAID_WORDS:
            continue
        if mark.category == "handle" and head is not None and scene.norm(mark.start) in _PREPOSITIONS:
            continue  # "GMV of merchants on its platform"
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
