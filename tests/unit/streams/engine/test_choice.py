"""Choice: which figure is shown when several speak of one period."""

from itertools import permutations

import pytest

from paysignal.engine.choice import Choice, choose, latest_revisions
from paysignal.facts.claims import Claim, Source
from paysignal.facts.kinds import Bound, Tier
from tests.tools import examples
from tests.tools.batches import told


def said(publisher: str, value: float, step: float | None, tier: Tier = Tier.PRESS, **changes: object) -> Claim:
    """A publisher's figure, in billions."""
    source = Source(publisher, publisher.title(), tier)
    return told(examples.claim(value=value * 1e9, step=step and step * 1e9, source=source, **changes))


def chosen(*claims: Claim) -> Choice:
    """The choice, which is the same in whatever order the claims came."""
    found = {repr(choose(order)): choose(order) for order in permutations(claims)}
    [choice] = found.values()
    assert choice is not None
    return choice


def test_nothing_said_is_nothing_shown() -> None:
    """Without claims there is no choice."""
    assert choose([]) is None


def test_a_revision_replaces_what_its_publisher_said_before() -> None:
    """Of one publisher only the latest known figure counts; it does not conflict with itself."""
    first = said("npci", 8.7, 0.1, known_at="2023-04-02")
    second = said("npci", 9.9, 0.1, known_at="2023-05-02")

    assert Choice(second, second.interval, (second,), ()) == chosen(first, second)


def test_of_figures_that_agree_the_finest_is_shown() -> None:
    """8.7 and 8.68 corroborate: 8.68 is shown, both support it, and the interval is what both leave open."""
    rough, fine = said("npci", 8.7, 0.1, Tier.OFFICIAL), said("times", 8.68, 0.01)
    choice = chosen(rough, fine)

    assert (fine, (fine, rough), ()) == (choice.shown, choice.supporting, choice.conflicting)
    assert fine.interval == choice.interval


def test_of_equally_fine_figures_the_higher_tier_then_the_earlier_is_shown() -> None:
    """Official before press; among the press who said it first."""
    late, early = said("times", 8.7, 0.1, known_at="2023-04-09"), said("post", 8.7, 0.1, known_at="2023-04-03")
    official = said("npci", 8.7, 0.1, Tier.OFFICIAL, known_at="2023-04-20")

    assert early == chosen(late, early).shown
    assert official == chosen(late, early, official).shown


def test_in_a_conflict_the_tier_decides_then_the_newest() -> None:
    """Figures that exclude each other: official before press, then the later; the other is kept and told."""
    official, press = said("npci", 8.7, 0.1, Tier.OFFICIAL), said("times", 9.9, 0.1, known_at="2024-01-01")
    older = said("post", 5.0, 0.1, known_at="2023-04-03")

    assert (official, (press,)) == (chosen(official, press).shown, chosen(official, press).conflicting)
    assert (press, (older,)) == (chosen(press, older).shown, chosen(press, older).conflicting)


def test_a_bound_that_agrees_tightens_the_interval_and_is_not_shown() -> None:
    """A figure over 8.68 beside 8.7 cuts the interval from below; the two-sided one is shown."""
    figure, bound = said("npci", 8.7, 0.1), said("times", 8.68, None, bound=Bound.MORE_THAN)
    choice = chosen(figure, bound)

    assert figure == choice.shown
    assert (8.68e9, figure.interval.high) == (choice.interval.low, choice.interval.high)


@pytest.mark.parametrize("tier", list(Tier))
def test_the_interval_always_holds_what_is_shown(tier: Tier) -> None:
    """A bound that just excludes the shown value is widened to it, whoever said it."""
    figure, bound = said("npci", 8.7, 0.1), said("times", 8.72, None, tier, bound=Bound.MORE_THAN)
    choice = chosen(figure, bound)

    assert choice.interval.holds(choice.shown.value)


def test_of_two_figures_of_one_day_the_publisher_means_the_finer() -> None:
    """A release of 8 May 2023 says 355 billion and 354.5 billion: the second is shown, whatever their ids are."""
    for rough, fine in ((355e9, 354.5e9), (300e9, 301.5e9), (10e9, 9.6e9)):
        said = [told(examples.claim(value=value, step=step)) for value, step in ((rough, 1e10), (fine, 1e8))]

        assert [[fine], [fine]] == [[claim.value for claim in latest_revisions(order)] for order in (said, said[::-1])]
