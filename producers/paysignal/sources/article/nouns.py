"""The noun behind a figure: "20 million offline merchants", "$23 billion in volume"."""

from dataclasses import dataclass

from paysignal.sources.article.model import Form
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.ratios import REACH, behind_ratio
from paysignal.sources.article.scene import Scene
from paysignal.sources.article.topics import Topic, fits
from paysignal.sources.article.vocabulary import Mark

_SINGULAR = frozenset(
    {"payment", "transaction", "user", "customer", "merchant", "wallet", "agent", "account", "client"}
)
_PAID_BY = frozenset({"used", "paid", "pay", "tapped", "scanned", "swiped", "transacted"})
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
#: Rates that are adjectives before a noun: "57 million monthly transacting actives".
_RATE_ADJECTIVES = frozenset({"monthly", "daily", "weekly", "annual", "yearly", "quarterly"})


def noun_behind(scene: Scene, figure: Found) -> Topic | None:
    """The noun right behind: "20 million offline merchants", "$23 billion in volume", "a 134 % jump in customers"."""
    at = figure.end
    if figure.form in {Form.PERCENT, Form.TIMES, Form.POINTS}:
        owned = scene.start_at.get(("measure", at))
        if figure.form is Form.TIMES and owned is not None and scene.norm(figure.start)[-2:] == "ed":
            return Topic("measure", owned.value, "noun behind", owned)  # "tripled gross transaction value"
        return behind_ratio(scene, at, figure_times=figure.form is Form.TIMES)
    return _behind_amount(scene, figure)


def next_in_list(scene: Scene, figure: Found) -> Topic | None:
    """What the next figure of a list is of: "1.2 million and 3.4 million users", "47 % and 34 % of UPI payments"."""
    following = next((one for one in scene.figures if one.start >= figure.end), None)
    if following is None or following.form is not figure.form:
        return None
    if scene.tokens.norms[figure.end : following.start] not in (["and"], [","], [",", "and"]):
        return None
    topic = noun_behind(scene, following) or next_in_list(scene, following)
    shared = topic is not None and (topic.value == "market_share" or "respectively" in scene.tokens.norms)
    return topic if shared else None


@dataclass(slots=True)
class _Walk:
    """How far the words behind an amount have been gone through, and the first that no wording covers."""

    at: int
    unknown: int = -1


def _behind_amount(scene: Scene, figure: Found) -> Topic | None:
    walk = _Walk(figure.end + (scene.norm(figure.end) in {"-", "+"}))
    if scene.norm(walk.at) == "times" and figure.form is Form.COUNT:
        return _times_done(scene, figure)
    for step in range(REACH):
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


def of_every(scene: Scene, figure: Found) -> bool:
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


def _verb(scene: Scene, at: int) -> bool:
    if ("handle", at) in scene.start_at or ("fall", at) in scene.start_at:
        return True
    mark = scene.start_at.get(("stand", at))
    if mark is not None:
        return True
    rise = scene.start_at.get(("rise", at))
    return rise is not None and rise.value == "verb"
