"""Third stage: how the words beside a figure limit it."""

from paysignal.facts.kinds import Bound
from paysignal.sources.article.model import Form
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.scene import Scene

#: What a bound is of the same figure with its sign turned: "fell by more than 10 %" is a growth of less than -10 %.
TURNED = {
    Bound.MORE_THAN: Bound.LESS_THAN,
    Bound.AT_LEAST: Bound.AT_MOST,
    Bound.AT_MOST: Bound.AT_LEAST,
    Bound.LESS_THAN: Bound.MORE_THAN,
}
#: Words that may stand between a limiting word and its figure: "over a record 5 billion", "nearly the 140 million".
_BETWEEN = frozenset({
    "a", "an", "the", "record", "whopping", "some", "staggering", "total", "of", "its", "by", "to", "another",
    "further", "impressive", "combined",
})  # fmt: skip
_COMPARATIVES = frozenset({"higher", "lower", "larger", "greater", "bigger", "smaller", "fewer", "less", "more"})
_REACH = 3


def bound_of(scene: Scene, figure: Found) -> tuple[Bound, int]:
    """The bound of a figure, exact when no word limits it; and the token where the figure with that word starts."""
    start = figure.start
    if figure.flat:
        return Bound.ABOUT, start
    for back in range(_REACH):
        ending = [mark for mark in scene.marks("bound") if mark.end == start - back]
        if ending and _compares(scene, ending[-1].start):
            return (Bound.AT_LEAST if figure.ranged else Bound.EXACT), start
        if ending:
            return _sided(figure, ending[-1].value), ending[-1].start
        if scene.norm(start - back - 1) not in _BETWEEN:
            break
    for mark in scene.marks("after"):
        if any(one.start == mark.end for one in scene.figures):  # "11 % or over $2 million" limits the second
            continue
        if mark.start == figure.end or (mark.start == figure.end + 1 and scene.norm(figure.end) == "-"):
            return Bound(mark.value), start
    return (Bound.AT_LEAST if figure.ranged else Bound.EXACT), start


def _compares(scene: Scene, at: int) -> bool:
    """Whether "higher than" stands behind a growth, which compares with the figure and limits nothing."""
    return scene.norm(at) in _COMPARATIVES and any(
        one.end == at and one.form in {Form.PERCENT, Form.TIMES} for one in scene.figures
    )


def _sided(figure: Found, value: str) -> Bound:
    """Of a range "about 4 to 5 million" is at least 4: its lower end is what is kept."""
    return Bound.AT_LEAST if figure.ranged else Bound(value)
