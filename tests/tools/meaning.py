"""What the engine makes of a set of claims, as the tests of meaning look at it."""

from collections.abc import Iterable
from functools import lru_cache

from paysignal import samples
from paysignal.command.rates import published_rates
from paysignal.engine.asof import state_of
from paysignal.engine.audit.auditing import audit
from paysignal.engine.audit.findings import Finding
from paysignal.engine.choice import Choice
from paysignal.engine.money.rates import RateTable
from paysignal.engine.step import State
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Kind
from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import document_from_text
from tests.tools.samples import sample_claims


@lru_cache(maxsize=1)
def ecb() -> RateTable:
    """The ECB's history."""
    return published_rates(None)


@lru_cache(maxsize=1)
def shipped() -> State:
    """The engine after all shipped figures."""
    return state_of(sample_claims(), rates=ecb())


def audited(claims: Iterable[Claim]) -> list[Finding]:
    """What the audit finds in them."""
    given = list(claims)
    return audit(state_of(given).statements.books.values(), given, ecb())


def choices(state: State) -> list[Choice]:
    """Every choice among the claims of one period, kind and baseline."""
    return [choice for book in state.statements.books.values() for kind in Kind for _, _, choice in book.choices(kind)]


def several(chosen: Iterable[Choice]) -> list[Choice]:
    """Those with more than one source."""
    return [choice for choice in chosen if len(choice.supporting) + len(choice.conflicting) > 1]


@lru_cache(maxsize=1)
def note() -> tuple[Claim, ...]:
    """The claims of the press note."""
    document = document_from_text(
        samples.press_note().encode(),
        "press-note",
        published_at=samples.PRESS_NOTE_PUBLISHED,
        publisher=samples.PRESS_NOTE_PUBLISHER,
        publisher_name=samples.PRESS_NOTE_NAME,
    )
    return tuple(outcome for outcome in parse_article(document).outcomes if isinstance(outcome, Claim))
