"""The look at the workers: how far their group is in the topics of facts, asked of the broker now and then."""

import threading
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from kafka import TopicPartition

from paysignal.command.operating.places import group_offsets
from paysignal.command.topic_records import consuming, partitions_of
from paysignal.facts.topics import FACTS, INCREMENTS
from paysignal.page.health import Work, Workers

#: A checkpoint is at most ten seconds behind the one before it: in this time something moves where workers work.
LOOK_SECONDS: Final = 15.0

_ASK_MS: Final = 5_000
_TOPICS: Final = (FACTS, INCREMENTS)

#: A look under way may wait for a broker for longer than a stop may take.
_STOP_SECONDS: Final = 1.0


class Place(NamedTuple):
    """A partition's end, and what the group has saved of it; None where it never said."""

    end: int
    saved: int | None


Places = Mapping[TopicPartition, Place]


class WorkersWatch:
    """Looks from `start` to `stop`, in a thread of its own; `workers` is what it saw last, safe from any thread."""

    def __init__(self, group: str, look: Callable[[], Places]) -> None:
        self._look = look
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watching", daemon=True)
        self.workers = Workers(group)

    def start(self) -> None:
        """Begin with a look at once."""
        self._thread.start()

    def stop(self) -> None:
        """End; a look that waits for its broker is left behind."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        before: Places = {}
        while True:
            try:
                now = self._look()
                self.workers, before = seen(self.workers.group, before, now), now
            except Exception as error:  # noqa: BLE001 - the page says what it is, and the next look may do better
                self.workers, before = Workers(self.workers.group, failure=f"{error}"), {}
            if self._stop.wait(LOOK_SECONDS):
                return


def look(broker: str, group: str) -> dict[TopicPartition, Place]:
    """Asks the broker; raises `PaySignalError`s, or kafka-python's errors, when it does not answer."""
    with consuming(broker, "paysignal-exporter-watching") as consumer:
        partitions = [each for topic in _TOPICS for each in partitions_of(consumer, topic, broker)]
        ends = consumer.end_offsets(partitions, _ASK_MS)
    saved = group_offsets(broker, group, partitions)
    return {each: Place(ends[each], saved.get(each)) for each in partitions}


def seen(group: str, before: Places, now: Places) -> Workers:
    """What two looks say: `stalled` is a group that had something to do at both, and saved nothing in between. Pure."""
    told = any(each.saved is not None for each in now.values())
    topics = tuple(Work(topic, _behind(now, topic) if told else None) for topic in _TOPICS)
    moved = any(before.get(each, Place(0, None)).saved != place.saved for each, place in now.items())
    waited = bool(before) and any(_behind(before, topic) and _behind(now, topic) for topic in _TOPICS)
    return Workers(group, topics, stalled=told and waited and not moved)


def _behind(places: Places, topic: str) -> int:
    return sum(max(at.end - (at.saved or 0), 0) for each, at in places.items() if each.topic == topic)
