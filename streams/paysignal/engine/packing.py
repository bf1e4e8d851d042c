"""Packing: a claim of a known series in few bytes, as books hold it and blocks store it.

A claim as an object with its strings is 1.5 kB; packed it is some 200 bytes, most of them its address and source. What
decides without unpacking stands in front: the id, the kind, the publisher.

    16 bytes id │ 1 kind │ 1 length of │ the publisher │ msgpack array of the rest
"""

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

#: What a claim that says nothing unusual ends with: the defaults of the fields that are left out then.
_USUAL: Final = (None, None, None, None, None, None, None)

_CODE_OF: Final = {kind: bytes([code]) for code, kind in enumerate(Kind)}
_KIND_OF: Final = tuple(Kind)
_LENGTHS: Final = tuple(bytes([length]) for length in range(256))


class _Rest(msgspec.Struct, array_like=True, frozen=True):
    """The fields that the series, the id and the publisher do not tell."""

    value: float
    bound: Bound
    step: float | None
    start: str | None
    end: str
    known_at: str
    basis: Basis
    name: str
    tier: Tier
    url: str | None
    length: str | None = None
    baseline: Comparison | Baseline | None = None
    ref: str | None = None
    sha256: str | None = None
    span: tuple[int, int] | None = None
    confidence: float | None = None
    equivalent_of: str | None = None
    break_: Break | None = None


_ENCODE: Final = msgspec.msgpack.Encoder().encode
_DECODE: Final = msgspec.msgpack.Decoder(_Rest).decode


def packed(claim: Claim) -> bytes:
    """The bytes of a dated claim with an id."""
    source, period = claim.source, claim.dated
    unusual = (
        period.length, claim.baseline, source.ref, source.sha256, source.span,
        claim.confidence, claim.equivalent_of,
    )  # fmt: skip
    usual = (
        claim.value, claim.bound, claim.step, period.start, period.end, claim.known_at,
        claim.known_at_basis, source.name, source.tier, source.url,
    )  # fmt: skip
    rest = usual if unusual == _USUAL and claim.break_ is None else (*usual, *unusual, claim.break_)
    publisher = source.publisher.encode()
    return b"".join(
        (bytes.fromhex(str(claim.id)), _CODE_OF[claim.kind], _LENGTHS[len(publisher)], publisher, _ENCODE(rest))
    )


def unpacked(raw: bytes, series: Series) -> Claim:
    """The claim that these bytes were packed from, which is one of `series`."""
    after = _PUBLISHER_AT + raw[_LENGTH_AT]
    rest, kind = _DECODE(memoryview(raw)[after:]), _KIND_OF[raw[_KIND_AT]]
    return Claim(
        id=id_of(raw),
        provider=series.provider,
        market=series.market,
        measure=series.measure,
        segment=series.segment,
        kind=kind,
        value=rest.value,
        bound=rest.bound,
        step=rest.step,
        unit=unit_of(series.measure, kind),
        currency=series.currency,
        prices=series.prices,
        period=Period(rest.start, rest.end, rest.length),
        baseline=rest.baseline,
        known_at=rest.known_at,
        known_at_basis=rest.basis,
        source=Source(
            raw[_PUBLISHER_AT:after].decode(), rest.name, rest.tier, rest.url, rest.ref, rest.sha256, rest.span
        ),
        confidence=rest.confidence,
        equivalent_of=rest.equivalent_of,
        break_=rest.break_,
    )


def id_of(raw: bytes) -> str:
    """The id of a packed claim."""
    return raw[:ID_BYTES].hex()


def kind_of(raw: bytes) -> Kind:
    """The kind of a packed claim."""
    return _KIND_OF[raw[_KIND_AT]]


def publisher_of(raw: bytes) -> str:
    """The publisher of a packed claim."""
    return raw[_PUBLISHER_AT : _PUBLISHER_AT + raw[_LENGTH_AT]].decode()


def is_of(raw: bytes, claim_id: str) -> bool:
    """Whether a packed claim has this id."""
    return raw.startswith(bytes.fromhex(claim_id))
