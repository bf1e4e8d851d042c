"""Arriving: a claim from its bytes to its packed form, without becoming an object where it is like those before.

A release of statistics is thousands of claims that differ in series and value only. Of a record in the encoder's own
form what is the same is recognised as bytes:

    {"id":"…32…","provider":…,"kind":"level","value":…,"bound":…,"step":…,"unit":…,"known_at":…,"source":{…}}
                 └── head ──────────────────┘└── figures ────────────────┘└── tail ─────────┘          └─ source

A head and a tail are known when a claim that the full decoder accepted, and whose encoding was its bytes to the last
one, had them. So what is read here is what the full decoder would give; whatever is unknown or strange goes there.
"""

import sys
from binascii import hexlify
from functools import lru_cache
from hashlib import blake2b
from typing import Final, TypeVar

import msgspec

from paysignal.engine.books import period_key
from paysignal.engine.packing import USUAL, dates_part, figures_part, kind_part, publisher_part, source_part
from paysignal.engine.pages import PeriodKey
from paysignal.engine.records import Arrived, Record
from paysignal.facts import wire
from paysignal.facts.claims import Claim, Source, value_ends
from paysignal.facts.identity import ID_BYTES
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.measures import Nature, measure_named
from paysignal.facts.partitioning import positive_murmur2
from paysignal.facts.periods import Period, grain_of
from paysignal.facts.series import Series

#: Series, releases and sources that are known at a time: some 100 MB at most, and a flood of new ones only costs time.
MOST_LINES: Final = 131_072
MOST_TAILS: Final = 4_096

_START: Final = b'{"id":"'
_END: Final = b'",'
_HEAD_AT: Final = len(_START) + 2 * ID_BYTES + len(_END)
_ID: Final = slice(len(_START), len(_START) + 2 * ID_BYTES)
_VALUE: Final = b',"value":'
_BOUND: Final = b',"bound":"'
_STEP: Final = b',"step":'
_UNIT: Final = b',"unit":'
_SOURCE: Final = b',"source":'
_LARGEST: Final = sys.float_info.max

_NUMBER: Final = msgspec.json.Decoder(float).decode
_SOURCES: Final = msgspec.json.Decoder(Source).decode


class _Line(msgspec.Struct, frozen=True, gc=False):
    """What is known of a head with tails of one form: the series, and what values of the kind there are."""

    series: Series
    series_key: str
    kind: Kind
    part: bytes
    route: bytes
    murmur2: int
    hashed: str
    least: float
    most: float


class _Tail(msgspec.Struct, frozen=True, gc=False):
    """What is known of a tail: the period and its key, its part of packed claims, and how it is hashed for the id.

    `form` is all of it that a head has to fit: two tails of one form go with the same heads, to the same series.
    """

    form: bytes
    period: Period
    key: PeriodKey
    part: bytes
    hashed: str
    known_at: str


class _Origin(msgspec.Struct, frozen=True, gc=False):
    """What is known of a source."""

    publisher: str
    publisher_part: bytes
    part: bytes


_LINES: Final[dict[bytes, _Line]] = {}
_TAILS: Final[dict[bytes, _Tail]] = {}
_BOUNDS: Final = {bound.encode(): bound for bound in Bound}


