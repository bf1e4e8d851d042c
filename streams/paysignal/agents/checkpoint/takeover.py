"""Taking lanes over: fence the former owners, read what they committed, check that it belongs here."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from aiokafka.errors import KafkaError

from paysignal.agents.checkpoint.checking import Standing, check, lost, marker_of
from paysignal.agents.checkpoint.errors import Fenced, Uncommitted
from paysignal.agents.checkpoint.lease import Lease
from paysignal.agents.checkpoint.ledger import Ledger
from paysignal.agents.checkpoint.markers import Marker, prefix_of
from paysignal.agents.checkpoint.reading import LaneName, Progress, Rows, read_rows
from paysignal.agents.checkpoint.sources import Lookups, looking_up
from paysignal.agents.checkpoint.transactions import Transactions
from paysignal.agents.checkpoint.writer import LaneWriter
from paysignal.agents.settings import WorkerSettings
from paysignal.facts.topics import STATE
from paysignal.security.refusals import refusal_of

log = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 0.1

_Result = TypeVar("_Result")


class GenerationMovedError(Exception):
    """The group rebalances again while lanes are restored: what was read so far is of no use. Caught by the worker."""


@dataclass(frozen=True, slots=True)
class Here:
    """What the worker goes by.

    Partitions of each topic and the engine's parameters for it, clocks (seconds; milliseconds after 1970), and whether
    the assignment that is being served is still the group's.
    """

    partitions: Mapping[str, int]
    parameters: Mapping[str, str]
    clock: Callable[[], float]
    wall_ms: Callable[[], int]
    current: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Taken:
    """A lane that is ours: where to go on, its blocks, whether readings of them are still to be published, its writer.

    `fresh` says that there was no state: the lane starts from its first record.
    """

    position: int
    blocks: dict[str, bytes]
    held: bool
    fresh: bool
    writer: LaneWriter


async def take_over(
    settings: WorkerSettings, lanes: set[LaneName], here: Here, progress: Progress
) -> dict[LaneName, Taken]:
    """Takes lanes over, again and again while the broker is away.

    Called in `on_rebalance_complete`, before records flow. Raises `StateRefused`, or `GenerationMovedError` when the
    group moved on, and then has let go of everything.
    """
    while True:
        try:
            return await _while_current(_attempt(settings, lanes, here, progress), here.current)
        except (KafkaError, Fenced, Uncommitted) as error:
            if refusal_of(error):
                raise  # as it would the next time
            log.warning("taking partitions over failed: %r; trying again in %g s", error, _RETRY_SECONDS)
            await asyncio.sleep(_RETRY_SECONDS)
            if not here.current():
                raise GenerationMovedError from error


async def _while_current(work: Coroutine[Any, Any, _Result], current: Callable[[], bool]) -> _Result:
    """The work's result; cancels it, and raises `GenerationMovedError`, when the group has moved on.

    Looked at from outside, because a client that waits for a broker looks at nothing.
    """
    task = asyncio.ensure_future(work)
    try:
        while not task.done() and current():
            await asyncio.wait({task}, timeout=_LOOK_SECONDS)
        if task.done():
            return task.result()
        raise GenerationMovedError
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _attempt(
    settings: WorkerSettings, lanes: set[LaneName], here: Here, progress: Progress
) -> dict[LaneName, Taken]:
    transactions = {lane: Transactions(settings, *lane) for lane in lanes}
    try:
        await _all(each.start() for each in transactions.values())
        async with looking_up(settings) as lookups:
            ends = await lookups.spans({(STATE, number) for _, number in lanes})
            rows = await read_rows(settings, lanes, {number: span.end for (_, number), span in ends.items()}, progress)
            writers = await _checked(settings, rows, here, transactions, lookups)
        await _all(writer.renew() for writer in writers.values())
    except BaseException:
        await _all(each.stop() for each in transactions.values())
        raise
    return {lane: _taken(rows[lane], writer) for lane, writer in writers.items()}


async def _checked(
    settings: WorkerSettings,
    rows: Mapping[LaneName, Rows],
    here: Here,
    transactions: Mapping[LaneName, Transactions],
    lookups: Lookups,
) -> dict[LaneName, LaneWriter]:
    """The writers of lanes whose state belongs here; raises `StateRefused` for the first that does not."""
    ledgers = {lane: _ledger(each) for lane, each in rows.items()}
    found = {lane: marker_of(_name(lane), each.marker, ledgers[lane]) for lane, each in rows.items()}
    spans = await lookups.spans(rows)
    last = await lookups.records_at(
        {
            lane: marker.last_offset
            for lane, marker in found.items()
            if marker is not None and spans[lane].begin <= marker.last_offset < spans[lane].end
        }
    )
    owner, writers = uuid.uuid4().hex, {}
    for lane, marker in found.items():
        topic, _ = lane
        standing = Standing(_name(lane), here.partitions[topic], *spans[lane], here.parameters[topic], last.get(lane))
        if marker is not None:
            check(marker, standing)
            if missed := lost(marker, standing):
                log.error("%s: retention took %d offsets that nobody had processed", _name(lane), missed)
        writers[lane] = LaneWriter(
            prefix=prefix_of(settings.group, topic),
            transactions=transactions[lane],
            lease=Lease(settings.session_seconds, here.clock),
            ledger=ledgers[lane],
            marker=marker or _first(standing, owner, here.wall_ms()),
            clock=here.clock,
        )
    return writers


def _ledger(rows: Rows) -> Ledger:
    ledger = Ledger()
    ledger.enter(rows.values.items())
    return ledger


def _first(standing: Standing, owner: str, written_ms: int) -> Marker:
    """The marker of a lane of which nothing is known: held, because nobody published its readings."""
    return Marker(
        position=standing.begin,
        partitions=standing.partitions,
        parameters=standing.parameters,
        rows=0,
        row_sum=0,
        held=True,
        owner=owner,
        written_ms=written_ms,
    )


def _taken(rows: Rows, writer: LaneWriter) -> Taken:
    return Taken(
        position=writer.marker.position,
        blocks=rows.values,
        held=writer.marker.held,
        fresh=rows.marker is None,
        writer=writer,
    )


def _name(lane: LaneName) -> str:
    return f"{lane[0]}/{lane[1]}"


async def _all(parts: Iterable[Awaitable[None]]) -> None:
    """Runs them at once, waits for every one, and raises the first failure."""
    for answer in await asyncio.gather(*parts, return_exceptions=True):
        if isinstance(answer, BaseException):
            raise answer
