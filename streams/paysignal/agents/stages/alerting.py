"""The stage of the alerts: readings into what a rule says of them, exactly once over every crash."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from paysignal.agents.advance import Advanced, passed
from paysignal.agents.lanes import Lane
from paysignal.agents.outgoing import Outgoing
from paysignal.engine.alerting.rules import Rules
from paysignal.engine.alerting.step import step
from paysignal.engine.alerting.watching import State
from paysignal.engine.chunks import Chunk
from paysignal.facts import wire
from paysignal.facts.alerts import Alert
from paysignal.facts.topics import ALERTS, READINGS, REJECTED

_ALERT: Final = ((wire.SCHEMA_HEADER, wire.SCHEMAS[Alert].encode()),)


@dataclass(frozen=True, slots=True)
class Alerting:
    """Alerting's step; `rules` gives those of the thresholds file as of now.

    A changed file takes effect on what is watched at once, also where no record comes. It is not part of the
    fingerprint: the state says which rules it was judged by, and other ones judge it anew.
    """

    rules: Callable[[], Rules]
    name: str = "alerting"
    topics: tuple[str, ...] = (READINGS,)
    outputs: tuple[str, ...] = (ALERTS, REJECTED)
    transactional: bool = True

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Blocks carry the version of their own form."""
        return {READINGS: "alerting"}

    def new(self) -> State:
        """An empty state."""
        return State()

    def restored(self, blocks: Mapping[str, bytes]) -> State:
        """The state that wrote them."""
        return State.restored(blocks)

    def advance(self, lane: Lane, chunks: Sequence[Chunk], partitions: int, refused: frozenset[int]) -> Advanced:
        """Readings in their order, and the alerts that they make: nothing of them waits for `changed`."""
        del partitions  # readings are routed by our own hash; whose they are their keys say
        left = [chunk.without(refused) for chunk in chunks] if refused else chunks
        stepped = step((one for chunk in left for one in chunk.records()), cast("State", lane.state), self.rules())
        advanced = passed(lane, chunks, stepped.outcomes, refused)
        advanced.outgoing.extend(_of_alert(alert) for alert in stepped.alerts)
        return advanced

    def changed(self, lane: Lane) -> list[Outgoing]:
        """Nothing: alerts went out with their readings."""
        del lane
        return []

    def caught_up(self, lane: Lane) -> list[Outgoing]:
        """Nothing, as above."""
        del lane
        return []

    def stirred(self, lane: Lane) -> list[Outgoing] | None:
        """The alerts of rules that are new to the keys watched."""
        state, rules = cast("State", lane.state), self.rules()
        if not state.held or state.own.rules == rules.fingerprint:
            return None
        return [_of_alert(alert) for alert in step((), state, rules).alerts]


def _of_alert(alert: Alert) -> Outgoing:
    return Outgoing(ALERTS, alert.key.encode(), wire.encode(alert), _ALERT)
