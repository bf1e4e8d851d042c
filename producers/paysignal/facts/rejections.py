"""What was refused or came too late, with enough of the original to send it again."""

import hashlib
from enum import StrEnum
from typing import Any

import msgspec

from paysignal.facts.errors import Refused, quoted
from paysignal.facts.intervals import is_finite

#: A rejected original is kept up to here; the rest is told by its length and SHA-256.
KEPT_BYTES = 65_536

#: Details quote input, so they are cut as well.
DETAIL_CHARACTERS = 400


class Reason(StrEnum):
    """Why a record or a statement was refused."""

    BAD_ENCODING = "bad_encoding"  #: not UTF-8
    BAD_JSON = "bad_json"
    BAD_TYPE = "bad_type"  #: a field is missing, ill-typed or breaks a rule
    BAD_ID = "bad_id"  #: the id is not the hash of the fields
    TOO_LARGE = "too_large"
    MISROUTED = "misrouted"  #: the key is not the fact's, or not this partition's
    AHEAD_OF_TIME = "ahead_of_time"  #: event time lies too far ahead of the sending time
    FOREIGN_RETRACTION = "foreign_retraction"  #: a publisher retracts another's claim
    UNPROCESSABLE = "unprocessable"  #: paysignal itself failed on it; a fault of ours that stops nothing else
    BAD_ROW = "bad_row"  #: a table's row does not give a fact
    BAD_DOCUMENT = "bad_document"  #: a document can not be read at all
    NOT_A_FACT = "not_a_fact"  #: a statement with a figure that is no payment fact; the detail says why
    UNCLEAR = "unclear"  #: a payment figure whose subject, market or period can not be told


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the original stands: a record of a topic, a line of a file, or a span of a document."""

    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    file: str | None = None
    line: int | None = None
    span: tuple[int, int] | None = None


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """One refused original: up to `KEPT_BYTES` of it, its length and SHA-256, the reason, and where it stands."""

    reason: Reason
    detail: str
    original: bytes
    length: int
    sha256: str
    origin: Origin


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """One increment older than its series' ring: by how much, and the windows it missed."""

    late_seconds: float
    windows: tuple[str, ...]
    original: bytes
    length: int
    sha256: str
    origin: Origin

    def __post_init__(self) -> None:
        if not is_finite(self.late_seconds):
            raise Refused("late_seconds", self.late_seconds, "a finite number of seconds", "measure it again")


def kept(original: bytes) -> dict[str, Any]:
    """The fields by which `Rejected` and `Late` keep an original."""
    return {
        "original": original[:KEPT_BYTES],
        "length": len(original),
        "sha256": hashlib.sha256(original).hexdigest(),
    }


def rejected(reason: Reason, detail: str, original: bytes, origin: Origin) -> Rejected:
    """The rejection of `original`; the detail is made printable and cut."""
    printable = detail if detail.isprintable() else quoted(detail)
    return Rejected(reason=reason, detail=printable[:DETAIL_CHARACTERS], origin=origin, **kept(original))


def late(late_seconds: float, windows: tuple[str, ...], original: bytes, origin: Origin) -> Late:
    """The late increment whose bytes are `original`."""
    return Late(late_seconds=late_seconds, windows=windows, origin=origin, **kept(original))
