"""The whole way from an article's text to claims."""

from paysignal.facts.kinds import Bound
from paysignal.sources.article.assembly import MOST_FIGURES, outcomes_of
from paysignal.sources.article.bounds import bound_of
from paysignal.sources.article.model import Extraction, Figure, Motion, Parsed, Quantity, Sentence
from paysignal.sources.article.motions import motion_of
from paysignal.sources.article.periods import times_of
from paysignal.sources.article.quantities import quantities_of
from paysignal.sources.article.sentences import sentences_of
from paysignal.sources.article.subjects import subjects_of
from paysignal.sources.documents import Document


def parse_article(document: Document) -> Extraction:
    """Every sentence with what the stages found, and one outcome for each figure: a `Claim`, or `Rejected` and why.

    Never raises on any text. A document without `published_at` gives claims without a known time.
    """
    sentences = tuple(parsed_sentence(sentence, document.published_at) for sentence in sentences_of(document.text))
    providers = subjects_of(document.title).providers
    title = providers[0].value if providers else None
    return Extraction(document.id, sentences, tuple(outcomes_of(document, sentences, title)))


def parsed_sentence(sentence: Sentence, published: str | None) -> Parsed:
    """All stages but the last on one sentence."""
    text = sentence.text
    times = times_of(text, published)
    quantities = quantities_of(text, [mention.span for mention in times.mentions])
    return Parsed(sentence, _figures(text, quantities), times, subjects_of(text))


def _figures(text: str, quantities: tuple[Quantity, ...]) -> tuple[Figure, ...]:
    """The quantities with their surroundings; of a run of numbers, which is rejected whole, nobody looks at those."""
    if len(quantities) > MOST_FIGURES:
        return tuple(Figure(one, Bound.EXACT, Motion.STANDS) for one in quantities)
    return tuple(Figure(one, bound_of(text, one), motion_of(text, one)) for one in quantities)
