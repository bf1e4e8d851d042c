"""Advance: a batch in, outgoing records out."""

import pytest

from paysignal.agents.advance import LARGEST_KEY, advance, caught_up_readings, changed_readings
from paysignal.agents.lanes import Lane
from paysignal.agents.outgoing import Outgoing
from paysignal.engine.money.rates import NO_RATES
from paysignal.engine.records import Record
from paysignal.facts import topics, wire
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.identity import identified
from paysignal.facts.partitioning import partition_of
from paysignal.facts.rejections import Reason
from tests.tools import examples
from tests.tools.batches import paid, told
from tests.tools.chunks import chunk_of

CLAIM = told(examples.claim())
KEY = CLAIM.partition_key.encode()


def lane(*, live: bool) -> Lane:
    """The lane of the claim's partition, of eight."""
    return Lane(topics.FACTS, partition_of(KEY, 8), 1, target=0, live=live)


def record(offset: int, fact: Claim | Retraction | bytes = CLAIM, key: bytes | None = KEY) -> Record:
    """A record of the claim's partition."""
    value = fact if isinstance(fact, bytes) else wire.encode(fact)
    return Record(topics.FACTS, partition_of(KEY, 8), offset, key, value, 0)


def test_a_live_lane_publishes_what_changed_under_its_key() -> None:
    """The reading goes out with key and schema; up to behind the last record all is absorbed, and not yet published."""
    live = lane(live=True)
    advanced = advance(live, [chunk_of(*[record(4), record(7, b"{")])], 8, NO_RATES)
    [reading] = changed_readings(live, NO_RATES)

    assert (8, 0) == (live.absorbed, live.position)
    assert (1, 1) == (advanced.outcomes.accepted, len(advanced.outcomes.rejected))
    assert live.last == record(7, b"{")
    assert [topics.REJECTED] == [outgoing.topic for outgoing in advanced.outgoing]
    assert [] == changed_readings(live, NO_RATES)
    assert (topics.READINGS, b"upi|IN|transactions||month||current|level||") == (reading.topic, reading.key)
    assert (("schema", b"paysignal.reading/1"),) == reading.headers
    assert reading.value is not None
    assert 8.7e9 == wire.decode_reading(reading.value).value


def test_a_restoring_lane_holds_its_readings_back_but_not_its_rejects() -> None:
    """While it rebuilds, nothing is published but what was refused; afterwards everything that stands, by key."""
    restoring = lane(live=False)
    advanced = advance(
        restoring, [chunk_of(*[record(0), record(1, b"{"), record(2, told(examples.growth()))])], 8, NO_RATES
    )

    assert [topics.REJECTED] == [outgoing.topic for outgoing in advanced.outgoing]
    series = b"upi|IN|transactions||month||current"
    assert [series + b"|level||", series + b"|stated_growth||year_ago"] == [
        outgoing.key for outgoing in caught_up_readings(restoring, NO_RATES)
    ]


def test_what_stands_no_more_is_withdrawn_by_a_null() -> None:
    """A retracted figure's key gets a null value: compaction forgets it."""
    live = lane(live=True)
    advance(live, [chunk_of(*[record(0)])], 8, NO_RATES)
    changed_readings(live, NO_RATES)
    advance(live, [chunk_of(*[record(1, identified(examples.retraction()))])], 8, NO_RATES)

    assert [Outgoing(topics.READINGS, b"upi|IN|transactions||month||current|level||", None)] == changed_readings(
        live, NO_RATES
    )


def test_what_a_former_owner_may_have_published_is_withdrawn_when_a_lane_has_caught_up() -> None:
    """A figure and its retraction absorbed together never had a reading here; there it may have had one."""
    restored = lane(live=False)
    restored.unpublished = False
    advance(restored, [chunk_of(*[record(0), record(1, identified(examples.retraction()))])], 8, NO_RATES)
    withdrawn = caught_up_readings(restored, NO_RATES)

    assert Outgoing(topics.READINGS, b"upi|IN|transactions||month||current|level||", None) in withdrawn
    assert {None} == {outgoing.value for outgoing in withdrawn}


def test_a_record_that_we_fail_on_is_rejected_unread() -> None:
    """It names its origin and says whose fault it was; the records beside it are absorbed."""
    live = lane(live=True)
    advanced = advance(live, [chunk_of(*[record(4), record(5, b"{")])], 8, NO_RATES, frozenset({5}))
    [outgoing] = advanced.outgoing
    assert outgoing.value is not None
    refused = wire.decode_rejected(outgoing.value)

    assert (Reason.UNPROCESSABLE, 5, b"{") == (refused.reason, refused.origin.offset, refused.original)
    assert (1, 6) == (advanced.outcomes.accepted, live.absorbed)


@pytest.mark.parametrize(("length", "kept"), [(LARGEST_KEY, True), (LARGEST_KEY + 1, False)])
def test_a_reject_keeps_the_key_of_its_original_unless_that_is_hostile(length: int, kept: bool) -> None:  # noqa: FBT001 - a table's column
    """The key goes along up to 4 KiB."""
    key = b"k" * length
    [outgoing] = advance(lane(live=True), [chunk_of(*[record(0, b"{", key)])], 8, NO_RATES).outgoing

    assert (key if kept else None) == outgoing.key


def test_a_reject_names_its_origin_and_fits_into_a_record() -> None:
    """Topic, partition and offset identify it; of 900 KB the first 64 KiB are kept, with length and hash."""
    [outgoing] = advance(lane(live=True), [chunk_of(*[record(41, b"\xff" * 900_000)])], 8, NO_RATES).outgoing
    assert outgoing.value is not None
    rejected = wire.decode_rejected(outgoing.value)

    assert (topics.FACTS, partition_of(KEY, 8), 41) == (
        rejected.origin.topic,
        rejected.origin.partition,
        rejected.origin.offset,
    )
    assert (900_000, 65_536) == (rejected.length, len(rejected.original))
    assert len(outgoing.value) < topics.LARGEST_RECORD


def test_a_late_increment_goes_to_its_own_topic() -> None:
    """It is sent with how late it was and its original."""
    new, old = paid("new", 1.0, 3_000), paid("old", 1.0, 0)
    key = new.partition_key.encode()
    home = partition_of(key, 8)
    records = [Record(topics.INCREMENTS, home, n, key, wire.encode(fact), None) for n, fact in enumerate((new, old))]
    outgoing = advance(Lane(topics.INCREMENTS, home, 1, live=True), [chunk_of(*records)], 8, NO_RATES).outgoing
    [late] = [each for each in outgoing if each.topic == topics.LATE]
    assert late.value is not None

    assert (key, wire.encode(old)) == (late.key, wire.decode_late(late.value).original)
