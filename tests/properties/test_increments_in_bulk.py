"""Increments read in bulk are what the decoder of single records makes of them: same facts, same rejections."""

import datetime as dt
import itertools
import re
from collections.abc import Sequence

import msgspec
import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paysignal.engine.bulk import read_bulk
from paysignal.engine.decoding import USUAL, decode, decode_chunks
from paysignal.engine.records import Decoded, Record
from paysignal.engine.tallies.arrivals import Arrivals, arrivals_of
from paysignal.engine.tallies.newest import FEW
from paysignal.facts import topics, wire
from paysignal.facts.increments import LARGEST_INCREMENT, LARGEST_SEQUENCE, Increment, Tick
from paysignal.facts.kinds import Prices
from paysignal.facts.partitioning import partition_of
from paysignal.facts.rejections import Rejected
from tests.tools.chunks import chunk_of

PARTITIONS = 3
SENT_MS = 1_800_000_000_000

_LIMIT = dt.datetime.fromtimestamp(SENT_MS / 1_000 + 3_600, dt.UTC)
_AT = st.one_of(
    st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59, 999_999), timezones=st.just(dt.UTC)),  # noqa: DTZ001
    st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2026, 1, 1), timezones=st.just(dt.UTC)),  # noqa: DTZ001
    # About an hour ahead of the sending time, where the limit is.
    st.integers(-2_000, 2_000).map(lambda us: _LIMIT + dt.timedelta(microseconds=us)),
)  # fmt: skip
_VALUE = st.one_of(
    st.floats(-LARGEST_INCREMENT, LARGEST_INCREMENT, exclude_min=True, exclude_max=True), st.integers(-5, 5).map(float)
)
_SEQUENCE = st.one_of(st.none(), st.integers(0, 9), st.integers(0, LARGEST_SEQUENCE))
_MONEY = {"transaction_value": "INR", "revenue": "USD"}


@st.composite
def increments(draw: st.DrawFn) -> Increment:
    """Any increment, of few series and publishers, so that they meet."""
    measure = draw(st.sampled_from(["transactions", "active_users", *_MONEY]))
    currency = _MONEY.get(measure, "")
    return Increment(
        id=draw(st.integers(0, 2**128 - 1)).to_bytes(16).hex(),
        provider=draw(st.sampled_from(["upi", "a-wallet"])),
        market=draw(st.sampled_from(["IN", "world", "region:africa", "IN-KA"])),
        measure=measure,
        segment=draw(st.sampled_from(["", "p2m"])),
        currency=currency,
        prices=draw(st.sampled_from(list(Prices))) if currency else Prices.CURRENT,
        value=draw(_VALUE),
        sequence=draw(_SEQUENCE),
        at=draw(_AT),
        publisher=draw(st.sampled_from(["npci", "a", "p" * 64])),
    )


def record_of(fact: Increment | Tick, offset: int, value: bytes | None = None) -> Record:
    """The record that our encoder makes of it, or with another value."""
    key = fact.partition_key.encode() if isinstance(fact, Increment) else None
    home = 1 if key is None else partition_of(key, PARTITIONS)
    return Record(topics.INCREMENTS, home, offset, key, wire.encode(fact) if value is None else value, SENT_MS)


_CHARACTERS = st.sampled_from(list(b'0123456789abcdefABCDEF{}[]",:.-+eE \n\\TZnulltruefalse\x00\x7f\xff'))

_TOKENS = st.sampled_from(
    [
        *(
            b'"',
            b",",
            b"{",
            b"}",
            b"]",
            b'","publisher":"',
            b'"value":7,',
            b',"value":7',
            b',"at":"2020-01-01T00:00:00Z"',
            b',"sequence":7',
            b',"sequence":',
        ),
        *(
            b"1e999",
            b"-0.0",
            b"NaN",
            b"01",
            b"1_0",
            b"+1",
            b"1.",
            b".5",
            b"1E5",
            b"[1]",
            b"null",
            b'"1"',
            b"1,2",
            b"1 ",
        ),
        *(
            b"\n1",
            b"1234567890" * 5,
            b"4611686018427387904",
            b"9223372036854775807",
            b"9223372036854775808",
            b"-1",
            b"2024-02-30",
            b"0000-01-01",
            b"24:00:00",
            b":60Z",
            b"z",
        ),
        *(b"+01:00", b"2024-02-29T23:59:59.000001Z", b"\\u0061", b"\xc3\xa9", b'"provider":"upi",'),
        *(b'"publisher":"other",', b'"id":"' + b"0" * 32 + b'",'),
    ]
)


