"""Fourth stage: what the words around a figure do with it: it stands, it rose or fell by it, it gained it."""

from paysignal.sources.article.model import Form, Motion
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.scene import Scene

#: What may stand between a verb and its figure: small words, times, comparisons.
_FILLERS = frozenset({
    "a", "an", "the", "of", "by", "at", "some", "another", "further", "additional", "whopping", "was", "is",
    "were", "record",
    "its", "had", "has", "been", "strong", "solid", "impressive", "healthy", "robust", "even", "only", "just",
    "as", "annual",
    "compound", "net", "total", "reported", "organic", "sharply", "strongly", "rapidly", "again", "nearly",
    "almost", "in", "to",
    "be", "or", "significant", "combined", "steep", "modest", "respectable", "also",
})  # fmt: skip
#: Those that are no verbs or links themselves.
_SMALL = _FILLERS - {"at", "was", "is", "were", "had", "has", "to", "in"}
_AFTER_WORDS = frozenset(
    {
        "growth",
        "annual",
        "annualised",
        "annualized",
        "compound",
        "sequential",
        "reported",
        "organic",
        "net",
        "real",
        "further",
        "rate",
    }
)
_COMPARING = {
    "more": Motion.ROSE, "above": Motion.ROSE, "higher": Motion.ROSE, "over": Motion.ROSE, "greater": Motion.ROSE,
    "better": Motion.ROSE, "larger": Motion.ROSE, "bigger": Motion.ROSE,
    "less": Motion.FELL, "fewer": Motion.FELL, "below": Motion.FELL, "lower": Motion.FELL, "under": Motion.FELL,
}  # fmt: skip
_REACH_BACK, _REACH_ON = 14, 4
_BEYOND = frozenset({"past", "above", "beyond"})  #: "climbed past 2 million" is where it came to
_SHARE = frozenset({"of"})


def motion_of(scene: Scene, figure: Found, start: int) -> Motion:
    """What the words do with one figure; `start` is the token where it starts with its limiting words."""
    if figure.flat:
        return Motion.ROSE
    link = _link(scene, start)
    if figure.form is Form.TIMES:
        return _of_times(scene, figure)
    if figure.form in {Form.PERCENT, Form.POINTS}:
        return _of_ratio(scene, figure, start, link)
    return _of_amount(scene, figure, start, link)


def _link(scene: Scene, start: int) -> str:
    """The link word right before: to, from or by."""
    at = start - 1
    while at >= 0 and scene.norm(at) in {
        "a",
        "an",
        "the",
        "record",
        "some",
        "its",
        "previous",
        "earlier",
        "around",
        "all",
        "time",
        "new",
        "-",
    }:
        at -= 1
    for mark in scene.marks("link"):
        if mark.start <= at < mark.end and mark.value in {"to", "from", "by"}:
            if mark.value == "to" and scene.norm(at) == "at":
                return "at"
            return mark.value
    return ""


def _of_times(scene: Scene, figure: Found) -> Motion:
    if scene.norm(figure.start) in {"halved", "halving"} or figure.value < 0:
        return Motion.FELL
    if scene.tokens.norms[figure.end - 1] not in {"times", "x"}:
        return Motion.ROSE
    after = scene.norm(figure.end)
    if after in {"faster", "slower", "cheaper"}:
        return Motion.STANDS
    more = ("rise", figure.end) in scene.start_at or after in {
        "the",
        "as",
        "more",
        "that",
        "higher",
        "larger",
        "its",
        "what",
    }
    if more or _verb_before(scene, figure.start) is Motion.ROSE:
        return Motion.ROSE
    return Motion.STANDS


def _of_ratio(scene: Scene, figure: Found, start: int, link: str) -> Motion:
    after = _noun_after(scene, figure)
    if after is not None:
        return after
    before = _verb_before(scene, start, far=link == "by")
    if link == "from":
        return Motion.FROM
    if link == "to" and before is not None:
        return Motion.TO
    if before is not None and scene.norm(figure.end) not in _SHARE:
        return before
    if figure.value < 0 or scene.norm(figure.start) == "+":
        return Motion.ROSE
    if (
        any(one.start in {figure.end, figure.end + 1} for one in scene.times.compared)
        and scene.norm(figure.end) not in _SHARE
    ):
        return Motion.ROSE
    return Motion.STANDS


