"""Ownership over rebalances: a restore holds nobody up, and one that was overtaken serves nothing and lets go."""

import asyncio
import time
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from paysignal.agents import ownership
from paysignal.agents.checkpoint.takeover import Taken
from paysignal.agents.lanes import Lanes, TopicPartition
from paysignal.agents.ownership import Ownership

_PARTITIONS: set[TopicPartition] = {("t", 0), ("t", 1)}
_RESTORE_SECONDS = 0.2


class Writer:
    """Of a lane that was taken over; notes that it was let go."""

    stopped = False

    async def stop(self) -> None:
        """Let go."""
        self.stopped = True


class SlowStage:
    """Its states take time to restore, as those of a million increments do."""

    fingerprints: Mapping[str, str] = {"t": ""}

    def of(self, _: str) -> "SlowStage":
        """The one stage."""
        return self

    def restored(self, _: object) -> object:
        """Busy, not waiting: what runs in the event loop has to stand still for it."""
        time.sleep(_RESTORE_SECONDS)
        return SimpleNamespace()


@pytest.fixture
def writers(monkeypatch: pytest.MonkeyPatch) -> list[Writer]:
    """The writers of all that is taken over, which is whatever is asked for."""
    made: list[Writer] = []

    async def take_over(_: object, lanes: set[TopicPartition], *__: object) -> dict[TopicPartition, Taken]:
        found = {}
        for lane in sorted(lanes):
            made.append(Writer())
            found[lane] = Taken(0, {}, held=False, fresh=False, writer=cast("Any", made[-1]))
        return found

    monkeypatch.setattr(ownership, "take_over", take_over)
    return made


def owning(lanes: Lanes) -> Ownership:
    """An owner whose flusher has nothing to do."""

    async def settle(_: float) -> None:
        await asyncio.sleep(0)

    nothing = SimpleNamespace(set=lambda _: None)
    flusher = SimpleNamespace(settle=settle, keeper=None, partitions={"t": 2})
    metrics = SimpleNamespace(state=SimpleNamespace(restore_seconds=nothing))
    return Ownership(
        cast("Any", None), lanes, cast("Any", flusher), cast("Any", metrics), time.monotonic, lambda: 0,
        cast("Any", SlowStage()), saves=True,
    )  # fmt: skip


async def test_a_restore_leaves_the_loop_to_others(writers: list[Writer]) -> None:
    """While states are restored a revocation is answered at once: who does not answer is put out of the group."""
    lanes = Lanes(1_000)
    owner = owning(lanes)
    assigning = asyncio.create_task(owner.assigned(_PARTITIONS, 1))
    turns = 0
    while not assigning.done():
        await asyncio.sleep(0.001)
        turns += 1

    assert turns > 10  # two or three where the loop stands still for each
    assert {lane.name for lane in lanes.snapshot()} == _PARTITIONS
    assert [writer.stopped for writer in writers] == [False, False]


@pytest.mark.parametrize("within", [0.5, 1.5])
async def test_one_that_was_overtaken_serves_nothing(writers: list[Writer], within: float) -> None:
    """A rebalance while the first or the last state is restored: all is let go, and the next assignment has it."""
    lanes = Lanes(1_000)
    owner = owning(lanes)
    assigning = asyncio.create_task(owner.assigned(_PARTITIONS, 1))
    await asyncio.sleep(within * _RESTORE_SECONDS)
    await owner.revoked()
    await assigning

    assert () == lanes.snapshot()
    assert [writer.stopped for writer in writers] == [True, True]

    await owner.assigned(_PARTITIONS, 2)
    assert [(lane.name, lane.generation) for lane in lanes.snapshot()] == [(("t", 0), 2), (("t", 1), 2)]
    assert [writer.stopped for writer in writers] == [True, True, False, False]
