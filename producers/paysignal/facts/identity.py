"""Ids: what makes two statements the same statement."""

from copy import copy
from hashlib import blake2b
from typing import TypeVar

import msgspec

from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.errors import Refused
from paysignal.facts.slugs import checked_slug

#: 128 bits: two of 10 ** 12 facts share an id with a probability of 10 ** -15.
ID_BYTES = 16

#: Joins hashed parts; the unit separator stands in no slug, code, moment or number.
_UNIT_SEPARATOR = "\x1f"

_Statement = TypeVar("_Statement", Claim, Retraction)


def hashed(*parts: str) -> str:
    """BLAKE2b-128 of the parts, in hex. Any text has one: a lone surrogate is hashed as the three bytes it would be."""
    return blake2b(_UNIT_SEPARATOR.join(parts).encode(errors="surrogatepass"), digest_size=ID_BYTES).hexdigest()


def claim_parts(claim: Claim) -> tuple[str, ...]:
    """The identity of the claim: publisher, series, kind, period, baseline. Its revisions share it."""
    period = claim.dated
    return (claim.source.publisher, claim.series_key, claim.kind, period.text, claim.baseline_text)


def claim_id(claim: Claim) -> str:
    """The id of this wording of the claim: its identity with value, bound and known time.

    A claim without dates, which is never sent, is identified by what it has, with the place it was read from.
    """
    value = repr(float(claim.value) + 0.0)  # as the wire gives it back; and -0.0 is 0.0
    if claim.period is None or claim.known_at is None:
        return hashed("undated", claim.source.publisher, claim.partition_key, claim.kind,
                      claim.period.text if claim.period else "", claim.baseline_text, value, claim.bound,
                      claim.known_at or "", claim.source.sha256 or "", str(claim.source.span))  # fmt: skip
    return hashed("claim", *claim_parts(claim), value, claim.bound, claim.known_at)


def retraction_id(retraction: Retraction) -> str:
    """The id of a retraction."""
    return hashed("retraction", retraction.retracts, retraction.source.publisher, retraction.known_at)


def increment_id(publisher: str, event: str) -> str:
    """The id of an increment: its publisher and the publisher's own unique string for the event.

    Raises `Refused` when the publisher is no slug or the event has no text: all such increments would be duplicates.
    """
    checked_slug("publisher", publisher)
    if not event:
        raise Refused("event", event, "the publisher's own name for one event, unique among its events", "give one")
    return hashed("increment", publisher, event)


def identified(statement: _Statement) -> _Statement:
    """The statement with the id that its fields give it, and its numbers as the floats that the wire will give back."""
    if isinstance(statement, Claim):
        same = copy(statement)  # not `replace`, which checks once more what was checked when it was made
        floats = {"value": float(statement.value) + 0.0, "step": statement.step, "confidence": statement.confidence}
        for name, number in floats.items():
            msgspec.structs.force_setattr(same, name, None if number is None else float(number))
        msgspec.structs.force_setattr(same, "id", claim_id(statement))
        return same
    return msgspec.structs.replace(statement, id=retraction_id(statement))