def _noun_after(scene: Scene, figure: Found) -> Motion | None:
    """As in "a 39 % year-on-year increase", "40 per cent more than", "1 % fewer", "50 per cent up"."""
    at = figure.end
    if scene.norm(at) in _COMPARING and not (
        scene.norm(at) in {"over", "under"} and scene.norm(at + 1) not in {"the", "that"}
    ):  # "40 per cent more than": no bound of a figure behind
        return _COMPARING[scene.norm(at)]
    for _ in range(_REACH_ON):
        for category, motion in (("rise", Motion.ROSE), ("fall", Motion.FELL)):
            mark = scene.start_at.get((category, at))
            if mark is not None and not (scene.norm(mark.end) == "to" and mark.value == "verb" and at > figure.end):
                return motion
        compared = next((one for one in scene.times.compared if one.start == at), None)
        if compared is not None:
            at = compared.end
        elif scene.norm(at) in _AFTER_WORDS:
            at += 1
        else:
            return None
    return None


def _verb_before(scene: Scene, start: int, *, far: bool = False) -> Motion | None:
    """The nearest word of rising or falling before a figure, none beyond a semicolon or a verb of standing."""
    at = start - 1
    floor = 0 if far else max(0, start - _REACH_BACK)
    while at >= floor:
        norm = scene.norm(at)
        if norm in {";", "；", ":"}:
            return None
        for category, motion in (("fall", Motion.FELL), ("rise", Motion.ROSE)):
            mark = _ending(scene, category, at)
            if mark is not None:
                return motion
        if norm in {"while", "but", "whereas", "which"} and not far:
            return None
        at -= 1
    return None


def _ending(scene: Scene, category: str, at: int) -> object | None:
    for mark in scene.marks(category):
        if mark.start <= at < mark.end:
            return mark
    return None


def _of_amount(scene: Scene, figure: Found, start: int, link: str) -> Motion:
    if link in {"to", "from"}:
        return Motion.TO if link == "to" else Motion.FROM
    near = _near_verb(scene, start)
    if link == "by" and near is None:
        near = _verb_before(scene, start, far=True)
    if _or_percent(scene, figure):
        return Motion.GAINED
    moved = Motion.FELL if near is Motion.FELL else Motion.GAINED
    if link == "by" and near is not None:
        return moved
    if _is_more(scene, figure) or near is Motion.GAINED or (figure.form is Form.COUNT and _joined(scene, figure)):
        return Motion.GAINED
    if near is not None and scene.norm(start) in _BEYOND:
        return Motion.TO
    if near is not None and link != "at":
        return moved
    more = scene.start_at.get(("rise", figure.end))
    extra = more is not None and more.value in {"more", "noun"} and scene.norm(figure.end) != "as"
    return Motion.GAINED if extra or _more_than(scene, figure) else Motion.STANDS


def _or_percent(scene: Scene, figure: Found) -> bool:
    """As in "up 11 % or $2.3 million"."""
    return "or" in scene.tokens.norms[max(0, figure.start - 3) : figure.start] and any(
        0 < figure.start - one.end <= 3 and one.form is Form.PERCENT for one in scene.figures
    )


def _is_more(scene: Scene, figure: Found) -> bool:
    """As in "2 million new users"."""
    gain = scene.start_at.get(("gain", figure.end))
    return gain is not None and gain.value == "more"


def _more_than(scene: Scene, figure: Found) -> bool:
    return scene.norm(figure.end) == "more" and scene.norm(figure.end + 1) == "than"


def _joined(scene: Scene, figure: Found) -> bool:
    """As in "110,000 merchants signed up": those that came, not those that were there."""
    for at in range(figure.end, figure.end + _REACH_ON):
        if any(one.start == at for one in scene.figures) or scene.norm(at) in {",", ";", "that", "who", "which"}:
            return False
        if scene.norm(at) == "joined" or (scene.norm(at), scene.norm(at + 1)) == ("signed", "up"):
            return scene.norm(at - 1) not in {"had", "have", "has"}
    return False


def _near_verb(scene: Scene, start: int) -> Motion | None:
    """The verb right before a figure, with nothing but small words between."""
    at = start - 1
    while at >= 0:
        for category, motion in (("gain", Motion.GAINED), ("rise", Motion.ROSE), ("fall", Motion.FELL)):
            for mark in scene.marks(category):
                if mark.end - 1 == at:
                    return (
                        None
                        if motion is Motion.GAINED and mark.value == "more" and scene.norm(at) != "another"
                        else motion
                    )
        if scene.norm(at) not in _SMALL:
            return None
        at -= 1
    return None
