"""Faust as it is installed, with its own tables in memory, and no broker: to show what is wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from weakref import ref

import faust
from faust.events import Event
from faust.streams import _current_event
from faust.types import TP
from faust.types.tuples import Message

TOPIC = "payments"


class Stock:
    """A Faust app that never starts; what its tables would send to their changelog waits in its own buffer."""

    def __init__(self, folder: Path) -> None:
        self.app = faust.App(
            "stock", broker="kafka://127.0.0.1:9", store="memory://", datadir=folder, web_enabled=False
        )

    def close(self) -> None:
        """Closes the loop that Faust makes for its consumer's thread, where a test made it make one."""
        consumer = cast("Any", self.app)._consumer
        if consumer is not None:
            consumer._thread.thread_loop.close()

    def table(self, name: str, **options: Any) -> Any:  # noqa: ANN401 - Faust's tables are typed as anything
        """A table of floats that may be written from the topic: how many partitions both have is not looked up."""
        made = cast("Any", self.app.Table(name, default=float, **options))
        made._verified_source_topics_for_partitions.add(TOPIC)
        return made

    def event(self, key: object, value: object, at: float, *, partition: int = 0, raw: bytes | None = b"1") -> Event:
        """An event of the topic, or of a table's changelog; a tombstone has no `raw`."""
        message = Message(
            topic=TOPIC, partition=partition, offset=0, timestamp=at, timestamp_type=0, headers={}, key=b"", value=raw,
            checksum=None, tp=TP(TOPIC, partition), generation_id=0,
        )  # fmt: skip
        return Event(self.app, key, value, {}, message)

    @contextmanager
    def agent(self, at: float, partition: int = 0) -> Iterator[None]:
        """As inside an agent that was handed an event of this time: how a stream tells its tables."""
        event = self.event("key", 1.0, at, partition=partition)
        token = _current_event.set(ref(event))
        try:
            yield
        finally:
            _current_event.reset(token)