def arrived(record: Record, partitions: int | None) -> Arrived | None:
    """The claim of a record; None where the full decoder has to look, be it to refuse it. Called by `decode`."""
    raw = record.value
    if (
        raw is None
        or len(raw) > wire.LARGEST_FACT
        or not raw.startswith(_START)
        or raw[_HEAD_AT - 2 : _HEAD_AT] != _END
    ):
        return None
    value_at = raw.find(_VALUE, _HEAD_AT)
    unit_at = raw.find(_UNIT, value_at)
    source_at = raw.find(_SOURCE, unit_at)
    tail = _TAILS.get(raw[unit_at:source_at])
    if tail is None:
        return None
    line = _LINES.get(raw[_HEAD_AT:value_at] + tail.form)
    if line is None or not _is_routed(record, line, partitions):
        return None
    try:
        value, bound, step = _figures(raw[value_at + len(_VALUE) : unit_at])
        origin = _origin(raw[source_at + len(_SOURCE) : -1])
    except (msgspec.MsgspecError, KeyError, ValueError):
        return None
    said = f"{value + 0.0!r}\x1f{bound}\x1f{tail.known_at}"
    hashed = f"claim\x1f{origin.publisher}\x1f{line.hashed}\x1f{tail.hashed}\x1f{said}"
    identity = blake2b(hashed.encode(), digest_size=ID_BYTES).digest()
    if not line.least <= value <= line.most or hexlify(identity) != raw[_ID] or raw[-1:] != b"}":
        return None
    figures = figures_part(value, bound, step)
    packed = b"".join((identity, line.part, origin.publisher_part, USUAL, figures, tail.part, origin.part))
    return Arrived(
        line.series, line.series_key, line.kind, tail.period, tail.key, origin.publisher, identity, packed, record
    )


def learn(raw: bytes, claim: Claim) -> None:
    """Makes the head and the tail of a claim known that the full decoder gave for these bytes, if they are usual."""
    if claim.confidence is not None or claim.equivalent_of is not None or claim.break_ is not None:
        return
    if wire.encode(claim) != raw:
        return
    value_at = raw.find(_VALUE, _HEAD_AT)
    unit_at = raw.find(_UNIT, value_at)
    tail = _tail_of(claim)
    _remember(_TAILS, raw[unit_at : raw.find(_SOURCE, unit_at)], tail, MOST_TAILS)
    _remember(_LINES, raw[_HEAD_AT:value_at] + tail.form, _line_of(claim), MOST_LINES)


def _is_routed(record: Record, line: _Line, partitions: int | None) -> bool:
    return partitions is None or (record.key == line.route and record.partition == line.murmur2 % partitions)


def _figures(raw: bytes) -> tuple[float, Bound, float | None]:
    """Value, bound and step between their marks; raises `MsgspecError`, `KeyError` or `ValueError` where not."""
    raw, has_step, step = raw.partition(_STEP)
    raw, has_bound, bound = raw.partition(_BOUND)
    if has_bound and bound[-1:] != b'"':
        raise ValueError(bound)
    return _NUMBER(raw), _BOUNDS[bound[:-1]] if has_bound else Bound.EXACT, _step(step) if has_step else None


@lru_cache(maxsize=4_096)
def _step(raw: bytes) -> float:
    step = _NUMBER(raw)
    if not 0 < step <= _LARGEST:
        raise ValueError(raw)
    return step


@lru_cache(maxsize=8_192)
def _origin(raw: bytes) -> _Origin:
    """The source in these bytes, which are one whole JSON object; raises `MsgspecError` where they are not."""
    source = _SOURCES(raw)
    return _Origin(source.publisher, publisher_part(source.publisher), source_part(source))


def _tail_of(claim: Claim) -> _Tail:
    period = claim.dated
    fits = (
        claim.unit, claim.currency, claim.prices, grain_of(period, Nature.FLOW), str(period.start is None),
        str(period.length is None), str(claim.baseline is None),
    )  # fmt: skip
    return _Tail(
        "|".join(fits).encode(),
        period,
        period_key(period),
        dates_part(claim),
        f"{period.text}\x1f{claim.baseline_text}",
        str(claim.known_at),
    )


def _line_of(claim: Claim) -> _Line:
    series = claim.series
    route = series.partition_key.encode()
    floor, most = value_ends(measure_named(claim.measure), claim.kind)
    most = min(most, _LARGEST)
    return _Line(
        series,
        series.key,
        claim.kind,
        kind_part(claim.kind),
        route,
        positive_murmur2(route),
        f"{series.key}\x1f{claim.kind}",
        max(floor, -most),
        most,
    )


_Known = TypeVar("_Known")


def _remember(known: dict[bytes, _Known], key: bytes, what: _Known, most: int) -> None:
    if len(known) >= most and key not in known:
        known.clear()
    known[key] = what
