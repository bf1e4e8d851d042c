"""What a window's length and hop cost, alone on one core: `python -m tests.bench.window_lengths`.

The same increments under one window after another: what it takes to take one in, which is the cost of a fact, and to
tell a reading of the newest window and a final of one that closed.
"""

import datetime as dt
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from paysignal.engine.chunks import Chunk
from paysignal.engine.decoding import decode_chunks
from paysignal.engine.parameters import Parameters, asked_of
from paysignal.engine.records import Record
from paysignal.engine.step import State, absorb, emit
from paysignal.facts import topics, wire
from paysignal.facts.identity import increment_id
from paysignal.facts.increments import Increment

WINDOWS = ("1h/5m", "24h/1h", "7d/1h", "30d/1d", "90d/1d", "90d/1h")
SERIES = 20
INCREMENTS = 200_000
BATCH = 2_000
START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
#: Of each series one every 12 minutes: the whole lasts 83 days.
STEP = dt.timedelta(minutes=12) / SERIES


def chunks() -> list[Chunk]:
    """The increments as a partition has them."""
    records = []
    for number in range(INCREMENTS):
        fact = Increment(
            id=increment_id("bench", str(number)), provider=f"provider-{number % SERIES}", market="IN",
            measure="transactions", value=float(number % 97), at=START + number * STEP, publisher="bench",
        )  # fmt: skip
        records.append(Record(topics.INCREMENTS, 0, number, fact.partition_key.encode(), wire.encode(fact), None))
    return [
        Chunk.of(records[at : at + BATCH], topics.INCREMENTS, 0, records[at].offset)
        for at in range(0, INCREMENTS, BATCH)
    ]


class Clock:
    """CPU seconds and how many things they were spent on."""

    def __init__(self) -> None:
        self.seconds, self.count = 0.0, 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Counts what is done within."""
        start = time.process_time()
        yield
        self.seconds += time.process_time() - start

    def __str__(self) -> str:
        return f"{self.seconds / self.count * 1e6:8.2f} us" if self.count else "       -   "


def measure(window: str, told: list[Chunk], *, finals: bool) -> tuple[Clock, Clock]:
    """What taking in, and telling, costs under one window."""
    state = State(Parameters(asked_of(window, finals=finals)))
    taking, telling = Clock(), Clock()
    for chunk in told:
        decoded = decode_chunks([chunk], 1)
        with taking.running():
            absorb(state, decoded)
        state.pass_over()
        with telling.running():
            emitted = emit(state)
        taking.count += len(chunk)
        telling.count += len(emitted.finals if finals else emitted.written)
    return taking, telling


def main() -> None:
    """Says a line for each window."""
    told = chunks()
    sys.stdout.write("window    panes   an increment taken in   a reading   a final\n")
    for window in WINDOWS:
        taking, reading = measure(window, told, finals=False)
        _, final = measure(window, told, finals=True)
        panes = asked_of(window)[0].window.panes
        sys.stdout.write(f"{window:<8} {panes:6} {taking!s:>22} {reading!s:>12} {final!s:>10}\n")


if __name__ == "__main__":
    main()
