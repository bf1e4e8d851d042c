"""The wire codec: JSON bytes to the vocabulary's structs and back. Decoders are built once.

Unknown fields are ignored; a missing or ill-typed one makes that record `Malformed`. NaN and ∞ are no JSON numbers and
so are ill-typed. Encoding is deterministic: fields in their declared order, defaults left out where a type says so.
"""

from typing import Any, TypeVar

import msgspec

from paysignal.facts.alerts import Alert
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.errors import Malformed, quoted
from paysignal.facts.identity import claim_id, retraction_id
from paysignal.facts.increments import Increment, Tick
from paysignal.facts.members import Member
from paysignal.facts.readings import Reading
from paysignal.facts.rejections import Late, Reason, Rejected

#: A claim with every field at its longest is under 16 KiB; what is four times that is no fact and is not parsed.
LARGEST_FACT = 65_536

#: Kafka header that names the type and its version.
SCHEMA_HEADER = "schema"

SCHEMAS: dict[type, str] = {
    Claim: "paysignal.claim/1",
    Retraction: "paysignal.retraction/1",
    Increment: "paysignal.increment/1",
    Tick: "paysignal.tick/1",
    Reading: "paysignal.reading/1",
    Alert: "paysignal.alert/1",
    Rejected: "paysignal.rejected/1",
    Late: "paysignal.late/1",
    Member: "paysignal.member/1",
}

_Record = TypeVar("_Record")


class _Shape(msgspec.Struct):
    """Just enough of a fact to tell the types of one topic apart."""

    retracts: Any = None
    provider: Any = None
    value: Any = None
    kind: Any = None


_ENCODER = msgspec.json.Encoder()
_SHAPE = msgspec.json.Decoder(_Shape)
_CLAIM = msgspec.json.Decoder(Claim)
_RETRACTION = msgspec.json.Decoder(Retraction)
_INCREMENT = msgspec.json.Decoder(Increment)
_TICK = msgspec.json.Decoder(Tick)
_READING = msgspec.json.Decoder(Reading)
_ALERT = msgspec.json.Decoder(Alert)
_MEMBER = msgspec.json.Decoder(Member)
_REJECTED = msgspec.json.Decoder(Rejected)
_LATE = msgspec.json.Decoder(Late)


def encode(record: msgspec.Struct) -> bytes:
    """The JSON bytes of any struct of the vocabulary; the same struct gives the same bytes on every machine."""
    return _ENCODER.encode(record)


def schema_header(record: msgspec.Struct) -> tuple[str, bytes]:
    """The Kafka header that names the record's type and version."""
    return SCHEMA_HEADER, SCHEMAS[type(record)].encode()


def decode_claim(raw: bytes) -> Claim | Retraction:
    """A value of the facts topic; raises `Malformed`. A claim must have its dates, and its id must be its hash."""
    # Few values have the word at all, so a claim is parsed once and only a retraction twice.
    if raw and b'"retracts"' in raw and _decoded(_SHAPE, raw).retracts is not None:
        retraction = _decoded(_RETRACTION, raw)
        return _checked_id(retraction, retraction.id, retraction_id(retraction))
    claim = _decoded(_CLAIM, raw)
    if claim.period is None or claim.known_at is None:
        raise Malformed(Reason.BAD_TYPE, "period and known_at are required on the wire")
    return _checked_id(claim, claim.id, claim_id(claim))


def decode_increment(raw: bytes) -> Increment | Tick:
    """A value of the increments topic; raises `Malformed`. A tick is what has neither provider nor value."""
    try:
        return _decoded(_INCREMENT, raw)
    except Malformed:
        shape = _decoded(_SHAPE, raw)
        if shape.provider is None and shape.value is None:
            return _decoded(_TICK, raw)
        raise


def decode_fact(raw: bytes) -> Claim | Retraction | Increment | Tick:
    """Any fact, as JSON-lines files mix them; raises `Malformed`. Only claims have a kind, only retractions retract."""
    shape = _decoded(_SHAPE, raw)
    if shape.kind is not None or shape.retracts is not None:
        return decode_claim(raw)
    return decode_increment(raw)


def decode_reading(raw: bytes) -> Reading:
    """A value of the readings and finals topics; raises `Malformed`."""
    return _decoded(_READING, raw)


def decode_alert(raw: bytes) -> Alert:
    """A value of the alerts topic; raises `Malformed`."""
    return _decoded(_ALERT, raw)


def decode_member(raw: bytes) -> Member:
    """A value of the cross topic; raises `Malformed`."""
    return _decoded(_MEMBER, raw)


def decode_rejected(raw: bytes) -> Rejected:
    """A value of the rejected topic; raises `Malformed`."""
    return _decoded(_REJECTED, raw, largest=KEPT_LARGEST)


def decode_late(raw: bytes) -> Late:
    """A value of the late topic; raises `Malformed`."""
    return _decoded(_LATE, raw, largest=KEPT_LARGEST)


#: 64 KiB kept of an original are 88 KiB as base64, and the rest of the record is small.
KEPT_LARGEST = 2 * LARGEST_FACT


def _decoded(decoder: "msgspec.json.Decoder[_Record]", raw: bytes, largest: int = LARGEST_FACT) -> _Record:
    if not raw:  # Kafka's null value comes as None, whatever the type says
        raise Malformed(Reason.BAD_JSON, "no value; a record has a JSON object as value")
    if len(raw) > largest:
        raise Malformed(Reason.TOO_LARGE, f"{len(raw)} bytes, a fact has at most {largest}; send one fact a record")
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise Malformed(Reason.BAD_TYPE, str(error)) from None
    except UnicodeDecodeError as error:
        raise Malformed(Reason.BAD_ENCODING, f"not UTF-8: {error.reason}; encode the value as UTF-8") from None
    except RecursionError:
        raise Malformed(Reason.BAD_JSON, "nested too deeply; a fact has two levels") from None
    except msgspec.DecodeError as error:
        reason = Reason.BAD_ENCODING if not _is_utf8(raw) else Reason.BAD_JSON
        raise Malformed(reason, str(error)) from None


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _checked_id(record: _Record, given: str | None, expected: str) -> _Record:
    if given != expected:
        raise Malformed(
            Reason.BAD_ID, f"id {quoted(given)}: the fields hash to {expected}; leave hashing to paysignal.facts"
        )
    return record
