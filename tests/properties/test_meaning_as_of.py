"""As of: what was known at any moment, against an oracle that works it out from the words of the design.

PAYSIGNAL_QUESTIONS=10000 asks as many questions; the suite asks 500.
"""

import os
from collections import Counter
from random import Random

import pytest

from paysignal.engine.asof import state_of
from paysignal.engine.replay import replay
from paysignal.facts import wire
from paysignal.facts.moments import known_us
from tests.tools.oracle import Fact, known, oracle
from tests.tools.stories import a_day, differences, found, story

QUESTIONS = int(os.environ.get("PAYSIGNAL_QUESTIONS", "500"))
QUESTIONS_A_STORY = 5


@pytest.mark.timeout(120 + QUESTIONS // 10)
def test_as_of_equals_the_oracle() -> None:
    """Whatever was said, revised and taken back: asked as of any moment, every reading is the oracle's."""
    asked: Counter[str] = Counter()
    for seed in range(QUESTIONS // QUESTIONS_A_STORY):
        random = Random(seed)
        facts = story(random).facts
        for _ in range(QUESTIONS_A_STORY):
            moment = a_day(random)
            readings = found(state_of(facts, known_us(moment)))
            assert [] == differences(oracle(facts, moment), readings), f"story {seed} as of {moment}"
            asked["questions"] += 1
            asked["readings"] += len(readings)
            asked["in conflict"] += sum("conflict" in reading.flags for reading in readings.values())
            asked["not the latest"] += readings != found(state_of(facts))
    print(dict(asked))  # noqa: T201 - the output of the long run

    assert asked["questions"] == QUESTIONS
    assert asked["readings"] > 5 * QUESTIONS
    assert asked["in conflict"] > QUESTIONS
    assert asked["not the latest"] > QUESTIONS / 2


def test_without_a_moment_everything_is_known() -> None:
    """The live readings are those as of the end of time."""
    for seed in range(40):
        facts = story(Random(-seed - 1)).facts

        assert [] == differences(oracle(facts), found(state_of(facts)))
        assert state_of(facts).readings == state_of(facts, known_us("9999-12-31")).readings


def test_what_comes_later_can_not_be_seen() -> None:
    """No look-ahead: as of a moment, facts that became known later change no byte, not even a version."""
    for seed in range(40):
        random = Random(seed)
        facts, moment = story(random).facts, a_day(random)
        by_then = [fact for fact in facts if known(str(fact.known_at)) <= known(moment)]

        assert state_of(facts, known_us(moment)).readings == state_of(by_then).readings


def test_replay_as_of_says_the_same() -> None:
    """`paysignal replay --as-of` and the engine asked directly give the same readings, byte for byte."""
    for seed in range(40):
        random = Random(seed)
        facts, moment = story(random).facts, a_day(random)
        replayed = replay([wire.encode(fact) for fact in facts], "facts.jsonl", known_us(moment)).readings
        direct = [reading for _, reading in sorted(state_of(facts, known_us(moment)).readings.items())]

        assert [wire.encode(each) for each in direct] == [wire.encode(each) for each in replayed]


def test_the_order_of_publication_is_not_the_order_of_arrival() -> None:
    """A fact that arrives last and was published first is in every question after its own day."""
    facts: list[Fact] = list(story(Random(7)).facts)
    first = min(facts, key=lambda fact: known(str(fact.known_at)))
    late = [*[fact for fact in facts if fact is not first], first]

    assert state_of(facts, known_us(str(first.known_at))).readings
    assert state_of(facts, known_us("2024-02-01")).readings == state_of(late, known_us("2024-02-01")).readings
