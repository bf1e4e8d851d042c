"""The plan: what is done to the system and when, from a seed."""

import random
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle

#: Seconds between two faults of the long run: a session has ended and what was lost is read again within it.
USUAL_PAUSE = 45.0

#: Before the first fault, and behind the last.
_CALM_SECONDS = 10.0


_SHORTEST_OUTAGE, _SHORT_OUTAGE, _LONGEST_OUTAGE = 2.0, 4.0, 10.0


class Kind(StrEnum):
    """What is done."""

    KILL = "kill -9 of a worker, another starts"
    DIE = "a worker kills itself in a checkpoint, another starts"
    FREEZE = "a worker is stopped past its session"
    NAP = "a worker is stopped within its session"
    OUTAGE = "kill -9 of the broker"
    LEAVE = "SIGTERM of a worker, another starts"


@dataclass(frozen=True, slots=True)
class Fault:
    """One of them, so many seconds after the start; of an outage `seconds` is how long the broker is away."""

    at: float
    kind: Kind
    seconds: float


def planned(seed: int, seconds: float, pause: float = USUAL_PAUSE) -> list[Fault]:
    """The faults of a run that lasts so long: every kind in turn, in an order and at moments of the seed's own.

    As many as fit with `pause` seconds from one to the next, each kind once at least.
    """
    chance = random.Random(seed)
    kinds = list(Kind)
    chance.shuffle(kinds)
    room = seconds - 2 * _CALM_SECONDS
    count = max(len(kinds), int(room / pause))
    longest = _LONGEST_OUTAGE if room / count >= USUAL_PAUSE else _SHORT_OUTAGE
    return [
        Fault(
            _CALM_SECONDS + (number + 0.5 * chance.random()) * room / count,
            kind,
            round(chance.uniform(_SHORTEST_OUTAGE, longest), 1),
        )
        for number, kind in zip(range(count), cycle(kinds), strict=False)
    ]
