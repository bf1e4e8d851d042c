"""Replay equals live: what a worker published of the facts is what `paysignal replay` prints of them."""

import random
from pathlib import Path

import pytest

from paysignal.facts import topics
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.identity import identified
from paysignal.sending.outbox import Outgoing, record_of, retraction_record
from tests.tools.system import Fact, System, replayed, sample_claims, send, synthetic_increments

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]

_INCREMENTS = 2_000
_RETRACTED = 40
_TWICE = 200


def _facts() -> list[tuple[Fact | Retraction, Outgoing]]:
    """Each fact with its record: the figures that ship, synthetic increments, retractions, and some of all twice."""
    claims = sample_claims()
    given: list[Fact] = [*claims, *synthetic_increments(_INCREMENTS)]
    facts: list[tuple[Fact | Retraction, Outgoing]] = [(fact, record_of(fact)) for fact in given]
    for claim in claims[:: len(claims) // _RETRACTED]:
        retraction = _retraction(claim)
        facts.append((retraction, retraction_record(retraction, claim)))
    return facts + facts[:: len(facts) // _TWICE]


def _retraction(claim: Claim) -> Retraction:
    assert claim.id is not None
    return identified(Retraction(retracts=claim.id, source=claim.source, known_at="2024-01-01"))


@pytest.mark.parametrize("order", ["live", "restored"])
def test_readings_equal_the_replay_of_the_same_facts(system: System, order: str, tmp_path: Path) -> None:
    """Byte for byte, in two shuffled orders: sent to a running worker, and rebuilt by one that starts after them."""
    facts = _facts()
    expected = replayed([fact for fact, _ in facts], tmp_path)
    random.Random(order).shuffle(facts)
    records = [record for _, record in facts]

    if order == "restored":
        send(system.address, records)
    with system.worker() as worker:
        if order == "live":
            worker.ready()
            send(system.address, records)
        worker.catch_up()
        published = system.final_readings()

        assert len(expected.splitlines()) > 1_000
        assert len([line for line in expected.splitlines() if b"_over_" in line or b"_among_" in line]) > 100
        assert expected.splitlines() == published.splitlines()
        assert expected == published
        assert worker.metric("paysignal_worker_rejected_total") == 0
        assert len(facts) == sum(
            worker.metric("paysignal_worker_facts_total", topic=topic, outcome=outcome)
            for topic in (topics.FACTS, topics.INCREMENTS)
            for outcome in ("accepted", "duplicate", "retracted")
        )
        assert worker.terminate()[0] == 0
