"""The driver: what Faust finds under the URL scheme `paysignal`."""

import asyncio
from typing import Any, cast

import faust
from faust.transport.drivers import aiokafka as aiokafka_driver
from yarl import URL

from paysignal.agents.transport.consumer import ChunkConsumer
from paysignal.agents.transport.feed import Feed


class Transport(aiokafka_driver.Transport):
    """Faust's aiokafka transport with a consumer that hands on chunks; `feed` takes them.

    Named `paysignal://HOST:PORT` in an app, by the entry point of that name. Agents of such an app have topics that are
    declared `acks=False` with raw serializers, and find a `Chunk` as the value of each event.
    """

    Consumer = ChunkConsumer

    def __init__(
        self, url: list[URL], app: faust.App, loop: asyncio.AbstractEventLoop | None = None, feed: Feed | None = None
    ) -> None:
        super().__init__(url, app, loop)
        self._feed = feed

    def create_consumer(self, callback: Any, **kwargs: Any) -> ChunkConsumer:  # noqa: ANN401 - Faust's types
        """The consumer; Faust asks once."""
        consumer = cast("ChunkConsumer", super().create_consumer(callback, **kwargs))
        if self._feed is not None:
            consumer.feed = self._feed
        return consumer
