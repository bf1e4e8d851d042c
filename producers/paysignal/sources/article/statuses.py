"""What is not stated as a fact: forecasts, targets, hypotheticals, negations, talks, limits."""

from paysignal.sources.article.quantities import Found
from paysignal.sources.article.scene import Scene

TOLD = {
    "forecast": "is a forecast, not a fact",
    "target": "is a target, not a fact",
    "hypothetical": "is a hypothetical, not a fact",
    "negation": "is denied, not stated",
    "talks": "is under talks, not done",
    "limit": "is a limit, not a figure of what happened",
    "example": "is of a survey or an example",
}
_ENDS = frozenset({";", "；", "。"})
_TURNS = frozenset({"and", "but", "while", "whereas", "after", "though", "although", ",", "as"})
_PAST = frozenset({
    "was", "were", "rose", "grew", "fell", "had", "reached", "processed", "handled", "increased", "stood",
    "totalled", "totaled",
    "hit", "jumped", "surged", "climbed", "accept", "came", "dropped", "recorded", "moved", "raised",
    "declined", "has", "have",
    "gained", "added", "reported", "is", "are", "serves", "delivered",
})  # fmt: skip
#: What makes a cue word harmless: "better than expected", "as expected".
_HARMLESS_BEFORE = frozenset(
    {"than", "as", "previously", "the", "our", "its", "above", "below", "beat", "beating", "with"}
)
_HARMLESS = frozenset(
    {
        "expected",
        "expectations",
        "forecast",
        "forecasts",
        "guidance",
        "projected",
        "target",
        "consensus",
        "outlook",
        "targets",
        "estimates",
    }
)
_PASSIVE = frozenset(
    {
        "expected",
        "forecast",
        "projected",
        "predicted",
        "anticipated",
        "targeted",
        "planned",
        "would",
        "could",
        "will",
        "estimated",
    }
)


def status_of(scene: Scene, figure: Found, start: int) -> str | None:
    """Why the figure is not stated as a fact; None when it is."""
    for mark in scene.marks("cue"):
        if mark.start in scene.times.taken or _harmless(scene, mark.start, mark.end):
            continue
        if mark.end <= start and _reaches(scene, mark.end, start):
            return mark.value
        if mark.start >= figure.end and _looks_back(scene, mark.start, figure.end):
            return mark.value
    return None


def _harmless(scene: Scene, start: int, end: int) -> bool:
    return scene.norm(end - 1) in _HARMLESS and scene.norm(start - 1) in _HARMLESS_BEFORE


def _reaches(scene: Scene, cue: int, start: int) -> bool:
    """Whether a cue before the figure still holds there: no clause with a verb of what happened has begun since."""
    turned = False
    for at in range(cue, start):
        norm = scene.norm(at)
        if norm in _ENDS:
            return False
        if norm in _TURNS:
            turned = True
        elif turned and norm in _PAST:
            return False
    return True


def _looks_back(scene: Scene, cue: int, end: int) -> bool:
    """Whether a cue behind is the figure's own verb: "1.5 billion payments are expected"."""
    clause = scene.clauses[scene.clause_of(end - 1)]
    return (
        cue < clause.end
        and scene.norm(cue) in _PASSIVE
        and any(scene.norm(at) in {"is", "are", "was", "were", "be"} for at in range(end, cue + 1))
    )
