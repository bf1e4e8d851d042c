"""Poison: what is no fact goes to the rejected topic with its reason, and stops nothing behind it."""

import datetime as dt
import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import confluent_kafka
import pytest

from paysignal.facts import topics, wire
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.identity import identified
from paysignal.facts.increments import Increment
from paysignal.facts.partitioning import partition_of
from paysignal.facts.rejections import KEPT_BYTES, Origin, Reason, Rejected
from paysignal.sending.outbox import Outgoing, record_of
from tests.tools.reading import read_topic
from tests.tools.system import Fact, System, replayed, sample_claims, send, synthetic_increments

pytestmark = [pytest.mark.broker, pytest.mark.timeout(240)]

_BAD = 1_000

#: With the bad ones 100,000 on Kafka; fewer on the embedded broker, where it is the same code that is passed.
_GOOD_ON_KAFKA = 99_000
_GOOD_EMBEDDED = 9_000
_LARGE = 900_000

#: 27 MB are enough to fill every buffer on the way.
_LARGE_ONES = 30


@dataclass(frozen=True)
class _Sent:
    """A record to send as it is; `reason` is None for a good one."""

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int
    reason: Reason | None


_Spoil = Callable[[_Sent], _Sent]
_Place = tuple[str, int, int]


def _value(change: Callable[[bytes], bytes | None], reason: Reason) -> _Spoil:
    return lambda sent: replace(sent, value=change(sent.value or b""), reason=reason)


