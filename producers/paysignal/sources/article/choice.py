"""Which of a sentence's mentions belongs to a figure. A choice that can not be made is `Unclear`, with the reason."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from paysignal.facts.errors import PaySignalError
from paysignal.facts.kinds import Kind
from paysignal.facts.markets import WORLD
from paysignal.facts.measures import MEASURES, Unit
from paysignal.facts.providers import ProviderType, providers
from paysignal.facts.rejections import Reason
from paysignal.sources.article.model import Figure, Form, Mention, Motion, Parsed
from paysignal.sources.article.subjects import SEGMENT_MEASURES

#: A word that is a count or an amount, as the figure beside it says.
_EITHER = "payments"
_MONEY_OF = {"transactions": "transaction_value", _EITHER: "transaction_value"}
_COUNT_OF = {_EITHER: "transactions"}

#: A counted noun stands this near behind its figure: "200 million monthly active users".
_NOUN_REACH = 30


#: What stands between markets that are listed: "in France, Italy and Germany".
_LISTED = re.compile(r",?\s*(?:and|or|,|&)?\s*(?:the\s)?\Z")
#: What parts the clauses of a sentence.
_CLAUSE_ENDS = (", ", "; ", " and ", " while ")


class Unclear(PaySignalError):  # noqa: N818  an outcome on its way to a `Rejected`, never seen outside
    """A figure that gives no fact; becomes a `Rejected` with this reason and detail."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Topic:
    """Whom and what a figure is about; the context that a following "it" takes over."""

    provider: str
    market: str
    measure: str
    segment: str


def measure_of(figure: Figure, parsed: Parsed, before: Topic | None) -> str:
    """The measure of a figure: the noun behind it where things are counted, else the nearest that fits."""
    quantity, text = figure.quantity, parsed.sentence.text
    mentions = [mention for mention in parsed.subjects.measures if _fits(mention.value, quantity.form)]
    if quantity.form is Form.COUNT:
        noun = next((one for one in mentions if 0 <= one.span[0] - quantity.span[1] <= _NOUN_REACH), None)
        if noun is not None and "," not in text[quantity.span[1] : noun.span[0]]:
            return _sharpened(noun.value, quantity.form)
        counted = _counted_word(text, quantity.span[1])
        if counted:
            raise Unclear(Reason.NOT_A_FACT, f"{_printed(figure, text)} counts {counted!r}, which is no measure")
    if mentions:
        return _sharpened(_nearest(mentions, figure).value, quantity.form)
    if before is not None and parsed.subjects.pronoun and _fits(before.measure, quantity.form):
        return before.measure
    raise Unclear(Reason.NOT_A_FACT, f"{_printed(figure, text)} is of no measure that the sentence names")


def kind_of(figure: Figure, measure: str, text: str) -> Kind:
    """Level, change or growth; a percentage that neither grows nor is a share is no fact."""
    form, motion = figure.quantity.form, figure.motion
    if form is Form.POINTS:
        if measure != "market_share":
            raise Unclear(Reason.NOT_A_FACT, f"{_printed(figure, text)}: only shares change by points")
        return Kind.CHANGE
    if form in {Form.PERCENT, Form.TIMES}:
        if motion in {Motion.ROSE, Motion.FELL}:
            return Kind.GROWTH
        if measure == "market_share":
            return Kind.LEVEL
        raise Unclear(Reason.NOT_A_FACT, f"{_printed(figure, text)} is neither a growth nor a market share")
    return Kind.CHANGE if motion in {Motion.GAINED, Motion.FELL} else Kind.LEVEL


def provider_of(figure: Figure, parsed: Parsed, before: Topic | None, title: str | None) -> str:
    """The provider named last before the figure, else first behind it, else the context's, else the title's."""
    mentions = parsed.subjects.providers
    earlier = [mention for mention in mentions if mention.span[0] < figure.quantity.span[0]]
    if mentions:
        return (earlier[-1] if earlier else mentions[0]).value
    known = before.provider if before is not None else title
    if known is None:
        raise Unclear(Reason.UNCLEAR, "the text names no provider of the alias file before this figure")
    return known


