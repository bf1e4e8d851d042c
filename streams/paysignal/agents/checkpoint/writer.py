"""The writer: checkpoints of one lane by one owner, from its take-over to its loss."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import msgspec

from paysignal.agents.checkpoint import markers
from paysignal.agents.checkpoint.errors import Fenced
from paysignal.agents.checkpoint.lease import Lease
from paysignal.agents.checkpoint.ledger import Ledger
from paysignal.agents.checkpoint.markers import Marker
from paysignal.agents.checkpoint.transactions import LARGEST_ROW, Row
from paysignal.agents.outgoing import Outgoing
from paysignal.facts.errors import PaySignalError

_NAMED_BYTES: Final = 80


class RowTooLargeError(PaySignalError):
    """A block that no record of the state topic can hold; a fault of ours, so the worker ends before it loses it."""


class Transactional(Protocol):
    """What commits rows and records, all or none: `Transactions`, or a test's."""

    async def write(self, rows: list[Row], records: Sequence[Outgoing] = ()) -> None:
        """Commits the records and the rows, each in their order; raises `Fenced` or `Uncommitted`."""

    async def stop(self) -> None:
        """Disconnects."""


@dataclass(slots=True)
class LaneWriter:
    """Writes what changed of a lane, and behind it the marker; counts what stands.

    `marker` is the last one committed. `clock` is the lease's. One commit at a time: the flusher sees to it.
    """

    prefix: bytes
    transactions: Transactional
    lease: Lease
    ledger: Ledger
    marker: Marker
    clock: Callable[[], float]
    lost: bool = False
    _staged: dict[str, bytes | None] = field(default_factory=dict)
    _held: list[Outgoing] = field(default_factory=list)
    _sealed: list[Outgoing] = field(default_factory=list)

    def hold(self, records: Iterable[Outgoing]) -> None:
        """Takes records that are to be there if, and only if, the state that made them is committed.

        They go with the next blocks that are staged: those of a commit under way are of an earlier state.
        """
        self._held.extend(records)

    def stage(self, blocks: Iterable[tuple[str, bytes | None]]) -> int:
        """Takes changed blocks for the next commit; those of a commit that failed are still there, older ones replaced.

        With them go all records held by now. Returns the bytes that wait. Raises `RowTooLargeError`.
        """
        changed = list(blocks)
        for key, value in changed:
            size = len(self.prefix) + len(key.encode()) + len(value or b"")
            if not key or size > LARGEST_ROW:
                raise RowTooLargeError(
                    f"block {key[:_NAMED_BYTES]!r} has {size} bytes; 1 to {LARGEST_ROW} fit into a record of state, "
                    "and a key of at least one character; report it with the worker's settings"
                )
        self.ledger.enter(changed)
        self._staged.update(changed)
        self._sealed, self._held = self._sealed + self._held, []
        return sum(len(value or b"") for value in self._staged.values())

    async def commit(self, marker: Marker) -> int:
        """Commits what is staged, and the records that go with it, with this marker; returns the rows written.

        The marker's row count and sum are filled in here.

        Called when every output that the state contains is acknowledged. Raises `Fenced`, and the lane is lost, or
        `Uncommitted`, and all of it stays staged.
        """
        complete = msgspec.structs.replace(marker, rows=self.ledger.rows, row_sum=self.ledger.row_sum)
        staged = list(self._staged.items())
        await self._write([*((self.prefix + key.encode(), value) for key, value in staged)], complete, self._sealed)
        self._staged.clear()
        self._sealed = []
        self.marker = complete
        return len(staged)

    async def renew(self) -> None:
        """Writes the last marker again, which proves that the lane is still ours; raises as `commit`."""
        await self._write([], self.marker)

    async def stop(self) -> None:
        """Disconnects; nothing is written any more."""
        self.lost = True
        self.lease.end()
        await self.transactions.stop()

    async def _write(self, rows: list[Row], marker: Marker, records: Sequence[Outgoing] = ()) -> None:
        begun = self.clock()
        try:
            await self.transactions.write([*rows, (self.prefix, markers.encode(marker))], records)
        except Fenced:
            self.lost = True
            self.lease.end()
            raise
        self.lease.prove(begun)
