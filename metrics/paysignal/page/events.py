"""Live: tells browsers that there is something new, by server-sent events. What is new they fetch themselves.

GET /events → `event: change`, `data: NUMBER` at each change, and a comment as a heartbeat
"""

import asyncio
from typing import Final

from aiohttp import web

from paysignal.page.changes import Changes

#: Each holds a socket and a task of some 10 KB; ten times what a team has open.
MOST_CLIENTS: Final = 256

#: Proxies close what is silent for a minute; a client that is gone is found out by the next beat.
BEAT_SECONDS: Final = 15.0

#: More often nobody could read what is shown.
EVERY_SECONDS: Final = 1.0

#: A client that takes nothing for so long has its connection closed; browsers come again by themselves.
_STUCK_SECONDS: Final = 10.0

#: Milliseconds after which a browser comes again, and for how long one that found no place stays away.
_AGAIN_MS: Final = 3_000
_AGAIN_SECONDS: Final = "30"

_HEADERS: Final = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    # nginx, and others after it, would otherwise gather events until their buffer is full.
    "X-Accel-Buffering": "no",
}


class Events:
    """The `/events` of one server; looks for changes only while someone listens."""

    def __init__(
        self, changes: Changes, most: int = MOST_CLIENTS, beat: float = BEAT_SECONDS, every: float = EVERY_SECONDS
    ) -> None:
        self._changes = changes
        self._most = most
        self._beat = beat
        self._every = every
        self._clients = 0

    @property
    def clients(self) -> int:
        """How many listen."""
        return self._clients

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One client, for as long as it listens; 503 where there are too many."""
        if self._clients >= self._most:
            told = f"events: {self._clients} clients listen, at most {self._most}; come again in {_AGAIN_SECONDS} s\n"
            return web.Response(status=503, text=told, headers={"Retry-After": _AGAIN_SECONDS})
        self._clients += 1
        response = web.StreamResponse(headers=_HEADERS)
        try:
            await response.prepare(request)
            await self._tell(request, response)
        except ConnectionError:  # gone, or stuck: nobody is there to be told
            response.force_close()
        finally:
            self._clients -= 1
        return response

    async def _tell(self, request: web.Request, response: web.StreamResponse) -> None:
        last = await self._changes.number()
        await _write(response, f"retry: {_AGAIN_MS}\nevent: change\nid: {last}\ndata: {last}\n\n")
        silent = 0.0
        while _listens(request):
            await asyncio.sleep(self._every)
            silent += self._every
            number = await self._changes.number()
            if number != last:
                last, silent = number, 0.0
                await _write(response, f"event: change\nid: {last}\ndata: {last}\n\n")
            elif silent >= self._beat:
                silent = 0.0
                await _write(response, ": beat\n\n")


def _listens(request: web.Request) -> bool:
    """Whether the connection stands; without a look a place would be held until the next beat."""
    return request.transport is not None and not request.transport.is_closing()


async def _write(response: web.StreamResponse, text: str) -> None:
    """Raises `ConnectionError` when the client is gone or takes nothing."""
    try:
        async with asyncio.timeout(_STUCK_SECONDS):
            await response.write(text.encode())
    except TimeoutError:
        raise ConnectionResetError("the client takes nothing") from None
