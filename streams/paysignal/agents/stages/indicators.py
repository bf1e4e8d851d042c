"""The stage of the indicators: facts and increments into readings and finals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from paysignal.agents.advance import Advanced, advance, caught_up_readings, changed_readings
from paysignal.agents.lanes import Lane
from paysignal.agents.outgoing import Outgoing
from paysignal.engine.blocks import Block
from paysignal.engine.chunks import Chunk
from paysignal.engine.money.rates import NO_RATES, RateTable
from paysignal.engine.parameters import DEFAULTS, Parameters
from paysignal.engine.step import State
from paysignal.facts.topics import FACTS, FINALS, INCREMENTS, LATE, READINGS, REJECTED

#: What the state of claims is of; their blocks carry the version of their own form.
_CLAIMS: Final = "claims"


@dataclass(frozen=True, slots=True)
class Indicators:
    """The engine's step, of these parameters; `rates` tell money in other currencies."""

    parameters: Parameters = DEFAULTS
    rates: RateTable = NO_RATES
    name: str = "indicators"
    topics: tuple[str, ...] = (FACTS, INCREMENTS)
    outputs: tuple[str, ...] = (READINGS, FINALS, LATE, REJECTED)
    transactional: bool = False

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Of increments that of the parameters; claims are kept as they were told, whatever is computed of them."""
        return {FACTS: _CLAIMS, INCREMENTS: self.parameters.fingerprint.hex()}

    def new(self) -> State:
        """An empty state."""
        return State(self.parameters)

    def restored(self, blocks: Mapping[str, bytes]) -> State:
        """The state that wrote them."""
        return State.restored((Block(key, value) for key, value in blocks.items()), self.parameters)

    def advance(self, lane: Lane, chunks: Sequence[Chunk], partitions: int, refused: frozenset[int]) -> Advanced:
        """Facts into books and panes."""
        return advance(lane, chunks, partitions, self.rates, refused)

    def changed(self, lane: Lane) -> list[Outgoing]:
        """Readings and finals."""
        return changed_readings(lane, self.rates)

    def caught_up(self, lane: Lane) -> list[Outgoing]:
        """The same, and keys that must be gone."""
        return caught_up_readings(lane, self.rates)

    def stirred(self, lane: Lane) -> list[Outgoing] | None:
        """Never: its settings are those that it started with."""
