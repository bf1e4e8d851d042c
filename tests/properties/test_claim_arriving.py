"""Claims that are recognised as bytes are what the full decoder gives, and what it refuses is refused."""

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paysignal.engine import arriving, decoding
from paysignal.engine.decoding import decode
from paysignal.engine.packing import packed
from paysignal.engine.records import Arrived, Decoded, Record
from paysignal.facts import topics, wire
from paysignal.facts.claims import Claim
from paysignal.facts.errors import Refused
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Bound
from paysignal.facts.partitioning import partition_of
from tests.tools import examples, strategies

PARTITIONS = 4

#: What stands between the mark of the value and the unit: some of it is no number, or no figure of any claim.
FIGURES = [
    b"1.0", b"0.5", b"-0.0", b"1", b"1e3", b"-1e-3", b"1e400", b"1_0", b" 1.0 ", b"01", b"NaN", b"null", b'"1"', b"",
    b'1.0,"step":0.5', b'1.0,"step":0', b'1.0,"step":null', b'1.0,"bound":"about"', b'1.0,"bound":"abou',
    b'1.0,"bound":"about","step":0.1', b'1.0,"step":0.1,"bound":"about"', b'1.0,"bound":"exact","step":1e999',
    b'1.0,"value":2.0', b'1.0,"bound":"about","bound":"exact"', b'1.0,"x":{"step":1.0}', b'1.0,"bound":""about"',
]  # fmt: skip


def record(raw: bytes, claim: Claim, **changes: object) -> Record:
    """The record of a claim whose value is `raw`."""
    key = claim.partition_key.encode()
    made = Record(topics.FACTS, partition_of(key, PARTITIONS), 7, key, raw, 0)
    return msgspec.structs.replace(made, **changes)


def fully(each: Record) -> Decoded:
    """What is decoded where nothing is recognised."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(decoding, "arrived", lambda *_: None)
        patched.setattr(decoding, "learn", lambda *_: None)
        return decode([each], PARTITIONS)


def assert_alike(each: Record) -> bool:
    """The record gives the same with and without; returns whether it was recognised."""
    plain, quick = fully(each), decode([each], PARTITIONS)
    assert plain.rejected == quick.rejected
    assert [wire.encode(one.fact) for one in plain.statements] == [wire.encode(one.fact) for one in quick.statements]
    arrived = [one for one in quick.statements if isinstance(one, Arrived)]
    for one, other in zip(arrived, plain.statements, strict=False):
        claim = other.fact
        assert isinstance(claim, Claim)
        assert (one.packed, one.id.hex(), one.series_key) == (packed(claim), claim.id, claim.series.key)
        assert (one.kind, one.dated, one.publisher, one.measure, one.currency) == (
            claim.kind, claim.period, claim.source.publisher, claim.measure, claim.currency,
        )  # fmt: skip
    return bool(arrived)


def is_usual(claim: Claim) -> bool:
    """Whether a claim has nothing that only few have."""
    return (claim.confidence, claim.equivalent_of, claim.break_) == (None, None, None)


@given(strategies.claims(), strategies.claims(), st.sampled_from(Bound), st.floats(0, 1), st.none() | st.floats(0.1, 9))
@settings(max_examples=150)
def test_a_claim_like_one_before_is_recognised(
    claim: Claim, other: Claim, bound: Bound, value: float, step: float | None
) -> None:
    """Another figure of the same series and release, from another source: known, and what the full decoder gives."""
    assert_alike(record(wire.encode(claim), claim))
    try:
        like = identified(
            msgspec.structs.replace(claim, value=value, bound=bound, step=step, source=other.source, id=None)
        )
    except Refused:
        return
    assert assert_alike(record(wire.encode(like), like)) == is_usual(like)
    assert not assert_alike(record(wire.encode(msgspec.structs.replace(like, id="0" * 32)), like))
    assert not assert_alike(record(wire.encode(like), like, key=b"another"))
    assert not assert_alike(record(wire.encode(like), like, partition=PARTITIONS))


@given(strategies.claims(), strategies.claims())
@settings(max_examples=150)
def test_a_known_head_with_a_known_tail_is_refused_where_they_do_not_fit(one: Claim, other: Claim) -> None:
    """Kind, unit, currency, baseline, period: a head with another's tail is judged as by the full decoder."""
    for claim in (one, other):
        assert_alike(record(wire.encode(claim), claim))
    first, second = wire.encode(one), wire.encode(other)
    mixed = first[: first.index(b',"unit":')] + second[second.index(b',"unit":') :]

    assert_alike(record(mixed, one))


@given(strategies.claims(), st.sampled_from(FIGURES), st.integers(0, 2**32))
@settings(max_examples=300)
def test_strange_bytes_are_judged_by_the_full_decoder(claim: Claim, figures: bytes, seed: int) -> None:
    """Figures of any form with a right id, and bytes cut, doubled and changed anywhere: the same claim or refusal."""
    random, raw = Random(seed), wire.encode(claim)
    assert_alike(record(raw, claim))
    start, end = raw.index(b',"value":'), raw.index(b',"unit":')
    strange = raw[:start] + b',"value":' + figures + raw[end:]
    assert_alike(record(_with_id(strange), claim))
    at, to = sorted(random.choices(range(len(raw)), k=2))
    for changed in (
        raw[:at] + raw[to:],
        raw[:to] + raw[at:],
        raw[:at] + bytes([random.randrange(256)]) + raw[at + 1 :],
    ):
        assert_alike(record(changed, claim))


def _with_id(raw: bytes) -> bytes:
    """The same with the id that its fields give it, where they give one."""
    try:
        claim = msgspec.json.decode(raw, type=Claim)
    except (msgspec.MsgspecError, Refused):
        return raw
    return b'{"id":"' + str(identified(claim).id).encode() + raw[39:]


def test_a_flood_of_series_only_costs_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known is bounded; beyond that it is learnt anew."""
    monkeypatch.setattr(arriving, "MOST_LINES", 8)
    monkeypatch.setattr(arriving, "MOST_TAILS", 8)
    random = Random(5)
    for _ in range(50):
        provider, day = f"provider-{random.randrange(30)}", random.randrange(10, 28)
        claim = identified(examples.claim(provider=provider, known_at=f"2024-02-{day}"))
        assert_alike(record(wire.encode(claim), claim))
    assert max(len(arriving._LINES), len(arriving._TAILS)) <= 8
