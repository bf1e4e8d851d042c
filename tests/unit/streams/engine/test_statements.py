"""Statements: claims and retractions, in whatever order they come."""

from itertools import permutations

import pytest

from paysignal.engine.pages import MOST_CLAIMS
from paysignal.facts.claims import Claim, Retraction, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Tier
from tests.tools import examples
from tests.tools.batches import Fact, final_bytes, outcomes_of, told

CLAIM = told(examples.claim())


def withdrawal(claim: Claim = CLAIM, publisher: str = "business-standard", day: str = "2023-05-01") -> Retraction:
    """A retraction of the claim."""
    source = Source(publisher, publisher, Tier.PRESS)
    return identified(Retraction(retracts=str(claim.id), source=source, known_at=day))


@pytest.mark.parametrize("order", list(permutations([CLAIM, withdrawal(), CLAIM])))
def test_a_retraction_strikes_its_claim_whichever_comes_first(order: tuple[Fact, ...]) -> None:
    """Before, between or after its claim, a retraction leaves nothing of it."""
    assert [] == final_bytes(order, [1])


def test_what_becomes_of_retractions_is_counted() -> None:
    """A retraction is accepted, again it is a duplicate, and a claim that comes after it is retracted."""
    first = outcomes_of([withdrawal(), withdrawal(), CLAIM, CLAIM])
    after = outcomes_of([CLAIM, withdrawal(), withdrawal()])

    assert (1, 2, 1) == (first.accepted, first.duplicate, first.retracted)
    assert (2, 1, 0) == (after.accepted, after.duplicate, after.retracted)


def test_the_version_is_the_same_whichever_came_first() -> None:
    """Claim and retraction are two facts of the series, in either order."""
    other = told(examples.claim(source=Source("times", "Times", Tier.PRESS)))

    assert final_bytes([CLAIM, withdrawal(), other]) == final_bytes([withdrawal(), other, CLAIM], [1])


def test_a_foreign_retraction_does_not_keep_the_own_one_out() -> None:
    """Somebody else's retraction, waiting for the claim, does not shield it from its publisher's."""
    assert [] == final_bytes([withdrawal(publisher="troll"), withdrawal(), CLAIM])


def test_a_foreign_retraction_that_came_first_has_one_outcome() -> None:
    """Two records have two outcomes."""
    assert 2 == outcomes_of([withdrawal(publisher="troll"), CLAIM]).total


def test_the_version_counts_the_retraction_of_a_claim_that_was_let_go() -> None:
    """The version does not depend on whether a retraction came before its claim was crowded out or after."""
    finer = [
        told(examples.claim(step=1e6, source=Source(f"press-{number}", "Press", Tier.PRESS)))
        for number in range(MOST_CLAIMS)
    ]

    assert final_bytes([CLAIM, withdrawal(), *finer]) == final_bytes([CLAIM, *finer, withdrawal()])
