"""Whom a figure is about: the provider named before or behind it, spoken of so far, or of the title."""

import re
from typing import NamedTuple

from paysignal.facts.providers import ALL, ProviderType, providers
from paysignal.facts.slugs import slug_of
from paysignal.sources.article.lists import paired
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.scene import ASIDES, Scene
from paysignal.sources.article.tokens import HYPHENS
from paysignal.sources.article.topics import Topic
from paysignal.sources.article.vocabulary import Mark

_HUNG = frozenset(
    {
        "on",
        "by",
        "via",
        "through",
        "from",
        "with",
        "like",
        "at",
        "accepting",
        "of",
        "for",
        "over",
        "against",
        "to",
        "using",
        "per",
    }
)
_OPERATORS = frozenset({"operator", "telco", "carrier", "bank", "telecom", "lender", "group"})
#: Words that open an apposition.
_OPENS_ASIDE = ASIDES | {
    "the", "an", "a", "including", "which", "who", "whose", "parent", "part", "operator", "owner", "maker",
}  # fmt: skip
#: How far into a sentence its subject is looked for, in tokens.
_HEAD = 6
#: A name with a capital inside, or that ends like the name of a payment service: FooPay, Kwikcash, TransferGo.
_EVIDENT = re.compile(r"[A-Z]\w*?(?:[a-z][A-Z]\w*|[Pp]ay|[Pp]esa|[Ww]allet|[Cc]ash|[Pp]al|[Rr]emit)(?:['’]s)?\Z")
_RIVALS = frozenset({"rival", "rivals", "competitor", "competitors"})
_OWNING = frozenset({"owned", "backed", "led", "controlled", "affiliated", "linked", "funded", "run", "style"})
_SAYING = frozenset({"says", "said", "say"})
#: Names that several providers have: the slug read, and whose family makes it another.
_NAMESAKES = {"momo-vn": (("mtn", "mtn-momo"),)}
#: The same by the market that is spoken of.
_NAMESAKES_IN = {"instapay": {"EG": "instapay-egypt"}, "faster-payments": {"HK": "fps-hong-kong"}}


class Subject(NamedTuple):
    """A provider, where it was named and whether the alias file knows it."""

    provider: str
    rule: str
    known: bool = True
    mixed: bool = False


def provider_of(
    scene: Scene, figure: Found, topic: Topic, so_far: Subject | None, title: Subject | None
) -> Subject | None:
    """The provider of a figure: before the noun or figure, behind it, so far, of the title; None when none is."""
    named = scene.marks("provider")
    marks = [mark for mark in named if not only_says(scene, mark)]
    if topic.value == "invested":
        chosen = _invested_in(scene, marks, figure)
    else:
        chosen = _chosen(scene, marks, figure, topic, so_far or title) if marks else None
    if chosen is not None:
        return known_subject(_namesake(scene, chosen.value, named, so_far, title), "named")
    evident = _evident(scene, figure) if not named else None
    if evident is not None:
        return evident
    if so_far is not None or title is not None:
        return _operator(scene, figure, so_far or title)
    says = next(
        (
            mark
            for mark in named
            if providers()[mark.value].type is not ProviderType.NATIONAL and not _of_another_firm(scene, mark)
        ),
        None,
    )
    return known_subject(says.value, "says so") if says is not None and not scene.marks("market") else None


def _evident(scene: Scene, figure: Found) -> Subject | None:
    """A name of a payment firm that the alias file does not know, told by its form, at the head of the sentence.

    It goes to the review list; only what is said of payments is read of it, as of any firm whose business is unknown.
    """
    for at in range(min(figure.start, _HEAD)):
        word = scene.tokens.written[at]
        if scene.covered[at] or not _EVIDENT.match(word):
            continue
        following = scene.start_at.get(("handle", at + 1)) or scene.start_at.get(("stand", at + 1))
        if following is None and word[-2:] not in {"'s", "’s"}:
            continue
        name = word[:-2] if word[-2:] in {"'s", "’s"} else word
        return Subject(slug_of(name), "evident", known=False, mixed=True)
    return None


def _operator(scene: Scene, figure: Found, subject: Subject | None) -> Subject | None:
    """The owner of an app that is spoken of, where the clause says "the operator" or "the bank"."""
    first, last = scene.clauses[scene.clause_of(figure.start)]
    entry = providers().get(subject.provider) if subject is not None else None
    if entry is None or entry.parent is None or not providers()[entry.parent].mixed:
        return subject
    said = any(scene.norm(at - 1) == "the" and scene.norm(at) in _OPERATORS for at in range(first, last))
    return known_subject(entry.parent, "operator") if said else subject


def family_of(slug: str) -> str:
    """The oldest ancestor of a provider."""
    for _ in range(10):
        entry = providers().get(slug)
        if entry is None or entry.parent is None:
            break
        slug = entry.parent
    return slug


def only_says(scene: Scene, mark: Mark) -> bool:
    """Whether a name is only who says it: "UK Finance says", "NPCI data showed", "according to"."""
    if _of_another_firm(scene, mark):
        return True
    if scene.norm(mark.end) in _SAYING and _speaks_of_itself(scene, mark):
        return False
    if scene.norm(mark.end) in _SAYING or (scene.norm(mark.end) in {"data", "figures", "statistics"}):
        return True
    return scene.norm(mark.start - 1) == "to" and scene.norm(mark.start - 2) == "according"


def _of_another_firm(scene: Scene, mark: Mark) -> bool:
    """Whether a name only tells which other firm is meant: "Stripe's rival", "the Walmart-owned company"."""
    if scene.norm(mark.end) in _RIVALS:
        return True
    if scene.norm(mark.start - 1) == "(" and scene.norm(mark.end) == ")":
        return any(other.end == mark.start - 1 for other in scene.marks("provider"))
    return scene.norm(mark.end) in HYPHENS and scene.norm(mark.end + 1) in _OWNING