def _with(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Every fact has `old` once; the rest of it stays as it is."""

    def change(value: bytes) -> bytes:
        assert value.count(old) == 1, f"{old!r} is not once in {value!r}"
        return value.replace(old, new)

    return change


def _elsewhere(sent: _Sent) -> _Sent:
    return replace(sent, partition=(sent.partition + 1) % topics.DEFAULT_PARTITIONS, reason=Reason.MISROUTED)


def _other_key(sent: _Sent) -> _Sent:
    key = b"a-stranger|world|revenue||USD|current"
    return replace(sent, key=key, partition=partition_of(key, topics.DEFAULT_PARTITIONS), reason=Reason.MISROUTED)


def _no_key(sent: _Sent) -> _Sent:
    return replace(sent, key=None, reason=Reason.MISROUTED)


_SPOILS: tuple[_Spoil, ...] = (
    _value(lambda value: value[:-1], Reason.BAD_JSON),
    _value(lambda _: b"not even JSON", Reason.BAD_JSON),
    _value(lambda _: b"", Reason.BAD_JSON),
    _value(lambda _: None, Reason.BAD_JSON),
    _value(lambda _: b'{"padding":' + b"[" * 50_000, Reason.BAD_JSON),
    _value(_with(b'"value":', b'"value":NaN,"was":'), Reason.BAD_JSON),
    _value(_with(b'"value":', b'"value":-Infinity,"was":'), Reason.BAD_JSON),
    _value(_with(b'"value":', b'"value":1e999,"was":'), Reason.BAD_TYPE),
    _value(_with(b'"value":', b'"value":"12","was":'), Reason.BAD_TYPE),
    _value(_with(b'"value":', b'"was":'), Reason.BAD_TYPE),
    _value(_with(b'"market":', b'"market":["CN"],"was":'), Reason.BAD_TYPE),
    _value(_with(b'"market":', b'"market":"XX","was":'), Reason.BAD_TYPE),
    _value(_with(b'"measure":', b'"prices":"guessed","measure":'), Reason.BAD_TYPE),
    _value(lambda _: b'["a", "list"]', Reason.BAD_TYPE),
    _value(_with(b'"provider":"', b'"provider":"\xff'), Reason.BAD_ENCODING),
    _elsewhere,
    _other_key,
    _no_key,
)

_LARGER = _value(_with(b'{"id":', b'{"padding":"' + b"x" * _LARGE + b'","id":'), Reason.TOO_LARGE)


def _good(count: int) -> list[Fact]:
    claims = list({claim.id: claim for claim in sample_claims()}.values())
    return [*claims, *synthetic_increments(count - len(claims))]


def _sent(record: Outgoing) -> _Sent:
    assert record.key is not None
    return _Sent(record.topic, record.key, record.value, partition_of(record.key, topics.DEFAULT_PARTITIONS), None)


def _spoiled(good: list[Fact]) -> list[_Sent]:
    """Records spoiled in every way in turn, and some that only fit one topic; the retraction last, after its claim."""
    claim = next(fact for fact in good if isinstance(fact, Claim))
    increment = next(fact for fact in good if isinstance(fact, Increment))
    special = [_other_id(claim), _of_tomorrow(increment), _unknown_kind(claim), _retracted_by_a_stranger(claim)]
    chosen = random.Random("spoil").sample([_sent(record_of(fact)) for fact in good], _BAD - len(special))
    spoils = [_LARGER] * _LARGE_ONES + [_SPOILS[number % len(_SPOILS)] for number in range(len(chosen) - _LARGE_ONES)]
    return [spoil(sent) for sent, spoil in zip(chosen, spoils, strict=True)] + special


def _other_id(claim: Claim) -> _Sent:
    assert claim.id is not None
    return _value(_with(claim.id.encode(), b"0" * 32), Reason.BAD_ID)(_sent(record_of(claim)))


def _unknown_kind(claim: Claim) -> _Sent:
    return _value(_with(b'"kind":"', b'"kind":"rumour-of-'), Reason.BAD_TYPE)(_sent(record_of(claim)))


def _retracted_by_a_stranger(claim: Claim) -> _Sent:
    assert claim.id is not None
    stranger = type(claim.source)(publisher="a-stranger", name="A stranger", tier=claim.source.tier)
    retraction = identified(Retraction(retracts=claim.id, source=stranger, known_at="2024-01-01"))
    return replace(_sent(record_of(claim)), value=wire.encode(retraction), reason=Reason.FOREIGN_RETRACTION)


def _of_tomorrow(increment: Increment) -> _Sent:
    at = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    ahead = Increment(
        id="f" * 32, provider=increment.provider, market=increment.market, measure=increment.measure,
        currency=increment.currency, value=1.0, at=at, publisher=increment.publisher,
    )  # fmt: skip
    return replace(_sent(record_of(ahead)), reason=Reason.AHEAD_OF_TIME)


def _send_as_they_are(address: str, records: list[_Sent]) -> dict[_Place, _Sent]:
    """Each record by the place it got; sent by a producer that checks nothing."""
    placed: dict[_Place, _Sent] = {}

    def delivered(sent: _Sent, error: object, message: confluent_kafka.Message) -> None:
        assert error is None, error
        offset = message.offset()
        assert offset is not None
        placed[sent.topic, sent.partition, offset] = sent

    producer = confluent_kafka.Producer({"bootstrap.servers": address, "enable.idempotence": True, "linger.ms": 5})
    for one in records:
        producer.produce(one.topic, one.value, one.key, one.partition, on_delivery=partial(delivered, one))
        producer.poll(0)
    assert producer.flush(60) == 0
    assert len(placed) == len(records)
    return placed


def _place(origin: Origin) -> _Place:
    assert origin.topic is not None
    assert origin.partition is not None
    assert origin.offset is not None
    return origin.topic, origin.partition, origin.offset


def _assert_kept(rejected: Rejected, sent: _Sent) -> None:
    value = sent.value or b""
    assert (rejected.reason, rejected.length) == (sent.reason, len(value)), rejected.detail
    assert rejected.original == value[:KEPT_BYTES]
    assert rejected.sha256 == hashlib.sha256(value).hexdigest()
    assert rejected.detail


def test_a_thousand_malformed_records_among_a_hundred_thousand(system: System, tmp_path: Path) -> None:
    """1,000 are in the rejected topic, each once with its reason, origin and original; all others are processed."""
    count = _GOOD_EMBEDDED if system.embedded else _GOOD_ON_KAFKA
    good = _good(count)
    bad = _spoiled(good)
    assert (len({fact.id for fact in good}), len(bad)) == (count, _BAD)
    *mixed, last = [_sent(record_of(fact)) for fact in good] + bad
    random.Random("mix").shuffle(mixed)

    with system.worker() as worker:
        placed = _send_as_they_are(system.address, [*mixed, last])
        worker.catch_up(seconds=120)

        told = read_topic(system.address, topics.REJECTED)
        rejected = {_place(one.origin): one for one in (wire.decode_rejected(record.value or b"") for record in told)}
        assert len(told) == len(rejected) == _BAD
        assert rejected.keys() == {place for place, one in placed.items() if one.reason is not None}
        for place, one in rejected.items():
            _assert_kept(one, placed[place])
        assert {record.headers["schema"] for record in told} == {b"paysignal.rejected/1"}

        assert worker.facts("accepted") == count
        assert worker.facts("rejected") == _BAD
        for reason, often in Counter(one.reason for one in bad if one.reason is not None).items():
            assert worker.metric("paysignal_worker_rejected_total", reason=reason) == often, reason
        assert replayed(good, tmp_path) == system.final_readings()

        send(system.address, [record_of(fact) for fact in synthetic_increments(30, seed=2)])
        worker.catch_up()
        assert worker.facts("accepted") == count + 30, "it goes on"
        assert worker.terminate()[0] == 0
