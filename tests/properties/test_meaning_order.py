"""Order, repetition and retelling: what was said decides, never how often, by how many, or in which order."""

from random import Random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from paysignal.engine.asof import state_of
from paysignal.facts.claims import Claim, Retraction, Source
from paysignal.facts.identity import identified
from paysignal.facts.intervals import interval_of
from paysignal.facts.kinds import Bound, Tier
from paysignal.facts.readings import Reading
from tests.tools.batches import final_bytes
from tests.tools.oracle import Fact, Key, figure_of, standing
from tests.tools.stories import Story, found, story

stories = st.integers(0, 2**32).map(lambda seed: story(Random(seed)))
short_stories = st.integers(0, 2**32).map(lambda seed: story(Random(seed), most=15))
sizes = st.lists(st.integers(1, 9), max_size=4)
PUBLISHERS = [Source(name, name, tier) for name, tier in (("a", Tier.OFFICIAL), ("b", Tier.PRESS), ("c", Tier.OTHER))]


def figures(facts: list[Fact]) -> dict[Key, dict[str, Any]]:
    """What levels, gains and growths say, without who said it and how many."""
    return {key: said(reading) for key, reading in found(state_of(facts)).items()}


def said(reading: Reading) -> dict[str, Any]:
    """Value, ends, period and unit of a reading, and whether figures conflict."""
    names = ("value", "low", "high", "bound", "start", "event_time", "unit", "gap_days")
    return {**{name: getattr(reading, name) for name in names}, "conflict": "conflict" in reading.flags}


@given(st.data(), stories, sizes)
@settings(max_examples=60)
def test_three_times_in_any_order_is_once_in_order(data: st.DataObject, told: Story, cuts: list[int]) -> None:
    """Claims, revisions and retractions, each three times and shuffled, in other batches: not a byte differs."""
    mixed = data.draw(st.randoms(use_true_random=False)).sample(told.facts * 3, 3 * len(told.facts))

    assert final_bytes(told.facts) == final_bytes(mixed, cuts)


@given(st.data(), stories, sizes)
@settings(max_examples=40)
def test_dealt_to_three_publishers_in_any_order(data: st.DataObject, told: Story, cuts: list[int]) -> None:
    """Whichever of three publishers says which fact, and takes back which: the order of arrival has no part in it."""
    random = data.draw(st.randoms(use_true_random=False))
    dealt: list[Fact] = [
        identified(msgspec.structs.replace(claim, source=random.choice(PUBLISHERS))) for claim in told.claims
    ]
    taken = random.sample([fact for fact in dealt if isinstance(fact, Claim)], len(dealt) // 5)
    dealt += [
        identified(Retraction(retracts=str(each.id), source=each.source, known_at="2024-04-01")) for each in taken
    ]
    mixed = random.sample(dealt * 3, 3 * len(dealt))

    assert final_bytes(dealt) == final_bytes(mixed, cuts)


@given(stories)
@settings(max_examples=40)
def test_three_who_say_the_same_say_it_once(told: Story) -> None:
    """Each fact told by three publishers alike: levels, gains and growths are those of one publisher alone."""
    newest = {(each.series.key, each.kind, each.dated.text, each.baseline_text): each for each in told.claims}
    one, all_ = (
        [identified(msgspec.structs.replace(claim, source=source)) for claim in newest.values() for source in sources]
        for sources in (PUBLISHERS[:1], PUBLISHERS)
    )

    assert figures([*one]) == figures([*all_])


@st.composite
def retold(draw: st.DrawFn) -> tuple[list[Fact], list[Fact]]:
    """A story, and a hundred retellings of one of its facts that stands: later, less authoritative, no finer."""
    told = draw(short_stories.filter(lambda each: bool(agreeing(each.facts))))
    random = draw(st.randoms(use_true_random=False))
    fact = random.choice(agreeing(told.facts))
    return list(told.facts), [retelling(fact, number, random) for number in range(100)]


def agreeing(facts: tuple[Fact, ...]) -> list[Claim]:
    """The claims that stand and do not conflict with the figure shown."""
    groups: dict[tuple[Any, ...], list[Claim]] = {}
    for claim in standing(facts):
        key = (claim.series.key, claim.kind, claim.dated.text, claim.baseline_text)
        groups.setdefault(key, []).append(claim)
    return [claim for claims in groups.values() for claim in figure_of(claims).agreeing]


def retelling(fact: Claim, number: int, random: Random) -> Claim:
    """The fact as another publisher tells it, in March: as it was printed, or as "about" with a rougher step."""
    wording: dict[str, Any] = {}
    if random.random() < 0.4 and fact.bound is Bound.EXACT and fact.step is not None:
        wording = {"bound": Bound.ABOUT, "step": random.choice([1, 2, 5]) * fact.step}
    tiers = list(Tier)[fact.source.tier.rank :]
    source = Source(f"mirror-{number}", "A mirror", random.choice(tiers))
    known = f"2024-03-{random.randint(2, 28):02}"
    copy = identified(msgspec.structs.replace(fact, source=source, known_at=known, break_=None, **wording))
    assert interval_of(copy.value, copy.bound, copy.step, copy.kind).meets(fact.interval)
    return copy


@given(retold(), st.booleans())
@settings(max_examples=50)
def test_a_hundred_retellings_change_no_figure(case: tuple[list[Fact], list[Fact]], first: bool) -> None:  # noqa: FBT001 - drawn
    """However often one fact is retold, before or after: no level, gain or growth moves, nor what it leaves open."""
    facts, copies = case

    assert figures(facts) == figures([*copies, *facts] if first else [*facts, *copies])


@given(retold(), st.data(), sizes)
@settings(max_examples=20)
def test_a_crowd_has_no_order_either(case: tuple[list[Fact], list[Fact]], data: st.DataObject, cuts: list[int]) -> None:
    """More claims about a period than a book holds: what they say still does not depend on who came first."""
    facts, copies = case
    mixed = data.draw(st.randoms(use_true_random=False)).sample([*facts, *copies], len(facts) + len(copies))

    assert figures([*facts, *copies]) == figures(mixed)
    assert final_bytes(mixed) == final_bytes(mixed, cuts)
