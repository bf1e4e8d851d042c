"""The facts of the jobs, in the wire format, made from nothing but their number: the same on every machine. Pure."""

import datetime as dt
import re
from collections.abc import Iterator

from paysignal.command.benching.jobs import STEP_US, Job
from paysignal.facts import wire
from paysignal.facts.claims import Claim, Source
from paysignal.facts.identity import identified, increment_id
from paysignal.facts.increments import Increment
from paysignal.facts.kinds import Kind, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Period

Keyed = tuple[bytes, bytes]

_START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
_FIRST_YEAR = 2020
_MONTHS = 12

#: The bytes of an increment around what differs from fact to fact.
_SHAPE = re.compile(
    rb'(?P<head>.*"id":")[0-9a-f]{32}(?P<middle>".*"value":)1\.0(?P<before>,.*"at":")2024-01-01T00:00:00Z(?P<after>".*)'
)

#: A multiplier prime to every count here scatters values without a random generator.
_SCATTER = 7_919


def facts_of(job: Job, count: int) -> Iterator[Keyed]:
    """`count` facts of the job as key and value, in the order they are sent."""
    return _claims(job.series, count) if job.claims else _increments(job.series, count)


def _increments(series: int, count: int) -> Iterator[Keyed]:
    """Event time rises by `STEP_US` a fact; each series has its turn."""
    samples = [_increment(number) for number in range(series)]
    keys = [sample.partition_key.encode() for sample in samples]
    parts = [_parts(sample) for sample in samples]
    for number in range(count):
        own = number % series
        head, middle, before, after = parts[own]
        identity = increment_id("bench", str(number))
        value = b"%d.5" % (number * _SCATTER % 10_000)
        at = (_START + dt.timedelta(microseconds=number * STEP_US)).isoformat().replace("+00:00", "Z").encode()
        yield keys[own], b"".join((head, identity.encode(), middle, value, before, at, after))


def _increment(number: int) -> Increment:
    return Increment(
        id=increment_id("bench", f"shape-{number}"),
        provider=f"bench-{number % 1_000}", market="IN", measure="transaction_value", segment=f"part-{number // 1_000}",
        currency="INR", value=1.0, at=_START, publisher="bench",
    )  # fmt: skip


def _parts(sample: Increment) -> tuple[bytes, bytes, bytes, bytes]:
    """The wire bytes of a sample around its id, value and instant: encoding a million structs would take a minute."""
    found = _SHAPE.fullmatch(wire.encode(sample))
    if found is None:
        raise ValueError(f"the wire format of an increment has changed: {sample}")
    return found["head"], found["middle"], found["before"], found["after"]


def _claims(series: int, count: int) -> Iterator[Keyed]:
    """Month by month, every series in turn, as statistics offices publish them."""
    for number in range(count):
        month, own = divmod(number, series)
        claim = identified(_level(own, month))
        yield claim.partition_key.encode(), wire.encode(claim)


def _level(own: int, month: int) -> Claim:
    start, end = _month(month), _month(month + 1)
    return Claim(
        provider=f"bench-{own % 1_000}", market="IN", measure="transactions", segment=f"part-{own // 1_000}",
        kind=Kind.LEVEL, value=float(1_000_000 + 1_000 * month + own * _SCATTER % 1_000), step=1.0,
        unit=Unit.TRANSACTIONS, period=Period(start, end), known_at=end,
        source=Source(publisher="bench", name="Bench", tier=Tier.OFFICIAL),
    )  # fmt: skip


def _month(number: int) -> str:
    year, month = divmod(number, _MONTHS)
    return f"{_FIRST_YEAR + year}-{month + 1:02d}-01"
