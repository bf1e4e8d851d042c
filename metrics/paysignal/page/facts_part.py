"""Facts with their sources, as HTML. Pure; everything is escaped."""

from collections.abc import Iterable, Sequence

from paysignal.facts.claims import Source
from paysignal.facts.moments import known_us
from paysignal.history.rows import FactRow
from paysignal.page import figures, words
from paysignal.page.markup import figure, table, text, without_empty

_COLUMNS = ("Statement", "Period", "Known", "Source", "Confidence")


def facts_part(facts: Sequence[FactRow]) -> str:
    """Every statement about the series, the latest period first."""
    cells = [_cells(fact) for fact in facts]
    total = len(facts)
    about = f"{total:,} statement{'s' if total != 1 else ''} about this series, the latest period first."
    return table("facts", "The facts behind it", about, *without_empty(_COLUMNS, cells), "None.")


def _cells(fact: FactRow) -> tuple[str, ...]:
    claim = fact.claim
    statement = figure(figures.claim(claim), figures.claim_interval(fact))
    if fact.retracted_at is not None:
        statement = f'<del>{statement}</del> <span class="tag warn">taken back {text(fact.retracted_at)}</span>'
    if claim.break_ is not None:
        note = f"break on {claim.break_.date}: {words.name(claim.break_.note)}"
        statement += f' <span class="note">{text(note)}</span>'
    confidence = "" if claim.confidence is None else text(words.percent(claim.confidence, sign=False))
    return statement, text(figures.claim_period(claim)), known(fact), source(claim.source), confidence


def known(fact: FactRow) -> str:
    """When it was published."""
    at = fact.claim.known_at or ""
    estimated = ' <span class="tag">estimated</span>' if fact.claim.known_at_basis == "estimated" else ""
    return f'<time datetime="{text(at)}">{text(at)}</time>{estimated}'


def source(one: Source) -> str:
    """Whose statement it is and where it was read; its address is the one way out of our pages."""
    name = f"<bdi>{text(figures.line(one.name))}</bdi>"
    linked = f'<a href="{text(one.url)}" rel="noreferrer nofollow">{name}</a>' if one.url else name
    whose = f' <span class="more">{text(words.name(one.publisher))}, {text(one.tier)}</span>'
    reference = f' <span class="more">{text(figures.line(one.ref))}</span>' if one.ref else ""
    return linked + whose + reference


def moments_of(facts: Iterable[FactRow], most: int) -> tuple[str, ...]:
    """The latest moments at which something about the series became known or was taken back, the earliest first."""
    told = {moment for fact in facts for moment in (fact.claim.known_at, fact.retracted_at) if moment}
    return tuple(sorted(told, key=known_us))[-most:]
