"""A text as the stages of the article grammar see it, for tests of one stage."""

from paysignal.sources.article.model import Sentence
from paysignal.sources.article.parse import scene_in
from paysignal.sources.article.period_makers import Now
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.scene import Scene


def scene(text: str, published: str | None = None) -> Scene:
    """The scene of one sentence."""
    return scene_in(Sentence(0, len(text), text), Now(published))


def quantities(text: str, published: str | None = None) -> list[Found]:
    """The figures of one sentence."""
    return [one for one in scene(text, published).figures if not one.flat]


def values(text: str, category: str) -> list[str]:
    """What a sentence names of one category."""
    return [mark.value for mark in scene(text).marks(category)]
