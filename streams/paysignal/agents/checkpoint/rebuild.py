"""Rebuild: takes a group's state off the topic, so that its workers start again from the first fact."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError

from paysignal.agents.checkpoint.markers import SOURCES, prefix_of
from paysignal.agents.checkpoint.reading import LaneName, Progress, Rows, read_rows
from paysignal.agents.checkpoint.sources import looking_up
from paysignal.agents.checkpoint.transactions import Transactions
from paysignal.agents.settings import WorkerSettings
from paysignal.facts.errors import PaySignalError
from paysignal.facts.topics import STATE
from paysignal.security.access import client_settings

#: Lanes at a time: each has a producer, and its rows are in memory.
_LANES_A_TURN: Final = 16

#: Rows a transaction: withdrawn rows first, the marker last, so that a rebuild that was cut off is refused, not used.
_ROWS_A_COMMIT: Final = 50_000

#: Ten seconds in all.
_ASKED: Final = 20
_AGAIN_SECONDS: Final = 0.5


class RebuildError(PaySignalError):
    """The state can not be taken away now; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many rows were taken away, of how many lanes that had any."""

    rows: int
    lanes: int


async def rebuild(settings: WorkerSettings, counts: Mapping[str, int]) -> Rebuilt:
    """Withdraws every row of the group and fences whoever could still write some.

    Called by `paysignal rebuild`; `counts` are the partitions of each topic. Raises `RebuildError`, having changed
    nothing, while the group has members, and where a topic or the broker is missing.
    """
    try:
        await _require_stopped(settings)
        rows = lanes = 0
        for some in _turns(counts):
            for withdrawn in await _withdraw(settings, some):
                rows, lanes = rows + withdrawn, lanes + bool(withdrawn)
    except KafkaError as error:
        raise RebuildError(f"broker {settings.broker}: {error!r}; run `paysignal rebuild` again") from error
    return Rebuilt(rows, lanes)


async def _require_stopped(settings: WorkerSettings) -> None:
    admin = AIOKafkaAdminClient(**client_settings(settings.broker))
    try:
        await admin.start()
        described = await _described(admin, settings.group)
    finally:
        await admin.close()
    members = sum(len(group[5]) for group in described.groups)
    if members:
        raise RebuildError(f"group {settings.group} has {members} running workers; stop them and run it again")


async def _described(admin: AIOKafkaAdminClient, group: str) -> Any:  # noqa: ANN401 - aiokafka's answer
    """The broker's description of the group; on a new broker the topic of groups is made by the first who asks."""
    for _ in range(_ASKED):
        try:
            (described,) = await admin.describe_consumer_groups([group])
        except GroupCoordinatorNotAvailableError:
            await asyncio.sleep(_AGAIN_SECONDS)
        else:
            return described
    raise GroupCoordinatorNotAvailableError(group)


def _turns(counts: Mapping[str, int]) -> Iterator[set[LaneName]]:
    """The lanes, some at a time; those of partitions that the topic does not have any more have state as well."""
    numbers = range(counts[STATE])
    lanes = iter([(topic, number) for number in numbers for topic in SOURCES])
    while some := set(islice(lanes, _LANES_A_TURN)):
        yield some


async def _withdraw(settings: WorkerSettings, lanes: set[LaneName]) -> list[int]:
    transactions = {lane: Transactions(settings, *lane) for lane in lanes}
    try:
        await asyncio.gather(*(each.start() for each in transactions.values()))
        async with looking_up(settings) as lookups:
            spans = await lookups.spans({(STATE, number) for _, number in lanes})
        ends = {number: span.end for (_, number), span in spans.items()}
        rows = await read_rows(settings, lanes, ends, Progress())
        return [await _empty(settings.group, lane, transactions[lane], rows[lane]) for lane in sorted(lanes)]
    finally:
        await asyncio.gather(*(each.stop() for each in transactions.values()))


async def _empty(group: str, lane: LaneName, transactions: Transactions, rows: Rows) -> int:
    prefix, keys = prefix_of(group, lane[0]), iter(rows.values)
    while some := list(islice(keys, _ROWS_A_COMMIT)):
        await transactions.write([(prefix + key.encode(), None) for key in some])
    if rows.marker is not None:
        await transactions.write([(prefix, None)])
    return len(rows.values) + (rows.marker is not None)
