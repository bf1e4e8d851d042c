"""Answers as bytes, made once and sent to many: zipped already, with the tag by which a browser knows that it has them.

request ── key ──> Kept ── held, and nothing changed ─────────────────> the same bytes, or 304
                    ├─ changed a moment ago ── the same bytes, and made anew behind them
                    └─ not held, or old ────── waits for one making, whoever else asks waits along
"""

import asyncio
import gzip
import hashlib
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

from aiohttp import web

#: Under one packet gzip saves nothing.
_SMALLEST_GZIP: Final = 1_400
#: It is done once for all readers: level 6 halves what level 1 leaves, in twice its time.
_GZIP_LEVEL: Final = 6

#: What was made is shown for a second at least, and for five times as long as it took: making costs a sixth of a core
#: at most, however much changes. It is never shown for longer than that if something changed and someone asked before.
_SHOWN_SECONDS: Final = 1.0
_SHOWN_COSTS: Final = 5.0

#: Ages ("5 minutes") are made with the rest; after this they are made anew though nothing changed.
_AGED_SECONDS: Final = 60.0

#: What nobody asked for in this time is not shown to the first who does: they wait for the present.
_STALE_SECONDS: Final = 10.0

#: All that is kept, of bytes unzipped and zipped.
MOST_BYTES: Final = 32 * 1_048_576

#: Tells a page that it is about to be made anew, so that a script asks once more a moment later.
BEHIND: Final = "Paysignal-Behind"


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer: its bytes, the same zipped where that saves something, their type and tag."""

    body: bytes
    zipped: bytes | None
    content_type: str
    tag: str


def rendered(body: bytes, content_type: str) -> Rendered:
    """The answer of these bytes."""
    zipped = gzip.compress(body, _GZIP_LEVEL, mtime=0) if len(body) >= _SMALLEST_GZIP else None
    return Rendered(body, zipped, content_type, hashlib.sha256(body).hexdigest()[:24])


def answered(request: web.Request, one: Rendered, *, behind: bool = False) -> web.Response:
    """The answer to a request: 304 where its sender has these bytes, zipped where it takes that."""
    headers = {"ETag": f'"{one.tag}"', "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    if behind:
        headers[BEHIND] = "1"
    if one.tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    body = one.body
    if one.zipped is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = one.zipped, "gzip"
    headers["Content-Type"] = one.content_type
    return web.Response(body=body, headers=headers)


@dataclass(slots=True)
class _Entry:
    one: Rendered
    number: object
    made_at: float
    cost: float

    def shown_until(self) -> float:
        return self.made_at + max(_SHOWN_SECONDS, _SHOWN_COSTS * self.cost)


class Kept:
    """Keeps what `executor` made, by key, up to `most_bytes`; used within one event loop.

    `seconds` is any clock that never goes back.
    """

    def __init__(
        self, executor: Executor, most_bytes: int = MOST_BYTES, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._executor = executor
        self._seconds = seconds
        self._most_bytes = most_bytes
        # In the order in which they were last asked for.
        self._held: dict[Hashable, _Entry] = {}
        self._making: dict[Hashable, asyncio.Future[_Entry]] = {}
        self._bytes = 0

    async def get(self, key: Hashable, number: object, make: Callable[[], Rendered]) -> tuple[Rendered, bool]:
        """The answer under `key`, and whether it is behind `number`, which is another one when something changed.

        `make` runs in the executor; what it raises is raised here, and nothing is kept.
        """
        now = self._seconds()
        held = self._held.get(key)
        if held is None:
            return (await self._made(key, number, make)).one, False
        self._held[key] = self._held.pop(key)
        changed = held.number != number
        age = now - held.made_at
        if not changed and age < _AGED_SECONDS:
            return held.one, False
        if now < held.shown_until():
            return held.one, changed
        making = self._made(key, number, make)
        if age < max(_STALE_SECONDS, held.shown_until() - held.made_at):
            return held.one, True
        return (await making).one, False

    def _made(self, key: Hashable, number: object, make: Callable[[], Rendered]) -> "asyncio.Future[_Entry]":
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.ensure_future(self._make(key, number, make))
            # Nobody may wait for it: then what it raises is told to whoever asks next.
            making.add_done_callback(lambda done: done.cancelled() or done.exception())
        # One reader who goes away does not take it from the others.
        return asyncio.ensure_future(asyncio.shield(making))

    async def _make(self, key: Hashable, number: object, make: Callable[[], Rendered]) -> _Entry:
        started = self._seconds()
        try:
            one = await asyncio.get_running_loop().run_in_executor(self._executor, make)
        finally:
            del self._making[key]
        made_at = self._seconds()
        entry = _Entry(one, number, made_at, made_at - started)
        self._hold(key, entry)
        return entry

    def _hold(self, key: Hashable, entry: _Entry) -> None:
        self._drop(key)
        self._held[key] = entry
        self._bytes += _size(entry)
        while self._bytes > self._most_bytes and len(self._held) > 1:
            self._drop(next(iter(self._held)))

    def _drop(self, key: Hashable) -> None:
        entry = self._held.pop(key, None)
        if entry is not None:
            self._bytes -= _size(entry)


def _size(entry: _Entry) -> int:
    return len(entry.one.body) + len(entry.one.zipped or b"")