def _speaks_of_itself(scene: Scene, mark: Mark) -> bool:
    """Whether what is said is of who says it: "Toss said 24.8 million people used its app"."""
    until = next((one.start for one in scene.marks("provider") if one.start > mark.start), len(scene.tokens.norms))
    reach = until if until == len(scene.tokens.norms) else min(until, mark.end + 4)
    return bool({"it", "its", "they", "their"} & set(scene.tokens.norms[mark.end : reach]))


def _namesake(scene: Scene, slug: str, marks: list[Mark], *others: Subject | None) -> str:
    """Of providers with one name that of the market, or whose family is named beside it: MoMo is MTN's beside MTN."""
    markets = _NAMESAKES_IN.get(slug)
    if markets is not None:
        return next((markets[mark.value] for mark in scene.marks("market") if mark.value in markets), slug)
    family = _NAMESAKES.get(slug)
    if family is None:
        return slug
    around = {mark.value for mark in marks} | {one.provider for one in others if one is not None}
    return next(
        (other for parent, other in family if any(one == parent or one.startswith(parent) for one in around)), slug
    )


def known_subject(slug: str, rule: str) -> Subject:
    """A provider of the alias file; a mixed one does more than payments, and what is not said of those is not read."""
    entry = providers().get(slug)
    return Subject(slug, rule, entry is not None, entry.mixed if entry else True)


def _chosen(scene: Scene, marks: list[Mark], figure: Found, topic: Topic, so_far: Subject | None) -> Mark | None:
    member = paired(scene, marks, figure)
    if member is not None:
        return member
    earned = _earned_from(scene, marks, figure)
    if earned is not None:
        return earned
    if topic.mark is not None and topic.value != "market_share":
        adjacent = next(
            (
                mark
                for mark in marks
                if 0 <= topic.mark.start - mark.end <= 2 and _adjectives(scene, mark.end, topic.mark.start)
            ),
            None,
        )
        if adjacent is not None and not _is_rail_of(scene, adjacent, marks, so_far):
            return adjacent
        if adjacent is not None and not any(mark is not adjacent and mark.start < figure.start for mark in marks):
            return None
    clause = scene.clause_of(figure.start)
    while clause >= 0:
        first, last = scene.clauses[clause]
        inside = [
            mark
            for mark in marks
            if first <= mark.start < min(last, figure.start) and not _in_aside(scene, mark, figure)
        ]
        if inside:
            inside = [mark for mark in inside if not _is_rail_of(scene, mark, marks, so_far)] or inside
            free = [mark for mark in inside if not _is_hung(scene, mark)]
            return (free or inside)[0 if topic.value == "market_share" else -1]
        if clause == scene.clause_of(figure.start):
            behind = [mark for mark in marks if figure.end <= mark.start < last]
            if behind and not any(mark.start < first for mark in marks):
                return behind[0]
        clause -= 1
    alone = len(marks) == 1 and so_far is None
    return next((mark for mark in marks if mark.start >= figure.end), None) if alone else None


def _is_hung(scene: Scene, mark: Mark) -> bool:
    """Whether a preposition stands before a name, with no more than an article between."""
    at = mark.start - 1
    return scene.norm(at - 1 if scene.norm(at) == "the" else at) in _HUNG


def _earned_from(scene: Scene, marks: list[Mark], figure: Found) -> Mark | None:
    """The product that an amount is earned from: "earned $350 million from M-Pesa"."""
    return next(
        (
            mark
            for mark in marks
            if 0 < mark.start - figure.end <= 6
            and scene.norm(mark.start - 1) == "from"
            and providers()[mark.value].type is ProviderType.APP
        ),
        None,
    )


def _is_rail_of(scene: Scene, mark: Mark, marks: list[Mark], so_far: Subject | None) -> bool:
    """Whether "UPI transactions" are those of an app that is spoken of: named before, or meant by "it"."""
    if providers()[mark.value].type is not ProviderType.RAIL:
        return False
    if any(other.end <= mark.start and _uses_rails(other.value) for other in marks):
        return True
    pronoun = any(one.end <= mark.start for one in scene.marks("pronoun"))
    return (
        pronoun
        and so_far is not None
        and _uses_rails(so_far.provider)
        and scene.tokens.norms[mark.start - 1 : mark.start] != ["the"]
    )


def _uses_rails(slug: str) -> bool:
    entry = providers().get(slug)
    return entry is not None and entry.type in {ProviderType.APP, ProviderType.FIRM} and slug != "npci"


def _adjectives(scene: Scene, start: int, end: int) -> bool:
    """Whether nothing but adjectives stands between a name and its noun."""
    return all(
        scene.norm(at) not in {",", ";", ":", ".", "and", "or", "while"} and not scene.start_at.get(("stand", at))
        for at in range(start, end)
    )


def _invested_in(scene: Scene, marks: list[Mark], figure: Found) -> Mark | None:
    """Who gets the money: "put $200 million in X"."""
    return next(
        (mark for mark in marks if mark.start >= figure.end and scene.norm(mark.start - 1) in {"in", "into"}), None
    )


def _in_aside(scene: Scene, mark: Mark, figure: Found) -> bool:
    """Whether a name stands in an apposition that closes before: "Ant Financial, the parent of Alipay, raised"."""
    start = scene.aside_before(mark.start, figure.start, _OPENS_ASIDE)
    return start > 0 and any(other.start < start for other in scene.marks("provider", "measure"))


TOTAL = Subject(ALL, "a country's total")
#: The same, of the country that was spoken of: "the country's mobile money agents".
OF_COUNTRY = Subject(ALL, "the country")
