"""Reading record batches: our columns against aiokafka's record by record reader, on whatever a broker may send."""

import random
import struct
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import example, given
from hypothesis import strategies as st

from paysignal.agents.transport import columns, reading
from paysignal.agents.transport.reading import PartitionChunks, RawBatches
from paysignal.engine.chunks import Chunk
from tests.tools.record_batches import CODECS, Row, batch, legacy, marker, sealed

TP = TopicPartition("increments", 3)

Read = list[tuple[int, bytes | None, bytes | None, int | None]]


def by_aiokafka(raw: bytes, aborted: Sequence[tuple[int, int]], start: int) -> tuple[Read, int]:
    """Rows and the position behind them, as aiokafka reads them."""
    records = PartitionRecords(TP, MemoryRecords(raw), list(aborted), start, None, None, True, 1)  # noqa: FBT003 - its own
    read = [(each.offset, each.key, each.value, _stamp(each.timestamp)) for each in records]
    return read, records.next_fetch_offset


def _stamp(timestamp: int | None) -> int | None:
    return None if timestamp is None or timestamp < 0 else timestamp


def chunks_of(raw: bytes, aborted: Sequence[tuple[int, int]] = (), start: int = 0) -> list[Chunk]:
    """The chunks of a fetch answer; each starts where the one before it ended."""
    reader: Any = PartitionChunks(TP, RawBatches(raw), aborted, start, None, None, check_crcs=True, isolation_level=1)
    chunks, position = [], start
    for chunk in reader:
        assert (TP.topic, TP.partition, position) == (chunk.topic, chunk.partition, chunk.start)
        assert chunk.next_position == reader.next_fetch_offset >= position
        position = chunk.next_position
        chunks.append(chunk)
    return chunks


def by_us(raw: bytes, aborted: Sequence[tuple[int, int]] = (), start: int = 0) -> tuple[Read, int]:
    """The same by our reader."""
    chunks = chunks_of(raw, aborted, start)
    rows = [record for chunk in chunks for record in chunk.records()]
    return [(each.offset, each.key, each.value, each.timestamp_ms) for each in rows], (
        chunks[-1].next_position if chunks else start
    )


