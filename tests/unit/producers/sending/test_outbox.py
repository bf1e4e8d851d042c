"""The outbox: which topic, key, bytes and header each fact gets."""

import datetime as dt

import msgspec
import pytest

from paysignal.facts import topics
from paysignal.facts.claims import Claim, Retraction, Source
from paysignal.facts.errors import Refused
from paysignal.facts.identity import identified, increment_id
from paysignal.facts.increments import Increment, Tick
from paysignal.facts.kinds import Kind, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.partitioning import partition_of
from paysignal.facts.periods import Period
from paysignal.facts.rejections import Origin, Reason, rejected
from paysignal.facts.wire import decode_claim, decode_increment, decode_rejected
from paysignal.sending.outbox import partition_in, record_of, retraction_record, tick_records

AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
SOURCE = Source(publisher="npci", name="NPCI", tier=Tier.OFFICIAL)
CLAIM = identified(
    Claim(
        provider="upi", market="IN", measure="transactions", kind=Kind.LEVEL, value=8.0, unit=Unit.TRANSACTIONS,
        period=Period("2023-03-01", "2023-04-01"), known_at="2023-04-02", source=SOURCE,
    )
)  # fmt: skip
INCREMENT = Increment(
    id=increment_id("me", "a"), provider="upi", market="IN", measure="transactions", value=1.0, at=AT, publisher="me"
)


def test_a_claim_goes_to_the_facts_topic_by_its_series_without_grain() -> None:
    """The value is what the worker decodes, the header names the schema."""
    record = record_of(CLAIM)

    assert (record.topic, record.key) == (topics.FACTS, b"upi|IN|transactions|||current")
    assert decode_claim(record.value) == CLAIM
    assert record.headers == (("schema", b"paysignal.claim/1"),)


def test_an_increment_goes_to_its_topic_by_the_same_key() -> None:
    """So the windows and the claims of one series could share a worker."""
    record = record_of(INCREMENT)

    assert (record.topic, record.key) == (topics.INCREMENTS, record_of(CLAIM).key)
    assert decode_increment(record.value) == INCREMENT


def test_what_was_rejected_goes_to_its_topic_without_a_key() -> None:
    """It belongs to no series."""
    refused = rejected(Reason.BAD_ROW, "why", b"row", Origin(file="t.csv", line=2))
    record = record_of(refused)

    assert (record.topic, record.key) == (topics.REJECTED, None)
    assert decode_rejected(record.value) == refused
    assert partition_in(record, 8) is None


def test_a_retraction_stands_beside_its_claim() -> None:
    """It has that claim's key, so the same worker sees both."""
    assert CLAIM.id is not None
    retraction = identified(Retraction(retracts=CLAIM.id, source=SOURCE, known_at="2023-05-01"))

    assert retraction_record(retraction, CLAIM).key == record_of(CLAIM).key


def test_a_tick_goes_to_every_partition() -> None:
    """It has no key; a tick through `record_of` would reach one partition only and is refused."""
    tick = Tick(id=increment_id("me", "tick"), at=AT, publisher="me")

    assert [record.partition for record in tick_records(tick, 3)] == [0, 1, 2]
    assert [partition_in(record, 3) for record in tick_records(tick, 3)] == [0, 1, 2]
    with pytest.raises(Refused, match="each partition"):
        record_of(tick)


@pytest.mark.parametrize("field", ["period", "known_at"])
def test_an_undated_claim_is_not_sent(field: str) -> None:
    """It is shown by `extract`; the refusal says which date is missing."""
    with pytest.raises(Refused, match=field):
        record_of(msgspec.structs.replace(CLAIM, **{field: None}))


def test_the_partition_is_the_workers() -> None:
    """The key's murmur2 among the topic's partitions."""
    record = record_of(CLAIM)
    assert record.key is not None

    assert partition_in(record, 8) == partition_of(record.key, 8)


def test_the_size_counts_key_value_and_headers() -> None:
    """What the budget and the limit of a record are about."""
    record = record_of(CLAIM)
    assert record.key is not None

    assert record.size == len(record.key) + len(record.value) + len("schema") + len(b"paysignal.claim/1")
