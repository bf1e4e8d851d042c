"""A crowd of readers: so many at once, each with its own connection, asking as a browser does; and what it cost them.

`python -m tests.tools.crowd ADDRESS READERS SECONDS PATH...` prints one line of JSON, `Told`: in a process of its own,
so that it waits for no interpreter but its own.
"""

import asyncio
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence

import aiohttp
import msgspec

#: How long a reader looks at what it got: a page that is live asks at most this often.
PAUSE_SECONDS = 1.0

#: One in so many also listens to /events all the while.
_LISTENERS = 4


class Told(msgspec.Struct, frozen=True):
    """How many answers of which status came, errors by name, and how long they took in milliseconds."""

    answers: dict[str, int]
    errors: dict[str, int]
    p50_ms: float
    p99_ms: float
    most_ms: float
    events: int
    p99_ms_of: dict[str, float]


class Crowd:
    """Asks `paths` of `address` in turn, from `readers` readers, for `seconds`."""

    def __init__(self, address: str, readers: int, seconds: float, paths: Sequence[str]) -> None:
        self._address = address
        self._readers = readers
        self._seconds = seconds
        self._paths = paths
        self._answers: Counter[str] = Counter()
        self._errors: Counter[str] = Counter()
        self._took: dict[str, list[float]] = {}
        self._events = 0

    async def look(self) -> Told:
        """All of them, until their time is over."""
        self._until = time.monotonic() + self._seconds
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(self._address, connector=connector) as session:
            await asyncio.gather(*(self._reader(session, number) for number in range(self._readers)))
        took = [each for those in self._took.values() for each in those]
        p50, p99, most = (_within(share, took) for share in (0.5, 0.99, 1.0))
        of = {path.partition("?")[0]: _within(0.99, those) for path, those in self._took.items()}
        return Told(dict(self._answers), dict(self._errors), p50, p99, most, self._events, of)

    async def _reader(self, session: aiohttp.ClientSession, number: int) -> None:
        listening = asyncio.create_task(self._listen(session)) if number % _LISTENERS == 0 else None
        # They did not all come in the same moment.
        await asyncio.sleep(random.Random(number).random() * PAUSE_SECONDS)
        tags: dict[str, str] = {}
        while time.monotonic() < self._until:
            await self._ask(session, self._paths[number % len(self._paths)], tags)
            number += 1
            await asyncio.sleep(PAUSE_SECONDS)
        if listening is not None:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _ask(self, session: aiohttp.ClientSession, path: str, tags: dict[str, str]) -> None:
        headers = {"If-None-Match": tags[path]} if path in tags else {}
        started = time.monotonic()
        try:
            async with session.get(path, headers=headers) as answer:
                await answer.read()
        except aiohttp.ClientError as error:
            self._errors[type(error).__name__] += 1
            return
        self._took.setdefault(path, []).append(time.monotonic() - started)
        self._answers[str(answer.status)] += 1
        tags[path] = answer.headers.get("ETag", "")

    async def _listen(self, session: aiohttp.ClientSession) -> None:
        async with session.get("/events", timeout=aiohttp.ClientTimeout(total=None)) as answer:
            if answer.status != 200:
                self._errors[f"events {answer.status}"] += 1
                return
            async for line in answer.content:
                self._events += line.startswith(b"event:")


def _within(share: float, seconds: Sequence[float]) -> float:
    """The milliseconds within which so great a share of them is."""
    return round(sorted(seconds)[math.ceil(share * len(seconds)) - 1] * 1_000, 1)


def main(address: str, readers: str, seconds: str, *paths: str) -> None:
    """Prints what was told."""
    told = asyncio.run(Crowd(address, int(readers), float(seconds), paths).look())
    sys.stdout.write(msgspec.json.encode(told).decode() + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
