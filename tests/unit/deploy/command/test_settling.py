"""Whether a process has read what was sent."""

import json

import pytest

from paysignal.command.settling import Place, remaining, unexamined
from paysignal.local.probe import Answer

FACTS, READINGS = "paysignal.facts.v1", "paysignal.readings.v1"


def answer(positions: dict[str, dict[str, int]], *, restoring: bool = False, status: int = 200) -> Answer:
    """What a process tells at /status."""
    return Answer(status, json.dumps({"positions": positions, "restoring": restoring}).encode())


@pytest.mark.parametrize(
    ("positions", "left"),
    [
        ({FACTS: {"0": 5, "1": 3}}, 0),
        ({FACTS: {"0": 9, "1": 9}}, 0),  # more has come since
        ({FACTS: {"0": 4, "1": 1}}, 3),
        ({FACTS: {"0": 9, "1": 0}}, 3),  # what is ahead in one partition does not make up for another
        ({FACTS: {"0": 5}}, 3),  # not assigned yet
        ({}, 8),
        ({READINGS: {"0": 5, "1": 3}}, 8),
    ],
)
def test_what_remains_is_counted_by_partition(positions: dict[str, dict[str, int]], left: int) -> None:
    """Every partition has to be read to the end that it had."""
    ends: dict[Place, int] = {(FACTS, 0): 5, (FACTS, 1): 3}

    assert left == remaining(answer(positions), ends)


def test_an_empty_partition_is_read_at_once() -> None:
    """Also where a process tells no position for it."""
    assert 0 == remaining(answer({}), {(FACTS, 0): 0})


@pytest.mark.parametrize(
    "told", [Answer(0, b"refused"), answer({FACTS: {"0": 5}}, status=503), answer({FACTS: {"0": 5}}, restoring=True)]
)
def test_a_process_that_does_not_say_has_not_read(told: Answer) -> None:
    """Starting, unwell or rebuilding: nothing is known yet."""
    assert remaining(told, {(FACTS, 0): 5}) is None


def test_what_is_to_be_examined_is_what_was_there_when_it_was_asked_first() -> None:
    """On a topic that others write to there is always more, and nobody waits for that."""
    first = Answer(200, b'{"positions":{},"restoring":false,"changes":9,"examined":4}')
    later = Answer(200, b'{"positions":{},"restoring":false,"changes":30,"examined":9}')

    assert (9, 5) == unexamined(first, None)
    assert (9, 0) == unexamined(later, 9)
    assert (0, 0) == unexamined(answer({}), None)
    assert unexamined(Answer(0, b"refused"), 9) is None
