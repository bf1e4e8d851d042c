"""What is said of a figure that makes it no fact of ours, though its topic is a measure."""

from paysignal.facts.providers import ALL
from paysignal.facts.rejections import Reason
from paysignal.sources.article.choices import Choice, SoFar, Unclear
from paysignal.sources.article.lists import LIST_REACH
from paysignal.sources.article.model import Form
from paysignal.sources.article.naming import Subject
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.reasons import told
from paysignal.sources.article.scene import Scene
from paysignal.sources.article.statuses import TOLD, status_of
from paysignal.sources.article.timing import is_per_second
from paysignal.sources.article.topics import Topic

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


def check_stated(scene: Scene, choice: Choice, so_far: SoFar) -> None:
    """Raises `Unclear` for a figure that is not stated as a fact, or that is how fast a system is."""
    status = status_of(scene, choice.found, choice.start)
    if status is not None:
        so_far.spoken_of(choice.topic)
        raise Unclear(Reason.NOT_A_FACT, f"{choice.words(scene)!r} {TOLD[status]}")
    if choice.found.form is Form.COUNT and is_per_second(scene, choice.found):
        raise Unclear(Reason.NOT_A_FACT, f"{choice.words(scene)!r} is how fast a system is, not how much was paid")


def topic_told(scene: Scene, choice: Choice) -> Topic:
    """The topic of a figure, when it is a measure; raises `Unclear` when it is none, or there is none."""
    topic = choice.topic
    if topic is None:
        raise Unclear(Reason.NOT_A_FACT, f"{choice.words(scene)!r} is of no measure that the sentence names")
    if not topic.is_measure:
        word = scene.tokens.between(topic.mark.start, topic.mark.end) if topic.mark is not None else ""
        raise Unclear(Reason.NOT_A_FACT, told(choice.words(scene), topic.value, word))
    return topic


def check_counted(scene: Scene, choice: Choice, form: Form) -> None:
    """Raises `Unclear` for a count of each user, and for a part of the figure before."""
    if form is Form.COUNT and _is_per_user(scene, choice.found):
        raise Unclear(Reason.NOT_A_FACT, told(choice.words(scene), "per_user"))
    if _is_part(scene, choice):
        raise Unclear(Reason.NOT_A_FACT, f"{choice.words(scene)!r} is a part of the figure before")


def _is_per_user(scene: Scene, found: Found) -> bool:
    """Whether a count is of each user: nothing else that is counted is named between "each user" and it."""
    marks = [mark for mark in scene.marks("measure", "other") if mark.end <= found.start]
    return bool(marks) and marks[-1].value == "per_user" and found.start - marks[-1].end < LIST_REACH


def _is_part(scene: Scene, choice: Choice) -> bool:
    """As in "20 million accounts, 10 million of them through a purchase"."""
    topic, end = choice.topic, choice.found.end
    named = topic is not None and topic.rule == "noun behind"
    return (
        choice.number > 0
        and not named
        and scene.norm(end) == "of"
        and scene.norm(end + 1) in {"them", "which", "whom", "these", "those"}
    )


def check_people(scene: Scene, choice: Choice, topic: Topic) -> None:
    """People are users when they use or pay; raises `Unclear` for others."""
    said = (scene.tokens.norms[mark.end - 1] for mark in scene.marks("measure") if mark.value == "active_users")
    active = scene.marks("use") or "active" in said
    if topic.value == "people" and choice.found.form is Form.COUNT and not active:
        raise Unclear(Reason.NOT_A_FACT, f"{choice.words(scene)!r} counts 'people', which is no measure")


def check_subscribers(scene: Scene, choice: Choice, topic: Topic, subject: Subject) -> None:
    """Raises `Unclear` for the subscribers of a telecom, or of whom no name beside them says."""
    if topic.value == "subscribers" and (subject.mixed or subject.rule != "named"):
        raise Unclear(Reason.NOT_A_FACT, told(choice.words(scene), "telecom"))


def check_mixed(scene: Scene, choice: Choice, topic: Topic, subject: Subject, segment: str) -> None:
    """Of a bank, a telecom or a shop only what is said of payments is read; a retailer's goods are no payments."""
    words = choice.words(scene)
    if not subject.mixed:
        return
    if topic.value in {"gmv", "net_sales"} or any(mark.value == "shops" for mark in scene.marks("other")):
        raise Unclear(Reason.NOT_A_FACT, told(words, "shops"))
    if topic.value not in _QUALIFIED and subject.provider != ALL and not _is_of_payments(scene, topic, segment):
        detail = f"{words!r} is of {subject.provider}'s whole business, not of its payments"
        raise Unclear(Reason.NOT_A_FACT, detail)


def _is_of_payments(scene: Scene, topic: Topic, segment: str) -> bool:
    """Whether the wording of a topic, its segment or the sentence says that it is of payments."""
    mark = topic.mark
    worded = set(scene.tokens.norms[mark.start : mark.end + 4]) if mark is not None else set()
    segments = {segment, *(one.value for one in scene.marks("segment"))}
    if worded & _OF_PAYMENTS or segments & _FINTECH or scene.marks("handle"):
        return True
    return any(one.value in {"payments", "transactions"} for one in scene.marks("measure"))
