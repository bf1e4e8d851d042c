"""The other baseline: Faust as it comes, a hopping table in memory.

python -m paysignal.command.benching.stock_faust BROKER TOPIC FACTS SIZE_SECONDS HOP_SECONDS

Prints one JSON line.
"""

import datetime as dt
import os
import sys
import tempfile
import time
import uuid
from typing import Any, cast

import faust
import msgspec
from faust.windows import Window

from paysignal.command.benching.jobs import PARTITIONS
from paysignal.command.benching.measured import Usage, usage_of

_EXPIRES = dt.timedelta(days=3_650)  # by the clock on the wall, so that windows of past years stay at all


class _Increment(msgspec.Struct):
    id: str
    value: float
    at: dt.datetime
    publisher: str


_DECODER = msgspec.json.Decoder(_Increment)


def _app(broker: str, topic: str, facts: int, lengths: tuple[float, float], folder: str) -> faust.App:
    app = faust.App(
        f"bench-{uuid.uuid4().hex[:12]}", broker=f"kafka://{broker}", store="memory://", datadir=folder,
        web_enabled=False, topic_partitions=PARTITIONS, topic_disable_leader=True, stream_wait_empty=False,
        consumer_auto_offset_reset="earliest", table_standby_replicas=0,
    )  # fmt: skip
    source = app.topic(topic, key_serializer="raw", value_serializer="raw", partitions=PARTITIONS)
    windows = app.Table("windows", default=list, partitions=PARTITIONS).hopping(*lengths, expires=_EXPIRES)
    ranges = cast("Window", windows.table.window).ranges
    began: list[tuple[float, Usage]] = []
    got = 0

    @app.agent(source)
    async def agent(stream: Any) -> None:  # noqa: ANN401 - Faust's own type is generic over what it can not know
        nonlocal got
        async for event in stream.events():
            if not began:
                began.append((time.monotonic(), usage_of(os.getpid())))
            fact = _DECODER.decode(event.value)
            key = event.key.decode()
            for window in ranges(fact.at.timestamp()):
                place = (key, window)
                windows.table[place] = _folded(windows.table.get(place), fact.value)
            got += 1
            if got == facts:
                _tell(got, *began[0])

    return app


def _folded(held: list[float] | None, value: float) -> list[float]:
    """Count, sum, least and most of a window with one more value."""
    count, total, least, most = held or (0, 0.0, value, value)
    return [count + 1, total + value, min(least, value), max(most, value)]


def _tell(got: int, began: float, before: Usage) -> None:
    after = usage_of(os.getpid())
    told = {"facts": got, "seconds": time.monotonic() - began, "cpu_seconds": after.cpu_seconds - before.cpu_seconds,
            "rss_bytes": after.rss_bytes}  # fmt: skip
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.flush()
    os._exit(0)  # its own stop takes half a minute, and nothing here is kept


def main() -> None:
    """Runs it; called by the bench in a process of its own."""
    broker, topic, facts, size, hop = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="paysignal-bench-") as folder:
        app = _app(broker, topic, int(facts), (float(size), float(hop)), folder)
        faust.Worker(app, loglevel="error", console_port=0, redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main()
