"""The look at the workers: what their group saved beside where topics end, and when nothing moves."""

import threading

from kafka import TopicPartition

from paysignal.command.workers_watch import Place, WorkersWatch, seen
from paysignal.facts.topics import FACTS, INCREMENTS
from paysignal.page.health import Work
from tests.tools.waiting import eventually

_A, _B = TopicPartition(FACTS, 0), TopicPartition(INCREMENTS, 1)


def test_what_waits_is_told_by_topic() -> None:
    """A partition of which nothing was saved waits whole, once the group has saved anything."""
    found = seen("some", {}, {_A: Place(10, 4), _B: Place(5, None), TopicPartition(FACTS, 1): Place(2, 3)})

    assert ("some", (Work(FACTS, 6), Work(INCREMENTS, 5)), 11) == (found.group, found.topics, found.behind)


def test_a_group_that_never_saved_anything_is_not_known() -> None:
    """As on a broker without transactions, where workers have no checkpoints."""
    found = seen("some", {_A: Place(10, None)}, {_A: Place(12, None)})

    assert ((Work(FACTS, None), Work(INCREMENTS, None)), False) == (found.topics, found.stalled)


def test_a_group_stands_still_that_had_something_to_do_and_saved_nothing() -> None:
    """Not at the first look, not when it was through in between, not while any partition moves."""
    waits, went_on, done = {_A: Place(10, 4), _B: Place(0, None)}, {_A: Place(10, 5)}, {_A: Place(4, 4)}

    assert seen("some", waits, waits).stalled
    assert seen("some", waits, {_A: Place(20, 4)}).stalled
    assert not seen("some", {}, waits).stalled
    assert not seen("some", waits, went_on).stalled
    assert not seen("some", done, waits).stalled


def test_a_broker_that_does_not_answer_is_told_and_asked_again() -> None:
    """The thread lives; the failure is what the page shows until the next look."""
    asked = threading.Event()

    def look() -> dict[TopicPartition, Place]:
        asked.set()
        raise ConnectionError("away")

    watch = WorkersWatch("some", look)
    watch.start()
    eventually(lambda: watch.workers.failure, "the failure to be told", seconds=5)
    watch.stop()

    assert asked.is_set()
    assert ("some", "away", ()) == (watch.workers.group, watch.workers.failure, watch.workers.topics)
