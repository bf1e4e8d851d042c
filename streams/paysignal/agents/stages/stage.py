"""The stage: source topics, a state, and what becomes of their records. Steps are pure; the shell does all I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from paysignal.agents.advance import Advanced
from paysignal.agents.lanes import Lane
from paysignal.agents.outgoing import Outgoing
from paysignal.agents.stages.state import LaneState
from paysignal.engine.chunks import Chunk


class Stage(Protocol):
    """One of a worker's stages. No two read the same topic, and each topic's partitions are lanes of their own.

    A lane's checkpoints, its transactional id and its take-over are those of every lane, whatever the stage.
    """

    @property
    def name(self) -> str:
        """One word, for metrics and pacing."""

    @property
    def topics(self) -> tuple[str, ...]:
        """What it reads."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """What it writes; the worker looks before it starts whether all of them stand."""

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """By topic the identity of what its state depends on beside the records; state of another one is refused."""

    @property
    def transactional(self) -> bool:
        """Whether what it sends is written in the transaction of the checkpoint whose state made it.

        Then it is there exactly once over every crash, and some of it a second later; for outputs that are few. Where
        there are no checkpoints they go out plainly.
        """

    def new(self) -> LaneState:
        """The state of a lane that starts from its first record."""

    def restored(self, blocks: Mapping[str, bytes]) -> LaneState:
        """The state that wrote these blocks; raises `StaleBlock` where one is of another form or other parameters."""

    def advance(self, lane: Lane, chunks: Sequence[Chunk], partitions: int, refused: frozenset[int]) -> Advanced:
        """Absorbs chunks in the lane's state, and moves `lane.absorbed`, `lane.unsaved_bytes` and `lane.last`.

        `partitions` is the count of the lane's topic. `refused` are offsets of records that our own code failed on:
        they are rejected unread. What is to be sent of the records themselves comes back, also while the lane catches
        up.
        """

    def changed(self, lane: Lane) -> list[Outgoing]:
        """What the chunks absorbed since the last call changed, of a lane that is live."""

    def caught_up(self, lane: Lane) -> list[Outgoing]:
        """What a lane that has caught up publishes before it goes live.

        Everything where `lane.unpublished`, otherwise what the chunks absorbed have changed; and in both cases the keys
        withdrawn that a former owner may have published and that are no more.
        """

    def stirred(self, lane: Lane) -> list[Outgoing] | None:
        """What settings that changed make of a live lane's state, without a record; None where they change nothing.

        Asked now and then. What it changes is saved although the lane's position has not moved.
        """


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of one worker, by the topics they read."""

    each: tuple[Stage, ...]
    _by_topic: dict[str, Stage] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_topic = {topic: stage for stage in self.each for topic in stage.topics}
        if len(by_topic) < sum(len(stage.topics) for stage in self.each):
            msg = f"two stages read one topic: {[(stage.name, stage.topics) for stage in self.each]}"
            raise ValueError(msg)
        object.__setattr__(self, "_by_topic", by_topic)

    def __iter__(self) -> Iterator[Stage]:
        return iter(self.each)

    def of(self, topic: str) -> Stage:
        """The stage that reads the topic."""
        return self._by_topic[topic]

    @property
    def topics(self) -> tuple[str, ...]:
        """All that is read."""
        return tuple(self._by_topic)

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """By topic, of all stages."""
        return {topic: stage.fingerprints[topic] for topic, stage in self._by_topic.items()}
