"""From the bytes that are held back to facts."""

from typing import NamedTuple

import msgspec

from paysignal.engine.choice import fineness
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.wire import encode
from paysignal.history.held import Held

# Not the wire's decoder: the bytes are our own, and their ids were checked when they came in.
_CLAIM = msgspec.json.Decoder(Claim)
_RETRACTION = msgspec.json.Decoder(Retraction)


class Packed(NamedTuple):
    """A claim and the retraction that took it back, None while it stands."""

    claim: bytes
    retraction: bytes | None


def unpacked(packed: Packed) -> Held:
    """The claim as a struct."""
    retraction = None if packed.retraction is None else _RETRACTION.decode(packed.retraction)
    return Held(_CLAIM.decode(packed.claim), retraction)


def precedes(one: Claim, other: Claim) -> bool:
    """Whether of two wordings with one id this is the one to keep: by the engine's rule, or readings would differ."""
    return _wording(one) < _wording(other)


def _wording(claim: Claim) -> tuple[tuple[int, float, int, int, str], bool, bytes]:
    return fineness(claim), claim.break_ is None, encode(claim)
