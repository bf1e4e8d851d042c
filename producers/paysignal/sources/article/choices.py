"""What the last stages hand to each other about one figure, and what earlier sentences said."""

from dataclasses import dataclass
from typing import NamedTuple

from paysignal.facts.errors import PaySignalError
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.markets import WORLD
from paysignal.facts.periods import Period
from paysignal.facts.rejections import Reason
from paysignal.sources.article.model import Motion, Sentence
from paysignal.sources.article.naming import Subject
from paysignal.sources.article.period_makers import Now
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.scene import Scene
from paysignal.sources.article.topics import Topic
from paysignal.sources.documents import Document

#: Topics of sentences before that a figure without one may be of.
_TOPICS_KEPT = 4


class Unclear(PaySignalError):  # noqa: N818  an outcome on its way to a `Rejected`, never seen outside
    """A figure that gives no fact; becomes a `Rejected` with this reason and detail."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Setting(NamedTuple):
    """What a figure is read in: its document (with the text's SHA-256), its sentence, what relative words mean."""

    document: Document
    sha256: str
    now: Now
    sentence: Sentence
    scene: Scene


class Choice(NamedTuple):
    """A figure, its number in the sentence, and what was chosen for it: `start` is where its limiting words begin."""

    number: int
    found: Found
    bound: Bound
    start: int
    motion: Motion
    topic: Topic | None

    def words(self, scene: Scene) -> str:
        """The figure as printed."""
        return scene.tokens.between(self.found.start, self.found.end)


class What(NamedTuple):
    """What a figure measures: its topic, the measure of the catalogue, the kind."""

    topic: Topic
    measure: str
    kind: Kind


class About(NamedTuple):
    """Whom and where a figure is about; `market` with the rule that found it."""

    subject: Subject
    segment: str
    market: tuple[str, str]


@dataclass(slots=True)
class SoFar:
    """What sentences before said: subject, topics, market, segment, period; and whom the title names."""

    title: Subject | None = None
    subject: Subject | None = None
    topics: tuple[Topic, ...] = ()
    market: str | None = None
    segment: str = ""
    period: Period | None = None

    def spoken_of(self, topic: Topic | None) -> None:
        """What is forecast or denied is still what "it" means in the next sentence."""
        if topic is not None and topic.is_measure:
            self._lead((topic._replace(rule="context", mark=None),), {topic.value})

    def stated(self, scene: Scene, choice: Choice, what: What, about: About, period: Period | None) -> None:
        """Remembers a fact; of a base that another figure came from only whom and where it is about."""
        if choice.motion is not Motion.FROM:
            topic = what.topic
            named = {mark.value for mark in scene.marks("measure") if mark.end <= choice.start} | {topic.value}
            values = (what.measure, *(one for one in ("payments", "transactions", "volume") if one in named))
            self._lead(tuple(Topic("measure", one, topic.rule) for one in values), {what.measure, topic.value})
            self.segment = about.segment
            if period is not None and period.start is not None:
                self.period = period
        self.subject = about.subject
        self.market = None if about.market[0] == WORLD else about.market[0]

    def _lead(self, first: tuple[Topic, ...], without: set[str]) -> None:
        self.topics = (*first, *(one for one in self.topics if one.value not in without))[:_TOPICS_KEPT]
