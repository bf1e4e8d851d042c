"""Ids: what makes two statements the same statement."""

from hashlib import blake2b
from typing import TypeVar

import msgspec

from paysignal.facts.claims import Claim, Retraction

#: 128 bits: two of 10 ** 12 facts share an id with a probability of 10 ** -15.
ID_BYTES = 16

#: Joins hashed parts; the unit separator stands in no slug, code, moment or number.
_UNIT_SEPARATOR = "\x1f"

_Statement = TypeVar("_Statement", Claim, Retraction)


def hashed(*parts: str) -> str:
    """BLAKE2b-128 of the parts, in hex."""
    return blake2b(_UNIT_SEPARATOR.join(parts).encode(), digest_size=ID_BYTES).hexdigest()


def claim_parts(claim: Claim) -> tuple[str, ...]:
    """The identity of the claim: publisher, series, kind, period, baseline. Its revisions share it."""
    period = claim.dated
    return (claim.source.publisher, claim.series.key, claim.kind, period.text, claim.baseline_text)


def claim_id(claim: Claim) -> str:
    """The id of this wording of the claim: its identity with value, bound and known time.

    A claim without dates, which is never sent, is identified by what it has.
    """
    if claim.period is None or claim.known_at is None:
        return hashed("undated", claim.source.publisher, claim.partition_key, claim.kind, claim.baseline_text,
                      repr(claim.value), claim.bound, str(claim.source.span))  # fmt: skip
    return hashed("claim", *claim_parts(claim), repr(claim.value), claim.bound, claim.known_at)


def retraction_id(retraction: Retraction) -> str:
    """The id of a retraction."""
    return hashed("retraction", retraction.retracts, retraction.source.publisher, retraction.known_at)


def increment_id(publisher: str, event: str) -> str:
    """The id of an increment: its publisher and the publisher's own unique string for the event."""
    return hashed("increment", publisher, event)


def identified(statement: _Statement) -> _Statement:
    """The statement with the id that its fields give it, and its value as the float that the wire will give back."""
    if isinstance(statement, Claim):
        exact = msgspec.structs.replace(statement, value=float(statement.value))
        return msgspec.structs.replace(exact, id=claim_id(exact))
    return msgspec.structs.replace(statement, id=retraction_id(statement))
