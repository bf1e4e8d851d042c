"""The HTTP server of every paysignal process: metrics, health, status, and whatever routes it is given.

Server.start → socket bound (errors raise here) → aiohttp in a thread of its own
GET /metrics → registry rendered in a worker thread, so that health answers meanwhile
"""

import asyncio
import gzip
import os
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client.registry import CollectorRegistry

from paysignal.exposition.text import encoder_for
from paysignal.facts.errors import PaySignalError

#: Why a process is not well; None while it is.
Health = Callable[[], str | None]

#: Stopping lets requests under way end for this long.
_SHUTDOWN_SECONDS = 1.0
_STOP_SECONDS = 3.0

#: Nothing is ever sent to us: a request has no body.
_LARGEST_REQUEST = 1_024

#: Under one packet gzip saves nothing.
_SMALLEST_GZIP = 1_400
#: Level 1 halves the time of level 6 and metrics still shrink to a twentieth.
_GZIP_LEVEL = 1

_CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = (
    ("Content-Security-Policy", _CONTENT_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Server", "paysignal"),
)


class ListenError(PaySignalError):
    """The address can not be bound: taken, forbidden, or not this machine's."""

    def __init__(self, host: str, port: int, flag: str, why: OSError) -> None:
        reason = os.strerror(why.errno) if why.errno and why.errno > 0 else str(why)
        super().__init__(f"{host} port {port}: can not listen there ({reason}); choose another with {flag}")
        self.port = port
        self.flag = flag


class Server:
    """An HTTP server in a thread of its own.

    `live` and `ready` are asked at each `/live` and `/ready`; `status` gives what `/status` shows, anything msgspec can
    encode. `flag` is named when the port is taken. Port 0 takes a free one; `port` says which after `start`.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - a process says once where and what it serves
        self,
        host: str,
        port: int,
        registry: CollectorRegistry,
        live: Health,
        ready: Health,
        status: Callable[[], object],
        routes: Iterable[web.AbstractRouteDef] = (),
        *,
        flag: str = "--port",
    ) -> None:
        self._host = host
        self.port = port
        self._flag = flag
        self._handlers = _Handlers(registry, live, ready, status)
        self._routes = tuple(routes)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: asyncio.Event | None = None
        self._failure: Exception | None = None

    def start(self) -> None:
        """Bind and serve; raises `ListenError` when the address can not be bound."""
        listening = self._bound()
        self.port = listening.getsockname()[1]
        serving = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(listening, serving), name="http", daemon=True)
        self._thread.start()
        serving.wait(_STOP_SECONDS)
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Close the port and end the thread, within three seconds; does nothing before `start` or a second time."""
        if self._thread is None or self._loop is None or self._done is None:
            return
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._done.set)
            self._thread.join(_STOP_SECONDS)
        self._thread = None

    def _bound(self) -> socket.socket:
        try:
            family, _, _, _, address = socket.getaddrinfo(self._host, self.port, type=socket.SOCK_STREAM)[0]
            return socket.create_server(address[:2], family=family)
        except OSError as why:
            raise ListenError(self._host, self.port, self._flag, why) from None

    def _run(self, listening: socket.socket, serving: threading.Event) -> None:
        try:
            asyncio.run(self._serve(listening, serving))
        except Exception as failure:  # noqa: BLE001 - raised again by start, in the thread that can do something about it
            self._failure = failure
        finally:
            listening.close()
            serving.set()

    async def _serve(self, listening: socket.socket, serving: threading.Event) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        application = web.Application(client_max_size=_LARGEST_REQUEST, middlewares=[_compressed])
        application.on_response_prepare.append(_secured)
        application.add_routes(self._handlers.routes())
        application.add_routes(self._routes)
        runner = web.AppRunner(application, handle_signals=False, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            await web.SockSite(runner, listening).start()
            serving.set()
            await self._done.wait()
        finally:
            await runner.cleanup()
            self._handlers.close()


class _Handlers:
    """The four routes that every process has."""

    def __init__(self, registry: CollectorRegistry, live: Health, ready: Health, status: Callable[[], object]) -> None:
        self._registry = registry
        self._live = live
        self._ready = ready
        self._status = status
        # One scrape at a time: two at once would only take the interpreter from each other.
        self._rendering = ThreadPoolExecutor(max_workers=1, thread_name_prefix="scrape")

    def routes(self) -> tuple[web.RouteDef, ...]:
        return (
            web.get("/metrics", self._metrics),
            web.get("/live", self._show_live),
            web.get("/ready", self._show_ready),
            web.get("/status", self._show_status),
        )

    def close(self) -> None:
        self._rendering.shutdown(wait=False, cancel_futures=True)

    async def _metrics(self, request: web.Request) -> web.Response:
        encode, content_type = encoder_for(request.headers.get("Accept", ""))
        loop = asyncio.get_running_loop()
        text = await loop.run_in_executor(self._rendering, encode, self._registry)
        return web.Response(body=text, headers={"Content-Type": content_type})

    async def _show_live(self, _: web.Request) -> web.Response:
        return _health(self._live)

    async def _show_ready(self, _: web.Request) -> web.Response:
        return _health(self._ready)

    async def _show_status(self, _: web.Request) -> web.Response:
        return web.Response(body=msgspec.json.encode(self._status()), content_type="application/json")


def _health(asked: Health) -> web.Response:
    why = asked()
    return web.Response(text="ok\n") if why is None else web.Response(status=503, text=f"{why}\n")


async def _secured(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in SECURITY_HEADERS:
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")


@web.middleware
async def _compressed(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        return response
    if "Content-Encoding" in response.headers:  # zipped already, once for many
        return response
    response.headers["Vary"] = "Accept-Encoding"
    if len(response.body) < _SMALLEST_GZIP or not _accepts_gzip(request.headers.get("Accept-Encoding", "")):
        return response
    loop = asyncio.get_running_loop()
    response.body = await loop.run_in_executor(
        None, lambda body: gzip.compress(body, _GZIP_LEVEL, mtime=0), response.body
    )
    response.headers["Content-Encoding"] = "gzip"
    return response


def _accepts_gzip(accept: str) -> bool:
    """Whether the header names gzip (or anything) without refusing it by `q=0`."""
    weights = {}
    for one in accept.lower().split(","):
        coding, _, parameters = one.partition(";")
        weights[coding.strip()] = parameters.replace(" ", "")
    weight = weights.get("gzip", weights.get("*"))
    return weight is not None and weight not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