def market_of(figure: Figure, parsed: Parsed, topic: tuple[str, str, str], before: Topic | None) -> str:
    """The market that a sentence names; where it names none, a rule and never a guess.

    A figure is of the whole world when its measure is company-wide, when it is a company's revenue, when it is spent or
    sent abroad, and when it is a firm's own figure; a rail is of its country. Anything else is unclear.
    """
    provider, measure, segment = topic
    markets = sorted({mention.value for mention in parsed.subjects.markets})
    if MEASURES[measure].company_wide:
        return WORLD
    if len(markets) == 1:
        return markets[0]
    if markets:
        return _nearest_apart(figure, parsed, markets)
    if before is not None and parsed.subjects.pronoun and before.measure == measure and before.provider == provider:
        return before.market
    entry = providers().get(provider)
    if measure == "revenue" or segment == "abroad" or (entry and entry.type is ProviderType.FIRM):
        return WORLD
    if entry and entry.type in {ProviderType.RAIL, ProviderType.NATIONAL}:
        return entry.home
    raise Unclear(Reason.UNCLEAR, f"no market is named for this figure of {provider}")


def segment_of(parsed: Parsed, measure: str, before: Topic | None) -> str:
    """The segment that fits the measure, the context's where the sentence goes on about the same measure."""
    for mention in parsed.subjects.segments:
        if measure in SEGMENT_MEASURES[mention.value]:
            return mention.value
    if before is not None and before.measure == measure and parsed.subjects.pronoun and not parsed.subjects.providers:
        return before.segment
    return ""


def _fits(measure: str, form: Form) -> bool:
    """Whether a figure of this form can be of the measure: dollars of users are none."""
    if form in {Form.PERCENT, Form.TIMES}:
        return True
    if form is Form.POINTS:
        return measure == "market_share"
    if measure in _MONEY_OF:
        return True
    unit = MEASURES[measure].unit
    return unit is Unit.CURRENCY if form is Form.MONEY else unit not in {Unit.CURRENCY, Unit.RATIO}


def _sharpened(measure: str, form: Form) -> str:
    return (_MONEY_OF if form is Form.MONEY else _COUNT_OF).get(measure, measure)


def _nearest(mentions: Sequence[Mention], figure: Figure) -> Mention:
    """The mention nearest before the figure; without one, the nearest behind."""
    start, end = figure.quantity.span
    earlier = [mention for mention in mentions if mention.span[1] <= start]
    return earlier[-1] if earlier else min(mentions, key=lambda mention: abs(mention.span[0] - end))


def _nearest_apart(figure: Figure, parsed: Parsed, markets: list[str]) -> str:
    """Of several markets the one in the figure's own clause."""
    text, mentions = parsed.sentence.text, parsed.subjects.markets
    start, end = _clause(text, figure)
    listed = any(_LISTED.match(text[one.span[1] : other.span[0]]) for one, other in itertools.pairwise(mentions))
    inside = {one.value for one in mentions if start <= one.span[0] < end}
    if len(inside) == 1 and not listed:
        return inside.pop()
    raise Unclear(Reason.UNCLEAR, f"several markets are named ({', '.join(markets)}) and the figure is of none alone")


def _clause(text: str, figure: Figure) -> tuple[int, int]:
    start, end = figure.quantity.span
    after = (at for at in (text.find(mark, end) for mark in _CLAUSE_ENDS) if at >= 0)
    before = max(text.rfind(mark, 0, start) for mark in _CLAUSE_ENDS)
    return max(before, 0), min(after, default=len(text))


#: Words behind a figure that are no noun: what is counted stands elsewhere.
_NO_NOUNS = frozenset({
    "in", "from", "to", "by", "on", "at", "during", "over", "as", "compared", "and", "or", "while", "with", "for",
    "than", "a", "an", "the", "per", "last", "this", "year", "of", "since", "after", "within", "up", "down", "more",
    "new", "it", "was", "were", "is", "are", "had", "has", "which", "that", "but", "monthly", "annually", "daily",
    "across", "between",
})  # fmt: skip


def _counted_word(text: str, end: int) -> str:
    """The noun right behind a figure, empty when there is none."""
    words = text[end:].lstrip().split(maxsplit=1)
    word = words[0].strip(".,;:)\"'”’") if words and text[end : end + 1].isspace() else ""
    return word if word.isalpha() and word.lower() not in _NO_NOUNS else ""


def _printed(figure: Figure, text: str) -> str:
    start, end = figure.quantity.span
    return f"{text[start:end]!r}"
