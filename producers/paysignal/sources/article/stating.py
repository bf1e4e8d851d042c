"""What a figure states of its topic: which measure of the catalogue, which kind, with which sign, in which currency."""

from collections.abc import Sequence

from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.measures import MEASURES, Nature
from paysignal.facts.providers import providers
from paysignal.facts.rejections import Reason
from paysignal.sources.article.bounds import TURNED
from paysignal.sources.article.choices import Choice, Unclear
from paysignal.sources.article.model import Form, Motion
from paysignal.sources.article.naming import Subject
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.scene import Scene
from paysignal.sources.article.topics import Topic, fits, measure_for
from paysignal.sources.article.vocabulary import Mark

#: Names of money that several countries have: the code read, and that of other homes.
_SHARED = {
    "KES": {"TZ": "TZS", "UG": "UGX"}, "MXN": {"PH": "PHP", "AR": "ARS", "CO": "COP", "CL": "CLP", "UY": "UYU"},
    "INR": {"PK": "PKR", "LK": "LKR", "NP": "NPR"}, "USD": {"AU": "AUD", "NZ": "NZD"}, "CHF": {"RW": "RWF"},
    "GBP": {"EG": "EGP"}, "SEK": {"NO": "NOK", "DK": "DKK"}, "DKK": {"NO": "NOK"},
}  # fmt: skip
PAID = frozenset({"transactions", "transaction_value"})


def counted(scene: Scene, found: Found, topic: Topic) -> Form:
    """A stray dollar sign before a count: "$64.2 million transactions" are transactions."""
    stray = found.form is Form.MONEY and topic.value == "transactions" and topic.mark is not None
    if stray and topic.mark is not None and topic.mark.start == found.end and scene.norm(found.start) == "$":
        return Form.COUNT
    return found.form


def measure_of(scene: Scene, choice: Choice, topic: Topic, form: Form, before: Sequence[Claim | None]) -> str:
    """The measure of the catalogue; of a growth of "payments" the amount beside it says which of the two it is."""
    if form in {Form.PERCENT, Form.TIMES} and topic.value in {"payments", "transactions", "volume"}:
        beside = _amount_beside(scene, choice)
        if beside is not None and fits(topic.value, beside):
            return measure_for(topic, beside)
        gone_on = _gone_on_from(choice, before)
        if gone_on is not None:
            return gone_on
    if topic.value == "valued_at" and any(one is not None and one.measure in PAID for one in before):
        return "transaction_value"  # "22.9 million transactions, valued at P1.27 trillion"
    if topic.value == "volume" and any(_is_value(scene, mark) for mark in scene.marks("measure")):
        return "transactions"  # "volumes rose 61 % and value 47 %"
    return measure_for(topic, form)


def _amount_beside(scene: Scene, choice: Choice) -> Form | None:
    """The form of the amount that a growth leads to ("rose 35 % to Rs 20 crore") or that it comes behind."""
    number = choice.number
    if number + 1 < len(scene.figures):
        following = scene.figures[number + 1]
        between = scene.tokens.norms[choice.found.end : following.start]
        if len(between) <= 8 and ("to" in between or "at" in between) and following.form in {Form.MONEY, Form.COUNT}:
            nouned = following.form is Form.MONEY or not any(m.start == following.end for m in scene.marks("other"))
            return following.form if nouned else None
    return None


def _is_value(scene: Scene, mark: Mark) -> bool:
    return mark.value == "transaction_value" and scene.norm(mark.end - 1) in {"value", "values"}


def _gone_on_from(choice: Choice, before: Sequence[Claim | None]) -> str | None:
    """The measure of the amount that a growth goes on from: "Rs 20 crore in July, a 35 % rise"."""
    if choice.topic is None or choice.topic.rule != "goes on":
        return None
    payments = (one.measure for one in reversed(before) if one is not None and one.measure in PAID)
    return next(payments, None)


def kind_of(scene: Scene, choice: Choice, form: Form, measure: str) -> Kind:
    """Level, change or growth; a percentage that neither grows nor is a share is no fact."""
    motion, words = choice.motion, choice.words(scene)
    if form is Form.POINTS:
        if measure != "market_share":
            raise Unclear(Reason.NOT_A_FACT, f"{words!r}: only shares change by points")
        return Kind.CHANGE
    if form in {Form.PERCENT, Form.TIMES}:
        if measure == "market_share" and motion in {Motion.STANDS, Motion.TO, Motion.FROM}:
            return Kind.LEVEL
        grown = any(mark.value == "noun" and mark.end <= choice.start for mark in scene.marks("rise"))
        if motion in {Motion.ROSE, Motion.FELL} or (motion in {Motion.TO, Motion.FROM} and grown):
            return Kind.GROWTH
        if motion is Motion.FROM and choice.number:
            return Kind.GROWTH
        raise Unclear(Reason.NOT_A_FACT, f"{words!r} is neither a growth nor a market share")
    if motion in {Motion.GAINED, Motion.FELL}:
        if MEASURES[measure].nature is Nature.FLOW and measure != "funding":
            raise Unclear(Reason.UNCLEAR, f"{words!r} is by how much a flow grew, not what it was")
        return Kind.LEVEL if measure == "funding" else Kind.CHANGE
    return Kind.LEVEL


def signed(choice: Choice, kind: Kind) -> tuple[float, Bound]:
    """The value with the sign its verb gives it: "fell by more than 10 %" is less than -0.1."""
    value, bound = choice.found.value, choice.bound
    if choice.motion is Motion.FELL and kind is not Kind.LEVEL and value > 0:
        return -value, TURNED.get(bound, bound)
    return value, bound


def currency_of(scene: Scene, found: Found, subject: Subject, market: str) -> str:
    """The currency as printed; of a name that several countries share ("shillings", a bare "$") that of the market."""
    printed = scene.tokens.between(found.start, found.end)
    coded = found.currency in printed or printed.startswith(("US$", "U.S."))
    homes = _SHARED.get(found.currency)
    if homes is None or coded:
        return found.currency
    entry = providers().get(subject.provider)
    return homes.get(market, homes.get(entry.home, found.currency) if entry is not None else found.currency)
