"""Packing: a claim of a known series in few bytes, as books hold it and blocks store it.

A claim as an object with its strings is 1.5 kB; packed it is some 200 bytes, most of them its address and source. What
decides without unpacking stands in front: the id, the kind, the publisher. The rest is msgpack, in parts that claims
of one release share: `engine.arriving` joins them without encoding them anew.

    16 bytes id │ 1 kind │ 1 length of │ the publisher │ array of: figures │ dates │ source │ what few claims have
"""

import struct
from sys import intern
from typing import Final

import msgspec

from paysignal.facts.claims import Baseline, Break, Claim, Source
from paysignal.facts.identity import ID_BYTES
from paysignal.facts.kinds import Basis, Bound, Comparison, Kind, Tier
from paysignal.facts.measures import unit_of
from paysignal.facts.periods import Period
from paysignal.facts.series import Series

_KIND_AT: Final = ID_BYTES
_LENGTH_AT: Final = _KIND_AT + 1
_PUBLISHER_AT: Final = _LENGTH_AT + 1

#: The msgpack head of an array of three parts, and of four.
USUAL: Final = b"\x93"
_UNUSUAL: Final = b"\x94"

#: In front of the value: the head of the array, that of the figures, and the mark of a float.
_HEADS: Final = 3
_VALUE: Final = struct.Struct(">d")

#: Small vocabularies as numbers. Another order of theirs is another form: raise that of `engine.bookcodec`.
_KINDS: Final = tuple(Kind)
_BASES: Final = tuple(Basis)
_TIERS: Final = tuple(Tier)
_BOUNDS: Final = tuple(Bound)
_KIND_PARTS: Final = {kind: bytes([code]) for code, kind in enumerate(_KINDS)}
_BASIS_CODES: Final = {each: code for code, each in enumerate(_BASES)}
_TIER_CODES: Final = {each: code for code, each in enumerate(_TIERS)}
_BOUND_CODES: Final = {each: code for code, each in enumerate(_BOUNDS)}
_LENGTHS: Final = tuple(bytes([length]) for length in range(256))


class _Dates(msgspec.Struct, array_like=True, frozen=True):
    start: str | None
    end: str
    length: str | None
    known_at: str
    basis: int
    baseline: Comparison | Baseline | None


class _Origin(msgspec.Struct, array_like=True, frozen=True):
    name: str
    tier: int
    url: str | None
    ref: str | None
    sha256: str | None
    span: tuple[int, int] | None


class _Figures(msgspec.Struct, array_like=True, frozen=True):
    value: float
    bound: int
    step: float | None


class _Unusual(msgspec.Struct, array_like=True, frozen=True):
    confidence: float | None = None
    equivalent_of: str | None = None
    break_: Break | None = None


class _Rest(msgspec.Struct, array_like=True, frozen=True):
    """The fields that the series, the id and the publisher do not tell."""

    figures: _Figures
    dates: _Dates
    origin: _Origin
    unusual: _Unusual = _Unusual()


_ENCODE: Final = msgspec.msgpack.Encoder().encode
_DECODE: Final = msgspec.msgpack.Decoder(_Rest).decode


def packed(claim: Claim) -> bytes:
    """The bytes of a dated claim with an id."""
    parts = [
        bytes.fromhex(str(claim.id)), kind_part(claim.kind), publisher_part(claim.source.publisher), USUAL,
        figures_part(claim.value, claim.bound, claim.step), dates_part(claim), source_part(claim.source),
    ]  # fmt: skip
    unusual = claim.confidence, claim.equivalent_of, claim.break_
    if unusual != (None, None, None):
        parts[3] = _UNUSUAL
        parts.append(_ENCODE(unusual))
    return b"".join(parts)


def kind_part(kind: Kind) -> bytes:
    """The byte of a kind."""
    return _KIND_PARTS[kind]


def publisher_part(publisher: str) -> bytes:
    """The publisher behind its length."""
    return _LENGTHS[len(publisher)] + publisher.encode()


def dates_part(claim: Claim) -> bytes:
    """Period, known time and baseline."""
    period = claim.dated
    return _ENCODE(
        (period.start, period.end, period.length, claim.known_at, _BASIS_CODES[claim.known_at_basis], claim.baseline)
    )  # fmt: skip


def source_part(source: Source) -> bytes:
    """Where it was read, but for the publisher."""
    return _ENCODE((source.name, _TIER_CODES[source.tier], source.url, source.ref, source.sha256, source.span))


def figures_part(value: float, bound: Bound, step: float | None) -> bytes:
    """What was printed, the value first: eight bytes behind two heads."""
    return _ENCODE((float(value), _BOUND_CODES[bound], step))


def unpacked(raw: bytes, series: Series) -> Claim:
    """The claim that these bytes were packed from, which is one of `series`.

    Its moments and publisher are interned: readings of thousands of series keep them.
    """
    after = _PUBLISHER_AT + raw[_LENGTH_AT]
    rest, kind = _DECODE(memoryview(raw)[after:]), _KINDS[raw[_KIND_AT]]
    dates, origin, figures, unusual = rest.dates, rest.origin, rest.figures, rest.unusual
    return Claim(
        id=id_of(raw),
        provider=series.provider,
        market=series.market,
        measure=series.measure,
        segment=series.segment,
        kind=kind,
        value=figures.value,
        bound=_BOUNDS[figures.bound],
        step=figures.step,
        unit=unit_of(series.measure, kind),
        currency=series.currency,
        prices=series.prices,
        period=Period(None if dates.start is None else intern(dates.start), intern(dates.end), dates.length),
        baseline=dates.baseline,
        known_at=intern(dates.known_at),
        known_at_basis=_BASES[dates.basis],
        source=Source(
            intern(publisher_of(raw)),
            origin.name,
            _TIERS[origin.tier],
            origin.url,
            origin.ref,
            origin.sha256,
            origin.span,
        ),
        confidence=unusual.confidence,
        equivalent_of=unusual.equivalent_of,
        break_=unusual.break_,
    )


def id_of(raw: bytes) -> str:
    """The id of a packed claim."""
    return raw[:ID_BYTES].hex()


def kind_of(raw: bytes) -> Kind:
    """The kind of a packed claim."""
    return _KINDS[raw[_KIND_AT]]


def publisher_of(raw: bytes) -> str:
    """The publisher of a packed claim."""
    return raw[_PUBLISHER_AT : _PUBLISHER_AT + raw[_LENGTH_AT]].decode()


def value_of(raw: bytes) -> float:
    """The value of a packed claim."""
    value: float = _VALUE.unpack_from(raw, _PUBLISHER_AT + raw[_LENGTH_AT] + _HEADS)[0]
    return value
