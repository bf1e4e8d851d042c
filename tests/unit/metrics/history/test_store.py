"""The history: claims by id within a bound, retractions mark them."""

from paysignal.facts.claims import Claim, Retraction, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Tier
from paysignal.history.store import History
from tests.tools.figures import NOTE, claim


def retraction(of: Claim, source: Source = NOTE) -> Retraction:
    """The retraction of a claim."""
    assert of.id is not None
    return identified(Retraction(retracts=of.id, source=source, known_at="2018-10-01"))


def test_the_same_claim_again_changes_nothing() -> None:
    """A claim is held once, however often it arrives."""
    history = History(10)
    history.remember([claim(), claim()])
    history.remember([claim()])
    assert [one.claim for one in history.recollect().held] == [claim()]


def test_the_earliest_claims_are_evicted_and_counted() -> None:
    """At most the limit is held: the earliest received goes first."""
    history = History(2)
    claims = [claim(value=float(number)) for number in (1, 2, 3)]
    history.remember(claims)
    assert [one.claim for one in history.recollect().held] == claims[1:]
    assert history.recollect().evicted == 1


def test_a_retraction_marks_its_claim_whichever_comes_first() -> None:
    """The order of claim and retraction does not matter."""
    orders: tuple[list[Claim | Retraction], ...] = (
        [claim(), retraction(claim())],
        [retraction(claim()), claim()],
    )
    for facts in orders:
        history = History(10)
        history.remember(facts)
        assert [one.retracted for one in history.recollect().held] == [True]


def test_nobody_retracts_for_another() -> None:
    """A retraction by another publisher marks nothing."""
    history = History(10)
    history.remember([claim(), retraction(claim(), Source("somebody-else", "Somebody", Tier.PRESS))])
    assert [one.retracted for one in history.recollect().held] == [False]


def test_retractions_of_nothing_do_not_pile_up() -> None:
    """Retractions are bounded like claims: the earliest is forgotten."""
    history = History(2)
    history.remember([retraction(claim(value=float(number))) for number in (1, 2, 3)])
    history.remember([claim(value=1.0), claim(value=3.0)])
    assert [one.retracted for one in history.recollect().held] == [False, True]
