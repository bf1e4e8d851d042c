"""The topics: names, how they are kept, and why. One declaration for producers, agents, metrics and deployment."""

from collections.abc import Mapping
from dataclasses import dataclass

FACTS = "paysignal.facts.v1"
INCREMENTS = "paysignal.increments.v1"
READINGS = "paysignal.readings.v1"
FINALS = "paysignal.finals.v1"
ALERTS = "paysignal.alerts.v1"
LATE = "paysignal.late.v1"
REJECTED = "paysignal.rejected.v1"
STATE = "paysignal.state.v1"
CROSS = "paysignal.cross.v1"

DEFAULT_PARTITIONS = 8
LARGEST_RECORD = 1_048_576

_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000

#: The longest ring (90 days) and a week's lateness: an increment older than that changes no window.
_INCREMENTS_KEPT_MS = 97 * _DAY_MS

#: Compacted topics are restored from, so their dirty part stays small: segments roll, and are compacted, hourly.
_COMPACTED = {
    "cleanup.policy": "compact",
    "segment.ms": str(_HOUR_MS),
    "max.compaction.lag.ms": str(6 * _HOUR_MS),
    "min.cleanable.dirty.ratio": "0.1",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic; `settings` are Kafka topic settings by name, `purpose` a line for people."""

    name: str
    purpose: str
    settings: Mapping[str, str]


def _topic(name: str, purpose: str, settings: Mapping[str, str]) -> Topic:
    return Topic(name, purpose, {"max.message.bytes": str(LARGEST_RECORD), **settings})


def _kept(milliseconds: int) -> Mapping[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": str(milliseconds)}


TOPICS: tuple[Topic, ...] = (
    _topic(FACTS, "claims and retractions: the history of record", _kept(-1)),
    _topic(INCREMENTS, "single occurrences to be added, and ticks", _kept(_INCREMENTS_KEPT_MS)),
    _topic(READINGS, "the latest reading of each key", _COMPACTED),
    _topic(FINALS, "one reading a closed window", _kept(365 * _DAY_MS)),
    _topic(ALERTS, "the state of each rule and series", _COMPACTED),
    _topic(LATE, "increments that came too late, and for which windows", _kept(30 * _DAY_MS)),
    _topic(REJECTED, "what was refused, with the reason", _kept(30 * _DAY_MS)),
    _topic(STATE, "the worker's checkpoints", _COMPACTED),
    _topic(CROSS, "readings re-keyed for cross-sections", _COMPACTED),
)
