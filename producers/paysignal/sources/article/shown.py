"""What `--explain` shows of a sentence: what each stage found, by character."""

from collections.abc import Sequence

from paysignal.facts.claims import Claim
from paysignal.sources.article.assembly import Read
from paysignal.sources.article.model import Figure, Mention, Parsed, PeriodMention, Sentence, Subjects, Times
from paysignal.sources.article.quantities import as_quantity
from paysignal.sources.article.scene import Scene


def parsed_of(sentence: Sentence, scene: Scene, reads: Sequence[Read]) -> Parsed:
    """A sentence with the findings of every stage."""
    mentions = tuple(
        PeriodMention(_span(scene, one.start, one.end), one.period, one.when)
        for one in scene.times.periods
        if one.period is not None
    )
    compared = scene.times.compared[0].comparison if scene.times.compared else None
    return Parsed(sentence, tuple(_figure(scene, read) for read in reads), Times(mentions, compared), _subjects(scene))


def _figure(scene: Scene, read: Read) -> Figure:
    outcome = read.outcome
    said = f"{outcome.measure} {outcome.kind}" if isinstance(outcome, Claim) else outcome.reason.value
    return Figure(as_quantity(read.figure, scene.tokens), read.bound, read.motion, read.rule, said)


def _subjects(scene: Scene) -> Subjects:
    named = (_mentions(scene, one) for one in ("provider", "market", "measure", "segment", "other", "cue"))
    providers, markets, measures, segments, others, cues = named
    return Subjects(providers, markets, measures, segments, others, cues)


def _mentions(scene: Scene, category: str) -> tuple[Mention, ...]:
    return tuple(Mention(_span(scene, mark.start, mark.end), mark.value) for mark in scene.marks(category))


def _span(scene: Scene, start: int, end: int) -> tuple[int, int]:
    return scene.tokens.starts[start], scene.tokens.ends[end - 1]
