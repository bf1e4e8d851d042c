"""The baseline: what a good engineer writes by hand, with nothing durable.

python -m paysignal.command.benching.handwritten BROKER TOPIC FACTS [PANES_A_WINDOW]

confluent-kafka, msgspec and numpy: the same fields decoded as by the worker, hourly panes of count, sum, min and max,
and the windows of every series whenever event time has passed an hour. Without PANES_A_WINDOW it decodes and does
nothing.
Prints one JSON line.
"""

import datetime as dt
import os
import sys
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from confluent_kafka import Consumer

from paysignal.command.benching.measured import usage_of

_BATCH = 10_000
_HOUR_US = 3_600_000_000
_RING = 96
_EPOCH = np.datetime64("1970-01-01T00:00:00", "us")


class _Increment(msgspec.Struct):
    id: str
    value: float
    at: dt.datetime
    publisher: str


_DECODER = msgspec.json.Decoder(list[_Increment])


@dataclass
class _Panes:
    """Rings of hourly panes, a row a series."""

    rows: dict[bytes, int] = field(default_factory=dict)
    count: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, _RING)))
    total: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, _RING)))
    least: npt.NDArray[np.float64] = field(default_factory=lambda: np.full((0, _RING), np.inf))
    most: npt.NDArray[np.float64] = field(default_factory=lambda: np.full((0, _RING), -np.inf))
    closed: int = -1

    def add(self, keys: list[bytes], values: npt.NDArray[np.float64], hours: npt.NDArray[np.int64]) -> None:
        rows = np.fromiter((self.rows.setdefault(key, len(self.rows)) for key in keys), np.int64, len(keys))
        self._grow(len(self.rows))
        slots = rows * _RING + hours % _RING
        np.add.at(self.count.reshape(-1), slots, 1.0)
        np.add.at(self.total.reshape(-1), slots, values)
        np.minimum.at(self.least.reshape(-1), slots, values)
        np.maximum.at(self.most.reshape(-1), slots, values)

    def close(self, hour: int, panes: int) -> float:
        """Computes the windows that end at each hour that passed; returns a number so that nothing is left out."""
        told = 0.0
        for end in range(max(self.closed + 1, hour - _RING + panes), hour):
            held = np.arange(end - panes + 1, end + 1) % _RING
            count, total = self.count[:, held].sum(axis=1), self.total[:, held].sum(axis=1)
            with np.errstate(invalid="ignore", divide="ignore"):
                mean = total / count
            told += float(count.sum() + np.nansum(mean))
            told += float(self.least[:, held].min(axis=1).size + self.most[:, held].max(axis=1).size)
            self.closed = end
        return told

    def _grow(self, rows: int) -> None:
        lacking = rows - len(self.count)
        if lacking > 0:
            lacking = max(lacking, len(self.count))
            self.count = np.concatenate([self.count, np.zeros((lacking, _RING))])
            self.total = np.concatenate([self.total, np.zeros((lacking, _RING))])
            self.least = np.concatenate([self.least, np.full((lacking, _RING), np.inf)])
            self.most = np.concatenate([self.most, np.full((lacking, _RING), -np.inf)])


def _consume(consumer: Any, facts: int, panes_a_window: int) -> int:  # noqa: ANN401 - confluent-kafka has no types
    panes, got = _Panes(), 0
    while got < facts:
        messages = consumer.consume(_BATCH, 1.0)
        if not messages:
            continue
        decoded = _DECODER.decode(b"[" + b",".join([message.value() for message in messages]) + b"]")
        got += len(decoded)
        if panes_a_window:
            values = np.fromiter((each.value for each in decoded), np.float64, len(decoded))
            at = np.array([each.at.replace(tzinfo=None) for each in decoded], dtype="datetime64[us]")
            hours = (at - _EPOCH).astype(np.int64) // _HOUR_US
            panes.add([message.key() for message in messages], values, hours)
            panes.close(int(hours.min()), panes_a_window)
    return got


def main() -> None:
    """Runs it; called by the bench in a process of its own."""
    broker, topic, facts, *rest = sys.argv[1:]
    consumer = Consumer(
        {
            "bootstrap.servers": broker, "group.id": f"bench-{uuid.uuid4().hex}", "auto.offset.reset": "earliest",
            "enable.auto.commit": False, "isolation.level": "read_committed", "fetch.message.max.bytes": 8 * 1_048_576,
            "queued.max.messages.kbytes": 65_536,
        }
    )  # fmt: skip
    consumer.subscribe([topic])
    while not consumer.assignment():  # joining the group is not the job
        consumer.poll(0.05)
    began, before = time.monotonic(), usage_of(os.getpid())
    got = _consume(consumer, int(facts), int(rest[0]) if rest else 0)
    seconds, after = time.monotonic() - began, usage_of(os.getpid())
    told = {"facts": got, "seconds": seconds, "cpu_seconds": after.cpu_seconds - before.cpu_seconds,
            "rss_bytes": after.rss_bytes}  # fmt: skip
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    consumer.close()


if __name__ == "__main__":
    main()
