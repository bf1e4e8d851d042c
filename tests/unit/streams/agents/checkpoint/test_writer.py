"""The writer, with transactions that are looked at: order, what stays staged, what a fence ends."""

from collections.abc import Sequence

import pytest

from paysignal.agents.checkpoint import markers
from paysignal.agents.checkpoint.errors import Fenced, Uncommitted
from paysignal.agents.checkpoint.lease import Lease
from paysignal.agents.checkpoint.ledger import Ledger
from paysignal.agents.checkpoint.markers import Marker
from paysignal.agents.checkpoint.transactions import LARGEST_ROW, Row
from paysignal.agents.checkpoint.writer import LaneWriter, RowTooLargeError
from paysignal.agents.outgoing import Outgoing

PREFIX = b"group\0facts\0"
FIRST = Marker(position=0, partitions=8, parameters="p", rows=0, row_sum=0, held=True, owner="o", written_ms=0)
NEXT = Marker(position=9, partitions=8, parameters="p", rows=0, row_sum=0, held=False, owner="o", written_ms=1)


class Noted:
    """Transactions that keep what is committed; `fails` is raised once by the next write."""

    def __init__(self) -> None:
        self.committed: list[list[Row]] = []
        self.records: list[list[Outgoing]] = []
        self.fails: Exception | None = None
        self.now = 50.0

    async def write(self, rows: list[Row], records: Sequence[Outgoing] = ()) -> None:
        """Commit takes three seconds."""
        self.now += 3.0
        if self.fails is not None:
            failure, self.fails = self.fails, None
            raise failure
        self.committed.append(rows)
        self.records.append(list(records))

    async def stop(self) -> None:
        """Nothing to do."""


@pytest.fixture
def noted() -> Noted:
    """Transactions for one writer."""
    return Noted()


@pytest.fixture
def writer(noted: Noted) -> LaneWriter:
    """A writer that has just taken over a lane without rows."""
    clock = lambda: noted.now  # noqa: E731 - two clocks of one time
    return LaneWriter(PREFIX, noted, Lease(10.0, clock), Ledger(), FIRST, clock)


def marker_in(rows: list[Row]) -> Marker:
    """The marker, which is the last row."""
    key, value = rows[-1]
    assert (PREFIX, True) == (key, value is not None)
    marker = markers.decode(value or b"")
    assert marker is not None
    return marker


async def test_blocks_come_first_and_the_marker_last(writer: LaneWriter, noted: Noted) -> None:
    """In one transaction, under the lane's prefix, with the count and sum of what stands after it."""
    writer.stage([("a", b"1"), ("b", b"2")])
    written = await writer.commit(NEXT)
    writer.stage([("a", None), ("c", b"3")])
    await writer.commit(NEXT)
    expected = Ledger()
    expected.enter([("b", b"2"), ("c", b"3")])

    assert written == 2
    assert [[PREFIX + b"a", PREFIX + b"b", PREFIX], [PREFIX + b"a", PREFIX + b"c", PREFIX]] == [
        [key for key, _ in rows] for rows in noted.committed
    ]
    assert (2, expected.row_sum, 9) == (
        (marker := marker_in(noted.committed[1])).rows,
        marker.row_sum,
        marker.position,
    )


async def test_what_was_not_committed_is_written_with_the_next(writer: LaneWriter, noted: Noted) -> None:
    """The newer value of a block replaces the older, and the marker counts both commits."""
    writer.stage([("a", b"1"), ("b", b"2")])
    noted.fails = Uncommitted("away")
    with pytest.raises(Uncommitted):
        await writer.commit(NEXT)
    assert (FIRST, False) == (writer.marker, writer.lost)
    writer.stage([("b", b"3")])
    await writer.commit(NEXT)

    assert [[(PREFIX + b"a", b"1"), (PREFIX + b"b", b"3")]] == [rows[:-1] for rows in noted.committed]
    assert 2 == marker_in(noted.committed[0]).rows


async def test_records_are_committed_with_the_state_that_made_them(writer: LaneWriter, noted: Noted) -> None:
    """Those held before the blocks were staged, once; those held since wait for the next blocks, as after a failure."""
    early, late = Outgoing("alerts", b"k", b"1"), Outgoing("alerts", b"k", b"2")
    writer.hold([early])
    writer.stage([("a", b"1")])
    writer.hold([late])
    noted.fails = Uncommitted("away")
    with pytest.raises(Uncommitted):
        await writer.commit(NEXT)
    await writer.renew()
    await writer.commit(NEXT)
    writer.stage([("a", b"2")])
    await writer.commit(NEXT)
    await writer.commit(NEXT)

    assert [[], [early], [late], []] == noted.records


async def test_a_fence_ends_the_lane(writer: LaneWriter, noted: Noted) -> None:
    """It is lost, and its lease is over at once."""
    await writer.commit(NEXT)
    assert writer.lease.valid
    noted.fails = Fenced("another's")
    with pytest.raises(Fenced):
        await writer.commit(NEXT)

    assert (True, False) == (writer.lost, writer.lease.valid)


async def test_a_renewal_writes_the_last_marker_again(writer: LaneWriter, noted: Noted) -> None:
    """Never one of what is not committed, though it is staged already."""
    await writer.commit(NEXT)
    writer.stage([("a", b"1")])
    await writer.renew()

    assert noted.committed[0] == noted.committed[1]
    assert [0, 1] == [marker_in(noted.committed[1]).rows, writer.ledger.rows]


async def test_the_lease_counts_from_the_begin_of_the_commit(writer: LaneWriter, noted: Noted) -> None:
    """A commit begun at 50 and ended at 53 proves nothing about 53: of ten seconds less two five are left."""
    await writer.renew()
    noted.now = 57.9

    assert writer.lease.valid
    noted.now = 58.0
    assert not writer.lease.valid


@pytest.mark.parametrize("block", [("", b"1"), ("a", b"x" * LARGEST_ROW)])
def test_a_block_that_no_record_can_hold_is_an_error_of_its_own(writer: LaneWriter, block: tuple[str, bytes]) -> None:
    """Before anything is staged: the broker would refuse the batch for ever."""
    with pytest.raises(RowTooLargeError, match="fit into a record"):
        writer.stage([block])

    assert 0 == writer.ledger.rows
