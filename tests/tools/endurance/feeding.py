"""Facts made by number for as long as they are asked for: some twice, some out of order, some late, some no facts."""

import datetime as dt
import heapq
import random
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import Producer

from paysignal.facts import topics, wire
from paysignal.facts.identity import increment_id
from paysignal.sending.outbox import record_of
from tests.tools import examples
from tests.tools.system import sample_claims, shuffled

#: Event time runs so much faster than the clock: in 80 s five hours, in half an hour five days of windows close.
SPEED = 240

#: Of a hundred thousand: sent again; within the lateness behind the others; behind every ring; no fact at all.
_AGAIN, _BEHIND, _LATE, _POISON = 2_000, 20_000, 100, 20
_OF = 100_000

_BEHIND_SECONDS = 1_500
_LATE_SECONDS = 6 * 3_600
#: A copy comes up to so many seconds later by the clock: some of them when their window has been told.
_AGAIN_SECONDS = 12.0

_SLICE_SECONDS = 0.05
_CLAIM_COPIES = 3

_SHAPE = re.compile(rb'(.*"id":")[0-9a-f]{32}(".*"value":)[^,]*(,"at":")[^"]*(".*)')


@dataclass
class Feed:
    """A stream of increments in Kafka's bytes: `series` of them, `rate` a second, event time from `begin` on.

    What it sent is counted: `distinct` facts, copies (`again`), and what is none (`poison`). The same arguments make
    the same stream.
    """

    seed: int
    rate: int
    begin: dt.datetime
    series: int = 96
    distinct: int = 0
    again: int = 0
    poison: int = 0
    _due: list[tuple[int, int, bytes, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        samples = [
            examples.increment(provider=f"soak-{number % 12}", segment=f"part-{number // 12}")
            for number in range(self.series)
        ]
        self._parts = []
        for sample in samples:
            found = _SHAPE.fullmatch(wire.encode(sample))
            assert found, sample
            self._parts.append((sample.partition_key.encode(), *found.groups()))

    def records(self) -> Iterator[tuple[bytes, bytes]]:
        """Keys and values, in the order they are sent, without end."""
        for number in range(10**12):
            while self._due and self._due[0][0] <= number:
                _, _, key, value = heapq.heappop(self._due)
                self.again += 1
                yield key, value
            yield self._made(number)

    def _made(self, number: int) -> tuple[bytes, bytes]:
        chance = self._random.randrange(_OF)
        key, head, middle, before, after = self._parts[self._random.randrange(self.series)]
        if chance < _POISON:
            self.poison += 1
            return key, b"no fact, number %d" % number
        seconds = number / self.rate * SPEED
        if chance >= _OF - _LATE:
            seconds -= _LATE_SECONDS
        elif chance >= _OF - _LATE - _BEHIND:
            seconds -= self._random.random() * _BEHIND_SECONDS
        at = (self.begin + dt.timedelta(seconds=round(seconds, 3))).isoformat().replace("+00:00", "Z").encode()
        identity = increment_id("soak", f"{self.seed}-{number}").encode()
        value = b"%d.25" % self._random.randrange(1_000_000)
        made = b"".join((head, identity, middle, value, before, at, after))
        self.distinct += 1
        if _POISON <= chance < _POISON + _AGAIN:
            later = number + int(self._random.random() * _AGAIN_SECONDS * self.rate)
            heapq.heappush(self._due, (later, number, key, made))
        return key, made


class Feeding:
    """A thread that sends a feed at its rate for some seconds, and the claims that ship beside it, each three times."""

    def __init__(self, address: str, feed: Feed, seconds: float) -> None:
        self.feed = feed
        self.sent = 0
        self.took = 0.0
        self._seconds = seconds
        self._error: BaseException | None = None
        self._producer: Any = Producer(
            {
                "bootstrap.servers": address, "compression.type": "lz4", "linger.ms": 20, "acks": "all",
                "partitioner": "murmur2_random", "enable.idempotence": True, "delivery.timeout.ms": 600_000,
                "queue.buffering.max.messages": 2_000_000, "queue.buffering.max.kbytes": 1_000_000,
                "socket.timeout.ms": 10_000, "reconnect.backoff.max.ms": 500, "log_level": 0,
            }
        )  # fmt: skip
        self._thread = threading.Thread(target=self._run, name="feeding", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait until all is sent and acknowledged; raises what went wrong."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        left = self._producer.flush(300)
        assert left == 0, f"{left} records were not acknowledged"

    def _run(self) -> None:
        try:
            self._send()
        except BaseException as error:  # noqa: BLE001 - raised again where it is joined
            self._error = error

    def _send(self) -> None:
        records, claims = self.feed.records(), self._claims()
        slices = int(self._seconds / _SLICE_SECONDS)
        began, size = time.monotonic(), int(self.feed.rate * _SLICE_SECONDS)
        for number in range(slices):
            for _ in range(size):
                key, value = next(records)
                self._produce(topics.INCREMENTS, key, value)
            self.sent += size
            for key, value in claims[number::slices]:
                self._produce(topics.FACTS, key, value)
            time.sleep(max(began + (number + 1) * _SLICE_SECONDS - time.monotonic(), 0))
        self.took = time.monotonic() - began

    def _claims(self) -> Sequence[tuple[bytes, bytes]]:
        made = [record_of(claim) for claim in shuffled(sample_claims() * _CLAIM_COPIES, self.feed.seed)]
        return [(record.key or b"", record.value or b"") for record in made]

    def _produce(self, topic: str, key: bytes, value: bytes) -> None:
        while True:
            try:
                self._producer.produce(topic, value, key)
            except BufferError:
                self._producer.poll(0.1)
            else:
                self._producer.poll(0)
                return
