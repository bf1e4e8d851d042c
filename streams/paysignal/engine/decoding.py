"""From bytes to facts, one record at a time isolated from the next."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np

from paysignal.engine.arriving import arrived, learn
from paysignal.engine.bulk import Limits, read_bulk
from paysignal.engine.chunks import Chunk
from paysignal.engine.parameters import DEFAULTS, Parameters
from paysignal.engine.records import Decoded, Occurrence, Record, Statement
from paysignal.engine.tallies.arrivals import arrivals_of, arrivals_of_chunk
from paysignal.engine.tallies.newest import FEW
from paysignal.facts import topics, wire
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.errors import Malformed
from paysignal.facts.increments import Increment, Tick
from paysignal.facts.moments import microseconds
from paysignal.facts.partitioning import partition_of
from paysignal.facts.rejections import Reason, Rejected, rejected
from paysignal.windows.grids import DAY_US, CalendarGrid

_FIRST_US: Final = microseconds(dt.datetime.min.replace(tzinfo=dt.UTC))
_LAST_US: Final = microseconds(dt.datetime.max.replace(tzinfo=dt.UTC))

#: Event times further ahead of the sending time than this are clock faults, and would push every window forward.
AHEAD_LIMIT_MS = 3_600_000

_DECODERS = {topics.FACTS: wire.decode_claim, topics.INCREMENTS: wire.decode_increment}


def limits_of(parameters: Parameters) -> Limits:
    """What event times must keep to, so that every window asked for starts and ends within the calendar.

    Called once for each state. An increment's longest window starts so much before it, and its windows end with the
    hop that it is in; the dates of a zone's calendar may be a day from those of UTC.
    """
    windows = parameters.windows
    zoned = DAY_US if any(isinstance(window.grid, CalendarGrid) for window in windows) else 0
    longest = max((window.length_us for window in windows), default=0)
    hop = max((window.hop_us for window in windows), default=0)
    return Limits(_FIRST_US + longest + zoned, _LAST_US - hop - zoned, AHEAD_LIMIT_MS * 1_000)


#: Those of the windows that are computed unless told otherwise.
USUAL: Final = limits_of(DEFAULTS)


def decode_chunks(chunks: Iterable[Chunk], partitions: int, limits: Limits = USUAL, few: int = FEW) -> Decoded:
    """Decodes chunks of one partition: the same facts and rejections as of their records, increments as arrivals.

    Called by the agents. What increments our own encoder wrote are read in bulk; every other record, and every one that
    is wrong in any way, on its own, and so are `few` or less of them: of these a column costs more than the objects.
    """
    decoded = Decoded()
    for chunk in chunks:
        if chunk.topic != topics.INCREMENTS:
            decoded.add(decode(chunk.records(), partitions, limits))
        elif len(chunk) > few:
            _add_increments(decoded, chunk, partitions, limits)
        else:
            _add_few(decoded, decode(chunk.records(), partitions, limits))
    return decoded


def _add_increments(decoded: Decoded, chunk: Chunk, partitions: int, limits: Limits) -> None:
    bulk = read_bulk(chunk, partitions, limits)
    left = np.ones(len(chunk), np.bool_)
    left[bulk.rows] = False
    singles, rows = Decoded(), list[int]()
    for row in np.flatnonzero(left).tolist():
        record = chunk.record(row)
        try:
            _sort(singles, record, partitions, limits)
        except Malformed as error:
            singles.rejected.append(_rejected(record, error))
        if len(singles.occurrences) > len(rows):
            rows.append(row)
    if len(bulk.rows) or rows:
        decoded.arrivals.append(arrivals_of_chunk(chunk, bulk, singles.occurrences, rows))
    singles.occurrences.clear()
    decoded.add(singles)


def _add_few(decoded: Decoded, few: Decoded) -> None:
    """What single records of one chunk gave, its increments as arrivals."""
    if few.occurrences:
        decoded.arrivals.append(arrivals_of(few.occurrences))
    decoded.add(replace(few, occurrences=[]))


def decode(records: Iterable[Record], partitions: int | None, limits: Limits = USUAL) -> Decoded:
    """Decodes a batch; what is malformed, misrouted or ahead of its time becomes a `Rejected` and stops nothing else.

    Called by the agents for every batch and by replay. `partitions` is the topics' partition count; None (a file)
    checks no routing. `limits` are those of the windows asked for.
    """
    decoded = Decoded()
    for record in records:
        quick = arrived(record, partitions) if record.topic != topics.INCREMENTS else None
        if quick is not None:
            decoded.statements.append(quick)
            continue
        try:
            _sort(decoded, record, partitions, limits)
        except Malformed as error:
            decoded.rejected.append(_rejected(record, error))
    return decoded


def _sort(decoded: Decoded, record: Record, partitions: int | None, limits: Limits) -> None:
    fact = _fact(record)
    if isinstance(fact, Tick):
        _check_time(record, fact.at)
        _check_calendar(fact.at, limits)
        decoded.ticks.append(fact)
    elif isinstance(fact, Increment):
        _check_route(record, fact.partition_key, partitions)
        _check_time(record, fact.at)
        _check_calendar(fact.at, limits)
        decoded.occurrences.append(Occurrence(fact, record))
    else:
        # Only the claim that a retraction names has a series, so that its key is all there is to check.
        _check_route(record, fact.partition_key if isinstance(fact, Claim) else None, partitions)
        decoded.statements.append(Statement(fact, record))
        if isinstance(fact, Claim) and record.value is not None:
            learn(record.value, fact)


def _fact(record: Record) -> Claim | Retraction | Increment | Tick:
    if record.value is None:
        raise Malformed(Reason.BAD_JSON, "no value; facts are retracted, not deleted")
    return _DECODERS.get(record.topic, wire.decode_fact)(record.value)


def _check_route(record: Record, key: str | None, partitions: int | None) -> None:
    """A fact on a partition that is not its key's would split its series over two workers."""
    if partitions is None:
        return
    if record.key is None or (key is not None and record.key != key.encode()):
        raise Malformed(
            Reason.MISROUTED, f"the record's key is not the fact's; send it with the key {key or 'of its claim'}"
        )
    expected = partition_of(record.key, partitions)
    if record.partition != expected:
        raise Malformed(
            Reason.MISROUTED,
            f"the key belongs to partition {expected} of {partitions}; set the client's partitioner to murmur2_random",
        )


def _check_time(record: Record, at: dt.datetime) -> None:
    if record.timestamp_ms is None:
        return
    ahead_ms = at.timestamp() * 1_000 - record.timestamp_ms
    if ahead_ms > AHEAD_LIMIT_MS:
        raise Malformed(
            Reason.AHEAD_OF_TIME,
            f"event time is {ahead_ms / 1_000:.0f} s ahead of the sending time, at most "
            f"{AHEAD_LIMIT_MS // 1_000} s are allowed; set the sender's clock",
        )


def _check_calendar(at: dt.datetime, limits: Limits) -> None:
    """A window that starts before year 1 has no date: its reading could not be written and would stop the partition."""
    if not limits.earliest_us <= microseconds(at) < limits.latest_us:
        raise Malformed(Reason.BAD_TYPE, f"at: the windows around {at.isoformat()} leave the calendar; check the year")


def _rejected(record: Record, error: Malformed) -> Rejected:
    return rejected(Reason(error.reason), error.detail, record.value or b"", record.origin)