@st.composite
def spoiled(draw: st.DrawFn) -> Record:
    """A record that our encoder did not write: bytes changed, cut, put in or taken out; keys and partitions as well."""
    fact = draw(increments())
    raw = bytearray(wire.encode(fact))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(raw)))
        how = draw(st.integers(0, 5))
        if how == 0 and at < len(raw):
            raw[at] = draw(_CHARACTERS)
        elif how == 1:
            raw[at:at] = draw(_TOKENS)
        elif how == 2:
            del raw[at : at + draw(st.integers(1, 9))]
        elif how == 3:  # in the place of a field's value
            places = [each.span() for each in re.finditer(rb'(?<=":)("[^"]*"|[-0-9.e+]+)', raw)]
            start, end = draw(st.sampled_from(places or [(0, 0)]))
            raw[start:end] = draw(_TOKENS)
        elif how == 4:  # the fields the other way round
            raw = bytearray(b',"'.join(bytes(raw).split(b',"')[::-1]))
        else:
            raw += draw(_TOKENS)
    record = record_of(fact, 0, bytes(raw))
    key = draw(
        st.sampled_from([record.key] * 8 + [None, b"", b"upi|IN|transactions||", b"||||||", b"\xff|IN|x|||current"])
    )
    stamp = draw(st.sampled_from([SENT_MS, None, 0, 2**62]))
    value = draw(st.sampled_from([record.value] * 8 + [None, b""]))
    partition = record.partition if draw(st.booleans()) else draw(st.integers(0, PARTITIONS - 1))
    return Record(record.topic, partition, 0, key, value, stamp)


def reflowed(fact: Increment) -> Record:
    """The same increment as another encoder writes it: other order, spaces, an unknown field."""
    fields = msgspec.json.decode(wire.encode(fact))
    text = msgspec.json.format(msgspec.json.encode({"more": 1, **dict(reversed(fields.items()))}), indent=1)
    return record_of(fact, 0, text)


_TICKS = st.builds(lambda at: record_of(Tick(id="0" * 32, at=at, publisher="npci"), 0), _AT)
_RECORDS = st.lists(
    st.one_of(increments().map(lambda fact: record_of(fact, 0)), increments().map(reflowed), spoiled(), _TICKS),
    max_size=12,
)


def of(records: Sequence[Record], partition: int) -> list[Record]:
    """Those of one partition, at offsets of their own."""
    chosen = [record for record in records if record.partition == partition]
    return [
        Record(each.topic, each.partition, offset, each.key, each.value, each.timestamp_ms)
        for offset, each in zip(itertools.count(5, 3), chosen, strict=False)
    ]


def rejected_in_order(decoded: Decoded) -> list[Rejected]:
    """By their place."""
    return sorted(decoded.rejected, key=lambda each: each.origin.offset or 0)


def told(arrivals: Arrivals) -> list[tuple[object, ...]]:
    """Each increment, with its original."""
    return [
        (
            arrivals.series[arrivals.series_of[row]], arrivals.publishers[arrivals.publisher_of[row]],
            int(arrivals.at_us[row]), float(arrivals.values[row]).hex(), arrivals.ids[row].tolist(),
            int(arrivals.sequences[row]), int(arrivals.offsets[row]), arrivals.original(row),
        )
        for row in range(len(arrivals))
    ]  # fmt: skip


@given(_RECORDS)
@settings(max_examples=500)
def test_a_chunk_decodes_to_what_its_records_do(records: list[Record]) -> None:
    """Facts, ticks and rejections with their reasons and details are equal, whatever the bytes are, in bulk or not."""
    for partition in range(PARTITIONS):
        alone = of(records, partition)
        if alone:
            one = decode(alone, PARTITIONS)
            for few in (0, FEW):
                bulk = decode_chunks([chunk_of(*alone)], PARTITIONS, few=few)

                assert rejected_in_order(one) == rejected_in_order(bulk)
                assert one.ticks == bulk.ticks
                assert not bulk.occurrences
                assert not bulk.statements
                assert told(arrivals_of(one.occurrences)) == [each for some in bulk.arrivals for each in told(some)]


@given(st.lists(increments(), min_size=1))
@example([])
def test_what_our_encoder_writes_is_read_in_bulk(facts: list[Increment]) -> None:
    """Every increment of ours that is within the limits takes the fast way: none is left to the other decoder."""
    for partition in range(PARTITIONS):
        records = of([record_of(fact, 0) for fact in facts], partition)
        if records:
            safe = [row for row, record in enumerate(records) if within(record)]

            assert safe == read_bulk(chunk_of(*records), PARTITIONS, USUAL).rows.tolist()


def within(record: Record) -> bool:
    """Whether its event time is clear of every limit."""
    at = wire.decode_increment(record.value or b"").at
    ahead_ms = (at - dt.datetime.fromtimestamp(SENT_MS / 1_000, dt.UTC)) / dt.timedelta(milliseconds=1)
    earliest = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=USUAL.earliest_us)
    return ahead_ms < 3_600_000 and at >= earliest


def test_many_publishers_of_one_chunk_are_all_heard() -> None:
    """Each increment has its own, in their order."""
    at = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    facts = [
        Increment(
            id=f"{n:032x}", provider="upi", market="IN", measure="transactions", value=n, at=at, publisher=f"p{n % 40}"
        )
        for n in range(120)
    ]  # fmt: skip
    home = partition_of(facts[0].partition_key.encode(), PARTITIONS)
    [arrivals] = decode_chunks([chunk_of(*of([record_of(fact, 0) for fact in facts], home))], PARTITIONS).arrivals

    assert [f"p{n % 40}" for n in range(120)] == [arrivals.publishers[number] for number in arrivals.publisher_of]
    assert np.arange(120.0).tolist() == arrivals.values.tolist()
