"""Which part of the whole, or which definition, a figure is of, and at which prices."""

from paysignal.facts.kinds import Prices
from paysignal.facts.measures import MEASURES
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.scene import Scene
from paysignal.sources.article.topics import Topic

#: Segments and the measures they can be parts of.
_FLOWS = frozenset({"transactions", "transaction_value", "average_spend", "active_users", "revenue"})
_ROUNDS = "series-"


def segment_of(scene: Scene, figure: Found, topic: Topic, measure: str) -> str:
    """The part of the whole, or the definition, that is named beside the figure's measure or in its clause."""
    clause = scene.clauses[scene.clause_of(topic.mark.start if topic.mark is not None else figure.start)]
    home = scene.clauses[scene.clause_of(figure.start)]
    for mark in scene.marks("segment"):
        near = clause.start <= mark.start < clause.end or home.start <= mark.start < home.end
        if near and fits_segment(mark.value, measure):
            return mark.value
    return ""


def fits_segment(segment: str, measure: str) -> bool:
    """Whether a measure can have the segment: rounds are of funding, the rest of flows and users."""
    if segment.startswith(_ROUNDS) or segment == "seed":
        return measure == "funding"
    return measure in _FLOWS


def prices_of(scene: Scene, figure: Found, measure: str) -> Prices:
    """Constant where the figure's own clause, or the whole sentence of one figure, says so."""
    if MEASURES[measure].unit.value != "currency":
        return Prices.CURRENT
    clause = scene.clauses[scene.clause_of(figure.start)]
    for mark in scene.marks("constant"):
        if mark.value == "yes" and (clause.start <= mark.start < clause.end or len(scene.figures) == 1):
            later = [one for one in scene.figures if one.start > figure.start and one.start < mark.start]
            return Prices.CURRENT if later else Prices.CONSTANT
    return Prices.CURRENT