_BYTES = st.one_of(st.none(), st.binary(max_size=8), st.integers(0, 20_000).map(lambda size: b"v\x00" * (size // 2)))
_ROW = st.tuples(
    st.integers(1, 3), _BYTES, _BYTES, st.integers(-1, 2**41), st.lists(st.tuples(st.text(max_size=3), st.binary())),
)  # fmt: skip


@st.composite
def answers(draw: st.DrawFn) -> tuple[bytes, list[tuple[int, int]], int]:
    """A fetch answer: batches with holes, of transactions committed, aborted and open, and their markers."""
    base, raw = draw(st.integers(0, 1_000)), b""
    first_of: dict[int, int] = {}
    aborted: list[tuple[int, int]] = []
    first, ends = base, list[int]()
    for _ in range(draw(st.integers(0, 6))):
        if bool(first_of) and draw(st.booleans()):
            producer = draw(st.sampled_from(sorted(first_of)))
            commit = draw(st.booleans())
            if not commit:
                aborted.append((producer, first_of[producer]))
            del first_of[producer]
            raw += marker(base, producer, commit=commit)
            base += 1
            ends.append(base)
            continue
        delta, rows = -1, []
        for step, key, value, ms, headers in draw(st.lists(_ROW, max_size=12)):
            delta += step
            rows.append(Row(delta, key, value, ms, headers))
        last = max(delta, 0) + draw(st.integers(0, 3))
        producer = draw(st.integers(-1, 2))
        transactional = producer >= 0 and draw(st.booleans())
        if transactional:
            first_of.setdefault(producer, base)
        raw += batch(
            base, rows, draw(st.sampled_from(sorted(CODECS))) if rows else "none", last=last, producer=producer,
            transactional=transactional, append_ms=draw(st.sampled_from([None, 1_600_000_000_000])),
        )  # fmt: skip
        base += last + 1
        ends.append(base)
    cut = draw(st.integers(0, 70)) if raw else 0
    # A broker answers from the batch on in which the offset that is asked for lies.
    start = draw(st.integers(first, (ends or [first + 1])[0] - 1))
    return raw + batch(base, [Row(0, b"k", b"cut off")])[:cut], aborted, start


@given(answers(), st.sampled_from([0, columns.FEW]))
@example((b"", [], 5), 0)
def test_chunks_hold_what_aiokafka_reads(answer: tuple[bytes, list[tuple[int, int]], int], few: int) -> None:
    """The same offsets, keys, values and times, and position behind them, whatever the batches; one by one or not."""
    raw, aborted, start = answer
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "FEW", few)

        assert by_aiokafka(raw, aborted, start) == by_us(raw, aborted, start)


@pytest.mark.parametrize("codec", CODECS)
def test_batches_are_joined_up_to_a_size_and_no_record_object_is_made(
    codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many small batches are one chunk; above the size the next one starts. aiokafka's reader is not asked."""
    monkeypatch.setattr(reading, "CHUNK_BYTES", 30_000)
    monkeypatch.setattr(reading, "MemoryRecords", None)
    draw = random.Random(1)
    values = [draw.randbytes(draw.choice([3, 60, 200, 9_000])) for _ in range(120)]
    raw = b"".join(
        batch(at, [Row(delta, b"key", values[at + delta]) for delta in range(10)], codec) for at in range(0, 120, 10)
    )
    chunks = chunks_of(raw)

    assert values == [value for chunk in chunks for value in chunk.values]
    assert 1 < len(chunks) < 12
    assert all(chunk.size_bytes > 30_000 for chunk in chunks[:-1])


@pytest.mark.parametrize("magic", [0, 1])
@pytest.mark.parametrize("codec", ["none", "gzip", "snappy"])
def test_older_formats_are_read_by_aiokafka(codec: str, magic: int) -> None:
    """What a topic still holds of the time before Kafka 0.11 counts."""
    raw = legacy(0, [Row(delta, b"k", b"old %d" % delta) for delta in range(3)], codec, magic)

    assert by_aiokafka(raw, [], 0) == by_us(raw)
    assert [b"old 0", b"old 1", b"old 2"] == [value for _, _, value, _ in by_us(raw)[0]]


def test_older_formats_may_stand_among_newer_ones() -> None:
    """Each batch is read by its own format; aiokafka's reader takes all of an answer to be of that of the first."""
    old = legacy(2, [Row(delta, b"k", b"old %d" % delta) for delta in range(2)])
    raw = batch(0, [Row(0, b"k", b"new")], last=1) + old + batch(4, [Row(0, None, b"newer")])

    assert [(0, b"new"), (2, b"old 0"), (3, b"old 1"), (4, b"newer")] == [
        (at, value) for at, _, value, _ in by_us(raw)[0]
    ]
    assert 5 == by_us(raw)[1]


@pytest.mark.parametrize("codec", CODECS)
def test_an_empty_batch_moves_the_position(codec: str) -> None:
    """Compaction leaves a header without records where it takes all of a batch; there is nothing to decompress then."""
    empty = bytearray(batch(5, [], "none", last=9)[:61])
    empty[22] |= CODECS[codec]
    struct.pack_into(">i", empty, 8, len(empty) - 12)

    assert ([(15, b"k", b"v", 7)], 16) == by_us(sealed(empty) + batch(15, [Row(0, b"k", b"v", 7)]), start=5)
    assert ([], 15) == by_us(sealed(empty), start=5)


def test_a_batch_that_is_not_what_its_checksum_says_is_refused() -> None:
    """As aiokafka's reader does; what stands before it has been handed on."""
    good, bad = batch(0, [Row(0, b"k", b"v")]), bytearray(batch(1, [Row(0, b"k", b"v")]))
    bad[-3] ^= 1
    with pytest.raises(CorruptRecordException, match="offset 1"):
        chunks_of(good + bytes(bad))


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body[:-1],  # cut off
        lambda body: body + b"\x00",  # something behind the last record
        lambda body: b"\xff" * 10 + body[10:],  # a length of more than 64 bits
        lambda body: b"\x01" + body[1:],  # a negative length
        lambda body: bytes([body[0] + 2]) + body[1:],  # longer than it is
        lambda body: body[:4] + b"\xfe\x7f" + body[6:],  # a key longer than its record
        lambda body: body[:4] + b"\xff" * 9 + b"\x01" + body[14:],  # a key of -(2 ** 63) bytes
    ],
)
@pytest.mark.parametrize("few", [0, columns.FEW])
def test_a_body_that_is_no_records_is_refused_and_never_read_beyond_its_end(
    change: Any,  # noqa: ANN401
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sealed with the right checksum, as a hostile producer could: aiokafka's error, nothing made up."""
    monkeypatch.setattr(columns, "FEW", few)
    built = batch(0, [Row(0, b"key", b"value, and more of it")])
    raw = bytearray(built[:61] + change(built[61:]))
    struct.pack_into(">i", raw, 8, len(raw) - 12)
    with pytest.raises(CorruptRecordException):
        by_us(sealed(raw))


@pytest.mark.parametrize("few", [0, columns.FEW])
def test_a_count_that_is_not_that_of_the_records_is_refused(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three records where the header says two or four."""
    monkeypatch.setattr(columns, "FEW", few)
    built = batch(0, [Row(delta, b"k", b"v") for delta in range(3)])
    for count in (2, 4):
        raw = bytearray(built)
        struct.pack_into(">i", raw, 57, count)
        with pytest.raises(CorruptRecordException):
            by_us(sealed(raw))


def test_an_unknown_codec_is_an_error() -> None:
    """Neither we nor aiokafka can read it; it is not passed over in silence."""
    raw = bytearray(batch(0, [Row(0, b"k", b"v")]))
    raw[22] |= 0x07
    with pytest.raises(Exception, match="codec"):
        by_us(sealed(raw))


def test_bytes_that_are_cut_off_before_the_first_batch_ends_are_told() -> None:
    """Aiokafka asks both to tell a record that is larger than a fetch from an empty answer."""
    whole = batch(0, [Row(0, b"k", b"v")])
    cut = RawBatches(whole[:-1])

    assert (False, len(whole) - 1) == (cut.has_next(), cut.size_in_bytes())
    assert (True, False) == (RawBatches(whole).has_next(), RawBatches(b"").has_next())
