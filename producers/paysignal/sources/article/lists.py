"""Lists of figures, and of what they are of: in turn, "respectively", "each", "up 31 % by volume and 48 % by value"."""

import itertools

from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Kind
from paysignal.sources.article.model import Form, Motion
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.scene import Scene
from paysignal.sources.article.topics import Topic
from paysignal.sources.article.vocabulary import Mark

LIST_REACH = 12
LIST_GAP = 4  #: tokens between the members of a list


def paired(scene: Scene, marks: list[Mark], figure: Found) -> Mark | None:
    """The member of a list of names that stands where the figure stands in a list of figures as long."""
    if len(marks) < 2 or len(scene.figures) < 2:
        return None
    run = run_of(scene, figure)
    if len(run) < 2 or figure not in run:
        return None
    listed: list[Mark] = []
    for mark in marks:
        if mark.end > run[0].start and mark.start < run[-1].end:
            continue
        joined = bool(listed) and is_list(scene.tokens.norms[listed[-1].end : mark.start])
        listed = [*listed, mark] if joined else [mark]
        if len(listed) == len(run):
            following = next((one for one in marks if one.start >= mark.end), None)
            if following is None or not is_list(scene.tokens.norms[mark.end : following.start]):
                return listed[run.index(figure)]
    return None


def run_of(scene: Scene, figure: Found) -> list[Found]:
    """The list of figures of one form that a figure stands in."""
    run: list[Found] = []
    for one in scene.figures:
        if run and not (one.form is run[-1].form and is_list(scene.tokens.norms[run[-1].end : one.start])):
            if figure in run:
                break
            run = []
        run.append(one)
    return run


def is_list(between: list[str]) -> bool:
    """Whether words between two things make a list of them."""
    return between in (["and"], [","], [",", "and"], ["&"])


def inherited(scene: Scene, number: int, motion: Motion, claims: list[Claim | None]) -> Motion:
    """As in "up 31 % by volume and 48 % by value": a second percentage of a list moves as the first did."""
    figure = scene.figures[number]
    if motion is not Motion.STANDS or figure.form not in {Form.PERCENT, Form.TIMES} or not number:
        return motion
    grown = [(at, one) for at, one in enumerate(claims[:number]) if one is not None and one.kind is Kind.GROWTH]
    if not grown or _is_mix(scene, figure):
        return motion
    last, previous = grown[-1]
    between = scene.tokens.norms[scene.figures[number - 1].end : figure.start]
    bracketed = (
        figure.form is Form.TIMES and scene.norm(figure.start - 1) == "(" and scene.figures[last].form is Form.TIMES
    )
    listed = (
        figure.form is Form.PERCENT and len(between) <= LIST_REACH and bool({"and", "but", "or", ","} & set(between))
    )
    if listed or bracketed:
        return Motion.FELL if previous.value < 0 else Motion.ROSE
    return motion


def _is_mix(scene: Scene, figure: Found) -> bool:
    return scene.norm(figure.end) == "of"


def respective(scene: Scene) -> dict[int, Topic]:
    """The topics of figures that a "respectively" gives them: "revenue and profit of $374 million and $33 million"."""
    if "respectively" not in scene.tokens.norms:
        return {}
    at = scene.tokens.norms.index("respectively")
    run: list[int] = []
    for number in range(len(scene.figures) - 1, -1, -1):
        figure = scene.figures[number]
        if figure.end > at or (
            run
            and (scene.figures[run[-1]].start - figure.end > LIST_GAP or figure.form is not scene.figures[run[-1]].form)
        ):
            continue
        run.append(number)
    run.reverse()
    marks = [mark for mark in scene.marks("measure", "other") if run and mark.end <= scene.figures[run[0]].start]
    topics = marks[-len(run) :] if len(run) > 1 else []
    together = all(later.start - earlier.end <= LIST_GAP for earlier, later in itertools.pairwise(topics))
    if len(topics) != len(run) or not together:
        return {}
    return {
        number: Topic(mark.category, mark.value, "respectively", mark) for number, mark in zip(run, topics, strict=True)
    }


def in_turn(scene: Scene, number: int, claims: list[Claim | None]) -> Topic | None:
    """That of a growth in a list behind as many amounts: "$25 billion in 85 million payments, up 15 % and 13 %"."""
    if number < 2 or scene.figures[number].form is not Form.PERCENT:
        return None
    run = [scene.figures.index(one) for one in run_of(scene, scene.figures[number])]
    amounts = range(run[0] - len(run), run[0])
    if len(run) < 2 or number not in run or amounts.start < 0:
        return None
    told_before = [claims[at] if at < len(claims) else None for at in amounts]
    measures = [one.measure for one in told_before if one is not None and one.kind is Kind.LEVEL]
    if len(set(measures)) < len(run):
        return None
    return Topic("measure", measures[run.index(number)], "respectively")


def second_topic(scene: Scene, number: int, figure: Found, topic: Topic | None) -> Topic | None:
    """The other measure of "revenues and transactions each grew 15 %"."""
    if topic is None or topic.mark is None or topic.rule != "subject" or figure.form is not Form.PERCENT:
        return None
    between = range(topic.mark.end, figure.start)
    if not any(scene.norm(at) in {"each", "both"} for at in between) or number:
        return None
    for mark in scene.marks("measure"):
        joined = (
            scene.tokens.norms[topic.mark.end : mark.start]
            if mark.start >= topic.mark.end
            else scene.tokens.norms[mark.end : topic.mark.start]
        )
        if mark is not topic.mark and mark.end <= figure.start and "and" in joined and len(joined) <= 3:
            return Topic("measure", mark.value, "both", mark)
    return None
