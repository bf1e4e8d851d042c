"""Latency: from a fact handed to the producer to its reading in a subscriber's hands."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
import numpy as np
from confluent_kafka import Consumer, Producer

from paysignal.command.benching.facts import facts_of
from paysignal.command.benching.feeding import paced
from paysignal.command.benching.jobs import Job
from paysignal.command.benching.measured import Latency
from paysignal.command.benching.worker_process import WorkerProcess
from paysignal.facts import topics

#: Facts a second, and for how long; the first seconds warm caches and connections up and are left out.
RATE: Final = 500.0
SECONDS: Final = 20.0
_WARM_SECONDS: Final = 4.0
_LAST_SECONDS: Final = 3.0

#: How often the subscriber looks whether it is to end.
_LOOK_SECONDS: Final = 0.05


class _Told(msgspec.Struct):
    """Of a reading only how many facts of its series are in it."""

    version: int


_READING = msgspec.json.Decoder(_Told)


def measure_latency(broker: str, job: Job, worker: WorkerProcess) -> Latency:
    """Sends at `RATE` for `SECONDS` while a subscriber notes when each fact is in a reading.

    The version of a reading counts the facts of its series, so that the n-th fact of a series is out with the first
    reading whose version is n or more.
    """
    seen = _Subscriber(broker)
    seen.start()
    sent: defaultdict[str, list[float]] = defaultdict(list)
    producer: Any = Producer({"bootstrap.servers": broker, "linger.ms": 0, "partitioner": "murmur2_random"})

    def send(key: bytes, value: bytes) -> None:
        sent[key.decode()].append(time.monotonic())
        producer.produce(topics.INCREMENTS, value, key)
        producer.poll(0)

    before, began = worker.usage, time.monotonic()
    count = paced(_endless(job), RATE, SECONDS, send)
    producer.flush(_LAST_SECONDS)
    after, ended = worker.usage, time.monotonic()
    time.sleep(_LAST_SECONDS)
    seen.stop()
    delays = np.sort(list(_delays(sent, seen.arrivals, began + _WARM_SECONDS))) * 1_000
    return Latency(
        job.name, "paysignal", count, float(np.quantile(delays, 0.5)), float(np.quantile(delays, 0.99)),
        (after.cpu_seconds - before.cpu_seconds) / (ended - began), after.rss_bytes,
    )  # fmt: skip


def _endless(job: Job) -> Iterator[tuple[bytes, bytes]]:
    return facts_of(job, round(2 * RATE * SECONDS))


def _delays(
    sent: defaultdict[str, list[float]], arrivals: Sequence[tuple[str, int, float]], since: float
) -> Iterator[float]:
    """Seconds of each fact that was sent after `since`; a fact that never came counts as endless."""
    reached: defaultdict[str, int] = defaultdict(int)
    for series, version, at in arrivals:
        times = sent[series]
        while reached[series] < min(version, len(times)):
            if times[reached[series]] >= since:
                yield at - times[reached[series]]
            reached[series] += 1
    yield from (np.inf for series, times in sent.items() for at in times[reached[series] :] if at >= since)


class _Subscriber(threading.Thread):
    """Reads the readings as any subscriber does; `arrivals` are the fact's key, the version and when it came."""

    def __init__(self, broker: str) -> None:
        super().__init__(name="subscriber", daemon=True)
        self.arrivals: list[tuple[str, int, float]] = []
        self._ended = threading.Event()
        self._consumer: Any = Consumer(
            {"bootstrap.servers": broker, "group.id": f"bench-{time.monotonic_ns()}", "auto.offset.reset": "latest",
             "fetch.wait.max.ms": 10, "enable.auto.commit": False, "isolation.level": "read_committed"}
        )  # fmt: skip
        self._consumer.subscribe([topics.READINGS])
        while not self._consumer.assignment():
            self._consumer.poll(0.05)

    def run(self) -> None:
        """Until stopped."""
        while not self._ended.is_set():
            first = self._consumer.poll(_LOOK_SECONDS)
            # With what is there besides, at once: waiting for a thousand made each reading 2.5 ms late on average.
            for message in [] if first is None else [first, *self._consumer.consume(1_000, 0)]:
                now, value = time.monotonic(), message.value()
                if value is not None:
                    key = message.key().decode().split("|")
                    fact = "|".join((*key[:4], *key[5:7]))  # the series' key without its grain is the fact's
                    self.arrivals.append((fact, _READING.decode(value).version, now))
        self._consumer.close()

    def stop(self) -> None:
        """Ends it."""
        self._ended.set()
        self.join()
