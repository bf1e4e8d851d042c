"""Laws of the history: its answers are those of a plain list that is gone through from its start to its end."""

from collections.abc import Iterable, Iterator
from random import Random

import httpx
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from paysignal.command.rates import published_rates
from paysignal.engine.asof import state_of
from paysignal.engine.histories import history_of
from paysignal.engine.money.rates import NO_RATES, RateTable
from paysignal.exposition.server import Server
from paysignal.facts import wire
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.moments import known_us
from paysignal.facts.readings import Reading
from paysignal.history.answers import Answers
from paysignal.history.held import Held
from paysignal.history.packing import precedes
from paysignal.history.questions import Unknown
from paysignal.history.rows import ExplanationRow
from paysignal.history.store import History
from tests.tools.oracle import Fact, Key, oracle
from tests.tools.querying import api_routes
from tests.tools.samples import sample_claims
from tests.tools.stories import a_day, differences, story

STORIES = 40
QUESTIONS_A_STORY = 4


def told(random: Random, most: int = 40) -> list[Fact]:
    """A story in any order, some of it told again, some under the same id with another address and other digits."""
    facts = [*story(random, most).facts]
    facts += random.choices(facts, k=len(facts) // 3)
    facts += [_reworded(random, fact) for fact in random.sample(facts, len(facts) // 5) if isinstance(fact, Claim)]
    random.shuffle(facts)
    return facts


def _reworded(random: Random, claim: Claim) -> Claim:
    source = msgspec.structs.replace(claim.source, url=f"https://example.com/{random.randrange(9)}")
    return msgspec.structs.replace(claim, source=source, step=random.choice([None, 0.5, 1.0, 10.0]))


def history_told(random: Random, facts: Iterable[Fact], most: int = 10_000) -> History:
    """A history that was given these facts in batches of any size."""
    history, left = History(most), list(facts)
    while left:
        size = random.randint(1, len(left))
        history.remember(left[:size])
        left = left[size:]
    return history


def plainly(facts: Iterable[Fact], us: int | None = None) -> list[Held]:
    """What was known then, by a pass over a list for each claim: by event time, known time and id."""
    known = [fact for fact in facts if us is None or known_us(str(fact.known_at)) <= us]
    claims: dict[str, Claim] = {}
    for claim in known:
        if isinstance(claim, Claim) and (claim.id not in claims or precedes(claim, claims[str(claim.id)])):
            claims[str(claim.id)] = claim
    held = [Held(claim, _first_retraction(claim, known)) for claim in claims.values()]
    return sorted(held, key=lambda one: (one.claim.dated.event_us, one.claim.known_us, str(one.claim.id)))


def _first_retraction(claim: Claim, facts: Iterable[Fact]) -> Retraction | None:
    own = [
        fact
        for fact in facts
        if isinstance(fact, Retraction)
        and fact.retracts == claim.id
        and fact.source.publisher == claim.source.publisher
    ]
    return min(own, key=lambda fact: (known_us(fact.known_at), wire.encode(fact)), default=None)


def questions() -> Iterator[tuple[Random, list[Fact], str]]:
    """Stories, and moments to ask as of."""
    for seed in range(STORIES):
        random = Random(seed)
        facts = told(random)
        for _ in range(QUESTIONS_A_STORY):
            yield random, facts, a_day(random)


def test_facts_as_of_any_moment_are_those_of_a_plain_list() -> None:
    """Claims, wordings and retractions of every series: what a pass over everything that was said gives."""
    retracted = 0
    for random, facts, moment in questions():
        history = history_told(random, facts)
        for us in (known_us(moment), None):
            plain = plainly(facts, us)
            for key in {fact.series_key for fact in facts if isinstance(fact, Claim)}:
                wanted = tuple(one for one in plain if one.claim.series_key == key)
                assert history.facts_of(key, us) == wanted
                retracted += sum(one.retracted for one in wanted)
            assert set(history.facts_of_provider("upi", us)) == {one for one in plain if one.claim.provider == "upi"}
    assert retracted > 100


def test_readings_as_of_any_moment_are_the_oracles() -> None:
    """Each reading that the design's words give is found by its key, and none besides."""
    asked = 0
    for random, facts, moment in questions():
        # Digits and addresses under one id are the engine's own rule, of which the oracle knows nothing.
        plain = [one.claim for one in plainly(facts)] + [fact for fact in facts if isinstance(fact, Retraction)]
        random.shuffle(plain)
        answers = Answers(history_told(random, plain), NO_RATES)
        expected = oracle(plain, moment)
        found: dict[Key, Reading] = {}
        for provider in answers.store.providers():
            for series_key in answers.store.series_keys(provider):
                for key in answers.reading_keys(series_key, known_us(moment)):
                    reading = answers.reading(key, known_us(moment))
                    assert reading is not None
                    found[series_key, reading.indicator, reading.baseline] = reading
        assert differences(expected, found) == []
        asked += len(found)
    assert asked > 5 * STORIES


def test_explanations_and_histories_are_those_of_the_engine_over_the_list() -> None:
    """Whatever the order of arrival: the same reading to the byte, the same formula, the same periods."""
    explained = 0
    for random, facts, moment in questions():
        us = known_us(moment)
        state = state_of(facts, us)
        answers = Answers(history_told(random, random.sample(facts, len(facts))), NO_RATES)
        for key, reading in state.readings.items():
            assert wire.encode(reading) == wire.encode(answers.explain(key, us).reading)
            explained += 1
        for series_key, book in state.statements.books.items():
            assert answers.history(series_key, us) == history_of(book)
    assert explained > 1_000


def test_a_full_history_holds_the_latest_periods_of_all() -> None:
    """Exactly the youngest by event time, known time and id, whatever the order; what went is told by its end."""
    for seed in range(STORIES):
        random = Random(seed)
        facts = told(random)
        most = random.randint(1, 12)
        history = history_told(random, facts, most)
        plain = plainly([fact for fact in facts if isinstance(fact, Claim)])
        held = [one.claim for provider in history.providers() for one in history.facts_of_provider(provider)]
        assert {one.id for one in held} == {one.claim.id for one in plain[-most:]}
        gone = plain[:-most]
        assert history.missing_until_us == (gone[-1].claim.dated.event_us if gone else None)
        assert history.counts().claims == len(plain[-most:])


@pytest.fixture(scope="module")
def rates() -> RateTable:
    """The ECB's history."""
    return published_rates(None)


@pytest.fixture(scope="module")
def served(rates: RateTable) -> Iterator[httpx.Client]:
    """An exporter's API over the shipped figures."""
    history = History(10_000)
    history.remember(sample_claims())
    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict,
                    api_routes(Answers(history, rates)))  # fmt: skip
    server.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False, timeout=30) as client:
        yield client
    server.stop()


def test_every_reading_of_the_samples_is_explained_by_the_api_to_the_last_bit(
    served: httpx.Client, rates: RateTable
) -> None:
    """The formula that travels gives the reading, which is the engine's byte for byte, as all facts give it."""
    readings = state_of(sample_claims(), rates=rates).readings
    assert len(readings) > 1_000
    for key, reading in readings.items():
        answer = served.get("/v1/explain", params={"key": key})
        row = msgspec.json.decode(answer.content, type=ExplanationRow)
        assert eval(row.formula, {"__builtins__": {}}) == reading.value == row.reading.value
        assert wire.encode(row.reading) == wire.encode(reading)


def test_of_series_that_were_not_known_yet_there_is_no_answer() -> None:
    """Before the first fact became known its series is unknown, though it is held."""
    facts = story(Random(3)).facts
    answers = Answers(history_told(Random(3), facts), NO_RATES)
    first = min(known_us(str(fact.known_at)) for fact in facts)
    for key in {fact.series_key for fact in facts if isinstance(fact, Claim)}:
        with pytest.raises(Unknown, match="nothing was known of it then"):
            answers.history(key, first - 1)
