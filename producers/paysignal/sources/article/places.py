"""Where a figure is about: a market is taken from what is said, never guessed."""

from paysignal.facts.markets import WORLD, market_name
from paysignal.facts.measures import MEASURES
from paysignal.facts.providers import ProviderType, providers
from paysignal.sources.article.lists import paired, run_of
from paysignal.sources.article.naming import Subject
from paysignal.sources.article.quantities import Found
from paysignal.sources.article.scene import Scene
from paysignal.sources.article.topics import Topic
from paysignal.sources.article.vocabulary import Mark

_EXCEPT = frozenset({"excluding", "except", "intra", "ex"})


def everywhere(scene: Scene, measure: str, segment: str) -> tuple[str, str] | None:
    """The world, and by which rule, for what is never of one market, or is "abroad" and nowhere in particular."""
    if MEASURES[measure].company_wide:
        return WORLD, "company-wide"
    return (WORLD, "abroad") if segment == "abroad" and not _places(scene) else None


def market_of(
    scene: Scene, figure: Found, subject: Subject, measure: str, before: str | None
) -> tuple[str, str] | None:
    """The market that is said to be the figure's, and by which rule; None where several are and none is its own."""
    marks = _places(scene)
    first, last = scene.clauses[scene.clause_of(figure.start)]
    if before and "there" in scene.tokens.norms[first:last]:
        return before, "there"
    if measure == "market_share" and figure in (run := run_of(scene, figure)):
        last = max(last, scene.clauses[scene.clause_of(run[-1].start)].end)
    member = paired(scene, marks, figure)
    if member is not None:
        return member.value, "named"
    inside = [mark for mark in marks if first <= mark.start < last]
    if inside:
        return _inside(scene, figure, inside, marks)
    earlier = [mark for mark in marks if mark.end <= first and not _listed(scene, mark, marks)]
    if earlier:
        return earlier[-1].value, "named before"
    if len({mark.value for mark in marks}) == 1 and len(scene.figures) == 1:
        return marks[0].value, "named"
    if marks and all(mark.end <= first for mark in marks):
        return None
    return (before, "so far") if before else _whole(scene, subject, measure)


def _places(scene: Scene) -> list[Mark]:
    """The markets that can be a figure's; that of a firm's origin ("Thailand's TrueMoney") only where no other is."""
    marks = [mark for mark in scene.marks("market") if not _no_place(scene, mark)]
    return [mark for mark in marks if ("provider", mark.end) not in scene.start_at] or marks


def _inside(scene: Scene, figure: Found, inside: list[Mark], marks: list[Mark]) -> tuple[str, str] | None:
    """The market of the figure's own clause: the only one, or the nearest of several that are no list."""
    if len({mark.value for mark in inside}) == 1:
        return None if any(_listed(scene, mark, marks) for mark in inside) else (inside[0].value, "named")
    closest = min(inside, key=lambda mark: min(abs(mark.start - figure.end), abs(figure.start - mark.end)))
    listed = any(scene.norm(mark.end) in {"and", ",", "or"} for mark in inside)
    return None if listed else (closest.value, "named")


def _whole(scene: Scene, subject: Subject, measure: str) -> tuple[str, str]:
    """Where a provider is at all: of one that is everywhere the home of a national operator named beside it."""
    whole = whole_of(subject.provider)
    others = (mark.value for mark in scene.marks("provider") if mark.value != subject.provider)
    homes = (whole_of(one) for one in others if _names_home(one) or _is_national_rail(one, measure))
    operator = next(homes, WORLD) if whole == WORLD else WORLD
    return (whole, "the whole") if operator == WORLD else (operator, "operator")


def _is_national_rail(slug: str, measure: str) -> bool:
    """Whether a share is one of a country's rail: of UPI it is a share in India."""
    entry = providers().get(slug)
    return measure == "market_share" and entry is not None and entry.type is ProviderType.RAIL and not entry.abroad


def _names_home(slug: str) -> bool:
    entry = providers().get(slug)
    return entry is not None and market_name(entry.home) in entry.name


def whole_of(slug: str) -> str:
    """Where a provider is when no market is named: its home where it works in that country alone, else the world."""
    entry = providers().get(slug)
    if entry is None or entry.abroad:
        return WORLD
    if entry.type is ProviderType.FIRM and market_name(entry.home) not in entry.name:
        return WORLD
    return entry.home


def _no_place(scene: Scene, mark: Mark) -> bool:
    """A market in an apposition ("a firm based in Lagos, Nigeria") or in a segment ("outside China") is no figure's."""
    at = mark.start - 1
    if any(part.start <= mark.start < part.end for part in scene.marks("segment")):
        return True
    words = [scene.norm(at - back) for back in range(4)]
    if _EXCEPT & set(words[:3]):
        return True
    return "based" in words or ("firm" in words and "in" in words) or "startup" in words


def _listed(scene: Scene, mark: Mark, marks: list[Mark]) -> bool:
    return any(
        other is not mark
        and (
            scene.tokens.between(mark.end, other.start)
            if other.start > mark.end
            else scene.tokens.between(other.end, mark.start)
        ).strip()
        in {"and", ",", "or", "&", ", and"}
        for other in marks
    )


def is_total(scene: Scene, topic: Topic) -> bool:
    """Whether a sentence that names no provider speaks of a country's total: of payments, cards, mobile money."""
    return (
        bool(scene.marks("market"))
        and topic.is_measure
        and topic.value
        not in {"revenue", "income", "net_sales", "gmv", "funding", "valuation", "invested", "market_share"}
        and (topic.value != "agents" or any(mark.value == "mobile-money" for mark in scene.marks("segment")))
    )
