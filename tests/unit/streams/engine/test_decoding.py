"""Decoding: one record isolated from the next."""

import datetime as dt

import pytest

from paysignal.engine.decoding import AHEAD_LIMIT_MS, decode, limits_of
from paysignal.engine.parameters import Parameters, asked_of
from paysignal.engine.records import Record
from paysignal.engine.step import State, step
from paysignal.facts import wire
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.identity import identified
from paysignal.facts.increments import Tick
from paysignal.facts.moments import microseconds
from paysignal.facts.partitioning import partition_of
from paysignal.facts.rejections import Reason
from paysignal.facts.topics import FACTS, INCREMENTS
from tests.tools import examples
from tests.tools.batches import records, told

CLAIM = told(examples.claim())
KEY = CLAIM.partition_key.encode()
HOME = partition_of(KEY, 8)
AT_MS = microseconds(examples.increment().at) // 1_000


def claimed(key: bytes | None = KEY, partition: int = HOME) -> Record:
    """The claim as it stands on the facts topic."""
    return Record(FACTS, partition, 7, key, wire.encode(CLAIM), 0)


def withdrawn(key: bytes | None = KEY, partition: int = HOME) -> Record:
    """Its retraction on the facts topic."""
    return Record(FACTS, partition, 8, key, wire.encode(told_retraction()), 0)


def told_retraction() -> Retraction:
    """The retraction of the claim with its id."""
    return identified(examples.retraction())


def counted(value: bytes, timestamp_ms: int | None) -> Record:
    """A record of the increments topic on no particular partition."""
    return Record(INCREMENTS, 0, 3, None, value, timestamp_ms)


def tick(at: dt.datetime) -> bytes:
    """A tick as it stands on the topic."""
    return wire.encode(Tick(id="0" * 32, at=at, publisher="paysignal-clock"))


def reasons(*given: Record, partitions: int | None = None) -> list[Reason]:
    """Why the records are rejected."""
    return [item.reason for item in decode(given, partitions).rejected]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, Reason.BAD_JSON),
        (b"", Reason.BAD_JSON),
        (b"{", Reason.BAD_JSON),
        (b'{"kind":' * 100_000, Reason.TOO_LARGE),
        (b'{"x":' * 10_000, Reason.BAD_JSON),
        (b'{"provider":"\xff"}', Reason.BAD_ENCODING),
        (b"{}", Reason.BAD_TYPE),
        (b"[]", Reason.BAD_TYPE),
        (b"null", Reason.BAD_TYPE),
        (wire.encode(CLAIM).replace(b"8700000000.0", b"NaN"), Reason.BAD_JSON),
        (wire.encode(CLAIM).replace(b"8700000000.0", b"1e999"), Reason.BAD_TYPE),
        (wire.encode(CLAIM).replace(b"8700000000.0", b'"8.7e9"'), Reason.BAD_TYPE),
        (wire.encode(CLAIM).replace(b"8700000000.0", b"8700000001.0"), Reason.BAD_ID),
        (wire.encode(CLAIM).replace(b'"level"', b'"guess"'), Reason.BAD_TYPE),
    ],
)
def test_each_kind_of_malformed_value_is_rejected_with_its_reason(value: bytes | None, reason: Reason) -> None:
    """What is no fact is rejected for what it is, and told with the place it stands at."""
    [item] = decode([Record(FACTS, HOME, 5, KEY, value, 0)], None).rejected

    assert reason == item.reason
    assert (FACTS, HOME, 5) == (item.origin.topic, item.origin.partition, item.origin.offset)
    assert len(value or b"") == item.length


def test_one_bad_record_spoils_no_other() -> None:
    """Good facts around a bad one are decoded, in their order."""
    decoded = decode(records([CLAIM, b"{", examples.increment(), b"\xff", CLAIM]), None)

    assert [CLAIM, CLAIM] == [statement.fact for statement in decoded.statements]
    assert [0, 4] == [statement.record.offset for statement in decoded.statements]
    assert [examples.increment()] == [occurrence.fact for occurrence in decoded.occurrences]
    assert [1, 3] == [item.origin.offset for item in decoded.rejected]


def test_a_claim_belongs_to_its_key_and_its_key_to_its_partition() -> None:
    """Another key, no key, or another partition than the key's is misrouted."""
    assert [] == reasons(claimed(), partitions=8)
    assert [Reason.MISROUTED] == reasons(claimed(key=b"upi|IN"), partitions=8)
    assert [Reason.MISROUTED] == reasons(claimed(key=None), partitions=8)
    assert [Reason.MISROUTED] == reasons(claimed(partition=(HOME + 1) % 8), partitions=8)


