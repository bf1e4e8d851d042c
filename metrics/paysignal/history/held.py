"""What the history gives back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from paysignal.facts.claims import Claim, Retraction


@dataclass(frozen=True, slots=True)
class Held:
    """A claim, and the retraction by which its publisher took it back, None while it stands."""

    claim: Claim
    retraction: Retraction | None = None

    @property
    def retracted(self) -> bool:
        """Whether its publisher has taken it back."""
        return self.retraction is not None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is held, and what was not taken in.

    `evicted` counts claims that went, or were refused, as too old for what can be held; `forgotten` retractions that
    waited for a claim and had to go; `malformed` records that were no facts.
    """

    claims: int = 0
    series: int = 0
    encoded_bytes: int = 0
    evicted: int = 0
    forgotten: int = 0
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class Recollection:
    """The history at one moment: `held` are the claims read from a text, in order of arrival."""

    held: tuple[Held, ...]
    counts: Counts


def told(held: Iterable[Held]) -> Iterator[Claim | Retraction]:
    """The facts as the engine takes them: every claim, and what took it back behind it."""
    for one in held:
        yield one.claim
        if one.retraction is not None:
            yield one.retraction


def standing(held: Iterable[Held]) -> Iterator[Claim]:
    """The claims that nobody took back."""
    return (one.claim for one in held if not one.retracted)