def test_a_retraction_stands_where_its_key_belongs() -> None:
    """A retraction on a foreign partition would wait there for ever for its claim: it is rejected, and so seen."""
    assert [] == reasons(withdrawn(), partitions=8)
    assert [Reason.MISROUTED] == reasons(withdrawn(key=None), partitions=8)
    assert [Reason.MISROUTED] == reasons(withdrawn(partition=(HOME + 1) % 8), partitions=8)


def test_files_have_no_routing() -> None:
    """Without a partition count, keys and partitions are not looked at."""
    assert [] == reasons(claimed(key=None, partition=99), withdrawn(key=None), partitions=None)


@pytest.mark.parametrize(("ahead_ms", "rejected"), [(0, False), (AHEAD_LIMIT_MS, False), (AHEAD_LIMIT_MS + 1, True)])
def test_an_event_more_than_an_hour_ahead_of_its_sending_is_rejected(ahead_ms: int, rejected: bool) -> None:  # noqa: FBT001 - a table's column
    """An hour of clock difference is let pass, a millisecond more is a clock fault; a tick is no exception."""
    expected = [Reason.AHEAD_OF_TIME] if rejected else []

    assert expected == reasons(counted(wire.encode(examples.increment()), AT_MS - ahead_ms))
    assert expected == reasons(counted(tick(examples.increment().at), AT_MS - ahead_ms))


def test_without_a_sending_time_nothing_is_ahead_of_it() -> None:
    """Facts from a file have no sending time and are taken as they are."""
    assert [] == reasons(counted(wire.encode(examples.increment()), None))


@pytest.mark.parametrize(
    ("at", "rejected"),
    [
        (dt.datetime(1, 1, 1, tzinfo=dt.UTC), True),
        (dt.datetime(1, 3, 31, tzinfo=dt.UTC), True),
        (dt.datetime(1, 4, 1, tzinfo=dt.UTC), False),
        (dt.datetime(9999, 12, 30, tzinfo=dt.UTC), False),
        (dt.datetime(9999, 12, 31, tzinfo=dt.UTC), True),
    ],
)
def test_an_increment_whose_windows_leave_the_calendar_is_rejected(at: dt.datetime, rejected: bool) -> None:  # noqa: FBT001 - a table's column
    """A window of 90 days that would start before year 1, or end after 9999, has no date to be written with."""
    value = wire.encode(examples.increment(at=at))

    assert ([Reason.BAD_TYPE] if rejected else []) == reasons(counted(value, None))


@pytest.mark.parametrize(
    "windows", ["none", "1h", "24h", "3660d/1d", "3660d/3660d", "90d/30d", "year-from-4@Asia/Kolkata",
                "day@Pacific/Kiritimati, 3000d", "day@Pacific/Honolulu"],
)  # fmt: skip
def test_what_is_accepted_at_the_ends_of_the_calendar_follows_the_windows_asked_for(windows: str) -> None:
    """The first and the last instant that is accepted give readings of every window; the next ones are rejected.

    While the limits were those of the usual windows, an increment of year 1 was accepted under a window of ten years,
    and its reading could not be written: the partition stood. The same with a tick and a calendar window.
    """
    parameters = Parameters(asked_of(windows))
    limits = limits_of(parameters)
    for edge_us, beyond_us in ((limits.earliest_us, -1), (limits.latest_us - 1, 1)):
        state, at, beyond = State(parameters), instant(edge_us), beyond_of(edge_us, beyond_us)
        facts = (wire.encode(examples.increment(at=at)), tick(at))
        decoded = decode([counted(value, None) for value in facts], None, state.limits)

        assert [] == decoded.rejected
        assert len(parameters.asked) * 2 == len(step(state, decoded).readings)
        if beyond is not None:
            facts = (wire.encode(examples.increment(at=beyond)), tick(beyond))
            rejected = decode([counted(value, None) for value in facts], None, state.limits).rejected

            assert [Reason.BAD_TYPE] * 2 == [item.reason for item in rejected]


def instant(at_us: int) -> dt.datetime:
    """Microseconds after 1970 as a datetime."""
    return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=at_us)


def beyond_of(at_us: int, step_us: int) -> dt.datetime | None:
    """The instant beside one; None where the calendar has none."""
    try:
        return instant(at_us + step_us)
    except OverflowError:
        return None


def test_the_types_of_one_file_are_told_apart() -> None:
    """Claims, retractions, increments and ticks mixed in one file each find their list."""
    decoded = decode(records([CLAIM, told_retraction(), examples.increment(), tick(examples.increment().at)]), None)

    assert [Claim, Retraction] == [type(each.fact) for each in decoded.statements]
    assert (1, 1, []) == (len(decoded.occurrences), len(decoded.ticks), decoded.rejected)
